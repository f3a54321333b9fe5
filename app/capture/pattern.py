"""A moving test picture, for trying things out without a camera."""

from __future__ import annotations

import time

import cv2
import numpy as np

from sanacam.app.frames import Frame, Pixels
from sanacam.app.source import SourceInfo
from sanacam.model.errors import UserError

BARS = ((191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0), (0, 0, 191))
SMALLEST, LARGEST = 16, 8192


class PatternSource:
    """Colour bars, a grey ramp, a ball that circles once in four seconds, and the frame number. Endless.

    Args:
        width, height: pixels, 16…8192.
        fps: 0.1…240.

    Raises:
        UserError: size or rate out of range.
    """

    live = True

    def __init__(self, width: int = 640, height: int = 360, fps: float = 24.0) -> None:
        if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
            raise UserError(
                f"A test pattern of {width}×{height} is not possible.",
                f"Each side takes {SMALLEST} to {LARGEST} pixels.",
            )
        if not 0.1 <= fps <= 240:
            raise UserError(f"{fps:g} frames a second is not possible.", "Choose 1 to 240.")
        self._width, self._height, self._fps = width, height, fps
        self._still: Pixels | None = None
        self._start_ns = 0
        self._next = 0
        self._sequence = 0

    def open(self) -> SourceInfo:
        self._still = self._draw_still()
        self._start_ns = time.monotonic_ns()
        self._next = self._sequence = 0
        return SourceInfo("Test pattern", self._width, self._height, self._fps, live=True)

    def read(self, timeout_s: float) -> Frame | None:
        if self._still is None:
            raise RuntimeError("read before open")
        period = 1e9 / self._fps
        now = time.monotonic_ns()
        # Like a camera: what nobody fetched in time is gone.
        self._next = max(self._next, int((now - self._start_ns) / period))
        ahead = self._start_ns + self._next * period - now
        if ahead > timeout_s * 1e9:
            time.sleep(timeout_s)
            return None
        if ahead > 0:
            time.sleep(ahead / 1e9)
        stamp = time.monotonic_ns()
        frame = Frame(self.draw(self._next), stamp, self._sequence)
        self._next += 1
        self._sequence += 1
        return frame

    def close(self) -> None:
        self._still = None

    def draw(self, number: int) -> Pixels:
        """Picture ``number``, counted from the start at the pattern's rate; uint8 RGB (height, width, 3)."""
        still = self._still if self._still is not None else self._draw_still()
        picture = still.copy()
        radius = max(3, min(self._width, self._height) // 8)
        angle = 2 * np.pi * number / (4 * self._fps)
        reach = (self._width / 2 - radius * 1.2, self._height / 2 - radius * 1.2)
        centre = (round(self._width / 2 + reach[0] * np.cos(angle)), round(self._height / 2 + reach[1] * np.sin(angle)))
        cv2.circle(picture, centre, radius, (250, 250, 250), -1, cv2.LINE_AA)
        cv2.circle(picture, centre, round(radius * 0.7), (220, 60, 40), -1, cv2.LINE_AA)
        scale = self._height / 480
        place = (round(self._width * 0.03), round(self._height * 0.96))
        cv2.putText(
            picture,
            f"{number:06d}",
            place,
            cv2.FONT_HERSHEY_SIMPLEX,
            scale,
            (255, 255, 255),
            max(1, round(2 * scale)),
            cv2.LINE_AA,
        )
        return picture

    def _draw_still(self) -> Pixels:
        columns = np.arange(self._width)
        bars = np.array(BARS, dtype=np.uint8)[columns * len(BARS) // self._width]
        picture = np.broadcast_to(bars, (self._height, self._width, 3)).copy()
        ramp_top = round(self._height * 0.75)
        picture[ramp_top:] = (columns * 255 // max(1, self._width - 1)).astype(np.uint8)[None, :, None]
        return np.ascontiguousarray(picture)
