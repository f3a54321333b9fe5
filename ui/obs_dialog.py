"""Set OBS up: one button, a password if OBS wants one, and which sounds are to wait for the picture."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sanacam.app.obs.sound import AudioInput, advice
from sanacam.app.session_report import in_words
from sanacam.app.settings import ObsSettings
from sanacam.model.errors import UserError
from sanacam.ui import theme
from sanacam.ui.background import Background
from sanacam.ui.obs_desk import ObsNews, look, remember_sound, set_up_obs

WIDTH = 460
MOST_ROWS = 4
ON_AIR = "The one on air"
WAYS = (("stream", "Stream · nothing to do in OBS"), ("script", "Script · shortest delay, two clicks in OBS"))
INTRODUCTION = (
    'Makes a source called "Sanacam" in the OBS Studio of this machine, fits it, and keeps it alive from then on. '
    "In OBS tick Tools > WebSocket Server Settings > Enable WebSocket server first."
)


class ObsDialog(QDialog):
    """Looks at OBS when it opens; never waits for it.

    Signals:
        set_up(): the source is in OBS and the settings are kept.
    """

    set_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sanacam in OBS Studio")
        self.setFixedWidth(WIDTH)
        self._kept = ObsSettings()
        self._is_set_up = False
        self._background = Background("obs-setup", self)
        self._background.done.connect(self._show)
        self._background.failed.connect(self._failed)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Password of OBS")
        self.password.setPlaceholderText("As kept, or none")
        self.read_password = QCheckBox("Read it from OBS's own settings each time")
        self.read_password.toggled.connect(lambda on: self.password.setDisabled(on))
        self.port = QLineEdit()
        self.port.setValidator(QIntValidator(1, 65535, self.port))
        self.port.setAccessibleName("Port of OBS")
        self.scene, self.way = QComboBox(), QComboBox()
        self.scene.setAccessibleName("Scene")
        self.way.setAccessibleName("Way into OBS")
        for value, title in WAYS:
            self.way.addItem(title, value)
        self.words = _Paragraph()
        self.sound = QListWidget()
        self.sound.setAccessibleName("Inputs of OBS whose sound waits for the picture")
        self.sound.itemChanged.connect(self._ticked)
        self._sound_words, self.delay = _Paragraph(), _Paragraph("quiet")
        self._sound_words.setText("Sounds that wait for the picture:")
        self.again, self.apply, close = QPushButton("Look again"), QPushButton("Set up"), QPushButton("Close")
        self.apply.setDefault(True)
        self.again.clicked.connect(self.look)
        self.apply.clicked.connect(self._set_up)
        close.clicked.connect(self.close)
        self._lay_out(close)
        self.show_delay(None)
        self._show(ObsNews(ObsSettings()))

    def look(self) -> None:
        """Ask OBS how it stands."""
        self._begin("Looking for OBS …")
        self._background.run(look)

    def show_delay(self, latency_ms: float | None) -> None:
        """How late the picture is at the moment; None: nothing plays."""
        self.delay.setText(advice(latency_ms))

    def join(self, timeout_s: float) -> bool:
        """Wait for what goes on in the background; False when OBS takes longer."""
        return self._background.join(timeout_s)

    # Layout.

    def _lay_out(self, close: QPushButton) -> None:
        introduction = _Paragraph("quiet")
        introduction.setText(INTRODUCTION)
        form = QGridLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.setColumnStretch(1, 1)
        parts = ("Password", self.password), ("Port", self.port), ("Scene", self.scene), ("Way", self.way)
        for number, (title, part) in enumerate(parts):
            label = QLabel(title)
            label.setProperty("kind", "quiet")
            label.setBuddy(part)
            form.addWidget(label, 2 * number, 0)
            form.addWidget(part, 2 * number, 1)
        form.addWidget(self.read_password, 1, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addWidget(introduction)
        column.addLayout(form)
        column.addWidget(self.words)
        column.addWidget(self._sound_words)
        column.addWidget(self.sound)
        column.addWidget(self.delay)
        column.addLayout(buttons)

    # What happens.

    def _set_up(self) -> None:
        settings = replace(
            self._kept,
            way=str(self.way.currentData()),
            port=int(self.port.text() or self._kept.port),
            scene=str(self.scene.currentData() or ""),
            sound=self._ticks(),
            password_from="obs" if self.read_password.isChecked() else "keyring",
        )
        self._begin("Setting OBS up …")
        typed = "" if self.read_password.isChecked() else self.password.text()
        self._background.run(lambda: set_up_obs(settings, typed))

    def _begin(self, words: str) -> None:
        self._say(words, theme.QUIET)
        for button in (self.again, self.apply):
            button.setEnabled(False)

    def _say(self, words: str, colour: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.words.setStyleSheet(f"color: {colour};")
        self._fit()

    def _fit(self) -> None:
        """As high as the words want: a layout with wrapped lines does not see to that by itself."""
        column = self.layout()
        assert column is not None, "made at the start"
        column.activate()
        self.setFixedHeight(column.totalHeightForWidth(WIDTH))

    def _failed(self, error: Exception) -> None:
        message, hint = in_words(error, "Something went wrong")
        self._say(f"{message} {hint}".strip(), theme.BAD)
        for button in (self.again, self.apply):
            button.setEnabled(True)

    def _show(self, news: ObsNews) -> None:
        self._kept = news.settings
        self.port.setText(str(news.settings.port))
        self.way.setCurrentIndex(max(0, self.way.findData(news.settings.way)))
        self.read_password.setVisible(news.config is not None)
        self.read_password.setChecked(news.settings.password_from == "obs" and news.config is not None)
        self.read_password.setToolTip(str(news.config or ""))
        report = news.report
        self._is_set_up = report is not None and report.ours and news.settings.way != "off"
        self._show_scenes(news.settings.scene, report.all_scenes if report else [])
        self._show_inputs(report.inputs if report else [], news.settings.sound)
        for button in (self.again, self.apply):
            button.setEnabled(True)
        self.apply.setText("Set up again" if self._is_set_up else "Set up")
        self._say(*_in_words(news))
        if news.done is not None:
            self.password.clear()
            self.set_up.emit()

    def _show_scenes(self, chosen: str, scenes: list[str]) -> None:
        self.scene.clear()
        self.scene.addItem(ON_AIR, "")
        for name in dict.fromkeys([*scenes, *([chosen] if chosen else [])]):
            self.scene.addItem(name, name)
        self.scene.setCurrentIndex(self.scene.findData(chosen))

    def _show_inputs(self, inputs: list[AudioInput], ticked: tuple[str, ...]) -> None:
        self.sound.blockSignals(True)
        self.sound.clear()
        for one in inputs:
            item = QListWidgetItem(one.name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if one.name in ticked else Qt.CheckState.Unchecked)
            item.setToolTip(f"Sync Offset in OBS: {one.offset_ms} ms")
            self.sound.addItem(item)
        self.sound.blockSignals(False)
        rows = min(MOST_ROWS, len(inputs))
        self.sound.setFixedHeight(max(1, rows) * max(24, self.sound.sizeHintForRow(0)) + 12)
        for part in (self.sound, self._sound_words):
            part.setVisible(bool(inputs))

    def _ticks(self) -> tuple[str, ...]:
        items = [self.sound.item(row) for row in range(self.sound.count())]
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

    def _ticked(self, _: QListWidgetItem) -> None:
        """Holds at once when OBS is set up; else with the set-up."""
        if not self._is_set_up:
            return
        try:
            remember_sound(self._ticks())
        except UserError as error:
            self._failed(error)


class _Paragraph(QLabel):
    def __init__(self, kind: str = "") -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)


def _in_words(news: ObsNews) -> tuple[str, str]:
    """What to say, and in which colour."""
    report, trouble = news.report, ""
    if news.trouble is not None:
        trouble = f"{news.trouble.message} {news.trouble.hint}".strip()
    if report is None:
        return trouble, theme.BAD
    if not report.ours and report.source is not None:
        return 'OBS has a source "Sanacam" that was not made by Sanacam. Give it another name there.', theme.WARNING
    if news.done is not None or (report.ours and news.settings.way != "off"):
        where = ", ".join(report.scenes) or "no scene"
        words = f'"Sanacam" is in OBS {report.obs}, in {where}. {trouble}'.strip()
        return words, theme.WARNING if trouble else theme.GOOD
    return f"OBS {report.obs} is here. Press Set up.", theme.GOOD
