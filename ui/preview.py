"""The picture: edited, original, or both with a line between them that can be dragged."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanacam.app.frames import Pixels
from sanacam.app.outputs.fit import size_within
from sanacam.ui import theme
from sanacam.ui.icons import picture

HANDLE_RADIUS = 15
KEY_STEP = 0.02


class View(Enum):
    """What the preview shows."""

    EDITED = "Edited"
    SPLIT = "Split"
    ORIGINAL = "Original"


class Preview(QWidget):
    """Shows the newest pair of pictures as large as fits, aspect kept.

    In ``View.SPLIT`` the left part is the original. The line follows the mouse, and the arrow keys.

    Signals:
        split_moved(float): 0…1, from the left.
    """

    split_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edited: Pixels | None = None
        self._original: Pixels | None = None
        self._view = View.SPLIT
        self._split = 0.5
        self._note = ""
        self._words = ("", "")
        self.setMinimumSize(240, 135)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Preview")
        self.setAccessibleDescription("Left and right arrow keys move the line between original and edited picture.")

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def show_pictures(self, edited: Pixels | None, original: Pixels | None) -> None:
        """The newest pictures, uint8 RGB (H, W, 3). ``edited`` may stand on black bars, ``original`` does not; with
        both, the bars are cut off. Neither is copied, so nobody may write into them.
        """
        if edited is self._edited and original is self._original:
            return
        self._edited, self._original = edited, original
        self.update()

    def show_words(self, title: str, detail: str = "") -> None:
        """No picture, but the reason why there is none."""
        if self._edited is not None or self._original is not None or self._words != (title, detail):
            self._edited = self._original = None
            self._words = (title, detail)
            self.update()

    def set_note(self, text: str) -> None:
        """A line over the picture; empty: none."""
        if text != self._note:
            self._note = text
            self.update()

    @property
    def view(self) -> View:
        return self._view

    def set_view(self, view: View) -> None:
        self._view = view
        self._set_cursor(None)
        self.update()

    @property
    def split(self) -> float:
        """Where the line is, 0…1 from the left of the picture."""
        return self._split

    def set_split(self, split: float) -> None:
        self._split = min(1.0, max(0.0, split))
        self.split_moved.emit(self._split)
        self.update()

    def picture_rect(self) -> QRect:
        """Where the picture is drawn, in widget coordinates; empty without one."""
        shown = self._original if self._original is not None else self._edited
        if shown is None:
            return QRect()
        size = QSize(shown.shape[1], shown.shape[0]).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        rect = QRect(0, 0, size.width(), size.height())
        rect.moveCenter(self.rect().center())
        return rect

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.STAGE))
        rect = self.picture_rect()
        if rect.isEmpty():
            self._paint_placeholder(painter)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            self._paint_pictures(painter, rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._note:
            self._paint_tag(painter, self._note, QPointF(self.rect().center().x(), self.rect().bottom() - 30), 0.5)
        if self.hasFocus() and not self.window().isFullScreen():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.ACCENT), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_pictures(self, painter: QPainter, rect: QRect) -> None:
        both = self._edited is not None and self._original is not None
        if not both:
            lone = self._edited if self._edited is not None else self._original
            assert lone is not None
            _draw(painter, rect, lone, None)
            return
        assert self._edited is not None
        assert self._original is not None
        if self._view is not View.ORIGINAL:
            _draw(painter, rect, self._edited, self._original)
        if self._view is View.ORIGINAL:
            _draw(painter, rect, self._original, None)
        if self._view is View.SPLIT:
            line = self._line_x(rect)
            painter.save()
            painter.setClipRect(QRect(rect.left(), rect.top(), line - rect.left(), rect.height()))
            _draw(painter, rect, self._original, None)
            painter.restore()
            self._paint_line(painter, rect, line)

    def _paint_line(self, painter: QPainter, rect: QRect, x: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRect(x - 2, rect.top(), 4, rect.height()), QColor(0, 0, 0, 70))
        painter.fillRect(QRect(x - 1, rect.top(), 2, rect.height()), QColor("#ffffff"))
        centre = QPointF(x, rect.center().y() + 0.5)
        painter.setPen(QPen(QColor(0, 0, 0, 80), 2))
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(centre, HANDLE_RADIUS, HANDLE_RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.GROUND))
        for side in (-1, 1):
            tip = QPointF(centre.x() + side * 9, centre.y())
            base = centre.x() + side * 4
            painter.drawPolygon(QPolygonF([tip, QPointF(base, tip.y() - 4.5), QPointF(base, tip.y() + 4.5)]))
        if x - rect.left() > 110:
            self._paint_tag(painter, View.ORIGINAL.value, QPointF(rect.left() + 12, rect.top() + 12), 0.0)
        if rect.right() - x > 110:
            self._paint_tag(painter, View.EDITED.value, QPointF(rect.right() - 12, rect.top() + 12), 1.0)

    def _paint_tag(self, painter: QPainter, text: str, at: QPointF, anchor: float) -> None:
        """A small label; ``anchor``: which part of its width lies at ``at`` (0 left … 1 right)."""
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.92)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 18, metrics.height() + 8
        box = QRectF(at.x() - anchor * width, at.y(), width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(11, 12, 15, 190))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_placeholder(self, painter: QPainter) -> None:
        side = 72
        mark = picture("sanacam", side, self.devicePixelRatioF())
        title, detail = self._words
        rect, middle = self.rect(), self.rect().center()
        painter.setOpacity(0.6)
        painter.drawPixmap(QRect(middle.x() - side // 2, middle.y() - side - (8 if title else -36), side, side), mark)
        painter.setOpacity(1.0)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(theme.TEXT))
        height = painter.fontMetrics().height() + 6
        line = QRect(rect.left() + 20, middle.y() + 8, rect.width() - 40, height)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, title)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.QUIET))
        below = QRect(line.left(), line.bottom() + 2, line.width(), max(0, rect.bottom() - line.bottom() - 8))
        top_centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(below, top_centre, detail)

    def _line_x(self, rect: QRect) -> int:
        return rect.left() + round(self._split * rect.width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._splits():
            self._drag_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._splits():
            self._drag_to(event.position().x())
        else:
            self._set_cursor(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if self._splits() and event.key() in steps:
            self.set_split(self._split + KEY_STEP * steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _splits(self) -> bool:
        return self._view is View.SPLIT and self._edited is not None and self._original is not None

    def _drag_to(self, x: float) -> None:
        rect = self.picture_rect()
        if rect.width():
            self.set_split((x - rect.left()) / rect.width())

    def _set_cursor(self, x: float | None) -> None:
        near = x is not None and self._splits() and abs(x - self._line_x(self.picture_rect())) <= HANDLE_RADIUS
        self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)


def _draw(painter: QPainter, rect: QRect, pixels: Pixels, inside: Pixels | None) -> None:
    """Scale ``pixels`` to ``rect``; with ``inside``, only the part of them that a letterboxed ``inside`` fills."""
    height, width = pixels.shape[:2]
    part = QRect(0, 0, width, height)
    if inside is not None:
        w, h = size_within(inside.shape[1], inside.shape[0], (width, height))
        part = QRect((width - w) // 2, (height - h) // 2, w, h)
    contiguous = np.ascontiguousarray(pixels)
    image = QImage(contiguous.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    painter.drawImage(rect, image, part)
