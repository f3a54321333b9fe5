"""Measuring times where other programs run too."""

from __future__ import annotations

import math
from collections.abc import Callable

TRIES = 6


def best_of(measure: Callable[[], float], good: float, tries: int = TRIES) -> list[float]:
    """Measures until once it is ``good`` or less; all that was measured, for ``min`` and for the message.

    Other work on the machine makes things late, never early: one good try is the truth. What waits for something that
    it should not wait for is late at every try.
    """
    times: list[float] = []
    while len(times) < tries and min(times, default=math.inf) > good:
        times.append(measure())
    return times
