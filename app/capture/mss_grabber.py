"""Screens and regions through mss: X11, and Windows where nothing faster works."""

from __future__ import annotations

import cv2
import mss
import numpy as np
from mss.exception import ScreenShotError

from sanacam.app.capture.region import Region, find_screen, why_not
from sanacam.app.frames import Pixels, as_pixels
from sanacam.app.source import SourceEnded
from sanacam.model.errors import UserError


def screens() -> list[Region]:
    """The whole desktop first, then each screen: screen 1 is item 1.

    Raises:
        UserError: they cannot be captured.
    """
    try:
        with mss.MSS() as grabber:
            return _regions(grabber)
    except (ScreenShotError, OSError, ValueError) as error:
        raise UserError("The screen cannot be captured.", why_not()) from error


class MssGrabber:
    """A screen by its number (0: all together), or a region."""

    via = "mss"
    asks = False

    def __init__(self, what: int | Region) -> None:
        self._what = what
        self._grabber: mss.MSS | None = None
        self._area: dict[str, int] = {}
        self._name = ""

    def open(self) -> str:
        self.close()
        try:
            # Bound to the thread that makes it.
            self._grabber = mss.MSS()
            there = _regions(self._grabber)
        except (ScreenShotError, OSError, ValueError) as error:
            self.close()
            raise UserError("The screen cannot be captured.", why_not()) from error
        place, self._name = find_screen(self._what, there)
        self._area = {"left": place.left, "top": place.top, "width": place.width, "height": place.height}
        return self._name

    def grab(self) -> Pixels:
        if self._grabber is None:
            raise RuntimeError("grab before open")
        try:
            shot = self._grabber.grab(self._area)
        except ScreenShotError as error:
            raise SourceEnded(f"{self._name} can no longer be captured.") from error
        bgra = np.frombuffer(shot.bgra, dtype=np.uint8).reshape(shot.height, shot.width, 4)
        return as_pixels(cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGB))

    def close(self) -> None:
        if self._grabber is not None:
            self._grabber.close()
            self._grabber = None


def _regions(grabber: mss.MSS) -> list[Region]:
    return [Region(m["left"], m["top"], m["width"], m["height"]) for m in grabber.monitors]
