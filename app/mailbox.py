"""Commands to the engine thread. They act at a chunk boundary."""

from __future__ import annotations

import threading
from dataclasses import dataclass

Transition = str
"""How the stream goes over to a new prompt: ``keep``, ``recache``, ``reset``, ``blend:N`` or one of the three with
``+blend:N``; see ``sanacam.model.transition``."""


@dataclass(frozen=True, slots=True)
class SetPrompt:
    """Edit by ``text`` from the next chunk on. Frames made with it carry ``epoch``."""

    text: str
    transition: Transition
    epoch: int


@dataclass(frozen=True, slots=True)
class SetStrength:
    """How much of the edit shows: 0 the source, 1 the whole edit."""

    strength: float


@dataclass(frozen=True, slots=True)
class Reset:
    """Forget the past frames and start the stream anew."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Leave the thread."""


Command = SetPrompt | SetStrength | Reset | Stop


class Mailbox:
    """Holds at most one command of each kind: a newer one replaces the older, which nobody has seen act yet. So it
    is bounded.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._commands: list[Command] = []

    def post(self, command: Command) -> None:
        with self._lock:
            self._commands = [c for c in self._commands if type(c) is not type(command)]
            self._commands.append(command)

    def drain(self) -> list[Command]:
        """All commands, oldest first; the box is empty afterwards."""
        with self._lock:
            commands, self._commands = self._commands, []
        return commands
