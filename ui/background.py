"""What takes long, or might, done beside the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot


class Background(QObject):
    """One task at a time, in a thread of its own. Call from the window's thread; signals arrive there.

    Signals:
        done(value): what the task returned.
        failed(Exception): what it raised.
    """

    done = Signal(object)
    failed = Signal(object)
    _ended = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = f"sanacam-{name}"
        self._thread: threading.Thread | None = None
        self._busy = False
        self._ended.connect(self._end)

    def run(self, task: Callable[[], Any]) -> bool:
        """Begin; False, and nothing happens, while another task goes on."""
        if self._busy:
            return False
        self._busy = True
        self._thread = threading.Thread(target=self._work, args=(task,), name=self._name, daemon=True)
        self._thread.start()
        return True

    def join(self, timeout_s: float) -> bool:
        """Wait for the task; False when it takes longer."""
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self, task: Callable[[], Any]) -> None:
        try:
            value = task()
        except Exception as error:  # told in the window's thread, which knows bugs from what people can mend
            self._ended.emit(None, error)
        else:
            self._ended.emit(value, None)

    @Slot(object, object)
    def _end(self, value: object, error: Exception | None) -> None:
        self._busy = False
        if error is None:
            self.done.emit(value)
        else:
            self.failed.emit(error)
