"""What a setting is edited with: one widget for each kind of option, read and shown in the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QLocale, Qt, SignalInstance
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from sanacam.app.option import Option
from sanacam.ui.source_picker import CalmBox
from sanacam.ui.switch import Switch

LARGEST = 2**31 - 1
SHORTEST_CONTENTS = 12
LEFT_MARGIN = 8


@dataclass(frozen=True)
class Editor:
    """
    Attributes:
        read: the value that is shown, of the option's kind but not checked yet.
        show: puts a value there.
        edited: tells that it is another one now.
    """

    widget: QWidget
    read: Callable[[], Any]
    show: Callable[[Any], None]
    edited: SignalInstance


def editor_for(option: Option, suggestions: Sequence[str] = ()) -> Editor:
    """The widget that suits ``option``: a list for choices, a switch, a number box with the option's range, a line.

    Args:
        suggestions: of a text that may also be something else; they are offered in a list.
    """
    editor = _editor(option, suggestions)
    editor.widget.setObjectName(option.key)
    return editor


def _editor(option: Option, suggestions: Sequence[str]) -> Editor:
    if option.choices:
        box = _list(option.choices)
        return Editor(
            box, box.currentText, lambda value: box.setCurrentIndex(box.findText(value)), box.currentIndexChanged
        )
    if option.kind is bool:
        switch = Switch("")
        return Editor(switch, switch.isChecked, switch.setChecked, switch.toggled)
    if option.kind in (int, float):
        number = WholeBox(option) if option.kind is int else FractionBox(option)
        # The style sheet does not reach the line inside.
        number.lineEdit().setTextMargins(LEFT_MARGIN, 0, 0, 0)
        return Editor(number, number.value, number.setValue, number.valueChanged)
    if suggestions:
        box = _list(suggestions)
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setCompleter(None)  # type: ignore[arg-type]  # which would finish what is meant otherwise
        return Editor(box, lambda: box.currentText().strip(), box.setEditText, box.editTextChanged)
    line = QLineEdit()
    if option.kind is list:
        return Editor(line, lambda: _parts(line.text()), lambda value: line.setText(", ".join(value)), line.textChanged)
    return Editor(line, lambda: line.text().strip(), line.setText, line.textChanged)


def _list(texts: Sequence[str]) -> CalmBox:
    box = CalmBox()
    box.addItems(list(texts))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(SHORTEST_CONTENTS)
    return box


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _range(option: Option) -> tuple[float, float]:
    low = -LARGEST if option.minimum is None else option.minimum
    return low, LARGEST if option.maximum is None else option.maximum


class WholeBox(QSpinBox):
    """A whole number that the mouse wheel does not change in passing."""

    def __init__(self, option: Option) -> None:
        super().__init__()
        low, high = _range(option)
        self.setRange(int(low), int(high))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class FractionBox(QDoubleSpinBox):
    """A number, without zeros at its end, that the mouse wheel does not change in passing."""

    def __init__(self, option: Option) -> None:
        super().__init__()
        self.setDecimals(3)
        self.setRange(*_range(option))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def textFromValue(self, value: float) -> str:
        return self.locale().toString(value, "f", QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
