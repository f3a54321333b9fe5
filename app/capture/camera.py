"""A camera, by its name.

Linux: OpenCV through V4L2 opens the very path that the kernel lists and notices within two seconds that the camera is
gone. QtMultimedia does not: it stays "active" without a word (seen with the kernel's vivid). Windows and macOS:
QtMultimedia, since OpenCV takes numbers there whose order is not that of any list of names; it might open another
camera than the one that was chosen.
"""

from __future__ import annotations

import sys
import time
from typing import Protocol

from sanacam.app.capture.cameras import Camera, connected_cameras, find_camera
from sanacam.app.frames import Frame, Pixels
from sanacam.app.source import SourceEnded, SourceInfo
from sanacam.model.errors import UserError

DEFAULT_SIZE = (1280, 720)
DEFAULT_FPS = 30.0
# A camera may miss a picture or two; this long without any means that it is gone.
SILENCE_S = 2.0
FIRST_PICTURE_S = 5.0


class CameraReader(Protocol):
    """Reads one camera. Used from one thread."""

    @property
    def via(self) -> str:
        """The library."""
        ...

    def open(self, camera: Camera, size: tuple[int, int], fps: float) -> float:
        """Switch it on, at what it has nearest to ``size`` (width, height) and ``fps``; returns its rate.

        Raises:
            UserError: in use, not allowed, gone.
        """
        ...

    def read(self, timeout_s: float) -> tuple[Pixels, int] | None:
        """The newest picture and when it came (monotonic ns); None when none came.

        Raises:
            SourceEnded: the camera says that it failed.
        """
        ...

    def close(self) -> None:
        """Switch it off. Safe to call twice and when never opened."""
        ...


class CameraSource:
    """A camera. To be made in the program's main thread; ``open`` may take seconds and runs in the capture thread.

    After it was unplugged ``open`` finds it again by its name, whatever number it has then.

    Args:
        wanted: name, path or number; see ``find_camera``.
        size: wished (width, height); the camera takes the nearest it has.
        fps: wished rate.
    """

    live = True

    def __init__(self, wanted: str = "", *, size: tuple[int, int] | None = None, fps: float | None = None) -> None:
        self._wanted = wanted
        self._size = size or DEFAULT_SIZE
        self._fps = fps or DEFAULT_FPS
        self._reader: CameraReader | None = None
        self._camera: Camera | None = None
        self._sequence = 0
        self._last_ns = 0
        if not sys.platform.startswith("linux"):
            connected_cameras()  # Qt's list must be made in this thread

    def open(self) -> SourceInfo:
        self.close()
        camera = self._find()
        reader = new_reader()
        try:
            fps = reader.open(camera, self._size, self._fps)
            picture = self._first_picture(reader, camera)
        except BaseException:
            reader.close()
            raise
        self._reader, self._camera = reader, camera
        self._sequence, self._last_ns = 0, time.monotonic_ns()
        height, width = picture.shape[:2]
        return SourceInfo(camera.name, width, height, fps, live=True, via=f"{reader.via}, {camera.key}")

    def read(self, timeout_s: float) -> Frame | None:
        if self._reader is None or self._camera is None:
            raise RuntimeError("read before open")
        try:
            picture = self._reader.read(timeout_s)
        except SourceEnded as ended:
            raise SourceEnded(f"{self._camera.name} gives no more pictures: {ended}") from ended
        if picture is None:
            if time.monotonic_ns() - self._last_ns > SILENCE_S * 1e9:
                raise SourceEnded(f"{self._camera.name} gives no more pictures; was it unplugged?")
            return None
        self._last_ns = picture[1]
        frame = Frame(*picture, self._sequence)
        self._sequence += 1
        return frame

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _find(self) -> Camera:
        """What was asked for; once it has been open, the camera of the same name first."""
        there = connected_cameras()
        before = self._camera.name if self._camera is not None else None
        same = next((camera for camera in there if camera.name == before), None)
        return same or find_camera(self._wanted, there)

    @staticmethod
    def _first_picture(reader: CameraReader, camera: Camera) -> Pixels:
        deadline = time.monotonic() + FIRST_PICTURE_S
        while time.monotonic() < deadline:
            try:
                picture = reader.read(0.1)
            except SourceEnded as ended:
                raise UserError(f"{camera.name} cannot be used: {ended}", _why_not()) from ended
            if picture is not None:
                return picture[0]
        raise UserError(f"{camera.name} opens but gives no picture.", _why_not())


def new_reader() -> CameraReader:
    """The steadier reader of this system."""
    if sys.platform.startswith("linux"):
        from sanacam.app.capture.opencv_camera import OpenCvReader

        return OpenCvReader()
    from sanacam.app.capture.qt.cameras import QtCameraReader

    return QtCameraReader()


def _why_not() -> str:
    if sys.platform == "darwin":
        return "Allow it in System Settings > Privacy & Security > Camera, and close other programs that use it."
    if sys.platform == "win32":
        return "Check that no other program uses it and that Windows lets desktop apps use cameras."
    return "Close other programs that use it, or unplug it and plug it in again."
