"""Writing to a v4l2loopback device on Linux, as a back end of pyvirtualcam.

pyvirtualcam's own back end writes frames without ``VIDIOC_STREAMON``. With ``exclusive_caps=1``, which browsers need,
the kernel module then forgets on close that the device can be written to, and it cannot be opened again until the
module is reloaded. This one switches the stream on and off.

Layouts: ``struct v4l2_capability``, ``struct v4l2_format`` of <linux/videodev2.h>, 64-bit.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyvirtualcam
from numpy.typing import NDArray

from sanacam.model.errors import UserError

BACKEND = "sanacam-v4l2loopback"
LOAD_MODULE = 'sudo modprobe v4l2loopback devices=1 exclusive_caps=1 card_label="Sanacam"'
RELOAD_MODULE = f"sudo modprobe -r v4l2loopback && {LOAD_MODULE}"
JOIN_GROUP = "Add yourself to the group video: sudo usermod -aG video $USER, then log in again."

_CAN_CAPTURE, _CAN_OUTPUT = 0x1, 0x2
_BUF_TYPE_OUTPUT, _FIELD_NONE, _COLORSPACE_SRGB = 2, 1, 8
_CAPABILITY_BYTES, _FORMAT_BYTES = 104, 208


def _request(direction: int, number: int, size: int) -> int:
    return direction << 30 | size << 16 | ord("V") << 8 | number


_QUERYCAP = _request(2, 0, _CAPABILITY_BYTES)
_S_FMT = _request(3, 5, _FORMAT_BYTES)
_STREAMON, _STREAMOFF = _request(1, 18, 4), _request(1, 19, 4)


@dataclass(frozen=True, slots=True)
class LoopbackDevice:
    """A video device of the v4l2loopback module. ``capabilities``: None when it may not be opened."""

    path: str
    label: str
    capabilities: int | None

    @property
    def writable(self) -> bool:
        return self.capabilities is not None and bool(self.capabilities & _CAN_OUTPUT)

    @property
    def stuck(self) -> bool:
        """Can neither be written nor read: a program left it without ``VIDIOC_STREAMOFF``."""
        return self.capabilities is not None and not self.capabilities & (_CAN_OUTPUT | _CAN_CAPTURE)


def _ioctl(descriptor: int, request: int, buffer: bytearray) -> None:
    import fcntl

    fcntl.ioctl(descriptor, request, buffer, True)


def find_devices(
    sysfs: Path = Path("/sys/devices/virtual/video4linux"), dev: Path = Path("/dev")
) -> list[LoopbackDevice]:
    """All v4l2loopback devices, those labelled Sanacam first."""
    devices = []
    for entry in sorted(sysfs.glob("video*")):
        label = (entry / "name").read_text(encoding="utf-8", errors="replace").strip()
        path = str(dev / entry.name)
        devices.append(LoopbackDevice(path, label, device_capabilities(path)))
    return sorted(devices, key=lambda device: "sanacam" not in device.label.lower())


def device_capabilities(path: str) -> int | None:
    """``device_caps`` of a video device; None when it may not be opened or does not answer."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        buffer = bytearray(_CAPABILITY_BYTES)
        _ioctl(descriptor, _QUERYCAP, buffer)
        return int(struct.unpack_from("<I", buffer, 88)[0])
    except OSError:
        return None
    finally:
        os.close(descriptor)


def may_capture(capabilities: int | None) -> bool:
    """Whether pictures can be read; a device that may not be opened counts, so that opening it says why."""
    return capabilities is None or bool(capabilities & _CAN_CAPTURE)


def choose_device(devices: list[LoopbackDevice]) -> str:
    """The path of the device to write to.

    Raises:
        UserError: none is free, with the reason and the next step.
    """
    for device in devices:
        if device.writable:
            return device.path
    first = devices[0]
    if first.capabilities is None:
        raise UserError(f"The virtual camera {first.path} may not be opened.", JOIN_GROUP)
    if first.stuck:
        raise UserError(
            f"The virtual camera {first.path} is stuck.", f"Close programs that use it and run: {RELOAD_MODULE}"
        )
    raise UserError(
        f"The virtual camera {first.path} is used by another program.",
        "Close it (OBS, for example), or make a second one: sudo modprobe -r v4l2loopback && "
        "sudo modprobe v4l2loopback devices=2 exclusive_caps=1,1",
    )


def missing_driver(modules: Path, loaded: Path) -> UserError:
    """Why there is no device at all. ``modules``: the running kernel's modules; ``loaded``: exists when ours is
    loaded.
    """
    if loaded.exists():
        return UserError("The virtual camera driver is loaded but has no device.", f"Run: {RELOAD_MODULE}")
    if any(modules.rglob("v4l2loopback.ko*")):
        return UserError("The virtual camera driver is not loaded.", f"Run: {LOAD_MODULE}")
    return UserError(
        "There is no virtual camera driver.",
        f"Install v4l2loopback (Debian, Ubuntu: sudo apt install v4l2loopback-dkms), then run: {LOAD_MODULE}",
    )


def default_device() -> str:
    """The path of the device to write to on this machine.

    Raises:
        UserError: none, with the reason and the next step.
    """
    devices = find_devices()
    if not devices:
        raise missing_driver(Path("/lib/modules", os.uname().release), Path("/sys/module/v4l2loopback"))
    return choose_device(devices)


class LoopbackCamera:
    """One opened device; follows the back end contract of pyvirtualcam. Takes and writes I420.

    Args:
        width, height: even.
        fps: not used; the device takes frames as they come.
        fourcc: pyvirtualcam's code for the format of ``send``; I420 only.
        device: path; None picks one.
    """

    def __init__(self, *, width: int, height: int, fps: float, fourcc: int, device: str | None, **_: object) -> None:
        if fourcc != self.native_fourcc():
            raise ValueError("only I420 frames are taken")
        self._width, self._height = width, height
        self._bytes = width * height * 3 // 2
        self._device = device or default_device()
        self._descriptor = os.open(self._device, os.O_RDWR)
        try:
            self._set_format()
            _ioctl(self._descriptor, _STREAMON, bytearray(struct.pack("<i", _BUF_TYPE_OUTPUT)))
        except OSError:
            os.close(self._descriptor)
            raise

    def _set_format(self) -> None:
        wish = bytearray(_FORMAT_BYTES)
        struct.pack_into("<I", wish, 0, _BUF_TYPE_OUTPUT)
        pix = (self._width, self._height, b"YU12", _FIELD_NONE, self._width, self._bytes, _COLORSPACE_SRGB)
        struct.pack_into("<II4sIIII", wish, 8, *pix)
        _ioctl(self._descriptor, _S_FMT, wish)
        width, height, code = struct.unpack_from("<II4s", wish, 8)
        if (width, height, code) != (self._width, self._height, b"YU12"):
            raise OSError(errno.EBUSY, f"the device stays at {width}x{height}")

    def send(self, frame: NDArray[np.uint8]) -> None:
        """``frame``: flat I420 of width × height × 3 / 2 bytes."""
        os.write(self._descriptor, np.ascontiguousarray(frame).data)

    def close(self) -> None:
        try:
            _ioctl(self._descriptor, _STREAMOFF, bytearray(struct.pack("<i", _BUF_TYPE_OUTPUT)))
        finally:
            os.close(self._descriptor)

    def device(self) -> str:
        return self._device

    def native_fourcc(self) -> int | None:
        return int(pyvirtualcam.util.encode_fourcc(pyvirtualcam.PixelFormat.I420.value))


if sys.platform.startswith("linux"):
    pyvirtualcam.register_backend(BACKEND, LoopbackCamera)
