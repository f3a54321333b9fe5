"""Rates and latencies over a sliding window, for the status line."""

from __future__ import annotations

import threading
import time
from collections import deque

WINDOW_NS = 2_000_000_000


class RateMeter:
    """Counts events; the rate is taken over the last two seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ticks: deque[int] = deque(maxlen=1000)
        self._total = 0
        self._first_ns: int | None = None

    def count(self, events: int = 1, now_ns: int | None = None) -> None:
        now = time.monotonic_ns() if now_ns is None else now_ns
        with self._lock:
            if self._first_ns is None:
                self._first_ns = now
            self._total += events
            self._ticks.extend([now] * events)

    @property
    def total(self) -> int:
        with self._lock:
            return self._total

    def rate(self, now_ns: int | None = None) -> float:
        """Events a second; 0 before half a second has passed."""
        now = time.monotonic_ns() if now_ns is None else now_ns
        with self._lock:
            if self._first_ns is None:
                return 0.0
            window = min(WINDOW_NS, now - self._first_ns)
            if window < WINDOW_NS // 4:
                return 0.0
            events = sum(1 for tick in self._ticks if now - window < tick <= now)
        return events * 1e9 / window


class LatencyMeter:
    """The last ``size`` latencies."""

    def __init__(self, size: int = 240) -> None:
        self._lock = threading.Lock()
        self._values: deque[int] = deque(maxlen=size)

    def add(self, latency_ns: int) -> None:
        with self._lock:
            self._values.append(latency_ns)

    def percentile_ms(self, percent: float) -> float | None:
        """The value that ``percent`` of the latencies do not exceed, milliseconds; None without any."""
        with self._lock:
            values = sorted(self._values)
        if not values:
            return None
        index = min(len(values) - 1, max(0, round(percent / 100 * (len(values) - 1))))
        return values[index] / 1e6
