"""A sink that tells the window how it fares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from sanacam.app.frames import Frame
from sanacam.app.sink import Sink

SinkState = Literal["open", "failed", "closed"]


class WatchedSink:
    """Passes everything on to ``sink`` and says when it opened, failed or closed.

    Args:
        sink: the one that does the work.
        tell: called in the output thread; must return quickly.
    """

    def __init__(self, sink: Sink, tell: Callable[[SinkState], None]) -> None:
        self._sink = sink
        self._tell = tell
        self._open = False

    @property
    def name(self) -> str:
        return self._sink.name

    @property
    def exact(self) -> bool:
        return self._sink.exact

    def open(self, width: int, height: int, fps: float) -> None:
        with self._watched():
            self._sink.open(width, height, fps)
        self._open = True
        self._tell("open")

    def write(self, frame: Frame) -> None:
        with self._watched():
            self._sink.write(frame)

    def close(self) -> None:
        was_open = self._open
        with self._watched():
            self._sink.close()
        self._open = False
        if was_open:
            self._tell("closed")

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._open = False
            self._tell("failed")
            raise
