"""The windows that are open on Windows, by the functions of user32."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass

_CLOAKED = 14


@dataclass(frozen=True, slots=True)
class Window:
    """A visible window with a title. ``number``: its HWND."""

    number: int
    title: str


def list_windows() -> list[Window]:
    """Visible windows with a title that are not of this process, the topmost first."""
    if sys.platform != "win32":
        raise RuntimeError("only Windows has this list")
    from ctypes import wintypes

    user32, dwm = ctypes.windll.user32, ctypes.windll.dwmapi
    windows: list[Window] = []

    def look_at(number: int, _: int) -> bool:
        process, cloaked = wintypes.DWORD(), wintypes.DWORD()
        user32.GetWindowThreadProcessId(number, ctypes.byref(process))
        # Windows keeps closed store apps as windows that are "visible" but cloaked.
        dwm.DwmGetWindowAttribute(number, _CLOAKED, ctypes.byref(cloaked), ctypes.sizeof(cloaked))
        if user32.IsWindowVisible(number) and not cloaked.value and process.value != os.getpid():
            text = ctypes.create_unicode_buffer(user32.GetWindowTextLengthW(number) + 1)
            user32.GetWindowTextW(number, text, len(text))
            if text.value:
                windows.append(Window(number, text.value))
        return True

    user32.EnumWindows(ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)(look_at), 0)
    return windows
