"""What a session tells its owner: states, events, numbers."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sanacam.app.preparation import Preparing
from sanacam.app.source import SourceEnded
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

State = Literal["stopped", "starting", "running", "failed", "ended"]


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """Something to tell the user. ``about``: which part speaks; ``error``: True when something went wrong."""

    about: Literal["state", "source", "engine", "prompt", "sink", "output"]
    message: str
    hint: str = ""
    error: bool = False


@dataclass(frozen=True, slots=True)
class SessionStats:
    """The session in numbers, since its start.

    Attributes:
        state: see the module's text.
        capture_fps, edit_fps, output_fps: frames a second over the last two seconds; output counts ticks, repeats
            included.
        captured, edited: frames so far. shown: different edited frames that reached the sinks.
        dropped: captured frames that were left out because the model or the clock was slower than the source.
        repeated: ticks that showed the frame before once more.
        latency_ms_p50, latency_ms_p95: capture → sinks have it, over the last 240 frames; None before the first.
        message: what is wrong with the picture now, empty when all is well.
        preparing: how far the model is while it gets ready for the first picture, else None.
    """

    state: State
    capture_fps: float
    edit_fps: float
    output_fps: float
    captured: int
    edited: int
    shown: int
    dropped: int
    repeated: int
    latency_ms_p50: float | None
    latency_ms_p95: float | None
    message: str
    preparing: Preparing | None = None


class Status:
    """The session's state and what it has to say, shared by its threads.

    ``lock`` guards the fields; the session uses it for its own fields too. Events are collected while it is held and
    given to the listener when it is free, so that a listener may call the session.

    Attributes:
        state: see ``sanacam.app.session``.
        error: what led to "failed".
        message: the last thing that went wrong, empty when all is well.
    """

    def __init__(self, on_event: Callable[[SessionEvent], None] | None) -> None:
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._on_event = on_event
        self._outbox: deque[SessionEvent] = deque()
        self.state: State = "stopped"
        self.error: Exception | None = None
        self.message = ""

    def change(self, state: State) -> None:
        """Inside ``speaking``."""
        if state != self.state:
            self.state = state
            self._changed.notify_all()
            self.say(SessionEvent("state", state, error=state == "failed"))

    def say(self, event: SessionEvent) -> None:
        """Inside ``speaking``."""
        self._outbox.append(event)

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Hold the lock; when it is let go, give the listener what was said meanwhile."""
        with self.lock:
            yield
        while True:
            try:
                event = self._outbox.popleft()
            except IndexError:
                return
            log.info("%s: %s %s", event.about, event.message, event.hint)
            if self._on_event is not None:
                self._on_event(event)

    def wait(self, timeout: float | None) -> State:
        """Wait until the state is neither "starting" nor "running"; returns it, also after ``timeout`` seconds."""
        with self.lock:
            self._changed.wait_for(lambda: self.state not in ("starting", "running"), timeout)
            return self.state


def in_words(error: Exception, otherwise: str) -> tuple[str, str]:
    """Message and hint for people."""
    if isinstance(error, UserError):
        return error.message, error.hint
    if isinstance(error, SourceEnded):
        return str(error) or "The source ended.", ""
    return f"{otherwise}: {type(error).__name__}: {error}", "Please report this with the log."
