"""An editor that changes nothing: what is shown while the model cannot run."""

from __future__ import annotations

from sanacam.app.frames import Pixels
from sanacam.app.mailbox import Transition


class PassthroughEditor:
    """Follows ``sanacam.app.engine.Editor``; every frame comes back as it is, one at a time."""

    frames_per_chunk: int = 1

    def push(self, frames: list[Pixels], /) -> list[Pixels]:
        return list(frames)

    def flush(self) -> list[Pixels]:
        return []

    def reset(self) -> None:
        pass

    def set_prompt(self, text: str, /, transition: Transition = "keep") -> None:
        pass

    def set_strength(self, strength: float, /) -> None:
        pass
