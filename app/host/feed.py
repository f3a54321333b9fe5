"""The pictures of whoever edits, out of the two rings that it writes."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sanacam.app.clock import OutputFormat, Slate
from sanacam.app.frames import Frame
from sanacam.app.outputs.ring import RingReader
from sanacam.app.presentation import Due

FREEZE_NS = 2_000_000_000
"""How long the last picture stays when no new one comes; then a slate."""
CAMERA_FPS = 30.0


@dataclass(frozen=True, slots=True)
class _Rings:
    edited: RingReader
    source: RingReader


class RingFeed:
    """What the host's output clock asks for frames. ``follow`` and ``leave`` may be called from any thread.

    A writer that lives writes at every tick of its own clock, also when it repeats a picture; so silence means that it
    hangs, was killed or has left.
    """

    drained = False

    def __init__(self) -> None:
        self._rings: _Rings | None = None
        self._left_ns = time.monotonic_ns()
        self._raw: Frame | None = None
        self.why = "Sanacam is starting …"

    def follow(self, edited: RingReader, source: RingReader) -> None:
        """Show the pictures of these rings from now on."""
        self._rings = _Rings(edited, source)

    def leave(self, why: str) -> None:
        """Nobody writes any more. ``why``: for the slate."""
        if self._rings is not None:
            self._rings, self._left_ns = None, time.monotonic_ns()
        self.why = why

    def output_format(self, fps: float | None) -> OutputFormat | None:
        """The format of the pictures; None before there were any. ``fps``: wanted by the user. Meeting and streaming
        programs work at 30, so a slower picture is repeated at that rate.
        """
        rings = self._rings
        if rings is None:
            return None
        return OutputFormat(rings.edited.width, rings.edited.height, fps or max(CAMERA_FPS, rings.edited.fps))

    def take(self, now_ns: int, tick_ns: int) -> Due:
        """See ``sanacam.app.clock.DueFrames``."""
        rings = self._rings
        written_ns = rings.edited.written_ns() if rings is not None else 0
        frame = rings.edited.take() if rings is not None else None
        return Due() if frame is None else Due([frame], waited_ns=now_ns - written_ns)

    def standby(self) -> Slate | None:
        """None while the last picture may stand for the next one."""
        if self._silent_ns() < FREEZE_NS:
            return None
        return Slate(self.why) if self._rings is None else Slate("No picture from Sanacam", "It does not respond.")

    def raw(self) -> Frame | Slate:
        """The newest unedited picture. Called from the clock's thread only."""
        rings = self._rings
        if rings is not None and (frame := rings.source.take()) is not None:
            self._raw = frame
        if self._raw is None or rings is None or rings.source.silent_ns(time.monotonic_ns()) > FREEZE_NS:
            return Slate("No picture from the source")
        return self._raw

    def _silent_ns(self) -> int:
        rings, now = self._rings, time.monotonic_ns()
        return now - self._left_ns if rings is None else rings.edited.silent_ns(now)
