"""A session without a window, as the control port sees it."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sanacam.app.control.recording import RemoteRecording
from sanacam.app.host.link import HostLink
from sanacam.app.outputs.snapshot import save_snapshot
from sanacam.app.panic import PanicSwitch
from sanacam.app.presets import Preset
from sanacam.app.session import Session
from sanacam.app.settings import LookSettings, OutputSettings


class SessionTarget:
    """Follows ``sanacam.app.control.target.ControlTarget``.

    Args:
        session: what is controlled.
        look: what it began with.
        exact: whether recordings take every edited frame once (a film) or what is shown.
        folder: for recordings and snapshots; default the user's folders for videos and pictures.
        link: to the output host, which keeps recordings that are not exact.
        output: what the user has set for recordings.
        film: the file that is played, for its sound.
        model: name or folder of the model.
    """

    def __init__(
        self,
        session: Session,
        look: LookSettings,
        *,
        exact: bool,
        folder: Path | None = None,
        link: HostLink | None = None,
        output: OutputSettings | None = None,
        film: Path | None = None,
        model: str = "mini",
    ) -> None:
        self._session = session
        self._look = look
        self._folder = folder
        self._model = model
        self._recording = RemoteRecording(session, exact=exact, folder=folder, link=link, output=output, film=film)

    @property
    def panic(self) -> PanicSwitch:
        return self._session.panic

    @property
    def model(self) -> str:
        return self._model

    def state(self) -> dict[str, Any]:
        look, path = self._look, self._recording.path
        return {
            "prompt": look.prompt,
            "preset": look.preset or None,
            "strength": look.strength,
            "recording": None if path is None else str(path),
            **asdict(self._session.stats()),
        }

    def playing(self) -> bool:
        return self._session.showing

    def set_prompt(self, text: str) -> None:
        self._session.set_prompt(text)
        self._look = replace(self._look, prompt=text, preset="")

    def set_preset(self, preset: Preset) -> None:
        self._session.set_prompt(preset.prompt)
        self._look = replace(self._look, prompt=preset.prompt, preset=preset.name)

    def set_transition(self, transition: str) -> None:
        self._session.set_transition(transition)

    def set_strength(self, strength: float) -> None:
        self._session.set_strength(strength)
        self._look = replace(self._look, strength=strength)

    def set_recording(self, on: bool) -> None:
        if on:
            self._recording.begin()
        else:
            self._recording.end()

    def snapshot(self) -> Path:
        return save_snapshot(self._session.latest_output(), self._folder)
