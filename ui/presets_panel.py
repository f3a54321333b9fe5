"""The ready-made looks as tiles."""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from sanacam.app.presets import Preset
from sanacam.ui import theme

PRESET = Qt.ItemDataRole.UserRole
CHOSEN = Qt.ItemDataRole.UserRole + 1
WIDEST_TILE = 118
TITLE_HEIGHT = 22
INSET = 3


class PresetsPanel(QListWidget):
    """A grid of presets. A click, Enter or Space chooses one; the arrow keys only move.

    Signals:
        chosen(Preset)
    """

    chosen = Signal(object)

    def __init__(self, presets: Sequence[Preset], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Presets")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setItemDelegate(PresetTile(self))
        self.setMinimumHeight(96)
        for preset in presets:
            item = QListWidgetItem(preset.title)
            item.setToolTip(preset.prompt)
            item.setData(PRESET, preset)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, preset.title)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, preset.prompt)
            item.setData(Qt.ItemDataRole.DecorationRole, tile_picture(preset))
            self.addItem(item)
        self.itemClicked.connect(self._choose)

    def mark(self, name: str) -> None:
        """Frame the preset called ``name`` and no other; an empty name frames none."""
        for row in range(self.count()):
            item = self.item(row)
            on = self.preset(row).name == name
            item.setData(CHOSEN, on)
            if on:
                self.setCurrentItem(item)
                self.scrollToItem(item)

    def preset(self, row: int) -> Preset:
        """The preset in place ``row``."""
        preset = self.item(row).data(PRESET)
        assert isinstance(preset, Preset)
        return preset

    def marked(self) -> str:
        """Name of the framed preset; empty when none is."""
        names = (self.preset(row).name for row in range(self.count()) if self.item(row).data(CHOSEN))
        return next(names, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if item is not None and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(item)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        room = self.viewport().width() - 1
        columns = max(2, -(-room // WIDEST_TILE))
        width = room // columns
        self.setGridSize(QSize(width, (width - 2 * INSET) * 9 // 16 + TITLE_HEIGHT + 2 * INSET))
        super().resizeEvent(event)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(PRESET))


class PresetTile(QStyledItemDelegate):
    """Draws one preset: its picture, its title below, a frame when it is chosen."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = self.parent()
        assert isinstance(view, QListView)
        return view.gridSize()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect.adjusted(INSET, INSET, -INSET, -INSET)
        state = option.state
        thumbnail = QRectF(rect.left(), rect.top(), rect.width(), rect.height() - TITLE_HEIGHT)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(thumbnail, 6, 6)
        painter.setClipPath(shape)
        pixmap: QPixmap = index.data(Qt.ItemDataRole.DecorationRole)
        painter.drawPixmap(thumbnail, pixmap, _middle(pixmap, thumbnail))
        painter.setClipping(False)
        chosen, hovered = bool(index.data(CHOSEN)), bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        if chosen or hovered or focused:
            colour = theme.ACCENT if chosen else theme.TEXT if focused else theme.QUIET
            painter.setPen(QPen(QColor(colour), 2.5 if chosen else 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(thumbnail.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if chosen and focused:
            # Who comes with the keyboard sees where the arrow keys start.
            painter.setPen(QPen(QColor(theme.TEXT), 1.5))
            painter.drawRoundedRect(thumbnail.adjusted(2.5, 2.5, -2.5, -2.5), 5, 5)
        title = QRect(rect.left(), rect.bottom() - TITLE_HEIGHT + 2, rect.width(), TITLE_HEIGHT)
        painter.setPen(QColor(theme.ACCENT if chosen else theme.TEXT))
        words = painter.fontMetrics().elidedText(
            str(index.data(Qt.ItemDataRole.DisplayRole)), Qt.TextElideMode.ElideRight, title.width()
        )
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()


def _middle(pixmap: QPixmap, target: QRectF) -> QRectF:
    """The largest part of ``pixmap`` with the aspect of ``target``."""
    scale = min(pixmap.width() / target.width(), pixmap.height() / target.height())
    width, height = target.width() * scale, target.height() * scale
    return QRectF((pixmap.width() - width) / 2, (pixmap.height() - height) / 2, width, height)


def tile_picture(preset: Preset) -> QPixmap:
    """The thumbnail that ships with the preset, or a drawn one in colours of its own."""
    pixmap = QPixmap()
    thumbnail = _thumbnail(preset)
    if thumbnail is not None and pixmap.loadFromData(thumbnail.read_bytes()):
        return pixmap
    return _drawn(preset)


def _thumbnail(preset: Preset) -> Traversable | None:
    named = preset.thumbnail_file()
    if named is not None:
        return named
    usual = files("sanacam.assets") / "presets" / "thumbnails" / f"{preset.name}.png"
    return usual if usual.is_file() else None


def _drawn(preset: Preset) -> QPixmap:
    digest = hashlib.sha256(preset.name.encode()).digest()
    hue = digest[0] / 256
    pixmap = QPixmap(192, 108)
    painter = QPainter(pixmap)
    gradient = QLinearGradient(0, 0, 192, 108)
    for place, shift, light in ((0.0, 0.0, 0.62), (1.0, 0.12, 0.30)):
        red, green, blue = colorsys.hls_to_rgb((hue + shift) % 1.0, light * 0.75, 0.45)
        gradient.setColorAt(place, QColor.fromRgbF(red, green, blue))
    painter.fillRect(pixmap.rect(), gradient)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for number, shade in enumerate((28, 44)):
        painter.setBrush(QColor(255, 255, 255, shade))
        x, size = 20 + digest[1 + number] * 0.55, 60 + digest[3 + number] * 0.25
        painter.drawEllipse(QRectF(x, 108 - size * 0.62 + number * 14, size, size))
    font = painter.font()
    font.setPixelSize(40)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(255, 255, 255, 215))
    painter.drawText(pixmap.rect(), Qt.AlignmentFlag.AlignCenter, preset.title[:1].upper())
    painter.end()
    return pixmap
