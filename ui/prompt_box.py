"""Where the prompt is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from sanacam.ui.icons import icon
from sanacam.ui.prompt_history import PromptHistory


class PromptBox(QLineEdit):
    """One line; Enter applies it, up and down walk through earlier ones.

    Signals:
        applied(str): what stands in the box, not checked yet.
    """

    applied = Signal(str)

    def __init__(self, history: PromptHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.history = history
        self.setPlaceholderText("What should the picture become?  For example: an oil painting")
        self.setAccessibleName("Prompt")
        self.setAccessibleDescription("Say in English what the picture should become. Enter applies it.")
        self.setToolTip("Enter applies · ↑ ↓ earlier prompts")
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):
            button.setIcon(icon("close"))
        self.returnPressed.connect(self.apply)

    def apply(self) -> None:
        """As if Enter were pressed."""
        self.applied.emit(self.text())

    def show_prompt(self, text: str) -> None:
        """Put ``text`` into the box, with its beginning in sight."""
        self.setText(text)
        self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Up:
            self.setText(self.history.older(self.text()))
        elif event.key() == Qt.Key.Key_Down:
            self.setText(self.history.newer(self.text()))
        else:
            super().keyPressEvent(event)
