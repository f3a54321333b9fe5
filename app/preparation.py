"""How far a model's preparation is: kernels are compiled, their settings chosen and graphs recorded before the first
picture comes out."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sanacam.app.printing import duration_text


@dataclass(frozen=True, slots=True)
class Preparing:
    """``share``: what is done, 0…1. ``seconds_left``: estimated; None while nothing is known."""

    share: float
    seconds_left: float | None

    def in_words(self) -> str:
        """``preparing the model: 40 %, about 12 s left``."""
        if self.seconds_left is None:
            return "preparing the model; the first time on a card takes up to a minute"
        return f"preparing the model: {round(100 * self.share)} %, about {duration_text(self.seconds_left)} left"


class PreparationClock:
    """Tells the time left from the time that the share so far took."""

    def __init__(self) -> None:
        self._began_ns = time.monotonic_ns()

    def at(self, share: float) -> Preparing:
        """``share``: what is done, 0…1."""
        seconds = (time.monotonic_ns() - self._began_ns) / 1e9
        return Preparing(share, seconds * (1 - share) / share if share > 0 else None)
