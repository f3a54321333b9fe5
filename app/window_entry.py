"""The way to the window without importing it: it is registered as entry point ``window`` in group ``sanacam.ui``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import cast

from sanacam.app.settings import Settings
from sanacam.model.errors import UserError

GROUP = "sanacam.ui"
NAME = "window"


def display_available() -> bool:
    """True where a window can be opened; on Linux with X11, Wayland or a Qt platform that was asked for by name."""
    if sys.platform in ("win32", "darwin"):
        return True
    wanted = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in wanted)


def find_window() -> Callable[..., int] | None:
    """The function that opens the window and returns an exit code, see ``sanacam.ui.main.run``; None when no window
    is installed.
    """
    for entry in entry_points(group=GROUP, name=NAME):
        return cast(Callable[..., int], entry.load())
    return None


def open_window(settings: Settings, *, control: bool = True) -> int:
    """Open the window and stay until it is closed.

    Args:
        control: whether other programs may control it (``sanacam.app.control``).

    Raises:
        UserError: no display, or no window installed.
    """
    if not display_available():
        raise UserError(
            "There is no display to open a window on.", "Use --sink virtualcam or --sink file:out.mp4 instead."
        )
    window = find_window()
    if window is None:
        raise UserError(
            "The window is not installed here.",
            "Install Sanacam as a package (python start.py does), or use --sink virtualcam or --sink file:out.mp4.",
        )
    return window(settings) if control else window(settings, control=False)
