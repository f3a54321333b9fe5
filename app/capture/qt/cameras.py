"""Cameras through QtMultimedia: their list, and one that is read."""

from __future__ import annotations

from PySide6.QtMultimedia import QCamera, QCameraDevice, QMediaCaptureSession, QMediaDevices

from sanacam.app.capture.camera_format import CameraFormat, best_format
from sanacam.app.capture.cameras import Camera
from sanacam.app.capture.qt.application import need_application
from sanacam.app.capture.qt.pictures import NewestPicture
from sanacam.app.frames import Pixels
from sanacam.app.source import SourceEnded
from sanacam.model.errors import UserError


def qt_cameras() -> list[Camera]:
    """Every camera, in the system's order."""
    need_application(screens=False)
    return [
        Camera(device.description(), _key(device), tuple(_formats(device))) for device in QMediaDevices.videoInputs()
    ]


class QtCameraReader:
    """Reads one camera in the thread that opens it."""

    via = "QtMultimedia"

    def __init__(self) -> None:
        self._parts: tuple[QMediaCaptureSession, QCamera] | None = None
        self._pictures: NewestPicture | None = None
        self._trouble = ""

    def open(self, camera: Camera, size: tuple[int, int], fps: float) -> float:
        """Switch it on; returns its rate.

        Raises:
            UserError: it was unplugged just now, is in use or may not be used.
        """
        device = next((one for one in QMediaDevices.videoInputs() if _key(one) == camera.key), None)
        if device is None:
            raise UserError(f"{camera.name} is gone.", "Plug it in again.")
        self._trouble, self._pictures = "", NewestPicture()
        source, session = QCamera(device), QMediaCaptureSession()
        formats = _formats(device)
        best = best_format(formats, size, fps)
        if best is not None:
            source.setCameraFormat(device.videoFormats()[formats.index(best)])
        source.errorOccurred.connect(self._failed)
        session.setCamera(source)
        session.setVideoSink(self._pictures.sink)
        self._parts = (session, source)
        source.start()
        return (best.fps if best is not None else 0.0) or fps

    def read(self, timeout_s: float) -> tuple[Pixels, int] | None:
        """See ``CameraReader``."""
        if self._pictures is None:
            raise RuntimeError("read before open")
        picture = self._pictures.wait(timeout_s)
        if picture is None and self._trouble:
            raise SourceEnded(self._trouble)
        return picture

    def close(self) -> None:
        """See ``CameraReader``."""
        if self._parts is not None:
            self._parts[1].stop()
        self._parts = self._pictures = None

    def _failed(self, _: object, words: str) -> None:
        self._trouble = words or "The camera failed."


def _key(device: QCameraDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", errors="replace")


def _formats(device: QCameraDevice) -> list[CameraFormat]:
    """One for each of ``device.videoFormats()``, in its order."""
    return [
        CameraFormat(
            one.resolution().width(),
            one.resolution().height(),
            float(one.maxFrameRate()),
            one.pixelFormat().name.removeprefix("Format_"),
        )
        for one in device.videoFormats()
    ]
