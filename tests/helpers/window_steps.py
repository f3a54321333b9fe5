"""Steps that tests of the window share."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from sanacam.ui.main_window import MainWindow

OpenWindow = Callable[..., MainWindow]
WAIT = 10_000


def run(qtbot: QtBot, window: MainWindow) -> None:
    """Start playing and wait until it does."""
    window.start()
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)


def messages(window: MainWindow) -> list[str]:
    """What the bars below the picture say."""
    return [bar.message for bar in window.messages.bars]
