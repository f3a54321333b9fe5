"""Draw a rectangle on the screen with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QWidget

from sanacam.app.capture import SMALLEST_REGION
from sanacam.ui import theme

DIM = QColor(0, 0, 0, 110)
WIDE = 16 / 9


class RegionChooser(QDialog):
    """Covers the whole desktop and lets a rectangle be dragged; Esc goes back. With Shift it is 16:9.

    Attributes:
        region: what was drawn, in pixels of the desktop: "left,top,width,height"; empty while nothing was.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.region = ""
        self._from: QPoint | None = None
        self._drawn = QRect()
        self.setWindowTitle("Sanacam: choose a part of the screen")
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.Tool)
        self.setCursor(Qt.CursorShape.CrossCursor)
        whole = QGuiApplication.primaryScreen().virtualGeometry()
        self.setGeometry(whole)
        # Painted beneath, since not every desktop can show what lies under a window.
        self._below = [
            (screen.geometry().translated(-whole.topLeft()), screen.grabWindow(0))
            for screen in QGuiApplication.screens()
        ]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position().toPoint()
        self._drawn = QRect(self._from, QSize())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            wide = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._drawn = _between(self._from, event.position().toPoint(), wide=wide)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)
        self._from = None
        scale = self._scale()
        place = self._drawn.translated(self.geometry().topLeft())
        numbers = [round(side * scale) for side in (place.x(), place.y(), place.width(), place.height())]
        if min(numbers[2:]) < SMALLEST_REGION:
            return  # a mere click
        self.region = ",".join(str(number) for number in numbers)
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_desktop(painter)
        painter.fillRect(self.rect(), DIM)
        painter.setPen(QPen(Qt.GlobalColor.white, 2))
        if self._drawn.isEmpty():
            words = "Drag over the part of the screen that you want. Shift makes it 16:9, Esc goes back."
            _paint_words(painter, words, self._below[0][0].center())
        else:
            painter.setClipRect(self._drawn)
            self._paint_desktop(painter)
            painter.setClipping(False)
            painter.drawRect(self._drawn)
            scale = self._scale()
            size = f"{round(self._drawn.width() * scale)} × {round(self._drawn.height() * scale)}"
            below = QPoint(self._drawn.center().x(), self._drawn.bottom() + 26)
            _paint_words(painter, size, below if self.rect().contains(below) else self._drawn.center())
        painter.end()

    def _paint_desktop(self, painter: QPainter) -> None:
        for place, picture in self._below:
            painter.drawPixmap(place, picture)

    def _scale(self) -> float:
        """Pixels of the desktop for one of Qt's."""
        return self.screen().devicePixelRatio()


def _paint_words(painter: QPainter, words: str, middle: QPoint) -> None:
    """On a dark ground, so that they can be read over any desktop."""
    font = painter.font()
    font.setPointSizeF(font.pointSizeF() * 1.2)
    painter.setFont(font)
    room = painter.fontMetrics().boundingRect(words).adjusted(-18, -10, 18, 10)
    room.moveCenter(middle)
    painter.fillRect(room, QColor(theme.GROUND))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)


def _between(start: QPoint, end: QPoint, *, wide: bool) -> QRect:
    width, height = end.x() - start.x(), end.y() - start.y()
    if wide:
        height = round(abs(width) / WIDE) * (1 if height >= 0 else -1)
    corner = QPoint(min(start.x(), start.x() + width), min(start.y(), start.y() + height))
    return QRect(corner, QSize(abs(width), abs(height)))
