"""A screen, through mss (X11, Windows GDI, macOS CoreGraphics)."""

from __future__ import annotations

import os
import sys
import time

import cv2
import mss
import numpy as np
from mss.exception import ScreenShotError

from sanacam.app.frames import Frame, as_pixels
from sanacam.app.source import SourceEnded, SourceInfo
from sanacam.model.errors import UserError


def screen_sizes() -> list[tuple[int, int]]:
    """(width, height) of each screen, the first is screen 1.

    Raises:
        UserError: they cannot be captured.
    """
    try:
        with mss.MSS() as grabber:
            return [(screen["width"], screen["height"]) for screen in grabber.monitors[1:]]
    except (ScreenShotError, OSError, ValueError) as error:
        raise UserError("The screen cannot be captured.", _why_not()) from error


class ScreenSource:
    """Pictures of one screen at a steady rate.

    Args:
        number: 1 for the first screen; 0 for all of them together.
        fps: pictures a second, 1…120.
    """

    live = True

    def __init__(self, number: int = 1, *, fps: float = 30.0) -> None:
        if not 1 <= fps <= 120:
            raise UserError(f"A screen cannot be captured {fps:g} times a second.", "Choose 1 to 120.")
        self._number = number
        self._fps = fps
        self._grabber: mss.MSS | None = None
        self._area: dict[str, int] = {}
        self._next_ns = 0
        self._sequence = 0

    def open(self) -> SourceInfo:
        self.close()
        try:
            # Bound to the thread that makes it.
            self._grabber = grabber = mss.MSS()
            screens = grabber.monitors
            if self._number >= len(screens):
                count = len(screens) - 1
                raise UserError(
                    f"There is no screen {self._number}.",
                    f"There {'is one screen' if count == 1 else f'are {count} screens'}, counted from 1.",
                )
            self._area = dict(screens[self._number])
            first = grabber.grab(self._area)
        except UserError:
            self.close()
            raise
        except (ScreenShotError, OSError, ValueError) as error:
            self.close()
            raise UserError("The screen cannot be captured.", _why_not()) from error
        self._next_ns = time.monotonic_ns()
        self._sequence = 0
        name = f"Screen {self._number}" if self._number else "All screens"
        return SourceInfo(name, first.width, first.height, self._fps, live=True)

    def read(self, timeout_s: float) -> Frame | None:
        if self._grabber is None:
            raise RuntimeError("read before open")
        ahead = self._next_ns - time.monotonic_ns()
        if ahead > timeout_s * 1e9:
            time.sleep(timeout_s)
            return None
        if ahead > 0:
            time.sleep(ahead / 1e9)
        now = time.monotonic_ns()
        try:
            shot = self._grabber.grab(self._area)
        except ScreenShotError as error:
            raise SourceEnded(f"Screen {self._number} can no longer be captured.") from error
        self._next_ns = max(self._next_ns + round(1e9 / self._fps), now)
        bgra = np.frombuffer(shot.bgra, dtype=np.uint8).reshape(shot.height, shot.width, 4)
        frame = Frame(as_pixels(cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGB)), now, self._sequence)
        self._sequence += 1
        return frame

    def close(self) -> None:
        if self._grabber is not None:
            self._grabber.close()
            self._grabber = None


def _why_not() -> str:
    if sys.platform.startswith("linux"):
        if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland":
            return (
                "Wayland does not allow this way of capturing. Log in with an X11 session, or use a camera or a file."
            )
        if not os.environ.get("DISPLAY"):
            return "No display is available here. Run this in a desktop session."
        return "The display does not answer. Check the variable DISPLAY."
    if sys.platform == "darwin":
        return "Allow it in System Settings > Privacy & Security > Screen Recording, then start again."
    return "Unlock the screen and try again."
