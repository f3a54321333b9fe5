"""Places on the desktop: screens and rectangles of it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from sanacam.model.errors import UserError


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the desktop in pixels. ``left`` and ``top`` count from the desktop's corner and may be negative
    on a screen left of or above the first one.
    """

    left: int
    top: int
    width: int
    height: int

    def inside(self, other: Region) -> bool:
        """Whether all of it lies in ``other``."""
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.left + self.width <= other.left + other.width
            and self.top + self.height <= other.top + other.height
        )

    def __str__(self) -> str:
        return f"{self.width}×{self.height} at {self.left},{self.top}"


def find_screen(what: int | Region, there: list[Region]) -> tuple[Region, str]:
    """The rectangle of a screen or region, and its name. ``there``: as ``screens`` gives them.

    Raises:
        UserError: no such screen, or a region that is not on the desktop.
    """
    if isinstance(what, Region):
        if not what.inside(there[0]):
            raise UserError(
                f"The region {what} is not on the screen.", f"The desktop has {there[0]}. Write region:LEFT,TOP,W,H."
            )
        return what, f"Region {what}"
    if what >= len(there):
        count = len(there) - 1
        raise UserError(
            f"There is no screen {what}.",
            f"There {'is one screen' if count == 1 else f'are {count} screens'}, counted from 1.",
        )
    return there[what], f"Screen {what}" if what else "All screens"


def why_not() -> str:
    """The next step of a person whose screen cannot be captured here."""
    if sys.platform.startswith("linux"):
        if not os.environ.get("DISPLAY"):
            return "No display is available here. Run this in a desktop session."
        return "The display does not answer. Check the variable DISPLAY."
    if sys.platform == "darwin":
        return "Allow it in System Settings > Privacy & Security > Screen Recording, then start again."
    return "Unlock the screen and try again."
