"""One of several, chosen in a menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu


def add_choices(menu: QMenu, choices: Iterable[tuple[str, str]], current: str, choose: Callable[[str], None]) -> None:
    """Add one entry for each (value, title); that of ``current`` is ticked. ``choose`` is called with a value."""
    group = QActionGroup(menu)
    for value, title in choices:
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setChecked(value == current)
        action.triggered.connect(lambda _, chosen=value: choose(chosen))
        group.addAction(action)
