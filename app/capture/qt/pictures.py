"""From QtMultimedia's video frames to pixels: the newest wins."""

from __future__ import annotations

import threading
import time

import cv2
import numpy as np
from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat, QVideoSink

from sanacam.app.frames import Pixels, as_pixels

_BLUE_FIRST = (QVideoFrameFormat.PixelFormat.Format_BGRX8888, QVideoFrameFormat.PixelFormat.Format_BGRA8888)
_LOOK_EVERY_S = 0.01


class NewestPicture:
    """Keeps the newest frame that comes to ``sink``, whichever of Qt's threads brings it. To be made before the camera
    or screen that feeds it, in the same thread.
    """

    def __init__(self) -> None:
        # Gives a thread that Python started the event handling that Qt's objects need. Kept: a new one each time would
        # end it in between, and V4L2 cameras would fall silent.
        self._events = QEventLoop()
        self.sink = QVideoSink()
        self._came = threading.Event()
        self._lock = threading.Lock()
        self._newest: tuple[QVideoFrame, int] | None = None
        self.sink.videoFrameChanged.connect(self._take)

    def wait(self, timeout_s: float) -> tuple[Pixels, int] | None:
        """The newest picture not handed out yet and when it came (monotonic ns); None if there was none in time."""
        deadline = time.monotonic() + timeout_s
        while True:
            self._events.processEvents()
            with self._lock:
                newest, self._newest = self._newest, None
                self._came.clear()
            if newest is not None:
                return to_pixels(newest[0]), newest[1]
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self._came.wait(min(left, _LOOK_EVERY_S))

    def _take(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            with self._lock:
                # A frame of its own: the one in the signal goes back to Qt when this returns.
                self._newest = (QVideoFrame(frame), time.monotonic_ns())
                self._came.set()


def to_pixels(frame: QVideoFrame) -> Pixels:
    """A frame of any format, upright.

    Raises:
        ValueError: Qt cannot read it.
    """
    plain = frame.rotation().value == 0 and not frame.mirrored()
    if plain and frame.pixelFormat() in _BLUE_FIRST and frame.map(QVideoFrame.MapMode.ReadOnly):
        try:
            return _from_blue_first(frame)
        finally:
            frame.unmap()
    return _from_image(frame.toImage())


def _from_blue_first(frame: QVideoFrame) -> Pixels:
    row = frame.bytesPerLine(0)
    raw = np.frombuffer(frame.bits(0), dtype=np.uint8, count=row * frame.height()).reshape(frame.height(), row)
    bgrx = raw[:, : frame.width() * 4].reshape(frame.height(), frame.width(), 4)
    return as_pixels(cv2.cvtColor(bgrx, cv2.COLOR_BGRA2RGB))


def _from_image(image: QImage) -> Pixels:
    if image.isNull():
        raise ValueError("Qt gave a frame that it cannot read")
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    row, width, height = plain.bytesPerLine(), plain.width(), plain.height()
    raw = np.frombuffer(plain.constBits(), dtype=np.uint8, count=row * height).reshape(height, row)
    return raw[:, : width * 3].reshape(height, width, 3).copy()
