"""Even ticks that do not drift, and that can follow somebody else's."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque

# Windows wakes a waiting lock on its 15.6 ms grid, but a sleeping thread precisely: wait up to here, sleep the rest.
COARSE_WAIT_NS = 20_000_000 if sys.platform == "win32" else 0
# Frames of another clock should be ready this long before a tick; its own jitter is of this size.
MARGIN_NS = 3_000_000
_FOLLOWED = 24


class Metronome:
    """Ticks at ``start + n / fps``."""

    def __init__(self, fps: float, start_ns: int) -> None:
        self.period_ns = 1e9 / fps
        self._start_ns = start_ns
        self._tick = 0
        self._due_ns: int | None = None
        self._waits: deque[int] = deque(maxlen=_FOLLOWED)

    def next_due_ns(self, now_ns: int) -> int:
        """When the next tick is due. At least one tick after the last; ticks that lie a whole period in the past are
        skipped.
        """
        self._tick = max(self._tick + 1, int((now_ns - self._start_ns) / self.period_ns))
        return self._start_ns + round(self._tick * self.period_ns)

    def wait(self, wake: threading.Event) -> None:
        """Wait for the next tick, or until ``wake`` is set; then the tick is still to come."""
        if self._due_ns is None:
            self._due_ns = self.next_due_ns(time.monotonic_ns())
        ahead = self._due_ns - time.monotonic_ns() - COARSE_WAIT_NS
        if ahead > 0 and wake.wait(ahead / 1e9):
            return
        rest = self._due_ns - time.monotonic_ns()
        if rest > 0:
            time.sleep(rest / 1e9)
        self._due_ns = None

    def follow(self, waited_ns: int) -> None:
        """A frame that another clock made lay ready for ``waited_ns`` at this tick. When that one ticks at the same
        rate, every frame waits about as long, up to a whole period: then the ticks move to just after the frames. With
        another rate some frame comes just in time every so often, and nothing moves.
        """
        self._waits.append(waited_ns)
        if len(self._waits) == _FOLLOWED:
            least = min(self._waits)
            self._waits.clear()
            if least > 2 * MARGIN_NS:
                self._start_ns -= least - MARGIN_NS
