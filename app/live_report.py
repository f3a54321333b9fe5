"""What ``sanacam live`` prints while it runs: a status line, events, notes."""

from __future__ import annotations

import sys
import time
from collections import deque
from dataclasses import asdict
from typing import TYPE_CHECKING

from sanacam.app.printing import ProgressLine, print_json
from sanacam.app.spoken_name import as_typed
from sanacam.model.errors import UserError

if TYPE_CHECKING:
    from sanacam.app.session_report import SessionEvent, SessionStats

STATUS_EVERY_S = 1.0
EVENTS_KEPT = 1000


class LiveReporter:
    """Prints status and events, and counts the sinks that gave up."""

    def __init__(self, events: deque[SessionEvent], as_json: bool) -> None:
        self.failed_sinks = 0
        self._told = ""
        self._events = events
        self._json = as_json
        self._line = ProgressLine(every_s=STATUS_EVERY_S * 5)
        self._next_json_s = 0.0

    def status(self, stats: SessionStats) -> None:
        """One status line, or JSON object, about once a second."""
        now = time.monotonic()
        if not self._json:
            self._line.show(status_text(stats), now)
        elif now >= self._next_json_s:
            self._next_json_s = now + STATUS_EVERY_S * 0.9
            print_json({"type": "status", **asdict(stats)})

    def end(self) -> None:
        """No status any more: what waits is told, and there is room for what is printed next."""
        self.events_until_now()
        self._line.clear()

    def note(self, note: UserError) -> None:
        """Something the user should know that is no failure."""
        self._line.clear()
        print(as_typed(f"sanacam: {note.message} {note.hint}".rstrip()), file=sys.stderr, flush=True)

    def events_until_now(self) -> None:
        """Everything that waits."""
        while self._events:
            event = self._events.popleft()
            self.failed_sinks += event.about == "sink" and event.error
            if self._json:
                print_json({"type": "event", **asdict(event)})
            elif event.error and event.about != "state":
                self._line.clear()
                self._told = event.message
                print(as_typed(f"sanacam: {event.message} {event.hint}".rstrip()), file=sys.stderr, flush=True)

    def told(self, error: UserError) -> bool:
        """Whether this was the last thing that people have read; a program has not, it waits for the error."""
        return error.message == self._told


def status_text(stats: SessionStats) -> str:
    """``running · in 30.0 · edit 11.8 · out 30.0 fps · latency 210 ms (p95 260) · 12 dropped``."""
    if stats.preparing is not None:
        return f"{stats.state} · {stats.preparing.in_words()}"
    parts = [
        stats.state,
        f"in {stats.capture_fps:.1f}",
        f"edit {stats.edit_fps:.1f}",
        f"out {stats.output_fps:.1f} fps",
    ]
    if stats.latency_ms_p50 is not None:
        parts.append(f"latency {latency_text(stats)}")
    parts.append(f"{stats.dropped} dropped")
    return " · ".join(parts)


def latency_text(stats: SessionStats) -> str:
    """Median and p95, in words."""
    return f"{stats.latency_ms_p50 or 0:.0f} ms (p95 {stats.latency_ms_p95 or 0:.0f})"
