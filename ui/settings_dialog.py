"""What has no place of its own in the window: which network runs and how, made from the schema of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sanacam.app.option import Option
from sanacam.app.settings import Settings, schema
from sanacam.app.spoken_name import as_typed
from sanacam.model.errors import UserError
from sanacam.model.precision_names import POLICIES
from sanacam.model.zoo.registry import MODELS, find_model
from sanacam.ui import theme
from sanacam.ui.option_editors import editor_for

SIZE, SMALLEST = QSize(560, 660), QSize(380, 260)
EDITOR_WIDTH = 190

ELSEWHERE: Mapping[str, str] = {
    "look.prompt": "the prompt box",
    "look.preset": "the looks",
    "look.strength": "the slider",
    "live.source": "the list of sources",
    "live.loop": "the box below the sources",
    "live.sink": "the switches of the outputs",
    "live.size": "the list of sizes",
    "live.panic": "the menu of the panic button",
    "live.panic_image": "the menu of the panic button",
    "live.duration": "of one run, not of the program: given when it is started",
    "file.size": "the window edits no files",
    "file.aspect": "the window edits no files",
    "file.crf": "the window edits no files",
    "output.camera_way": "the options of the virtual camera",
    "output.camera_fit": "the options of the virtual camera",
    "output.microphone": "the options of recordings",
    "output.record_source": "the options of recordings",
    "obs.way": "the set-up of OBS",
    "obs.port": "the set-up of OBS",
    "obs.scene": "the set-up of OBS",
    "obs.sound": "the set-up of OBS",
    "obs.password_from": "the set-up of OBS",
}
"""Settings that are not shown here, and where they are instead, or why nowhere."""

GROUPS = {
    "model": ("Model", "A change loads the model anew: the picture starts again, a recording in a new file."),
    "live": ("Live editing", ""),
    "output": ("Recording and outputs", ""),
}
TITLES = {"live.fps": "Frame rate", "live.osc": "OSC port", "output.linger": "Go on after a crash"}
FROM_NEXT_START = "Holds when Sanacam is started next."
NOTES = {
    "live.osc": FROM_NEXT_START,
    "output.codec": "Holds from the next recording on.",
    "output.linger": FROM_NEXT_START,
}
SUGGESTIONS = {
    "model.name": tuple(entry.name for entry in MODELS),
    "model.device": ("auto", "cpu", "cuda", "mps"),
    "model.precision": POLICIES,
    "live.transition": ("keep", "recache", "reset", "blend:8"),
}


def shown_options() -> tuple[Option, ...]:
    """The settings that the dialog is made of, in display order."""
    return tuple(option for option in schema() if option.key not in ELSEWHERE)


def about_model(name: str) -> str:
    """What a model of the registry is and what of it is missing here, for people; empty for a folder."""
    entry = find_model(name)
    if entry is None:
        return ""
    title = f"{entry.title[:1].upper()}{entry.title[1:]}."
    if entry.built_in:
        return title
    # Here, since the store needs packages that running from a folder does not.
    from sanacam.model.zoo.store import ModelStore

    title = f"{title} Made for {entry.native_width}×{entry.native_height}."
    try:
        ModelStore().require_installed(entry)
    except UserError as error:
        return f"{title} {as_typed(str(error))}"
    return title


class SettingsDialog(QDialog):
    """Shows settings and says which the user wants to be otherwise; keeps nothing itself. Esc closes it.

    Signals:
        applied(dict): ``{"group.name": value}``, checked: what the user has changed, or everything after a reset.
    """

    applied = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings of Sanacam")
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE.boundedTo(self.screen().availableSize() * 0.9))
        self._before: dict[str, Any] = {}
        self._all = False
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows = {option.key: OptionRow(option) for option in shown_options()}
        self.reset, self.apply, self.close_button = (
            QPushButton("Reset to defaults"),
            QPushButton("Apply"),
            QPushButton("Close"),
        )
        self._lay_out()
        self.apply.setDefault(True)
        self.reset.clicked.connect(self._reset)
        self.apply.clicked.connect(self._apply)
        self.close_button.clicked.connect(self.reject)
        for row in self.rows.values():
            row.editor.edited.connect(self._edited)
        self.show_settings(Settings())

    def show_settings(self, settings: Settings) -> None:
        """As they are; what was typed and not applied is forgotten."""
        for key, row in self.rows.items():
            row.editor.show(settings.get(key))
            row.refuse(None)
        self._shown()

    def values(self) -> dict[str, Any]:
        """What stands in the fields, not checked."""
        return {key: row.editor.read() for key, row in self.rows.items()}

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(8)
        for group, rows in groupby(self.rows.values(), lambda row: row.option.group):
            title, note = GROUPS.get(group, (group.capitalize(), ""))
            column.addWidget(_words(title, "heading"))
            if note:
                column.addWidget(_words(note, "quiet"))
            card = QFrame()
            card.setObjectName("card")
            lines = QVBoxLayout(card)
            lines.setContentsMargins(14, 12, 14, 12)
            lines.setSpacing(16)
            for row in rows:
                lines.addWidget(row)
            column.addWidget(card)
            column.addSpacing(8)
        column.addStretch(1)
        self._scroll.setWidget(inside)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(18, 10, 18, 14)
        buttons.setSpacing(8)
        buttons.addWidget(self.reset)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.apply)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(buttons)

    def _shown(self) -> None:
        self._before, self._all = self.values(), False
        self._edited()

    def _edited(self) -> None:
        self.apply.setEnabled(self._all or self.values() != self._before)

    def _reset(self) -> None:
        """Into the fields; they hold once they are applied."""
        for row in self.rows.values():
            row.editor.show(row.option.default)
            row.refuse(None)
        self._all = True
        self._edited()

    def _apply(self) -> None:
        """All of it, or nothing when a field is refused."""
        checked = {key: row.checked() for key, row in self.rows.items()}
        refused = [row for row in self.rows.values() if row.refused]
        if refused:
            refused[0].editor.widget.setFocus()
            self._scroll.ensureWidgetVisible(refused[0])
            return
        values = {key: value for key, value in checked.items() if self._all or value != self._before[key]}
        self._shown()
        self.applied.emit(values)


class OptionRow(QWidget):
    """Title and editor of one option; below them its description, and why its value is refused.

    Attributes:
        refused: whether that is shown.
    """

    def __init__(self, option: Option) -> None:
        super().__init__()
        self.option = option
        self.editor = editor_for(option, SUGGESTIONS.get(option.key, ()))
        self.refused = False
        title = QLabel(_title(option))
        title.setBuddy(self.editor.widget)
        self.editor.widget.setAccessibleName(title.text())
        self.editor.widget.setMinimumWidth(EDITOR_WIDTH)
        self.help = _words(as_typed(_sentence(option)), "quiet")
        self.editor.widget.setAccessibleDescription(self.help.text())
        self.note, self.error = _words("", "quiet"), _words("", "")
        self.error.setStyleSheet(f"color: {theme.BAD};")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.addWidget(title, 0, 0)
        grid.addWidget(self.editor.widget, 0, 1)
        for number, words in enumerate((self.error, self.help, self.note), 1):
            grid.addWidget(words, number, 0, 1, 2)
        self.editor.edited.connect(self._edited)
        self._edited()

    def checked(self) -> Any:
        """The value as the option takes it; when it refuses it, that is shown and the result is None."""
        try:
            value = self.option.validate(self.editor.read())
        except UserError as error:
            self.refuse(error)
            return None
        self.refuse(None)
        return value

    def refuse(self, error: UserError | None) -> None:
        """Show why; None: nothing is wrong."""
        self.refused = error is not None
        self.error.setText(as_typed(str(error)) if error is not None else "")
        self.error.setVisible(self.refused)

    def _edited(self) -> None:
        self.refuse(None)
        key = self.option.key
        self.note.setText(about_model(self.editor.read()) if key == "model.name" else NOTES.get(key, ""))
        self.note.setVisible(bool(self.note.text()))


def _title(option: Option) -> str:
    """By its option of the command line, where it has no better one."""
    words = option.flags[-1].lstrip("-").replace("-", " ")
    return TITLES.get(option.key, f"{words[:1].upper()}{words[1:]}")


def _sentence(option: Option) -> str:
    """Its description; a value that this begins with stays as it is to be written."""
    words = option.help
    if not words.startswith((*option.choices, *SUGGESTIONS.get(option.key, ()))):
        words = f"{words[:1].upper()}{words[1:]}"
    return f"{words}."


def _words(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("kind", kind)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
