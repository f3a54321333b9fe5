"""The Qt application object that QtMultimedia needs, also where the program has no window."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QLoggingCategory
from PySide6.QtGui import QGuiApplication

from sanacam.app.window_entry import display_available
from sanacam.model.errors import UserError

# QtMultimedia greets on the console with the version of FFmpeg; QT_LOGGING_RULES brings that back.
QUIET = "qt.multimedia.ffmpeg.info=false"

_kept: list[QCoreApplication] = []


def need_application(*, screens: bool) -> None:
    """Make one unless there is one. To be called in the program's main thread, as Qt wants it.

    Args:
        screens: whether it must know the screens; cameras do without.

    Raises:
        UserError: there is no display.
    """
    QLoggingCategory.setFilterRules(QUIET)
    there = QCoreApplication.instance()
    linux = sys.platform.startswith("linux")
    if there is None:
        if screens and not display_available():
            # Qt would end the process.
            raise UserError("The screen cannot be captured.", "No display is available here. Run this on a desktop.")
        _kept.append(QGuiApplication(["sanacam"]) if screens or not linux else QCoreApplication(["sanacam"]))
    elif screens and not isinstance(there, QGuiApplication):
        raise RuntimeError("a Qt application without screens was made before")
