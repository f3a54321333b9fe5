"""Where the edited picture goes besides the window."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import platformdirs
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QMenu, QPushButton, QWidget

from sanacam.app.obs.sound import advice
from sanacam.app.settings import OutputSettings
from sanacam.ui.choice_menu import add_choices
from sanacam.ui.elided_label import ElidedLabel
from sanacam.ui.microphones import microphones
from sanacam.ui.switch import Switch

RECORDINGS = "Videos (*.mp4 *.mkv *.mov *.webm)"
WAYS = (
    ("auto", "Through OBS when OBS runs its camera"),
    ("direct", "Directly"),
    ("obs", "Through OBS, with its scene around the picture"),
)
FITS = (("pad", "Black bars where the picture does not fit"), ("crop", "Cut off what does not fit"))


class OutputsPanel(QWidget):
    """Switches for virtual camera, OBS and recording, with what is to be known of each below it.

    Args:
        settings: what the menus begin with.

    Signals:
        changed(): the user switched something or chose another file.
        option_changed(name, value): the user chose in a menu; ``name`` is that of a setting, "output.camera_fit".
        set_up_obs(): the user wants to set OBS up.
    """

    changed = Signal()
    option_changed = Signal(str, str)
    set_up_obs = Signal()

    def __init__(self, settings: OutputSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picked: Path | None = None
        self._current: Path | None = None
        self.camera = Switch("Virtual camera")
        self.camera.setToolTip("Other programs see the edited picture as a webcam.")
        self.camera_options = _button("Options", "Options of the virtual camera")
        self.obs = Switch("OBS Studio")
        self.obs.setToolTip('OBS shows the edited picture in its source "Sanacam".')
        self.obs_setup = _button("Set up …", "Set OBS Studio up")
        self.record = Switch("Record to a file")
        self.record.setToolTip("Records what is shown. A file that exists is never replaced.")
        self.record_options = _button("Options", "Options of recordings")
        self.camera_words, self.obs_words, self.record_words = _Words(), _Words(), _Words()
        self.delay = _Words()
        self.delay.setIndent(0)
        self.delay.setContentsMargins(0, 4, 0, 0)
        self._lay_out()
        self.camera_options.setMenu(self._camera_menu(settings))
        self._record_menu = QMenu(self)
        self.record_options.setMenu(self._record_menu)
        self._settings = settings
        # Made when it is opened: microphones are plugged in and out.
        self._record_menu.aboutToShow.connect(self._fill_record_menu)
        for switch in (self.camera, self.obs, self.record):
            switch.clicked.connect(lambda _: self.changed.emit())
        self.obs_setup.clicked.connect(self.set_up_obs)

    def recording(self) -> Path | None:
        """The file to record to; None while recording is off. Without a choice of the user's, a name of the moment."""
        if not self.record.isChecked():
            self._current = None
        elif self._current is None:
            self._current = self._picked or default_recording()
        return self._current

    def set_recording(self, path: Path) -> None:
        """Switch it on; ``changed`` is not emitted."""
        self._picked = self._current = path
        self.record.setChecked(True)

    def take_over_recording(self, path: Path) -> None:
        """Switch it on for a recording that goes on already; the next one gets a name of its own."""
        self._current = path
        self.record.setChecked(True)

    def show_settings(self, settings: OutputSettings) -> None:
        """What the menus show when they are opened next."""
        self._settings = settings

    def show_delay(self, latency_ms: float | None) -> None:
        """How late the picture is; None: nothing plays."""
        text = "" if latency_ms is None else f"Delay your sound by {latency_ms:.0f} ms to match"
        self.delay.show_text(text, advice(latency_ms))

    def ask_for_file(self) -> str:
        """The file that the user names, empty when none."""
        start = str(self._picked or default_recording())
        keep = QFileDialog.Option.DontConfirmOverwrite
        return QFileDialog.getSaveFileName(self, "Record to", start, RECORDINGS, options=keep)[0]

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        rows = (
            (self.camera, self.camera_options, self.camera_words),
            (self.obs, self.obs_setup, self.obs_words),
            (self.record, self.record_options, self.record_words),
        )
        for number, (switch, button, words) in enumerate(rows):
            grid.addWidget(switch, 2 * number, 0)
            grid.addWidget(button, 2 * number, 1)
            grid.addWidget(words, 2 * number + 1, 0, 1, 2)
        grid.addWidget(self.delay, 2 * len(rows), 0, 1, 2)

    def _camera_menu(self, settings: OutputSettings) -> QMenu:
        menu = QMenu(self)
        add_choices(menu, WAYS, settings.camera_way, lambda way: self.option_changed.emit("output.camera_way", way))
        menu.addSeparator()
        add_choices(menu, FITS, settings.camera_fit, lambda fit: self.option_changed.emit("output.camera_fit", fit))
        return menu

    def _fill_record_menu(self) -> None:
        menu, settings = self._record_menu, self._settings
        menu.clear()
        menu.addAction("Choose a file …", self.choose_file)
        menu.addSection("Sound")
        add_choices(
            menu,
            microphones(settings.microphone),
            settings.microphone,
            lambda name: self.option_changed.emit("output.microphone", name),
        )
        menu.addSeparator()
        beside = menu.addAction("The unedited picture too, in a second file")
        beside.setCheckable(True)
        beside.setChecked(settings.record_source == "yes")
        beside.triggered.connect(lambda on: self.option_changed.emit("output.record_source", "yes" if on else "no"))
        if self.record.isChecked():
            for action in menu.actions():
                # A recording keeps the sound and the files that it began with.
                action.setEnabled(False)

    def choose_file(self) -> None:
        """Let the user name the file of the next recording."""
        picked = self.ask_for_file()
        if picked:
            path = Path(picked)
            self._picked = path if path.suffix else path.with_suffix(".mp4")
            self._current = None
            self.record_words.show_text(f"to {self._picked.name}", str(self._picked))
            self.changed.emit()


class _Words(ElidedLabel):
    """A quiet line below a switch; takes no room when empty."""

    def __init__(self) -> None:
        super().__init__(Qt.TextElideMode.ElideMiddle)
        self.setProperty("kind", "quiet")
        self.setIndent(44)
        self.hide()

    def show_text(self, text: str, whole: str = "") -> None:
        super().show_text(text, whole)
        self.setVisible(bool(text))


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("small", True)
    button.setAccessibleName(name)
    return button


def default_recording() -> Path:
    """A name with date and time in the user's video folder, which is made if need be."""
    folder = Path(platformdirs.user_videos_dir())
    with contextlib.suppress(OSError):  # the recorder says what is wrong with a folder
        folder.mkdir(parents=True, exist_ok=True)
    return folder / f"sanacam-{time.strftime('%Y%m%d-%H%M%S')}.mp4"
