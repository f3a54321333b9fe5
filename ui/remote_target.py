"""The window, as the control port sees it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from sanacam.app.outputs.snapshot import save_snapshot
from sanacam.app.panic import PanicSwitch
from sanacam.app.presets import Preset
from sanacam.model.errors import UserError
from sanacam.ui.conductor import Conductor
from sanacam.ui.live_control import LiveControl


class RemoteTarget(QObject):
    """Follows ``sanacam.app.control.target.ControlTarget``. Its methods run in the port's threads; what they ask for
    is done by the window's thread a moment later. The panic key does not take that way: it works while the window
    hangs.
    """

    prompt_asked = Signal(str)
    preset_asked = Signal(object)
    strength_asked = Signal(float)
    recording_asked = Signal(bool)

    def __init__(self, conductor: Conductor, control: LiveControl) -> None:
        super().__init__(conductor)
        self._conductor = conductor
        self._control = control
        self.prompt_asked.connect(conductor.apply_prompt)
        self.preset_asked.connect(conductor.apply_preset)
        self.strength_asked.connect(conductor.apply_strength)
        self.recording_asked.connect(conductor.record)

    @property
    def panic(self) -> PanicSwitch:
        return self._control.panic

    @property
    def model(self) -> str:
        return self._conductor.model

    def state(self) -> dict[str, Any]:
        session, plan, look = self._control.session, self._control.plan, self._conductor.look
        path = None if plan is None else plan.recording
        return {
            "prompt": look.prompt,
            "preset": look.preset or None,
            "strength": look.strength,
            "recording": None if path is None else str(path),
            **({"state": "stopped", "message": ""} if session is None else asdict(session.stats())),
        }

    def playing(self) -> bool:
        session = self._control.session
        return session is not None and session.showing

    def set_prompt(self, text: str) -> None:
        self.prompt_asked.emit(text)

    def set_preset(self, preset: Preset) -> None:
        self.preset_asked.emit(preset)

    def set_transition(self, transition: str) -> None:
        self._control.set_transition(transition)

    def set_strength(self, strength: float) -> None:
        self.strength_asked.emit(strength)

    def set_recording(self, on: bool) -> None:
        if on and self._control.plan is None:
            raise UserError("Nothing plays, so there is nothing to record.", "Press Start in the window first.")
        self.recording_asked.emit(on)

    def snapshot(self) -> Path:
        session = self._control.session
        return save_snapshot(session.latest_output() if session is not None else None)
