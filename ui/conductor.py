"""What happens when something is pressed, and what is shown when something happens."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Slot

from sanacam.app.capture.film_watch import FilmWatch
from sanacam.app.look import prompt_of
from sanacam.app.panic import LARGEST_IMAGE
from sanacam.app.panic_mode import IN_WORDS
from sanacam.app.presets import Preset, find_preset
from sanacam.app.prompt_text import checked_prompt
from sanacam.app.session import SessionEvent, SessionStats
from sanacam.app.session_report import in_words
from sanacam.app.settings import LookSettings
from sanacam.app.size import parse_size
from sanacam.app.still import read_still
from sanacam.model.errors import UserError
from sanacam.ui import theme
from sanacam.ui.capture_shield import CaptureShield
from sanacam.ui.frame_pairs import FramePairs
from sanacam.ui.live_control import LiveControl
from sanacam.ui.live_plan import LivePlan
from sanacam.ui.outputs_desk import OutputsDesk
from sanacam.ui.remembered import Remembered

if TYPE_CHECKING:
    from sanacam.ui.main_window import MainWindow

log = logging.getLogger(__name__)

PICTURE_EVERY_MS = 33
STATS_EVERY = 10
FILM_EVERY = 30
UNEDITED = "The model is not running; the picture is shown unedited"


class Conductor(QObject):
    """Stands between the window's parts and the session. Lives in the window's thread.

    Attributes:
        playing: whether a session is wanted; ends by itself when a film ends or breaks off.
        look: prompt, preset and strength in use; may be read from any thread.
        outputs: what the panel of outputs does.
    """

    def __init__(self, window: MainWindow, control: LiveControl, remembered: Remembered) -> None:
        super().__init__(window)
        self._window = window
        self._control = control
        self._remembered = remembered
        self._shield = CaptureShield(window)
        self._pairs = FramePairs()
        self._pairs_run = 0
        self._ticks = 0
        self._source = window.sources.source()
        self._source_broke = False
        # While a camera or OBS shows the card after a film.
        self._over_film: FilmWatch | None = None
        self.playing = False
        self.look = LookSettings()
        self.outputs = OutputsDesk(window, control, remembered, self)
        self.outputs.changed.connect(self._change_plan)
        control.session_event.connect(self._session_event)
        control.refused.connect(self._refused)
        window.prompt.applied.connect(self.apply_prompt)
        window.presets.chosen.connect(self.apply_preset)
        window.strength.changed.connect(self._strength_changed)
        window.sources.changed.connect(self._source_changed)
        window.snapshot_button.clicked.connect(self.outputs.take_snapshot)
        window.settings_button.clicked.connect(self.open_settings)
        window.settings_dialog.applied.connect(self._settings_applied)
        window.start_button.clicked.connect(self.start_or_stop)
        window.panic.refused.connect(lambda error: self.show_error("panic", error))
        window.panic.chosen.connect(self._panic_chosen)
        self._timer = QTimer(self)
        self._timer.setInterval(PICTURE_EVERY_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    # What the user does.

    def begin_with(self, look: LookSettings) -> None:
        """Show and use the look of the settings; the first preset when there is none or it cannot be used."""
        self._window.strength.set_value(look.strength)
        self._control.set_strength(look.strength)
        self.look = look
        first = self._window.first_preset()
        try:
            prompt = prompt_of(look, self.model) if look.prompt or look.preset else (first.prompt if first else "")
            name = "" if look.prompt else find_preset(look.preset).name if look.preset else first.name if first else ""
        except UserError as error:
            self.show_error("prompt", error)
            prompt, name = (first.prompt, first.name) if first else ("", "")
        self._use_prompt(prompt, name)

    @property
    def model(self) -> str:
        """Name or folder of the model in use."""
        return self._remembered.settings.model.name

    def start_or_stop(self) -> None:
        if self.playing:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Play what is chosen. Returns at once."""
        for about in ("source", "engine", "sink", "output", "state"):
            self._window.messages.clear(about)
        self._source_broke, self._over_film = False, None
        self._control.play(self._plan())
        self._set_playing(True)

    def stop(self) -> None:
        """Returns at once."""
        self._over_film = None
        self._control.halt()
        self._set_playing(False)

    @Slot(str)
    def apply_prompt(self, text: str) -> None:
        """From now on edit by ``text``; refused with a message when it cannot be one."""
        try:
            prompt = checked_prompt(text, self.model)
        except UserError as error:
            self.show_error("prompt", error)
            return
        self._window.prompt.history.add(prompt)
        self._use_prompt(prompt, "")
        self._remembered.change({"look.prompt": prompt, "look.preset": ""})

    @Slot(object)
    def apply_preset(self, preset: Preset) -> None:
        self._use_prompt(preset.prompt, preset.name)
        self._remembered.change({"look.prompt": "", "look.preset": preset.name})

    def _use_prompt(self, prompt: str, preset_name: str) -> None:
        self._window.messages.clear("prompt")
        self.look = replace(self.look, prompt=prompt, preset=preset_name)
        self._window.prompt.show_prompt(prompt)
        self._window.presets.mark(preset_name)
        self._control.set_prompt(prompt)

    @Slot(float)
    def apply_strength(self, strength: float) -> None:
        """0…1; the slider follows."""
        self._window.strength.set_value(strength)
        self._strength_changed(strength)

    @Slot(bool)
    def record(self, on: bool) -> None:
        """As if the user had used the switch."""
        self.outputs.record(on)

    def open_settings(self) -> None:
        """Show the dialog, with the settings as they are unless it is open already."""
        dialog = self._window.settings_dialog
        if not dialog.isVisible():
            dialog.show_settings(self._remembered.settings)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    @Slot(object)
    def _settings_applied(self, values: dict[str, Any]) -> None:
        """They hold at once and are kept at once, also when the program is killed."""
        before = self._remembered.settings
        self._remembered.change(values)
        self._remembered.save()
        now = self._remembered.settings
        if now.live.transition != before.live.transition:
            self._control.set_transition(now.live.transition)
        if self.playing and (now.model, now.live.fps) != (before.model, before.live.fps):
            self.start()
        else:
            self._change_plan()

    @Slot(str, object)
    def _panic_chosen(self, mode: str, image: Path | None) -> None:
        """Also after the next start this is shown when the key is pressed."""
        if image is None:
            self._remembered.change({"live.panic": mode})
            return
        try:
            read_still(image, LARGEST_IMAGE)
        except UserError as error:
            # Said now, and not when it is needed.
            self.show_error("panic", error)
            return
        self._remembered.change({"live.panic": mode, "live.panic_image": str(image)})

    def _strength_changed(self, strength: float) -> None:
        self.look = replace(self.look, strength=strength)
        self._control.set_strength(strength)
        self._remembered.change({"look.strength": strength})

    def _source_changed(self) -> None:
        sources, live = self._window.sources, self._remembered.settings.live
        if sources.source() != self._source:
            self._source = sources.source()
            self._remembered.change({"live.source": sources.to_remember()})
        if sources.edit_size() != live.size:
            self._remembered.change({"live.size": sources.edit_size()})
        self._window.messages.clear("source")
        self._source_broke, self._over_film = False, None
        self._change_plan()

    def _change_plan(self) -> None:
        self._control.change(self._plan())
        self._show_numbers()

    def _plan(self) -> LivePlan:
        sources, outputs = self._window.sources, self._window.outputs
        return LivePlan(
            sources.source(),
            parse_size(sources.edit_size()),
            self._remembered.settings.live.fps or None,
            sources.repeat.isChecked(),
            outputs.camera.isChecked(),
            outputs.obs.isChecked(),
            outputs.recording(),
            self._remembered.settings.output,
        )

    # What happens.

    def show_error(self, about: str, error: Exception) -> None:
        """A message bar with what happened and what to do."""
        message, hint = in_words(error, "Something went wrong")
        self._window.messages.show_message(about, message, hint)

    @Slot(int, object)
    def _session_event(self, run: int, event: SessionEvent) -> None:
        told_anyway = event.about in ("sink", "prompt") or (event.about == "state" and event.message != "failed")
        if told_anyway and event.error:
            self._window.messages.show_message(event.about, event.message, event.hint)
        if run != self._control.current_run or not self.playing:
            return
        if event.about == "source":
            self._source_event(event)
        elif event.about == "engine" and event.error:
            self._model_failed(event)
        elif event.about == "output" and event.error:
            self._window.messages.show_message("output", event.message, event.hint)
            self.stop()
        elif event.about == "state":
            self._state_changed(event.message)

    def _state_changed(self, state: str) -> None:
        if state == "ended" or (state == "failed" and self._source_broke):
            self.stop()
            film = self._plan().film
            if state == "ended" and film is not None:
                self._over_film = FilmWatch(film)
        elif state == "running":
            self._window.messages.clear("source")

    def _source_event(self, event: SessionEvent) -> None:
        self._window.messages.clear("source")
        self._source_broke = False
        if not event.error:
            return
        plan, session = self._plan(), self._control.session
        was_open = session is not None and session.source_info() is not None
        again = plan.live or (plan.repeat and was_open)
        self._source_broke = not again
        hint = event.hint or "Choose another source."
        if again:
            hint = f"{hint} It is tried again every second.".strip()
        self._window.messages.show_message("source", event.message, hint)

    def _model_failed(self, event: SessionEvent) -> None:
        self._control.show_unedited()
        hint = f"{event.hint} Until then the picture is shown unedited.".strip()
        bar = self._window.messages.show_message("engine", event.message, hint)
        bar.add_action("Try again", self._try_model_again)

    def _try_model_again(self) -> None:
        if self.playing:
            self._control.try_model_again()
        else:
            self.start()

    @Slot(int, object)
    def _refused(self, run: int, error: Exception) -> None:
        self.show_error("state", error)
        if run == self._control.current_run:
            self._set_playing(False)

    def _set_playing(self, playing: bool) -> None:
        self.playing = playing
        self._window.show_playing(playing)
        self.outputs.show_playing(playing)
        self._show_numbers()

    def _tick(self) -> None:
        self._ticks += 1
        self._show_pictures()
        if self._ticks % FILM_EVERY == 0:
            self._play_replaced_film()
        if self._window.panic.refresh() or self._ticks % STATS_EVERY == 0:
            self._show_numbers()

    def _play_replaced_film(self) -> None:
        """Who watches a camera or OBS sees a film go on that has been written anew since it was over."""
        plan = self._plan()
        if self._over_film is not None and (plan.virtual_camera or plan.obs) and self._over_film.replaced():
            self.start()

    def _show_pictures(self) -> None:
        session = self._control.session
        if session is None:
            return
        if self._pairs_run != self._control.current_run:
            self._pairs_run = self._control.current_run
            self._pairs.clear()
        source, shown = session.latest_source(), session.latest_output()
        if source is not None:
            self._pairs.add(source)
        if shown is not None and self._control.panic.mode is not None:
            self._window.preview.show_pictures(shown.pixels, None)
        elif shown is not None and shown.sequence >= 0:
            pair = self._pairs.source_of(shown)
            edited = None if self._control.unedited and pair else shown.pixels
            self._window.preview.show_pictures(edited, pair.pixels if pair else None)
        elif source is not None and session.stats().state == "starting":
            self._window.preview.show_pictures(None, source.pixels)
        elif shown is not None:
            # The slate that the outputs get, in letters of the window's own.
            message = session.stats().message
            self._window.preview.show_words("No picture from the source" if message else "Starting …", message)

    def _show_numbers(self) -> None:
        session = self._control.session
        stats = session.stats() if session is not None else None
        words, colour = self._in_words(stats)
        self._window.status.show_state(words, colour)
        self._window.status.show_stats(stats if self.playing else None)
        self.outputs.refresh()
        self._shield.watch(self._window.sources.source() if self.playing else "")
        self._window.sources.show_warning(self._shield.warning())
        note = words if self._control.panic.mode is not None and self.playing else ""
        self._window.preview.set_note(words if words.startswith(("Loading", "Preparing")) else note)

    def _in_words(self, stats: SessionStats | None) -> tuple[str, str]:
        if not self.playing:
            if self._control.busy:
                return "Stopping …", theme.WARNING
            if self._control.panic.mode is not None:
                return "Stopped. Panic is on; Ctrl+P ends it", theme.BAD
            ended = stats is not None and stats.state == "ended"
            return ("The film is over" if ended else "Stopped"), theme.QUIET
        if (panic := self._control.panic.mode) is not None:
            return f"Panic: {IN_WORDS[panic]} is shown. Ctrl+P goes back", theme.BAD
        if stats is None or self._control.busy or stats.state in ("stopped", "ended"):
            return "Starting …", theme.WARNING
        if self._control.unedited:
            return UNEDITED, theme.BAD
        if stats.state == "starting":
            if stats.preparing is not None:
                words = stats.preparing.in_words()
                return words[:1].upper() + words[1:], theme.WARNING
            opened = stats.captured > 0
            return ("Loading the model …" if opened else "Opening the source …"), theme.WARNING
        if stats.state == "failed":
            return stats.message or "A part has failed", theme.BAD
        return (stats.message, theme.WARNING) if stats.message else ("Running", theme.GOOD)
