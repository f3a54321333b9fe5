"""The cameras of this machine by name. None is found by trying numbers: that switches cameras on and freezes some."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace

from sanacam.app.capture.camera_format import CameraFormat
from sanacam.app.capture.own_output import is_own_camera, own_devices
from sanacam.app.capture.v4l2_cameras import video_devices
from sanacam.model.errors import UserError


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that is connected.

    Attributes:
        name: for people; two of a kind are told apart: "HD Webcam", "HD Webcam (2)".
        key: what the system calls it: a path on Linux, an identifier elsewhere.
        formats: what it can send; empty when it does not say.
        locked: this user may not open it.
        fed: a Sanacam feeds it now, whatever its name.
    """

    name: str
    key: str
    formats: tuple[CameraFormat, ...] = ()
    locked: bool = False
    fed: bool = False

    @property
    def own(self) -> bool:
        """Whether it shows Sanacam's output: not to be offered."""
        return self.fed or is_own_camera(self.name)


def connected_cameras() -> list[Camera]:
    """Every camera, our own output among them. On Windows and macOS to be called first in the main thread."""
    if sys.platform.startswith("linux"):
        devices = [device for device in video_devices() if device.captures]
        fed = own_devices() if devices else set()
        found = [
            Camera(device.name, device.path, device.formats, device.locked, device.path in fed) for device in devices
        ]
    else:
        from sanacam.app.capture.qt.cameras import qt_cameras

        found = qt_cameras()
    return _told_apart(found)


def find_camera(wanted: str, there: list[Camera] | None = None) -> Camera:
    """The camera that ``wanted`` names: its whole name, its path, its number (on Linux that of the device, elsewhere
    its place in the list from 0), a part of its name, or nothing for the first one. Our own output only by its whole
    name, path or number.

    Raises:
        UserError: none, or several; they are named.
    """
    there = connected_cameras() if there is None else there
    foreign = [camera for camera in there if not camera.own]
    if not wanted:
        found = foreign[:1]
    else:
        found = [camera for camera in there if wanted in (camera.name, camera.key, _number(camera, there))]
        found = found or [camera for camera in foreign if wanted.lower() in camera.name.lower()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f'"{camera.name}"' for camera in (found or foreign))
    if found:
        raise UserError(f'{len(found)} cameras have "{wanted}" in their name.', f"Write more of it: {names}.")
    raise UserError(
        f"There is no camera {wanted}." if wanted else "There is no camera.",
        f"There is: {names}." if names else "No camera is connected.",
    )


def _number(camera: Camera, there: list[Camera]) -> str:
    if sys.platform.startswith("linux"):
        return camera.key.removeprefix("/dev/video")
    return str(there.index(camera))


def _told_apart(cameras: list[Camera]) -> list[Camera]:
    seen: Counter[str] = Counter()
    named = []
    for camera in cameras:
        seen[camera.name] += 1
        count = seen[camera.name]
        named.append(camera if count == 1 else replace(camera, name=f"{camera.name} ({count})"))
    return named
