"""What there is to choose from on this machine: for the window's picker and for ``sanacam sources``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sanacam.app.capture.camera_format import CameraFormat
from sanacam.app.capture.cameras import Camera, connected_cameras
from sanacam.app.capture.desktop import desktop
from sanacam.app.capture.own_output import is_own_window
from sanacam.model.errors import UserError

Kind = Literal["camera", "screen", "window"]


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """Something that can be captured. Sanacam's own output is never among them.

    Attributes:
        kind: what it is.
        spec: for ``open_source``.
        name: for people.
        detail: what else is known, for people: sizes, what stands in the way.
        formats: of a camera.
    """

    kind: Kind
    spec: str
    name: str
    detail: str = ""
    formats: tuple[CameraFormat, ...] = ()


def list_cameras() -> list[SourceChoice]:
    """The cameras; none is switched on."""
    return [
        SourceChoice("camera", f"camera:{camera.name}", camera.name, _camera_detail(camera), camera.formats)
        for camera in connected_cameras()
        if not camera.own
    ]


def list_screens() -> list[SourceChoice]:
    """The screens with their sizes.

    Raises:
        UserError: this session's screens cannot be captured.
    """
    if desktop() == "wayland":
        detail = "your desktop asks which screen or window; experimental"
        return [SourceChoice("screen", "screen:1", "Screen or window …", detail)]
    if desktop() == "mac":
        from sanacam.app.capture.qt.screen import screens as qt_screens

        places = qt_screens()
    else:
        from sanacam.app.capture.mss_grabber import screens

        places = screens()[1:]
    return [
        SourceChoice("screen", f"screen:{number}", f"Screen {number}", f"{place.width}×{place.height}")
        for number, place in enumerate(places, start=1)
    ]


def list_windows() -> list[SourceChoice]:
    """The windows that can be captured by their title. None on Wayland, which does not tell.

    Raises:
        UserError: there is no display.
    """
    titles = [title for title in _window_titles() if not is_own_window(title)]
    return [SourceChoice("window", f"window:{title}", title) for title in dict.fromkeys(titles)]


def _window_titles() -> list[str]:
    kind = desktop()
    if kind == "wayland":
        return []
    if kind == "mac":
        from sanacam.app.capture.qt.screen import window_titles

        return window_titles()
    if kind == "windows":
        from sanacam.app.capture.windows_list import list_windows as windows_on_windows

        return [window.title for window in windows_on_windows()]
    from sanacam.app.capture.x11_window import list_windows as windows_on_x11

    return [window.title for window in windows_on_x11()]


def list_all() -> tuple[list[SourceChoice], list[UserError]]:
    """Everything, and why some of it cannot be listed."""
    choices: list[SourceChoice] = []
    troubles: dict[str, UserError] = {}
    for look in (list_cameras, list_screens, list_windows):
        try:
            choices += look()
        except UserError as error:
            troubles.setdefault(error.hint, error)
    return choices, list(troubles.values())


def _camera_detail(camera: Camera) -> str:
    if camera.locked:
        return "may not be opened: you are not in the group video"
    sizes = {(one.width, one.height): one.fps for one in sorted(camera.formats, key=lambda one: one.fps)}
    wide = sorted(sizes, key=lambda size: size[0] * size[1], reverse=True)[:3]
    return ", ".join(f"{width}×{height}@{sizes[width, height]:g}" for width, height in wide)
