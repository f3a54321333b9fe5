"""What the control port can do to a running Sanacam. The session without a window is one target, the window another."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from sanacam.app.panic import PanicSwitch
from sanacam.app.presets import Preset


class ControlTarget(Protocol):
    """Called from the port's threads, several at a time. Nothing here waits for the model or for the window."""

    @property
    def panic(self) -> PanicSwitch: ...

    @property
    def model(self) -> str:
        """Name or folder of the model in use."""
        ...

    def state(self) -> dict[str, Any]:
        """``state``, ``prompt``, ``preset`` (name or None), ``strength``, ``recording`` (path or None), ``message`` and
        the numbers of ``SessionStats``.
        """
        ...

    def playing(self) -> bool:
        """Whether pictures go out, so that a press of the panic key can be seen to work."""
        ...

    def set_prompt(self, text: str) -> None:
        """A checked prompt, from the next chunk on. The model may still refuse it: see the state's message."""
        ...

    def set_preset(self, preset: Preset) -> None: ...

    def set_transition(self, transition: str) -> None:
        """How prompts come in from now on: a checked ``sanacam.app.mailbox.Transition``."""
        ...

    def set_strength(self, strength: float) -> None:
        """0…1."""
        ...

    def set_recording(self, on: bool) -> None:
        """Begin or end a recording of what is shown.

        Raises:
            UserError: not possible here or now.
        """
        ...

    def snapshot(self) -> Path:
        """Keep the picture that is shown now as a file; returns where.

        Raises:
            UserError: there is none, or it cannot be written.
        """
        ...
