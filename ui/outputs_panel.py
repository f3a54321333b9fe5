"""Where the edited picture goes besides the window."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import platformdirs
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QPushButton, QWidget

from sanacam.ui.elided_label import ElidedLabel
from sanacam.ui.switch import Switch

RECORDINGS = "Videos (*.mp4 *.mkv *.mov *.webm)"


class OutputsPanel(QWidget):
    """Switches for the virtual camera and the recording.

    Signals:
        changed(): the user switched something or chose another file.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picked: Path | None = None
        self._current: Path | None = None
        self.camera = Switch("Virtual camera")
        self.camera.setToolTip("Other programs see the edited picture as a webcam.")
        self.record = Switch("Record to a file")
        self.record.setToolTip("Records what is shown, without sound. A file that exists is never replaced.")
        self.choose = QPushButton("Choose …")
        self.choose.setAccessibleName("Choose the file to record to")
        self.camera_words, self.record_words = _Words(), _Words()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.camera, 0, 0, 1, 2)
        grid.addWidget(self.camera_words, 1, 0, 1, 2)
        grid.addWidget(self.record, 2, 0)
        grid.addWidget(self.choose, 2, 1)
        grid.addWidget(self.record_words, 3, 0, 1, 2)
        self.camera.clicked.connect(lambda _: self.changed.emit())
        self.record.clicked.connect(lambda _: self.changed.emit())
        self.choose.clicked.connect(lambda _: self._choose())

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

    def ask_for_file(self) -> str:
        """The file that the user names, empty when none."""
        start = str(self._picked or default_recording())
        keep = QFileDialog.Option.DontConfirmOverwrite
        return QFileDialog.getSaveFileName(self, "Record to", start, RECORDINGS, options=keep)[0]

    def _choose(self) -> None:
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


def default_recording() -> Path:
    """A name with date and time in the user's video folder, which is made if need be."""
    folder = Path(platformdirs.user_videos_dir())
    with contextlib.suppress(OSError):  # the recorder says what is wrong with a folder
        folder.mkdir(parents=True, exist_ok=True)
    return folder / f"sanacam-{time.strftime('%Y%m%d-%H%M%S')}.mp4"
