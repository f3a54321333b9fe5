"""A camera, through OpenCV."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import cv2

from sanacam.app.frames import Frame, as_pixels
from sanacam.app.source import SourceEnded, SourceInfo
from sanacam.model.errors import UserError

DEFAULT_SIZE = (1280, 720)
DEFAULT_FPS = 30.0
# A camera may miss a picture or two; this long without any means that it is gone.
SILENCE_S = 2.0


def _backends() -> list[int]:
    """OpenCV's ways to a camera on this system, best first."""
    if sys.platform == "win32":
        # Media Foundation takes seconds to minutes to open with some drivers, so DirectShow goes first.
        return [cv2.CAP_DSHOW, cv2.CAP_MSMF]
    if sys.platform == "darwin":
        return [cv2.CAP_AVFOUNDATION]
    return [cv2.CAP_V4L2]


class CameraSource:
    """A camera. ``open`` may take seconds; it runs in the capture thread.

    Args:
        device: number of the camera, or on Linux its path.
        size: wished (width, height); the camera takes the nearest it has.
        fps: wished rate.
    """

    live = True

    def __init__(self, device: int | str = 0, *, size: tuple[int, int] | None = None, fps: float | None = None) -> None:
        self._device = device
        self._size = size or DEFAULT_SIZE
        self._fps = fps or DEFAULT_FPS
        self._capture: cv2.VideoCapture | None = None
        self._sequence = 0
        self._last_ns = 0

    @property
    def name(self) -> str:
        return f"Camera {self._device}"

    def open(self) -> SourceInfo:
        self.close()
        self._check_device()
        # Read by OpenCV when it first opens a device: how long a silent V4L2 camera may block, seconds.
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
        os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        opened = False
        for backend in _backends():
            capture = cv2.VideoCapture(self._device, backend)
            if capture.isOpened():
                opened = True
                self._configure(capture)
                done, picture = capture.read()
                if done:
                    self._capture = capture
                    self._sequence, self._last_ns = 0, time.monotonic_ns()
                    fps = capture.get(cv2.CAP_PROP_FPS)
                    height, width = picture.shape[:2]
                    return SourceInfo(self.name, width, height, fps if 1 <= fps <= 240 else self._fps, live=True)
            capture.release()
        if opened:
            raise UserError(
                f"{self.name} opens but gives no picture.",
                "Close other programs that use it, or unplug it and plug it in again.",
            )
        raise UserError(f"{self.name} cannot be opened.", self._why_not())

    def read(self, timeout_s: float) -> Frame | None:
        if self._capture is None:
            raise RuntimeError("read before open")
        grabbed = self._capture.grab()
        now = time.monotonic_ns()
        done, picture = self._capture.retrieve() if grabbed else (False, None)
        if not done or picture is None:
            if now - self._last_ns > SILENCE_S * 1e9:
                raise SourceEnded(f"{self.name} gives no more pictures; was it unplugged?")
            time.sleep(min(timeout_s, 0.01))
            return None
        self._last_ns = now
        frame = Frame(as_pixels(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)), now, self._sequence)
        self._sequence += 1
        return frame

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _configure(self, capture: cv2.VideoCapture) -> None:
        # Over USB 2 uncompressed 720p is 10 frames a second; motion JPEG is 30.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        capture.set(cv2.CAP_PROP_FPS, self._fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def _check_device(self) -> None:
        """What can be said before opening: on Linux a camera is a file."""
        if not sys.platform.startswith("linux"):
            return
        path = self._path()
        if not path.exists():
            there = sorted(p.name.removeprefix("video") for p in Path("/dev").glob("video*"))
            hint = (
                f"There is: {', '.join(f'camera:{number}' for number in there)}."
                if there
                else "No camera is connected."
            )
            raise UserError(f"There is no camera {self._device}.", hint)
        if not os.access(path, os.R_OK | os.W_OK):
            raise UserError(
                f"{path} may not be opened.",
                "Add yourself to the group video: sudo usermod -aG video $USER, then log in again.",
            )

    def _path(self) -> Path:
        return Path(self._device) if isinstance(self._device, str) else Path(f"/dev/video{self._device}")

    def _why_not(self) -> str:
        if sys.platform.startswith("linux"):
            return "Another program may be using it, or it is not a capture device."
        if sys.platform == "darwin":
            return "Allow it in System Settings > Privacy & Security > Camera, and close other programs that use it."
        return (
            "Check that it is connected, that no other program uses it and that Windows lets desktop apps use cameras."
        )
