"""Windows on X11, through python-xlib.

With the Composite extension, which every X server of today has, the picture is that of the window itself, even where
other windows lie over it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from Xlib import X, display, error
from Xlib.ext import composite

from sanacam.app.capture.region import why_not
from sanacam.app.capture.window_title import choose_window
from sanacam.app.frames import Pixels, as_pixels
from sanacam.app.source import SourceEnded
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

SMALLEST = 16
_ALL_PLANES = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Window:
    """A window with a title. ``program``: its WM_CLASS, which stays when the title changes."""

    number: int
    title: str
    program: str


def list_windows() -> list[Window]:
    """The windows of this display that have a title and are not tiny, in the window manager's order.

    Raises:
        UserError: there is no display.
    """
    connection = _connect()
    try:
        return _windows(connection)
    finally:
        connection.close()


class X11WindowGrabber:
    """One window. When it is closed and another of the same title, or else the only one of the same program, opens,
    ``open`` finds that.

    Args:
        title: see ``choose_window``.
    """

    via = "X11"
    asks = False

    def __init__(self, title: str) -> None:
        self._wanted = title
        self._program = ""
        self._display: Any = None
        self._window: Any = None
        self._name = ""

    def open(self) -> str:
        self.close()
        self._display = _connect()
        try:
            found = self._find(_windows(self._display))
            self._program = found.program
            self._name = f"Window {found.title}"
            self._window = self._display.create_resource_object("window", found.number)
            if self._display.has_extension("Composite"):
                # The server keeps a picture of the window from now on; it draws it on the screen as before.
                composite.redirect_window(self._window, composite.RedirectAutomatic)
        except BaseException:
            self.close()
            raise
        return self._name

    def grab(self) -> Pixels | None:
        if self._window is None:
            raise RuntimeError("grab before open")
        try:
            if self._window.get_attributes().map_state != X.IsViewable:
                return None  # minimised, or on another desktop
            try:
                return self._picture()
            except (error.BadMatch, error.BadDrawable):
                # It changed its size, was minimised or closed in between; the question shows which.
                self._window.get_attributes()
                return None
        except (error.BadWindow, error.ConnectionClosedError) as gone:
            raise SourceEnded(f"{self._name} was closed.") from gone

    def close(self) -> None:
        if self._display is not None:
            self._display.close()  # ends the redirection too
            self._display = self._window = None

    def _find(self, windows: list[Window]) -> Window:
        try:
            return windows[choose_window(self._wanted, [window.title for window in windows])]
        except UserError:
            same = [window for window in windows if self._program and window.program == self._program]
            if len(same) != 1:
                raise
            return same[0]

    def _picture(self) -> Pixels:
        shape = self._window.get_geometry()
        drawable, corner = self._window, 0
        pixmap = None
        if self._display.has_extension("Composite"):
            drawable = pixmap = composite.name_window_pixmap(self._window)
            corner = shape.border_width
        try:
            image = drawable.get_image(corner, corner, shape.width, shape.height, X.ZPixmap, _ALL_PLANES)
        finally:
            if pixmap is not None:
                pixmap.free()
        bgra = np.frombuffer(image.data, dtype=np.uint8)
        if bgra.size != shape.width * shape.height * 4:
            raise UserError(
                f"{self._name} has {shape.depth} bits a pixel.", "Only displays with 24 or 32 can be captured."
            )
        return as_pixels(cv2.cvtColor(bgra.reshape(shape.height, shape.width, 4), cv2.COLOR_BGRA2RGB))


def _connect() -> Any:
    try:
        connection = display.Display()
    except (error.DisplayError, OSError) as problem:
        raise UserError("Windows cannot be captured.", why_not()) from problem
    # What the library would print: errors of requests without an answer. The next question meets them again.
    connection.set_error_handler(lambda problem, request: log.debug("X11: %s", problem))
    return connection


def _windows(connection: Any) -> list[Window]:
    root = connection.screen().root
    listed = root.get_full_property(connection.intern_atom("_NET_CLIENT_LIST"), X.AnyPropertyType)
    # Without a window manager that keeps a list, all windows stand directly on the root.
    numbers = list(listed.value) if listed is not None else [child.id for child in root.query_tree().children]
    windows = []
    for number in numbers:
        window = connection.create_resource_object("window", number)
        try:
            title = _title(connection, window)
            shape = window.get_geometry()
            program = window.get_wm_class() or ("", "")
        except (error.BadWindow, error.BadDrawable):
            continue  # closed just now
        if title and min(shape.width, shape.height) >= SMALLEST:
            windows.append(Window(number, title, program[1]))
    return windows


def _title(connection: Any, window: Any) -> str:
    modern = window.get_full_text_property(connection.intern_atom("_NET_WM_NAME"))
    title = modern or window.get_wm_name() or ""
    return title.decode("latin-1") if isinstance(title, bytes) else str(title)
