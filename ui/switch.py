"""A check box that looks like a switch."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from sanacam.ui import theme

TRACK = QSize(34, 18)
SPACE = 10


class Switch(QCheckBox):
    """On or off, with its text to the right. Behaves, and is read aloud, as a check box."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = TRACK.width() + SPACE + metrics.horizontalAdvance(self.text()) + 4
        return QSize(width, max(TRACK.height(), metrics.height()) + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        top = (self.height() - TRACK.height()) / 2
        track = QRectF(1, top, TRACK.width(), TRACK.height())
        on = self.isChecked()
        painter.setPen(QPen(QColor(theme.TEXT), 1.2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ACCENT if on else "#4a5160"))
        painter.drawRoundedRect(track, TRACK.height() / 2, TRACK.height() / 2)
        radius = TRACK.height() / 2 - 3
        x = track.right() - radius - 3 if on else track.left() + radius + 3
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ON_ACCENT if on else theme.TEXT))
        painter.drawEllipse(QRectF(x - radius, track.center().y() - radius, 2 * radius, 2 * radius))
        painter.setPen(QColor(theme.TEXT))
        words = self.rect().adjusted(TRACK.width() + SPACE, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
