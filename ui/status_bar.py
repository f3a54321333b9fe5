"""The line at the bottom: how the session is, in words and numbers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from sanacam.app.session_report import SessionStats
from sanacam.ui import theme
from sanacam.ui.elided_label import ElidedLabel


class Dot(QWidget):
    """A small light."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = theme.QUIET
        self.setFixedSize(QSize(10, 10))

    def set_colour(self, colour: str) -> None:
        if colour != self._colour:
            self._colour = colour
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colour))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))


class StatusBar(QFrame):
    """State in words at the left; rates, latency and drops at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAccessibleName("Status")
        self._dot = Dot()
        self.words = ElidedLabel()
        self.words.show_text("Stopped")
        self.words.setAccessibleName("State")
        self.rates = self._number("Frames a second: captured, edited, shown")
        self.latency = self._number("From the camera to the screen: half of all frames are faster, and 95 in 100 are")
        self.dropped = self._number("Captured frames left out because the model was slower than the source")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(8)
        row.addWidget(self._dot)
        row.addWidget(self.words, 1)
        for label in (self.rates, self.latency, self.dropped):
            row.addSpacing(12)
            row.addWidget(label)

    def show_state(self, words: str, colour: str) -> None:
        """``colour``: of the light."""
        self.words.show_text(words)
        self._dot.set_colour(colour)

    def show_stats(self, stats: SessionStats | None) -> None:
        """None: nothing runs."""
        if stats is None:
            for label in (self.rates, self.latency, self.dropped):
                label.clear()
            return
        self.rates.setText(f"in {stats.capture_fps:.1f} · edit {stats.edit_fps:.1f} · out {stats.output_fps:.1f} fps")
        if stats.latency_ms_p50 is None or stats.latency_ms_p95 is None:
            self.latency.clear()
        else:
            self.latency.setText(f"latency {_time(stats.latency_ms_p50)} (p95 {_time(stats.latency_ms_p95)})")
        self.dropped.setText(f"dropped {stats.dropped}")

    def _number(self, meaning: str) -> QLabel:
        label = QLabel()
        label.setProperty("kind", "quiet")
        label.setToolTip(meaning)
        return label


def _time(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"
