"""The outputs between panel and session: what is switched, what became of it, what is remembered."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from sanacam.app.host.link import HostLink
from sanacam.app.outputs.snapshot import save_snapshot
from sanacam.app.session_report import in_words
from sanacam.model.errors import UserError
from sanacam.ui.background import Background
from sanacam.ui.live_control import LiveControl
from sanacam.ui.live_outputs import OutputKind
from sanacam.ui.obs_dialog import ObsDialog
from sanacam.ui.remembered import Remembered

if TYPE_CHECKING:
    from sanacam.ui.main_window import MainWindow

log = logging.getLogger(__name__)

JOIN_S = 1.0
OBS_WORDS = {"showing": "OBS shows the picture", "off": 'not set up yet: press "Set up …"'}


class OutputsDesk(QObject):
    """Lives in the window's thread.

    Signals:
        changed(): the plan is another one now.
    """

    changed = Signal()

    def __init__(self, window: MainWindow, control: LiveControl, remembered: Remembered, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._panel = window.outputs
        self._control = control
        self._remembered = remembered
        self._playing = False
        self._asking, self._saving = Background("host-status", self), Background("snapshot", self)
        self._asking.done.connect(self._host_answered)
        self._asking.failed.connect(lambda error: log.warning("the output host: %s", error))
        self._saving.done.connect(self._snapshot_saved)
        self._saving.failed.connect(lambda error: self._show_error("snapshot", error))
        self._dialog: ObsDialog | None = None
        control.sink_news.connect(self._sink_news)
        control.noted.connect(self._noted)
        self._panel.changed.connect(self._panel_changed)
        self._panel.option_changed.connect(self._option_changed)
        self._panel.set_up_obs.connect(self.set_up_obs)

    def take_sinks(self, names: tuple[str, ...]) -> None:
        """Switch on what the settings name besides the window."""
        for name in names:
            kind, _, rest = name.partition(":")
            if name == "virtualcam":
                self._panel.camera.setChecked(True)
            elif name == "obs":
                self._panel.obs.setChecked(True)
            elif kind == "file" and rest:
                self._panel.set_recording(Path(os.path.expanduser(rest)))

    def record(self, on: bool) -> None:
        """As if the user had used the switch."""
        if on != self._panel.record.isChecked():
            self._panel.record.setChecked(on)
            self._panel_changed()

    def set_up_obs(self) -> None:
        """Open the dialog, and look how OBS stands."""
        if self._dialog is None:
            self._dialog = ObsDialog(self._window)
            self._dialog.set_up.connect(self._obs_is_set_up)
        self._dialog.show_delay(self._latency())
        self._dialog.open()
        self._dialog.look()

    def take_snapshot(self) -> None:
        """Keep what the outputs show now, and say where."""
        session = self._control.session
        frame = session.latest_output() if session is not None else None
        self._saving.run(lambda: save_snapshot(frame))

    def show_playing(self, playing: bool) -> None:
        self._playing = playing
        if not playing:
            self._show_idle()

    def refresh(self) -> None:
        """To be called about three times a second."""
        link = self._control.link
        if link is not None:
            self._asking.run(link.status)
        latency = self._latency()
        watched = self._panel.camera.isChecked() or self._panel.obs.isChecked()
        self._panel.show_delay(latency if watched else None)
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.show_delay(latency)

    def join(self) -> bool:
        """Wait for what goes on in the background; False when something takes longer."""
        ended = [task.join(JOIN_S) for task in (self._asking, self._saving)]
        return all(ended) and (self._dialog is None or self._dialog.join(JOIN_S))

    # What the user does.

    def _panel_changed(self) -> None:
        self._window.messages.clear("sink")
        if not self._playing:
            self._show_idle()
        self._remember_switches()
        self.changed.emit()

    def _option_changed(self, name: str, value: str) -> None:
        self._remembered.change({name: value})
        self._panel.show_settings(self._remembered.settings.output)
        self.changed.emit()

    def _obs_is_set_up(self) -> None:
        """Whoever has set OBS up wants the picture there."""
        if not self._panel.obs.isChecked():
            self._panel.obs.setChecked(True)
            self._panel_changed()

    def _remember_switches(self) -> None:
        """Camera and OBS are on again at the next start, also when this one is killed; a recording never begins by
        itself.
        """
        switches = {"virtualcam": self._panel.camera, "obs": self._panel.obs}
        on = [name for name, switch in switches.items() if switch.isChecked()]
        self._remembered.change({"live.sink": ["window", *on]})
        self._remembered.save()

    # What happens.

    @Slot(str, str, str)
    def _sink_news(self, kind: OutputKind, state: str, detail: str) -> None:
        switch, words = {
            "camera": (self._panel.camera, self._panel.camera_words),
            "obs": (self._panel.obs, self._panel.obs_words),
            "recording": (self._panel.record, self._panel.record_words),
        }[kind]
        name = Path(detail).name
        if state == "failed":
            switch.setChecked(False)
            words.show_text("")
            self._remember_switches()
            self.changed.emit()
        elif kind == "recording":
            if state == "open":
                words.show_text(f"to {name}", detail)
            else:
                # A recording without a single frame is not kept.
                words.show_text(f"{name} is ready" if Path(detail).exists() else "", detail)
                if not self._playing:
                    switch.setChecked(False)
        elif state == "closed":
            words.show_text("when started" if switch.isChecked() else "")
        elif kind == "camera":
            words.show_text(f"as {detail}", detail)

    @Slot(object)
    def _noted(self, note: UserError) -> None:
        self._window.messages.show_message("sink", note.message, note.hint, "warning")
        link = self._control.link
        if link is not None and not self._panel.record.isChecked():
            self._take_over(link)

    def _take_over(self, link: HostLink) -> None:
        """A recording that goes on since this window's forerunner was killed is this one's now."""
        for left in link.wishes.left_recordings()[:1]:
            self._panel.take_over_recording(Path(left.path))
            self.changed.emit()

    def _show_idle(self) -> None:
        panel, path = self._panel, self._panel.recording()
        for switch, words in ((panel.camera, panel.camera_words), (panel.obs, panel.obs_words)):
            words.show_text("when started" if switch.isChecked() else "")
        if path is not None:
            panel.record_words.show_text(f"{path.name}, when started", str(path))

    def _latency(self) -> float | None:
        """From capture to the outputs, milliseconds."""
        session = self._control.session
        return session.stats().latency_ms_p50 if session is not None and self._playing else None

    @Slot(object)
    def _host_answered(self, status: dict[str, Any] | None) -> None:
        states = {sink["spec"]["kind"]: sink for sink in (status or {}).get("sinks", ())}
        obs = states.get("obs")
        if obs is not None and self._panel.obs.isChecked() and self._playing:
            message = OBS_WORDS.get(obs["obs"], obs["obs_message"])
            self._panel.obs_words.show_text(message, f"{obs['obs_message']} {obs['obs_hint']}".strip() or message)

    @Slot(object)
    def _snapshot_saved(self, path: Path) -> None:
        bar = self._window.messages.show_message("snapshot", f"{path.name} is saved.", str(path.parent), "info")

        def open_folder() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

        bar.add_action("Open folder", open_folder)

    def _show_error(self, about: str, error: Exception) -> None:
        message, hint = in_words(error, "Something went wrong")
        self._window.messages.show_message(about, message, hint)
