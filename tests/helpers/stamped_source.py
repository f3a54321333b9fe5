"""A camera whose every picture carries the moment of its capture, for measuring how old it is elsewhere."""

from __future__ import annotations

import time

import frame_stamp
import numpy as np

from sanacam.app.frames import Frame
from sanacam.app.source import SourceInfo


class StampedSource:
    """Follows ``sanacam.app.source.Source``; each picture holds ``frame_stamp.milliseconds()`` in its upper half.

    Args:
        size: (width, height). fps: how many it takes a second.
    """

    live = True

    def __init__(self, size: tuple[int, int] = (640, 352), fps: float = 30.0) -> None:
        self._size = size
        self._fps = fps
        self._next_s = 0.0
        self._sequence = 0

    def open(self) -> SourceInfo:
        self._next_s, self._sequence = time.monotonic(), 0
        return SourceInfo("Stamps", *self._size, self._fps, live=True)

    def read(self, timeout_s: float) -> Frame | None:
        time.sleep(max(0.0, self._next_s - time.monotonic()))
        self._next_s = max(self._next_s + 1 / self._fps, time.monotonic())
        pixels = np.full((self._size[1], self._size[0], 3), 90, np.uint8)
        frame_stamp.draw(pixels, frame_stamp.milliseconds())
        frame = Frame(pixels, time.monotonic_ns(), self._sequence)
        self._sequence += 1
        return frame

    def close(self) -> None:
        pass
