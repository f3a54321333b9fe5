"""Where the picture comes from, and how large it is edited. Nothing is opened here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QLabel, QWidget

from sanacam.app.capture.cameras import find_camera
from sanacam.app.capture.choices import SourceChoice, list_cameras, list_screens, list_windows
from sanacam.app.capture.desktop import desktop
from sanacam.app.settings import Settings
from sanacam.model.errors import UserError
from sanacam.ui import theme
from sanacam.ui.region_chooser import RegionChooser
from sanacam.ui.source_watch import SourceWatch

log = logging.getLogger(__name__)

SAMPLE = "sample"
PATTERN = "pattern"
CHOOSE_FILE = "choose"
CHOOSE_REGION = "choose region"
VIDEO_FILES = "Videos (*.mp4 *.mov *.mkv *.webm *.avi *.m4v *.ts *.mpg *.gif);;All files (*)"
LONGEST_TITLE = 48
STEPS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)
SIZES = (
    ("320x176", "Small · 320×176"),
    ("640x360", "Medium · 640×360"),
    ("1280x704", "Large · 1280×704"),
    ("source", "As the source"),
)


class SourcePicker(QWidget):
    """Source, size, and whether a film starts again at its end.

    The list follows what is plugged in and out; windows are looked for when it is opened. A source that is chosen
    stays in it while it is away, and is marked. Sanacam's own output is never in it.

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
        self._windows: list[SourceChoice] = []
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
        self._chosen = SAMPLE if sample is not None else PATTERN
        self._fill()
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
        self.warning = QLabel()
        self.warning.setWordWrap(True)
        self.warning.setStyleSheet(f"color: {theme.WARNING};")
        self.warning.hide()
        grid.addWidget(self.warning, 3, 0, 1, 2)
        self.sources.activated.connect(self._source_activated)
        self.sources.opening.connect(self._look_for_windows)
        self._watch = SourceWatch(self)
        self._watch.changed.connect(self._fill)
        self.sizes.activated.connect(lambda _: self.changed.emit())
        self.repeat.clicked.connect(lambda _: self.changed.emit())

    def source(self) -> str:
        """The choice, as ``open_source`` takes it."""
        return f"file:{self._sample}" if self._chosen == SAMPLE else self._chosen

    def to_remember(self) -> str:
        """The choice for the next start. The sample clip is what the program starts with by itself, wherever it lies
        then.
        """
        return Settings().live.source if self._chosen == SAMPLE else self._chosen

    def edit_size(self) -> str:
        """As the setting ``live.size``."""
        return str(self.sizes.currentData())

    def set_source(self, source: str) -> None:
        """Show ``source`` as the choice; ``changed`` is not emitted."""
        kind, colon, rest = source.partition(":")
        if self._sample is not None and source == f"file:{self._sample}":
            source = SAMPLE
        elif kind == "camera":
            source = _by_name(rest)
        elif source == "screen":
            source = "screen:1"
        elif not colon and source != PATTERN:
            source = f"file:{source}"
        self._choose(source)

    def set_size(self, size: str) -> None:
        """Show ``size`` as the choice; ``changed`` is not emitted."""
        if self.sizes.findData(size) < 0:
            self.sizes.addItem(size.replace("x", "×"), size)
        self.sizes.setCurrentIndex(self.sizes.findData(size))

    def show_warning(self, text: str) -> None:
        """A sentence below the choice; empty: none."""
        if text != self.warning.text():
            self.warning.setText(text)
            self.warning.setVisible(bool(text))

    def ask_for_file(self) -> str:
        """The file that the user picks, empty when none."""
        folder = str(self._file.parent) if self._file else str(Path.home())
        return QFileDialog.getOpenFileName(self, "Open a video", folder, VIDEO_FILES)[0]

    def ask_for_region(self) -> str:
        """The part of the screen that the user draws, as "left,top,width,height"; empty when none."""
        chooser = RegionChooser(self)
        chooser.exec()
        chooser.deleteLater()
        return chooser.region

    def _choose(self, source: str) -> None:
        self._chosen = source
        kind, _, rest = self.source().partition(":")
        if source != SAMPLE and kind == "file":
            self._file = Path(rest)
        self.repeat.setVisible(kind == "file")
        if kind == "window":
            self._windows = _there(list_windows)
        self._fill()

    def _fill(self) -> None:
        """Make the list anew around the choice."""
        self.sources.clear()
        if self._sample is not None:
            self.sources.addItem("Sample clip", SAMPLE)
        self.sources.addItem("Video file …", CHOOSE_FILE)
        for choice in (*_there(list_cameras), *_there(list_screens), *self._windows):
            detail = f" · {choice.detail}" if choice.kind == "screen" else ""
            title = f"Window · {choice.name}" if choice.kind == "window" else f"{choice.name}{detail}"
            self._add(title, choice.spec, choice.detail)
        if desktop() != "wayland":
            self._add("Part of the screen …", CHOOSE_REGION)
        self._add("Test pattern", PATTERN)
        if self.sources.findData(self._chosen) < 0:
            self._add(*_title_of(self._chosen), place=self.sources.findData(CHOOSE_FILE) + 1)
        self.sources.setCurrentIndex(self.sources.findData(self._chosen))
        self.sources.setToolTip(str(self.sources.currentData(Qt.ItemDataRole.ToolTipRole) or ""))

    def _add(self, title: str, spec: str, tip: str = "", *, place: int | None = None) -> None:
        place = self.sources.count() if place is None else place
        short = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
        self.sources.insertItem(place, short, spec)
        self.sources.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)

    def _look_for_windows(self) -> None:
        self._windows = _there(list_windows)
        self._fill()

    def _source_activated(self, index: int) -> None:
        value = str(self.sources.itemData(index))
        asked = {CHOOSE_FILE: ("file", self.ask_for_file), CHOOSE_REGION: ("region", self.ask_for_region)}
        if value in asked:
            kind, ask = asked[value]
            picked = ask()
            if not picked:
                self.sources.setCurrentIndex(self.sources.findData(self._chosen))
                return
            value = f"{kind}:{picked}"
        self._choose(value)
        self.changed.emit()


class CalmBox(QComboBox):
    """A combo box that neither the mouse wheel nor the arrow keys change: nobody wants a camera switched on in passing.
    Those keys open the list; there they move, and Enter chooses.

    Signals:
        opening(): the list is about to be shown.
    """

    opening = Signal()

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in STEPS:
            self.showPopup()
        else:
            super().keyPressEvent(event)


def _there(look: Callable[[], list[SourceChoice]]) -> list[SourceChoice]:
    try:
        return look()
    except UserError as error:
        # Opening such a source says it to the user; here there is nothing to choose from.
        log.info("%s %s", error.message, error.hint)
        return []


def _by_name(wanted: str) -> str:
    """The camera under the name that the list has; as it is when it is not connected."""
    try:
        return f"camera:{find_camera(wanted).name}"
    except UserError:
        return f"camera:{wanted}"


def _title_of(spec: str) -> tuple[str, str, str]:
    """Title, spec and tool tip of a choice that is not among what is there."""
    kind, _, rest = spec.partition(":")
    if kind == "file":
        return Path(rest).name, spec, rest
    if kind == "region":
        return f"Region {rest}", spec, "left, top, width, height in pixels"
    if kind == PATTERN:
        return f"Test pattern {rest}", spec, ""
    name = rest if kind in ("camera", "window") and not rest.isdigit() else f"{kind.capitalize()} {rest}"
    return f"{name} (not there)", spec, "It is picked up by itself when it is back."
