"""A sink that shows its frames to other programs through a ring in shared memory; see ``docs/ring.md``."""

from __future__ import annotations

from pathlib import Path

from sanacam.app.frames import Frame
from sanacam.app.outputs.ring import PixelFormat, RingWriter


class RingSink:
    """Takes frames of any size: with another one it makes another ring under the same name.

    Args:
        path: the ring's file.
    """

    name = "frame ring"
    exact = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ring: RingWriter | None = None
        self._size = (0, 0)
        self._fps = 0.0

    def open(self, width: int, height: int, fps: float) -> None:
        """See ``Sink.open``. Raises UserError: no room in shared memory, or the folder is not the user's."""
        # Takes the place of the old one, which it tells to its readers.
        self._ring = RingWriter(self.path, width, height, fps, PixelFormat.BGRA)
        self._size, self._fps = (width, height), fps

    def write(self, frame: Frame) -> None:
        """See ``Sink.write``. Raises UserError: see ``open``."""
        if (frame.width, frame.height) != self._size:
            self.open(frame.width, frame.height, self._fps)
        if self._ring is None:
            raise RuntimeError("write before open")
        self._ring.write(frame)

    def close(self) -> None:
        ring, self._ring = self._ring, None
        if ring is not None:
            ring.close()
