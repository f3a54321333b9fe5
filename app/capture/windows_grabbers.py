"""Screens and windows on Windows: Windows Graphics Capture, and desktop duplication where that does not work.

Windows Graphics Capture (the package windows-capture) takes windows as well as screens and slows no game down. Desktop
duplication (the package dxcam) takes whole screens only. Both send a picture only when something has changed.
"""

from __future__ import annotations

import threading
from typing import Any

import cv2

from sanacam.app.capture.grabber import UnavailableError
from sanacam.app.capture.mss_grabber import screens
from sanacam.app.capture.region import find_screen
from sanacam.app.capture.window_title import choose_window
from sanacam.app.capture.windows_list import Window, list_windows
from sanacam.app.frames import Pixels, as_pixels
from sanacam.app.source import SourceEnded


class GraphicsCaptureGrabber:
    """A screen by its number, from 1, or a window by its title (see ``choose_window``).

    Args:
        fps: more pictures a second than this are not asked for.
    """

    via = "Windows Graphics Capture"
    asks = False

    def __init__(self, what: int | str, fps: float) -> None:
        self._what = what
        self._least_ms = max(1, int(1000 / fps) - 1)
        self._lock = threading.Lock()
        self._newest: Pixels | None = None
        self._ended = False
        self._name = ""
        self._control: Any = None

    def open(self) -> str:
        self.close()
        target, self._name = self._target()
        self._newest, self._ended = None, False
        try:
            from windows_capture import WindowsCapture

            capture = WindowsCapture(minimum_update_interval=self._least_ms, **target)
            # Its decorator tells the two apart by these names.
            capture.frame_handler, capture.closed_handler = self._arrived, self._closed
            self._control = capture.start_free_threaded()
        except Exception as error:  # what its native part raises is not documented
            raise UnavailableError(f"{self.via} does not work here ({error or type(error).__name__})") from error
        return self._name

    def grab(self) -> Pixels | None:
        if self._control is None:
            raise RuntimeError("grab before open")
        with self._lock:
            newest, self._newest = self._newest, None
        if newest is None and (self._ended or self._control.is_finished()):
            raise SourceEnded(f"{self._name} was closed.")
        return newest

    def close(self) -> None:
        control, self._control = self._control, None
        if control is not None and not control.is_finished():
            control.stop()

    def _target(self) -> tuple[dict[str, Any], str]:
        if isinstance(self._what, str):
            windows: list[Window] = list_windows()
            window = windows[choose_window(self._what, [window.title for window in windows])]
            return {"window_hwnd": window.number}, f"Window {window.title}"
        _, name = find_screen(self._what, screens())
        return {"monitor_index": self._what}, name

    def _arrived(self, frame: Any, control: Any) -> None:
        """Called from the library's thread; its buffer is valid only until this returns."""
        picture = as_pixels(cv2.cvtColor(frame.frame_buffer, cv2.COLOR_BGRA2RGB))
        with self._lock:
            self._newest = picture

    def _closed(self) -> None:
        self._ended = True


class DuplicationGrabber:
    """A screen by its number, from 1."""

    via = "DXGI desktop duplication"
    asks = False

    def __init__(self, number: int) -> None:
        self._number = number
        self._camera: Any = None
        self._name = ""

    def open(self) -> str:
        self.close()
        place, self._name = find_screen(self._number, screens())
        try:
            import dxcam

            self._camera = dxcam.create(output_idx=self._number - 1, output_color="RGB")
        except Exception as error:  # COM errors of many kinds
            raise UnavailableError(f"{self.via} does not work here ({error or type(error).__name__})") from error
        if (self._camera.width, self._camera.height) != (place.width, place.height):
            # The two lists of screens need not have one order; rather none than somebody's other screen.
            self.close()
            raise UnavailableError(f"{self.via} counts the screens in another order")
        return self._name

    def grab(self) -> Pixels | None:
        if self._camera is None:
            raise RuntimeError("grab before open")
        try:
            picture = self._camera.grab()
        except Exception as error:
            raise SourceEnded(f"{self._name} can no longer be captured.") from error
        return None if picture is None else as_pixels(picture)

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.release()
