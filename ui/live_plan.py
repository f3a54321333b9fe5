"""What the window wants the session to do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from sanacam.app.capture import is_live, open_source
from sanacam.app.settings import OutputSettings
from sanacam.app.sink_choice import film_of
from sanacam.app.source import Source

CAMERA_SIZES = ((640, 360), (1280, 720), (1920, 1080))


@dataclass(frozen=True)
class LivePlan:
    """Source, size and outputs of a session.

    Attributes:
        source: as ``sanacam.app.capture.open_source`` takes it.
        size: (width, height) that is edited; None: the source's own.
        fps: of the output; None: the source's own.
        repeat: start a file again at its end.
        virtual_camera, obs: feed them.
        recording: where to record to; a file that exists is never touched, a number is added to the name instead.
        output: how cameras and recordings are to be.
    """

    source: str
    size: tuple[int, int] | None = None
    fps: float | None = None
    repeat: bool = True
    virtual_camera: bool = False
    obs: bool = False
    recording: Path | None = None
    output: OutputSettings = field(default_factory=OutputSettings)

    @property
    def live(self) -> bool:
        """Whether the source can't wait."""
        return is_live(self.source)

    @property
    def film(self) -> Path | None:
        """The file that is played, for its sound; None for a live source."""
        return film_of(self.source)

    def same_pictures(self, other: LivePlan) -> bool:
        """Whether a running session can go from one to the other without starting again."""
        return self._pictures() == other._pictures()

    def _pictures(self) -> LivePlan:
        return replace(self, virtual_camera=False, obs=False, recording=None, output=OutputSettings())

    def open_source(self) -> Source:
        """The source, not opened yet. Raises UserError for a text that names none."""
        wish = self.size
        if wish is not None and self.source.startswith("camera"):
            # Asked for less than 640×360 many cameras fall back to 4:3, so it is scaled here instead.
            wide, high = wish
            wish = next((size for size in CAMERA_SIZES if size[0] >= wide and size[1] >= high), CAMERA_SIZES[-1])
        return open_source(self.source, fps=self.fps, size=wish)


def free_name(path: Path) -> Path:
    """``path``, or ``name-2.mp4``, ``name-3.mp4`` … if that exists."""
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate
