"""The sinks of an output clock: they come, take frames and go, and one that fails goes alone.

``add`` and ``remove`` may be called from any thread; everything else belongs to the clock's, which alone calls the
sinks themselves.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence

from sanacam.app.frames import Frame
from sanacam.app.sink import Sink
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)


class SinkRack:
    """Open sinks, and those about to be opened or closed.

    Args:
        sinks: opened at the first ``settle``.
        failed: told of each sink that raised, after it was closed and dropped.
    """

    def __init__(self, sinks: Sequence[Sink], failed: Callable[[Sink, Exception], None]) -> None:
        self._failed = failed
        self._open: list[Sink] = []
        self._lock = threading.Lock()
        # Guarded by the lock.
        self._joining = list(sinks)
        self._leaving: list[tuple[Sink, threading.Event]] = []
        self._closed = False

    def add(self, sink: Sink) -> None:
        """Opened at the next ``settle``."""
        with self._lock:
            self._joining.append(sink)

    def remove(self, sink: Sink, timeout_s: float) -> bool:
        """Close a sink and let it go; True once it is closed, False when that takes longer than ``timeout_s``."""
        gone = threading.Event()
        with self._lock:
            if sink in self._joining:
                self._joining.remove(sink)
                return True
            if self._closed:
                return True
            self._leaving.append((sink, gone))
        return gone.wait(timeout_s)

    def settle(self, width: int, height: int, fps: float) -> None:
        """Open those that were added, for frames of this size and rate, and close those to be removed."""
        with self._lock:
            joining, self._joining = self._joining, []
            leaving, self._leaving = self._leaving, []
        for sink in joining:
            self._open.append(sink)
            self._guarded(sink, lambda s=sink: s.open(width, height, fps))  # type: ignore[misc]
        for sink, gone in leaving:
            if sink in self._open:
                self._let_go(sink)
            gone.set()

    def write(self, shown: Frame, exact: Sequence[Frame]) -> None:
        """Hand exact sinks each frame of ``exact``, the others ``shown``."""
        for sink in list(self._open):
            for frame in exact if sink.exact else (shown,):
                if not self._guarded(sink, lambda s=sink, f=frame: s.write(f)):  # type: ignore[misc]
                    break

    def close_exact(self) -> None:
        """Close the sinks that want edited frames only."""
        for sink in [sink for sink in self._open if sink.exact]:
            self._let_go(sink)

    def close(self) -> None:
        """Close all. Who waits for a removal is released, and nothing is opened any more."""
        for sink in list(self._open):
            self._let_go(sink)
        with self._lock:
            self._closed = True
            for _, gone in self._leaving:
                gone.set()
            self._leaving.clear()

    def _guarded(self, sink: Sink, action: Callable[[], None]) -> bool:
        """Run a sink's method; on failure drop and report the sink."""
        try:
            action()
        except Exception as error:
            if not isinstance(error, UserError):
                log.exception("sink %s failed", sink.name)
            self._open.remove(sink)
            # The first failure is the one to tell; closing what is already broken adds nothing.
            with contextlib.suppress(Exception):
                sink.close()
            self._failed(sink, error)
            return False
        return True

    def _let_go(self, sink: Sink) -> None:
        if self._guarded(sink, sink.close):
            self._open.remove(sink)
