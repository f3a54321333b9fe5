"""What takes long, or might, done beside the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal


class Background(QObject):
    """One task at a time, in a thread of its own. Call from the window's thread; signals arrive there.

    Signals:
        done(value): what the task returned.
        failed(Exception): what it raised.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = f"sanacam-{name}"
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def run(self, task: Callable[[], Any]) -> bool:
        """Begin; False, and nothing happens, while another task goes on."""
        if self.busy:
            return False
        self._thread = threading.Thread(target=self._work, args=(task,), name=self._name, daemon=True)
        self._thread.start()
        return True

    def join(self, timeout_s: float) -> bool:
        """Wait for the task; False when it takes longer."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return not self.busy

    def _work(self, task: Callable[[], Any]) -> None:
        try:
            value = task()
        except Exception as error:  # told in the window's thread, which knows bugs from what people can mend
            self.failed.emit(error)
        else:
            self.done.emit(value)
