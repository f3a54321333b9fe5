"""A sink that keeps its frames in memory: for tests, and for programs that use Sanacam as a library."""

from __future__ import annotations

import threading
from collections import deque

from sanacam.app.frames import Frame


class CollectSink:
    """Keeps the last ``limit`` frames.

    Args:
        exact: see ``sanacam.app.sink.Sink.exact``.
    """

    def __init__(self, *, exact: bool = False, limit: int = 1000, name: str = "memory") -> None:
        self._name = name
        self._exact = exact
        self._lock = threading.Lock()
        self._frames: deque[Frame] = deque(maxlen=limit)
        self._opened: tuple[int, int, float] | None = None
        self._closed = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def exact(self) -> bool:
        return self._exact

    @property
    def opened(self) -> tuple[int, int, float] | None:
        """(width, height, fps) once opened."""
        return self._opened

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def frames(self) -> list[Frame]:
        """What came so far, oldest first."""
        with self._lock:
            return list(self._frames)

    def open(self, width: int, height: int, fps: float) -> None:
        self._opened, self._closed = (width, height, fps), False

    def write(self, frame: Frame) -> None:
        with self._lock:
            self._frames.append(frame)

    def close(self) -> None:
        self._closed = True
