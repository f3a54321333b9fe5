"""The cameras that Linux knows, with what they can send, asked from the kernel.

QtMultimedia asks the same questions, but needs an event loop to notice what is plugged in later, and this list is also
used where none runs. Opening a device to ask it does not switch the camera on.

Layouts: ``struct v4l2_capability``, ``v4l2_fmtdesc``, ``v4l2_frmsizeenum``, ``v4l2_frmivalenum`` of
<linux/videodev2.h>.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sanacam.app.capture.camera_format import CameraFormat

SYSFS = Path("/sys/class/video4linux")
DEV = Path("/dev")

_VIDEO_CAPTURE = 1  # both the capability and the type of buffer
_DISCRETE = 1
_MOST = 256  # answers to one question; a faulty driver would never come to an end


def _request(number: int, size: int, direction: int = 3) -> int:
    return direction << 30 | size << 16 | ord("V") << 8 | number


_QUERYCAP = _request(0, 104, direction=2)
_ENUM_FMT, _FMT_BYTES = _request(2, 64), 64
_ENUM_SIZES, _SIZES_BYTES = _request(74, 44), 44
_ENUM_INTERVALS, _INTERVALS_BYTES = _request(75, 52), 52


@dataclass(frozen=True, slots=True)
class VideoDevice:
    """A video device. ``name`` is what the driver calls it, the kernel's name when it may not be opened (then
    ``locked``). ``captures``: pictures can be read from it.
    """

    path: str
    name: str
    captures: bool
    locked: bool
    formats: tuple[CameraFormat, ...]


def video_devices(sysfs: Path = SYSFS, dev: Path = DEV) -> list[VideoDevice]:
    """All video devices in the order of their numbers, cameras or not."""
    entries = [entry for entry in sysfs.glob("video*") if entry.name.removeprefix("video").isdigit()]
    found = [_ask(entry, dev / entry.name) for entry in sorted(entries, key=lambda e: int(e.name[5:]))]
    return [device for device in found if device is not None]


def _ask(entry: Path, path: Path) -> VideoDevice | None:
    """None: it was unplugged just now."""
    try:
        name = (entry / "name").read_text(encoding="utf-8", errors="replace").strip()
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except PermissionError:
        return VideoDevice(str(path), name, captures=True, locked=True, formats=())
    except OSError:
        return None
    try:
        answer = _ioctl(descriptor, _QUERYCAP, bytearray(104))
        card = bytes(answer[16:48]).split(b"\0")[0].decode("utf-8", errors="replace").strip()
        captures = bool(struct.unpack_from("<I", answer, 88)[0] & _VIDEO_CAPTURE)
        formats = tuple(_formats(descriptor)) if captures else ()
        return VideoDevice(str(path), card or name, captures, locked=False, formats=formats)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _formats(descriptor: int) -> Iterator[CameraFormat]:
    for answer in _answers(descriptor, _ENUM_FMT, _FMT_BYTES, _VIDEO_CAPTURE):
        code = bytes(answer[44:48])
        for width, height in _sizes(descriptor, code):
            yield CameraFormat(width, height, _fastest(descriptor, code, width, height), code.decode("latin-1"))


def _sizes(descriptor: int, code: bytes) -> Iterator[tuple[int, int]]:
    for answer in _answers(descriptor, _ENUM_SIZES, _SIZES_BYTES, code):
        kind, *numbers = struct.unpack_from("<7I", answer, 8)
        if kind == _DISCRETE:
            yield numbers[0], numbers[1]
            continue
        # Any size in steps, in one answer: least and greatest width, step, the same for the height.
        for width, height in ((640, 360), (1280, 720), (1920, 1080), (numbers[1], numbers[4])):
            if numbers[0] <= width <= numbers[1] and numbers[3] <= height <= numbers[4]:
                yield width, height
        return


def _fastest(descriptor: int, code: bytes, width: int, height: int) -> float:
    rates = [0.0]
    for answer in _answers(descriptor, _ENUM_INTERVALS, _INTERVALS_BYTES, code, width, height):
        # Seconds a picture as a fraction; of a range the first is the shortest.
        _, numerator, denominator = struct.unpack_from("<3I", answer, 16)
        rates.append(denominator / numerator if numerator else 0.0)
    return max(rates)


def _answers(descriptor: int, request: int, size: int, *question: int | bytes) -> Iterator[bytearray]:
    """The answers to an enumerating question, until the driver says that there are no more."""
    for index in range(_MOST):
        buffer = bytearray(size)
        struct.pack_into("<I", buffer, 0, index)
        for place, part in enumerate(question, start=1):
            struct.pack_into("4s" if isinstance(part, bytes) else "<I", buffer, 4 * place, part)
        try:
            yield _ioctl(descriptor, request, buffer)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.ENOTTY, errno.ENODATA):
                return
            raise


def _ioctl(descriptor: int, request: int, buffer: bytearray) -> bytearray:
    import fcntl

    fcntl.ioctl(descriptor, request, buffer, True)
    return buffer


def users_of(path: str, proc: Path = Path("/proc")) -> list[str]:
    """The names of other programs that have a device open, as far as they may be seen."""
    names = []
    for link in proc.glob("[0-9]*/fd/*"):
        process = link.parent.parent
        try:
            if process.name != str(os.getpid()) and os.readlink(link) == path:
                names.append((process / "comm").read_text(encoding="utf-8", errors="replace").strip())
        except OSError:
            continue  # ended, or somebody else's
    return sorted(set(names))
