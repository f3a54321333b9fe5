"""Which way to the screen this system has."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Literal

from sanacam.app.capture.grabber import Cropped, GrabbedSource, Grabber, UnavailableError
from sanacam.app.capture.region import Region
from sanacam.model.errors import UserError

Desktop = Literal["windows", "mac", "wayland", "x11"]


def desktop() -> Desktop:
    """The kind of desktop that this program runs on. Without any, "x11", whose errors say so."""
    if sys.platform == "win32":
        return "windows"
    if sys.platform == "darwin":
        return "mac"
    # XWayland sets DISPLAY too, but shows a capturing program only black.
    wayland = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland"
    return "wayland" if wayland else "x11"


def open_screen(number: int, fps: float) -> GrabbedSource:
    """A whole screen, from 1; 0 is all of them together, where mss works.

    Raises:
        UserError: not on this desktop.
    """
    kind = desktop()
    if kind in ("mac", "wayland"):
        if number == 0:
            raise UserError("Here only one screen can be captured at a time.", "Choose one: screen:1.")
        return GrabbedSource([_ready(_qt_screen(number, portal=kind == "wayland"))], fps=fps)
    if kind == "windows" and number > 0:
        return GrabbedSource(
            [lambda: _graphics(number, fps), lambda: _duplication(number), lambda: _mss(number)], fps=fps
        )
    return GrabbedSource([lambda: _mss(number)], fps=fps)


def open_window(title: str, fps: float) -> GrabbedSource:
    """A window by its title; see ``sanacam.app.capture.window_title``.

    Raises:
        UserError: not on this desktop.
    """
    kind = desktop()
    if kind == "wayland":
        raise UserError(
            "Wayland lets no program choose a window.",
            "Use --source screen:1 and choose the window in the dialog that your desktop shows.",
        )
    if kind == "mac":
        return GrabbedSource([_ready(_qt_window(title))], fps=fps)
    if kind == "windows":
        return GrabbedSource([lambda: _graphics(title, fps)], fps=fps)
    return GrabbedSource([lambda: _x11_window(title)], fps=fps)


def open_region(region: Region, fps: float) -> GrabbedSource:
    """A rectangle of the desktop.

    Raises:
        UserError: not on this desktop, or (macOS) not on one screen.
    """
    kind = desktop()
    if kind == "wayland":
        raise UserError(
            "Wayland does not tell where a screen is, so there are no regions.", "Use --source screen:1 instead."
        )
    if kind == "mac":
        return GrabbedSource([_ready(_qt_region(region))], fps=fps)
    if kind == "windows":
        return GrabbedSource([lambda: _graphics_region(region, fps), lambda: _mss(region)], fps=fps)
    return GrabbedSource([lambda: _mss(region)], fps=fps)


def _ready(grabber: Grabber) -> Callable[[], Grabber]:
    """Qt's grabbers are made in the main thread, unlike the others, and used again and again."""
    return lambda: grabber


def _mss(what: int | Region) -> Grabber:
    from sanacam.app.capture.mss_grabber import MssGrabber

    return MssGrabber(what)


def _x11_window(title: str) -> Grabber:
    from sanacam.app.capture.x11_window import X11WindowGrabber

    return X11WindowGrabber(title)


def _graphics(what: int | str, fps: float) -> Grabber:
    from sanacam.app.capture.windows_grabbers import GraphicsCaptureGrabber

    return GraphicsCaptureGrabber(what, fps)


def _duplication(number: int) -> Grabber:
    from sanacam.app.capture.windows_grabbers import DuplicationGrabber

    return DuplicationGrabber(number)


def _graphics_region(region: Region, fps: float) -> Grabber:
    from sanacam.app.capture.mss_grabber import screens
    from sanacam.app.capture.windows_grabbers import GraphicsCaptureGrabber

    number, place = _screen_with(region, screens()[1:])
    corner = (region.left - place.left, region.top - place.top)
    whole = GraphicsCaptureGrabber(number, fps)
    return Cropped(whole, corner, (region.width, region.height), f"Region {region}")


def _qt_screen(number: int, *, portal: bool) -> Grabber:
    from sanacam.app.capture.qt.screen import QtScreenGrabber

    return QtScreenGrabber(number, portal=portal)


def _qt_window(title: str) -> Grabber:
    from sanacam.app.capture.qt.screen import QtWindowGrabber

    return QtWindowGrabber(title)


def _qt_region(region: Region) -> Grabber:
    from sanacam.app.capture.qt.screen import QtScreenGrabber, screens

    try:
        number, place = _screen_with(region, screens())
    except UnavailableError as reason:
        raise UserError(f"The region {region} cannot be captured: {reason}.", "Choose one that is.") from reason
    corner = (region.left - place.left, region.top - place.top)
    whole = QtScreenGrabber(number, portal=False)
    return Cropped(whole, corner, (region.width, region.height), f"Region {region}")


def _screen_with(region: Region, places: list[Region]) -> tuple[int, Region]:
    """Number, from 1, and place of the screen that has all of the region."""
    for number, place in enumerate(places, start=1):
        if region.inside(place):
            return number, place
    raise UnavailableError(f"{region} is not on one screen alone")
