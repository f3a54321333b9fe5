"""How much of the edit shows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget


class Strength(QWidget):
    """A slider from 0 to 100 %.

    Signals:
        changed(float): 0…1, by the user.
    """

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setValue(100)
        self.slider.setPageStep(10)
        self.slider.setMinimumHeight(22)
        self.slider.setAccessibleName("Strength")
        self.slider.setToolTip("0 % shows the source, 100 % the whole edit.")
        self._words = QLabel("100 %")
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._words.setMinimumWidth(self._words.fontMetrics().horizontalAdvance("100 %") + 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.slider, 1)
        row.addWidget(self._words)
        self.slider.valueChanged.connect(self._moved)

    def set_value(self, strength: float) -> None:
        """Show 0…1; ``changed`` is not emitted."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(strength * 100))
        self.slider.blockSignals(False)
        self._words.setText(f"{self.slider.value()} %")

    def _moved(self, percent: int) -> None:
        self._words.setText(f"{percent} %")
        self.changed.emit(percent / 100)
