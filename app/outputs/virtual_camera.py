"""The virtual camera that meeting and streaming programs see, through pyvirtualcam."""

from __future__ import annotations

import errno
import sys
from typing import Literal

import cv2
import pyvirtualcam
from pyvirtualcam import PixelFormat

from sanacam.app.frames import Frame
from sanacam.app.outputs.fit import crop, letterbox
from sanacam.model.errors import UserError

DEFAULT_SIZE = (1280, 720)


class VirtualCameraSink:
    """Sends every frame, fitted, to a virtual camera of fixed size.

    The size does not follow the session, because programs that watch the camera keep the size they saw first. Frames
    are turned into I420 in the calling thread; ``sanacam.app.outputs.sink_thread`` gives the sink one of its own.

    Args:
        size: (width, height), even.
        fit: "pad" shows the whole picture on black bars, "crop" fills the camera and cuts off what stands over.
        device: name or path of the camera; None: the first free one.
    """

    name = "virtual camera"
    exact = False

    def __init__(
        self, size: tuple[int, int] = DEFAULT_SIZE, device: str | None = None, fit: Literal["pad", "crop"] = "pad"
    ) -> None:
        if size[0] % 2 or size[1] % 2 or min(size) < 16:
            raise UserError(f"A virtual camera of {size[0]}×{size[1]} is not possible.", "Both sides must be even.")
        self._size = size
        self._device = device
        self._fit = letterbox if fit == "pad" else crop
        self._camera: pyvirtualcam.Camera | None = None

    @property
    def device(self) -> str | None:
        """The camera in use, under the name that other programs show; None while closed."""
        return str(self._camera.device) if self._camera is not None else None

    def open(self, width: int, height: int, fps: float) -> None:
        """See ``Sink.open``; the camera keeps its own size.

        Raises:
            UserError: no driver, no permission, camera busy; the hint is the next step on this system.
        """
        backend, device = None, self._device
        if sys.platform.startswith("linux"):
            from sanacam.app.outputs import v4l2_loopback

            backend = v4l2_loopback.BACKEND
            device = device or v4l2_loopback.default_device()
        try:
            self._camera = pyvirtualcam.Camera(*self._size, fps, fmt=PixelFormat.I420, device=device, backend=backend)
        except (RuntimeError, OSError) as error:
            raise explain_failure(str(error), sys.platform) from error

    def write(self, frame: Frame) -> None:
        if self._camera is None:
            raise RuntimeError("write before open")
        try:
            self._camera.send(cv2.cvtColor(self._fit(frame.pixels, *self._size), cv2.COLOR_RGB2YUV_I420))
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EINTR):
                return
            raise UserError("The virtual camera no longer takes pictures.", "Switch it off and on again.") from error

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()


def explain_failure(reason: str, platform: str) -> UserError:
    """What pyvirtualcam's ``reason`` means for the user of ``platform`` (as in ``sys.platform``)."""
    missing = "not found" in reason or "install" in reason.lower()
    if platform == "win32":
        if missing:
            return UserError(
                "There is no virtual camera on this system.",
                "Install OBS Studio (obsproject.com); its virtual camera is used, OBS itself need not run.",
            )
        return UserError(
            "The virtual camera is used by another program.",
            "Stop the virtual camera in OBS, or send through OBS instead.",
        )
    if platform == "darwin":
        if missing:
            return UserError(
                "There is no virtual camera on this system.",
                "Install OBS Studio 30 or newer in Applications, press Start Virtual Camera in it once and allow its "
                "extension in System Settings.",
            )
        return UserError("The virtual camera is used by another program.", "Stop the virtual camera in OBS.")
    from sanacam.app.outputs.v4l2_loopback import JOIN_GROUP, RELOAD_MODULE

    if "Permission denied" in reason:
        return UserError("The virtual camera may not be opened.", JOIN_GROUP)
    if "busy" in reason.lower() or "stays at" in reason:
        return UserError(
            "The virtual camera is used by another program.", "Close the programs that show or feed it, then try again."
        )
    return UserError(f"The virtual camera cannot be opened: {reason}.", f"Load its driver anew: {RELOAD_MODULE}")
