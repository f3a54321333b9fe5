"""The window in its own picture: a captured screen that has the preview on it shows itself in itself, for ever.

Windows can leave a window out of what is captured. Elsewhere the user is told.
"""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import Any

from PySide6.QtWidgets import QWidget

from sanacam.app.capture.desktop import desktop
from sanacam.app.capture.region import Region
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

WDA_NONE, WDA_EXCLUDEFROMCAPTURE = 0x00, 0x11
SEES_ITSELF = "This window is in the picture and will film itself: move it away from there, or minimise it."


class CaptureShield:
    """Looks after one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._source = ""
        self._area: Region | None = None
        self._hidden = False

    def watch(self, source: str) -> None:
        """This is captured from now on."""
        if source == self._source:
            return
        self._source, self._area = source, captured_area(source)
        if self._area is not None or self._hidden:
            # Only while it matters: other programs may want to share this window.
            hide = self._area is not None
            self._hidden = leave_out_of_captures(int(self._window.winId()), hide) and hide

    def warning(self) -> str:
        """A sentence when the picture has the window in it now, else empty."""
        window = self._window
        if self._area is None or self._hidden or not window.isVisible() or window.isMinimized():
            return ""
        return SEES_ITSELF if _overlap(self._area, _place(window)) else ""


def captured_area(source: str) -> Region | None:
    """The part of the desktop that ``source`` captures, in pixels; None for another source, or when nobody can tell."""
    kind, _, rest = source.partition(":")
    if kind not in ("screen", "region") or desktop() == "wayland":
        return None
    try:
        if kind == "region":
            left, top, width, height = (int(number) for number in rest.split(","))
            return Region(left, top, width, height)
        return _screens()[int(rest or "1")]
    except (UserError, ValueError, IndexError) as error:
        # Opening the source says it to the user.
        log.info("%s: %s", source, error)
        return None


def leave_out_of_captures(window_id: int, leave_out: bool, user32: Any = None) -> bool:
    """Have Windows (10 of May 2020, or newer) show a window to the user alone, or to all again. False where that does
    not work. ``user32``: its library, for tests.
    """
    if user32 is None:
        if sys.platform != "win32":
            return False
        user32 = ctypes.windll.user32
    affinity = WDA_EXCLUDEFROMCAPTURE if leave_out else WDA_NONE
    done = bool(user32.SetWindowDisplayAffinity(ctypes.c_void_p(window_id), ctypes.c_uint32(affinity)))
    if not done:
        log.warning("this Windows does not leave the window out of captures")
    return done


def _screens() -> list[Region]:
    """The whole desktop first, then each screen. Raises UserError without a display."""
    if desktop() == "mac":
        from sanacam.app.capture.qt.screen import screens as qt_screens

        # All of them together are not captured there.
        return [Region(0, 0, 0, 0), *qt_screens()]
    from sanacam.app.capture.mss_grabber import screens

    return screens()


def _place(window: QWidget) -> Region:
    """The window in pixels of the desktop. Qt scales sizes, and distances within a screen, but not where it begins."""
    screen, frame = window.screen(), window.frameGeometry()
    corner, scale = screen.geometry().topLeft(), screen.devicePixelRatio()
    offset = frame.topLeft() - corner
    return Region(
        corner.x() + round(offset.x() * scale),
        corner.y() + round(offset.y() * scale),
        round(frame.width() * scale),
        round(frame.height() * scale),
    )


def _overlap(one: Region, other: Region) -> bool:
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )
