"""What every source of frames promises.

A source is used from one thread only (the capture thread opens, reads and closes it), so it needs no locks and may
block while it opens: nobody else waits for it.

* A **live** source (camera, screen, test pattern) stamps a frame with ``time.monotonic_ns()`` at capture. It keeps its
  own pace: ``read`` waits for the next picture.
* A source that is **not live** (a file) hands frames out as fast as they are read and gives them ``media_ns``:
  nanoseconds since its first frame, exact for variable frame rates. Whoever plays it in real time does the waiting
  (``sanacam.app.capture_thread``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sanacam.app.frames import Frame


class SourceEnded(Exception):  # noqa: N818 - an end is not an error
    """There are no more frames: the file is at its end, or the live source is gone. The text says which, for a
    person to read.
    """


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known once a source is open.

    Attributes:
        name: for people: "Camera 0", "holiday.mp4".
        width, height: size of the frames in pixels, rotation already applied.
        fps: average frames a second, None when unknown.
        live: True for sources that cannot wait.
        frames: number of frames, None when endless or unknown.
    """

    name: str
    width: int
    height: int
    fps: float | None
    live: bool
    frames: int | None = None


class Source(Protocol):
    """Something that gives frames."""

    @property
    def live(self) -> bool:
        """Known before opening; equals ``SourceInfo.live``."""
        ...

    def open(self) -> SourceInfo:
        """Open, or open again from the start after ``close``. May take seconds.

        Raises:
            UserError: no such file, not a video, camera busy or absent, no display.
        """
        ...

    def read(self, timeout_s: float) -> Frame | None:
        """The next frame; None when none came within ``timeout_s``.

        Raises:
            SourceEnded: no more frames.
            UserError: reading failed in a way the user can act on.
        """
        ...

    def close(self) -> None:
        """Let go of the device or file. Safe to call twice and when never opened."""
        ...
