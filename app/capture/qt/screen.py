"""Screens and windows through QtMultimedia: macOS, and Wayland by way of the desktop's portal."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtMultimedia import QMediaCaptureSession, QScreenCapture, QWindowCapture

from sanacam.app.capture.qt.application import need_application
from sanacam.app.capture.qt.pictures import NewestPicture
from sanacam.app.capture.region import Region
from sanacam.app.capture.window_title import choose_window
from sanacam.app.frames import Pixels
from sanacam.app.source import SourceEnded
from sanacam.model.errors import UserError


def screens() -> list[Region]:
    """Each screen in its own pixels; screen 1 is item 0. Raises UserError without a display."""
    need_application(screens=True)
    places = []
    for screen in QGuiApplication.screens():
        corner, size, scale = screen.geometry().topLeft(), screen.geometry().size(), screen.devicePixelRatio()
        places.append(Region(corner.x(), corner.y(), round(size.width() * scale), round(size.height() * scale)))
    return places


def window_titles() -> list[str]:
    """The windows that Qt can capture. Raises UserError without a display."""
    need_application(screens=True)
    return [window.description() for window in QWindowCapture.capturableWindows()]


class _QtGrabber:
    """What both grabbers share. Constructed in the main thread, used in the one that captures."""

    via = "QtMultimedia"
    asks = False

    def __init__(self) -> None:
        need_application(screens=True)
        self._parts: tuple[QMediaCaptureSession, Any] | None = None
        self._pictures: NewestPicture | None = None
        self._name = ""
        self._trouble = ""

    def grab(self) -> Pixels | None:
        if self._pictures is None or self._parts is None:
            raise RuntimeError("grab before open")
        newest = self._pictures.wait(0.0)
        if newest is not None:
            return newest[0]
        if self._trouble or not self._parts[1].isActive():
            raise SourceEnded(f"{self._name} can no longer be captured. {self._trouble}".rstrip())
        return None

    def close(self) -> None:
        if self._parts is not None:
            self._parts[1].stop()
        self._parts = self._pictures = None

    def _begin(self, session: QMediaCaptureSession, capture: Any, name: str) -> str:
        assert self._pictures is not None, "made before the capture"
        self._name, self._trouble = name, ""
        session.setVideoSink(self._pictures.sink)
        capture.errorOccurred.connect(self._failed)
        self._parts = (session, capture)
        capture.start()
        if self._trouble:
            raise UserError(f"{name} cannot be captured.", self._trouble)
        return name

    def _failed(self, _: object, words: str) -> None:
        self._trouble = words or "Qt does not say why."


class QtScreenGrabber(_QtGrabber):
    """A screen by its number, from 1. On Wayland the desktop asks the person, who may also choose a window, and the
    number has no say.
    """

    def __init__(self, number: int, *, portal: bool) -> None:
        super().__init__()
        self._number = number
        self.asks = portal
        if portal:
            self.via = "QtMultimedia, the desktop's portal (experimental)"

    def open(self) -> str:
        self.close()
        self._pictures = NewestPicture()
        screens = QGuiApplication.screens()
        capture = QScreenCapture()
        if not self.asks:
            if not 1 <= self._number <= len(screens):
                raise UserError(f"There is no screen {self._number}.", f"Screens are counted from 1 to {len(screens)}.")
            capture.setScreen(screens[self._number - 1])
        session = QMediaCaptureSession()
        session.setScreenCapture(capture)
        name = "What you chose in the desktop's dialog" if self.asks else f"Screen {self._number}"
        return self._begin(session, capture, name)


class QtWindowGrabber(_QtGrabber):
    """A window by its title; see ``choose_window``."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._wanted = title

    def open(self) -> str:
        self.close()
        self._pictures = NewestPicture()
        windows = QWindowCapture.capturableWindows()
        chosen = windows[choose_window(self._wanted, [window.description() for window in windows])]
        capture = QWindowCapture()
        capture.setWindow(chosen)
        session = QMediaCaptureSession()
        session.setWindowCapture(capture)
        return self._begin(session, capture, f"Window {chosen.description()}")

    def grab(self) -> Pixels | None:
        picture = super().grab()
        if picture is None and self._parts is not None and not self._parts[1].window().isValid():
            raise SourceEnded(f"{self._name} was closed.")
        return picture
