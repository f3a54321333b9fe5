"""A camera on Linux through OpenCV, by its path."""

from __future__ import annotations

import os
import time

import cv2

from sanacam.app.capture.camera_format import best_format
from sanacam.app.capture.cameras import Camera
from sanacam.app.capture.v4l2_cameras import users_of
from sanacam.app.frames import Pixels, as_pixels
from sanacam.model.errors import UserError

# What OpenCV turns into colours by itself.
READABLE = ("YUYV", "UYVY", "NV12", "YU12", "BGR3", "RGB3", "MJPG", "JPEG", "GREY")


class OpenCvReader:
    """Reads one camera."""

    via = "OpenCV"

    def __init__(self) -> None:
        self._capture: cv2.VideoCapture | None = None

    def open(self, camera: Camera, size: tuple[int, int], fps: float) -> float:
        """Switch it on; returns its rate.

        Raises:
            UserError: in use, or not allowed.
        """
        if camera.locked:
            raise UserError(
                f"{camera.key} may not be opened.",
                "Add yourself to the group video: sudo usermod -aG video $USER, then log in again.",
            )
        # Read by OpenCV when it first opens a device: how long a silent camera may block, seconds.
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        capture = cv2.VideoCapture(camera.key, cv2.CAP_V4L2)
        if not capture.isOpened():
            capture.release()
            others = ", ".join(users_of(camera.key))
            raise UserError(
                f"{camera.name} cannot be opened.",
                f"It is used by {others}." if others else "Another program may be using it.",
            )
        self._capture = capture
        best = best_format([one for one in camera.formats if one.pixels in READABLE], size, fps)
        if best is not None:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*best.pixels))
            size, fps = (best.width, best.height), min(fps, best.fps) or fps
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        capture.set(cv2.CAP_PROP_FPS, fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        said = float(capture.get(cv2.CAP_PROP_FPS))
        return said if 1 <= said <= 240 else fps

    def read(self, timeout_s: float) -> tuple[Pixels, int] | None:
        """See ``CameraReader``."""
        if self._capture is None:
            raise RuntimeError("read before open")
        grabbed = self._capture.grab()
        now = time.monotonic_ns()
        done, picture = self._capture.retrieve() if grabbed else (False, None)
        if not done or picture is None:
            time.sleep(min(timeout_s, 0.01))
            return None
        return as_pixels(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)), now

    def close(self) -> None:
        """See ``CameraReader``."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None
