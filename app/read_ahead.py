"""Doing the reading in another thread while the reader of the result is busy."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")
_POLL_S = 0.1


class ReadAhead(Generic[Item]):
    """Iterates ``source`` in a thread of its own, at most ``depth`` items ahead; a failure there is raised here.

    Use it as a context manager: leaving it stops and joins the thread. ``source`` belongs to that thread meanwhile.
    """

    def __init__(self, source: Iterator[Item], depth: int) -> None:
        self._source = source
        self._queue: queue.Queue[Item | _End] = queue.Queue(depth)
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._read_all, name="read-ahead", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join()

    def __iter__(self) -> Iterator[Item]:
        while True:
            item = self._queue.get()
            if isinstance(item, _End):
                if item.failure is not None:
                    raise item.failure
                return
            yield item

    def _read_all(self) -> None:
        failure: Exception | None = None
        try:
            for item in self._source:
                if not self._hand_over(item):
                    return
        except Exception as error:  # crosses the thread: raised again by __iter__
            failure = error
        self._hand_over(_End(failure))

    def _hand_over(self, item: Item | _End) -> bool:
        while not self._left.is_set():
            try:
                self._queue.put(item, timeout=_POLL_S)
                return True
            except queue.Full:
                continue
        return False


class _End:
    """What comes after the last item; ``failure`` is why, None at the regular end."""

    def __init__(self, failure: Exception | None) -> None:
        self.failure = failure
