"""Messages inside the window: they block nothing and stay until they are dismissed or outdated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sanacam.app.spoken_name import as_typed
from sanacam.ui.icons import icon

Tone = Literal["bad", "warning", "info"]
MOST = 3


class MessageBar(QFrame):
    """One message: what happened, what to do, perhaps a button that does it, and a button that dismisses it."""

    def __init__(self, about: str, message: str, hint: str, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.setProperty("tone", tone)
        self.about, self.message, self.hint = about, message, hint
        self.setAccessibleName(as_typed(f"{message} {hint}".strip()))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        words = QVBoxLayout()
        words.setSpacing(2)
        for text, kind in ((as_typed(message), "title"), (as_typed(hint), "hint")):
            if text:
                label = QLabel(text)
                label.setProperty("kind", kind)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(True)
                # A path without a blank must not make the window wider.
                label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                label.setToolTip(text)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                words.addWidget(label)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 8, 8, 8)
        self._row.setSpacing(10)
        self._row.addLayout(words, 1)
        self.dismiss = QPushButton()
        self.dismiss.setProperty("flat", True)
        self.dismiss.setIcon(icon("close"))
        self.dismiss.setIconSize(QSize(14, 14))
        self.dismiss.setAccessibleName("Dismiss message")
        self.dismiss.setToolTip("Dismiss")
        self._row.addWidget(self.dismiss, 0, Qt.AlignmentFlag.AlignTop)

    def add_action(self, text: str, act: Callable[[], None]) -> QPushButton:
        """A button before the one that dismisses; pressing it dismisses too."""
        button = QPushButton(text)
        button.clicked.connect(act)
        button.clicked.connect(self.dismiss.click)
        self._row.insertWidget(1, button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button


class MessageArea(QWidget):
    """The last few messages, newest at the bottom; takes no room when there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._bars: list[MessageBar] = []
        self.hide()

    @property
    def bars(self) -> list[MessageBar]:
        """What is shown now, oldest first."""
        return list(self._bars)

    def show_message(self, about: str, message: str, hint: str = "", tone: Tone = "bad") -> MessageBar:
        """Add a message; one with the same words takes the place of the older. ``about``: for ``clear``."""
        for bar in self.bars:
            if (bar.message, bar.hint) == (message, hint):
                self._remove(bar)
        while len(self._bars) >= MOST:
            self._remove(self._bars[0])
        bar = MessageBar(about, message, hint, tone)
        bar.dismiss.clicked.connect(lambda: self._remove(bar))
        self._bars.append(bar)
        self._column.addWidget(bar)
        self.show()
        return bar

    def clear(self, about: str) -> None:
        """Remove what is outdated."""
        for bar in self.bars:
            if bar.about == about:
                self._remove(bar)

    def _remove(self, bar: MessageBar) -> None:
        if bar in self._bars:
            self._bars.remove(bar)
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
            self.setVisible(bool(self._bars))
