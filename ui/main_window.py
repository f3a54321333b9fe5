"""The window: preview and prompt at the left; source, looks and outputs at the right; status below."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sanacam.app.editor_loading import load_editor
from sanacam.app.engine import EditorFactory
from sanacam.app.panic_mode import panic_choice
from sanacam.app.presets import Preset, all_presets, builtin_presets
from sanacam.app.settings import Settings
from sanacam.model.errors import UserError
from sanacam.ui import theme
from sanacam.ui.conductor import Conductor
from sanacam.ui.icons import icon
from sanacam.ui.live_control import LiveControl
from sanacam.ui.message_bar import MessageArea
from sanacam.ui.outputs_panel import OutputsPanel
from sanacam.ui.panic_button import PanicButton
from sanacam.ui.presets_panel import PresetsPanel
from sanacam.ui.preview import Preview, View
from sanacam.ui.prompt_box import PromptBox
from sanacam.ui.prompt_history import PromptHistory, load_history, save_history
from sanacam.ui.remembered import Remembered
from sanacam.ui.remote_target import RemoteTarget
from sanacam.ui.settings_dialog import SettingsDialog
from sanacam.ui.source_picker import SourcePicker
from sanacam.ui.status_bar import StatusBar
from sanacam.ui.strength import Strength

log = logging.getLogger(__name__)

SIDE_WIDTH = 348


class MainWindow(QWidget):
    """The whole window. Nothing plays before ``start``.

    Closing it stops the session first; that may take a moment, during which the window is hidden already.

    Args:
        settings: what to begin with; changes the user makes are written to the settings file when the window closes.
        editor_factory: makes the editor, in the engine thread; default the model of the settings as they are then.
        sample: the clip that ships with the program, if it is there.

    Signals:
        released(): the window is closed and every thread has ended.
    """

    released = Signal()

    def __init__(
        self, settings: Settings, *, editor_factory: EditorFactory | None = None, sample: Path | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle("Sanacam")
        self.setWindowIcon(icon("sanacam"))
        self.resize(QSize(1180, 720).boundedTo(self.screen().availableSize() * 0.95))
        self.setAcceptDrops(True)
        self.messages = MessageArea()
        self._released = False
        self._was_maximized = False
        self.preview = Preview()
        self.prompt = PromptBox(self._load_history())
        self.presets = PresetsPanel(self._load_presets())
        self.strength = Strength()
        self.sources = SourcePicker(sample)
        self.sources.set_source(settings.live.source)
        self.sources.set_size(settings.live.size)
        self.sources.repeat.setChecked(settings.live.loop)
        self.outputs = OutputsPanel(settings.output)
        self.status = StatusBar()
        self.start_button = QPushButton()
        self.settings_dialog = SettingsDialog(self)
        self._remembered = Remembered(settings)
        self._control = LiveControl(editor_factory or (lambda: load_editor(self._remembered.settings.model)), self)
        self._control.set_transition(settings.live.transition)
        self._control.panic.prefer(*panic_choice(settings.live.panic, settings.live.panic_image))
        self._control.finished.connect(self._session_finished)
        self.panic = PanicButton(self._control.panic)
        self._lay_out()
        self._conductor = Conductor(self, self._control, self._remembered)
        self._conductor.outputs.take_sinks(settings.live.sink)
        self._conductor.begin_with(settings.look)
        self.show_playing(False)
        self._add_shortcuts()
        self.prompt.setFocus()

    def start(self) -> None:
        """Play what is chosen. Returns at once."""
        self._conductor.start()

    def stop(self) -> None:
        """Stop playing. Returns at once."""
        self._conductor.stop()

    @property
    def playing(self) -> bool:
        """Whether a session is wanted."""
        return self._conductor.playing

    @property
    def control(self) -> LiveControl:
        return self._control

    def remote_target(self) -> RemoteTarget:
        """What the control port controls."""
        return RemoteTarget(self._conductor, self._control)

    def first_preset(self) -> Preset | None:
        """The first of the grid."""
        return self.presets.preset(0) if self.presets.count() else None

    def show_error(self, error: Exception) -> None:
        """A message bar with what happened and what to do."""
        self._conductor.show_error("start", error)

    def show_note(self, note: UserError) -> None:
        """A message bar with something to know that is no failure."""
        self.messages.show_message("start", note.message, note.hint, "warning")

    def show_playing(self, playing: bool) -> None:
        """What the start button says and does next."""
        button = self.start_button
        button.setText("Stop" if playing else "Start")
        button.setIcon(icon("stop" if playing else "play"))
        button.setAccessibleName("Stop" if playing else "Start")
        button.setToolTip(f"{button.text()} (Space)")
        button.setProperty("running", "true" if playing else "false")
        button.style().unpolish(button)
        button.style().polish(button)

    # Layout.

    def _lay_out(self) -> None:
        self._top = self._view_row()
        self._prompt_row = self._make_prompt_row()
        left = QVBoxLayout()
        left.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        left.setSpacing(theme.GAP)
        left.addWidget(self._top)
        left.addWidget(self.messages)
        left.addWidget(self.preview, 1)
        left.addWidget(self._prompt_row)
        self._left = left
        self._side = self._make_side()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(left, 1)
        middle.addWidget(self._side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(middle, 1)
        whole.addWidget(self.status)

    def _view_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        mark = QLabel()
        mark.setPixmap(icon("sanacam").pixmap(QSize(26, 26), self.devicePixelRatioF()))
        title = QLabel("Sanacam")
        title.setStyleSheet("font-weight: 600; padding-left: 8px;")
        line.addWidget(mark)
        line.addWidget(title)
        line.addStretch(1)
        self.view_buttons: dict[View, QPushButton] = {}
        group = QButtonGroup(self)
        places = {0: "first", len(View) - 1: "last"}
        for number, view in enumerate(View):
            button = QPushButton(view.value)
            button.setCheckable(True)
            button.setProperty("segment", True)
            button.setProperty("place", places.get(number, "middle"))
            button.setAccessibleName(f"Show {view.value.lower()} picture")
            button.setChecked(view is self.preview.view)
            button.clicked.connect(lambda _, chosen=view: self.preview.set_view(chosen))
            group.addButton(button)
            line.addWidget(button)
            self.view_buttons[view] = button
        line.addStretch(1)
        self.snapshot_button = QPushButton("Snapshot")
        self.snapshot_button.setProperty("flat", True)
        self.snapshot_button.setToolTip("Keeps what the outputs show now as a picture (Ctrl+S)")
        line.addWidget(self.snapshot_button)
        line.addSpacing(4)
        self.full_screen = QPushButton("Full screen")
        self.full_screen.setProperty("flat", True)
        self.full_screen.setToolTip("F11; Esc leaves")
        self.full_screen.clicked.connect(self.toggle_full_screen)
        line.addWidget(self.full_screen)
        line.addSpacing(4)
        self.settings_button = QPushButton(icon("settings"), "")
        self.settings_button.setProperty("flat", True)
        self.settings_button.setIconSize(QSize(18, 18))
        self.settings_button.setAccessibleName("Settings")
        self.settings_button.setToolTip("Settings: model, precision, frame rate … (Ctrl+,)")
        line.addWidget(self.settings_button)
        return row

    def _make_prompt_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        apply = QPushButton("Apply")
        apply.setAccessibleName("Apply prompt")
        apply.setToolTip("Enter, or Ctrl+Enter from anywhere")
        apply.clicked.connect(self.prompt.apply)
        self.start_button.setObjectName("start")
        self.start_button.setMinimumWidth(104)
        line.addWidget(self.prompt, 1)
        line.addWidget(apply)
        line.addWidget(self.start_button)
        line.addWidget(self.panic)
        for button in (apply, self.start_button, self.panic):
            button.setMinimumHeight(self.prompt.sizeHint().height())
        return row

    def _make_side(self) -> QWidget:
        side = QWidget()
        side.setObjectName("side")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        for title, part, stretch in (
            ("Source", self.sources, 0),
            ("Looks", self.presets, 1),
            ("Strength", self.strength, 0),
            ("Outputs", self.outputs, 0),
        ):
            heading = QLabel(title)
            heading.setProperty("kind", "heading")
            column.addWidget(heading)
            column.addWidget(part, stretch)
            if part is not self.outputs:
                column.addSpacing(4)
        return side

    # Keys.

    def _add_shortcuts(self) -> None:
        for keys, act in (
            ("Ctrl+Return", self.prompt.apply),
            ("Ctrl+Enter", self.prompt.apply),
            ("F11", self.toggle_full_screen),
            ("Ctrl+S", self.snapshot_button.click),
            ("Ctrl+,", self.settings_button.click),
            ("Esc", self._escape),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        for place in (self, self.settings_dialog):
            self.panic.add_keys(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Only what no part of the window wants comes here: a space typed into the prompt stays a space.
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._conductor.start_or_stop()
        else:
            super().keyPressEvent(event)

    def toggle_full_screen(self) -> None:
        """The preview alone on the whole screen, and back."""
        alone = not self.isFullScreen()
        if alone:
            self._was_maximized = self.isMaximized()
        for part in (self._top, self._prompt_row, self._side, self.status):
            part.setVisible(not alone)
        gap = 0 if alone else theme.GAP
        self._left.setContentsMargins(gap, gap, gap, gap)
        if alone:
            self.showFullScreen()
            self.preview.setFocus()
        elif self._was_maximized:
            self.showMaximized()
        else:
            self.showNormal()

    def _escape(self) -> None:
        if self.isFullScreen():
            self.toggle_full_screen()
        else:
            self.preview.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A file dropped on the window becomes the source."""
        self.sources.set_source(f"file:{_dropped_file(event)}")
        self.sources.changed.emit()
        event.acceptProposedAction()

    # Beginning and end.

    def _load_history(self) -> PromptHistory:
        try:
            return load_history()
        except UserError as error:
            self.messages.show_message("start", error.message, error.hint, "warning")
            return PromptHistory()

    def _load_presets(self) -> tuple[Preset, ...]:
        try:
            return all_presets()
        except UserError as error:
            self.messages.show_message("start", error.message, error.hint, "warning")
            return builtin_presets()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._released:
            event.accept()
            return
        # The session may take seconds to stop; this comes again when it has.
        event.ignore()
        self.settings_dialog.reject()
        self.hide()
        self._conductor.stop()
        self._control.shut_down()

    def _session_finished(self) -> None:
        if not (self._control.join(1.0) and self._conductor.outputs.join()):
            log.warning("a part of the session did not end")
        self._remembered.save()
        try:
            save_history(self.prompt.history)
        except UserError as error:
            log.warning("the prompt history was not saved: %s", error)
        self._released = True
        self.close()
        self.released.emit()


def _dropped_file(event: QDropEvent) -> str:
    """The file that is dragged, empty when it is none."""
    paths = [url.toLocalFile() for url in event.mimeData().urls()]
    return next((path for path in paths if path), "")
