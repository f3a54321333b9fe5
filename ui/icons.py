"""The program's own pictures, from ``assets/icons``."""

from __future__ import annotations

from importlib.resources import as_file, files

from PySide6.QtGui import QIcon, QPixmap


def icon(name: str) -> QIcon:
    """The SVG ``assets/icons/<name>.svg``, sharp at any size. Raises FileNotFoundError when it is not there."""
    return QIcon(icon_path(name))


def picture(name: str, side: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a square of ``side`` logical pixels on a screen with ``ratio`` device pixels to one."""
    return icon(name).pixmap(QPixmap(side, side).size(), ratio)


def icon_path(name: str) -> str:
    """File of the icon, with forward slashes, as style sheets want it."""
    with as_file(files("sanacam.assets") / "icons" / f"{name}.svg") as path:
        if not path.is_file():
            raise FileNotFoundError(path)
        return path.as_posix()
