"""Ctrl-C as a polite request: the first one lets the work finish cleanly, the second one breaks it off."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self


class StopRequest:
    """While entered, the first SIGINT or SIGTERM only sets ``requested``; another one raises ``KeyboardInterrupt``.

    The former handlers come back on exit. Enter it from the main thread: Python delivers signals there only.

    Args:
        note: written to standard error at the first signal, so that nobody presses twice for want of an answer.
    """

    def __init__(self, note: str = "") -> None:
        self._note = note
        self._event = threading.Event()
        self._former: dict[int, Any] = {}

    @property
    def requested(self) -> bool:
        """True once someone asked to stop."""
        return self._event.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Sleep until a request or the timeout (seconds); True on a request."""
        return self._event.wait(timeout_s)

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._former[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._event.is_set():
            raise KeyboardInterrupt
        self._event.set()
        if self._note:
            # Not print(): the signal may have come in the middle of one.
            os.write(2, f"\n{self._note}\n".encode())
