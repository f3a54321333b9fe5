"""Where the picture comes from, and how large it is edited. Nothing is opened here."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QLabel, QWidget

from sanacam.app.doctor.media import video_devices

SAMPLE = "sample"
CHOOSE_FILE = "choose"
VIDEO_FILES = "Videos (*.mp4 *.mov *.mkv *.webm *.avi *.m4v *.ts *.mpg *.gif);;All files (*)"
CAMERAS_OFFERED = 4
SIZES = (
    ("320x176", "Small · 320×176"),
    ("640x360", "Medium · 640×360"),
    ("1280x704", "Large · 1280×704"),
    ("source", "As the source"),
)


class SourcePicker(QWidget):
    """Source, size, and whether a film starts again at its end.

    Args:
        sample: the clip that ships with the program; None when it is missing.

    Signals:
        changed(): the user chose something else.
    """

    changed = Signal()

    def __init__(self, sample: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample = sample
        self._file: Path | None = None
        self.sources = CalmBox()
        self.sources.setAccessibleName("Source")
        self.sources.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sources.setMinimumContentsLength(12)
        self.sizes = CalmBox()
        self.sizes.setAccessibleName("Size")
        self.sizes.setToolTip("The size that is edited. Smaller is faster; the picture is scaled up to be shown.")
        self.sizes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sizes.setMinimumContentsLength(12)
        for value, title in SIZES:
            self.sizes.addItem(title, value)
        self.repeat = QCheckBox("Play again at the end")
        self.repeat.setChecked(True)
        self._fill()
        self._chosen = self.sources.currentIndex()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (title, box) in enumerate((("From", self.sources), ("Size", self.sizes))):
            label = QLabel(title)
            label.setProperty("kind", "quiet")
            label.setBuddy(box)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        grid.addWidget(self.repeat, 2, 1)
        self.sources.activated.connect(self._source_activated)
        self.sizes.activated.connect(lambda _: self.changed.emit())
        self.repeat.clicked.connect(lambda _: self.changed.emit())

    def source(self) -> str:
        """The choice, as ``open_source`` takes it."""
        value = str(self.sources.currentData())
        return f"file:{self._sample}" if value == SAMPLE else value

    def edit_size(self) -> str:
        """As the setting ``live.size``."""
        return str(self.sizes.currentData())

    def set_source(self, source: str) -> None:
        """Show ``source`` as the choice; ``changed`` is not emitted."""
        if self._sample is not None and source == f"file:{self._sample}":
            source = SAMPLE
        elif source in ("camera", "screen"):
            source = f"{source}:{0 if source == 'camera' else 1}"
        elif ":" not in source and source != "pattern":
            source = f"file:{source}"
        if self.sources.findData(source) < 0:
            self._insert(source)
        self.sources.setCurrentIndex(self.sources.findData(source))
        self._settle()

    def set_size(self, size: str) -> None:
        """Show ``size`` as the choice; ``changed`` is not emitted."""
        if self.sizes.findData(size) < 0:
            self.sizes.addItem(size.replace("x", "×"), size)
        self.sizes.setCurrentIndex(self.sizes.findData(size))

    def ask_for_file(self) -> str:
        """The file that the user picks, empty when none."""
        folder = str(self._file.parent) if self._file else str(Path.home())
        return QFileDialog.getOpenFileName(self, "Open a video", folder, VIDEO_FILES)[0]

    def _fill(self) -> None:
        if self._sample is not None:
            self.sources.addItem("Sample clip", SAMPLE)
        self.sources.addItem("Video file …", CHOOSE_FILE)
        for number, title in _cameras():
            self.sources.addItem(f"Camera {number}{f' · {title}' if title else ''}", f"camera:{number}")
        for number, screen in enumerate(QGuiApplication.screens(), 1):
            size = screen.size() * screen.devicePixelRatio()
            self.sources.addItem(f"Screen {number} · {size.width()}×{size.height()}", f"screen:{number}")
        self.sources.addItem("Test pattern", "pattern")

    def _insert(self, source: str) -> None:
        kind, _, rest = source.partition(":")
        title = Path(rest).name if kind == "file" else f"{kind.capitalize()} {rest}"
        place = self.sources.findData(CHOOSE_FILE) + (kind != "file")
        self.sources.insertItem(place, title, source)

    def _source_activated(self, index: int) -> None:
        if self.sources.itemData(index) == CHOOSE_FILE:
            picked = self.ask_for_file()
            if not picked:
                self.sources.setCurrentIndex(self._chosen)
                return
            self.set_source(f"file:{picked}")
        self._settle()
        self.changed.emit()

    def _settle(self) -> None:
        self._chosen = self.sources.currentIndex()
        kind, _, rest = self.source().partition(":")
        self._file = Path(rest) if kind == "file" else self._file
        self.repeat.setVisible(kind == "file")
        self.sources.setToolTip(rest if kind == "file" else "")


class CalmBox(QComboBox):
    """A combo box that the mouse wheel does not change: nobody wants a camera switched on in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _cameras() -> list[tuple[int, str]]:
    """Number and title of cameras that may be there, without switching one on."""
    if not sys.platform.startswith("linux"):
        return [(number, "") for number in range(CAMERAS_OFFERED)]
    devices = video_devices()
    numbered = [(int(name.removeprefix("video")), title) for name, title in devices.items() if name[5:].isdigit()]
    return numbered or [(0, "")]
