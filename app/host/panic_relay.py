"""Keeps the panic key of a session and that of its host the same, over a connection of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sanacam.app.host.client import HostClient, HostGoneError
from sanacam.app.host.state import HostState
from sanacam.app.panic import PanicOrder, PanicSwitch
from sanacam.app.panic_mode import PANIC_MODES
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

ANSWER_S = 2.0
RETRY_S = 0.1
STAGE = "host"


class PanicRelay:
    """Passes presses of ``panic`` on to the host, and presses at the host back. To the switch the host is a stage of
    its own: a press has been shown when the host's sinks have it too. ``mark``: by which the host
    knows our own presses.
    """

    def __init__(self, panic: PanicSwitch, note: Callable[[UserError], None], mark: str) -> None:
        self._panic = panic
        self._note = note
        self._mark = mark
        self._wake = threading.Event()
        self._closing = False
        # Guards the fields below; held while the host is asked, so that presses reach it in their order.
        self._lock = threading.Lock()
        self._client: HostClient | None = None
        self._told = -1
        self._preferred: tuple[Any, Any] | None = None
        self._inbox: deque[tuple[Any, Any]] = deque(maxlen=16)
        self._thread = threading.Thread(target=self._run, name="sanacam-host-panic", daemon=True)

    def start(self) -> None:
        """Begin to pass presses on."""
        self._panic.listen(self._wake.set)
        self._thread.start()

    def connect(self, state: HostState, mode_there: Any) -> None:
        """The host is there; when this returns both are in the same mode. If one of them is in panic, both are.

        Raises:
            HostGoneError: it is not.
        """
        client = HostClient(state)
        if self._panic.mode is None and mode_there in PANIC_MODES:
            self._obey(mode_there, None)
            self._note(UserError("The panic key is on since before.", "Press it again to show the edited picture."))
        with self._lock:
            self._client, self._preferred = client, None
            order = self._panic.order
            self._tell_preference()
            self._tell(order)
            # A host without pictures has nothing to hide; from now on it counts.
            self._panic.shown(order, time.monotonic_ns(), STAGE)

    def disconnect(self) -> None:
        """The host has gone."""
        with self._lock:
            client, self._client = self._client, None
        self._panic.gone(STAGE)
        if client is not None:
            client.close()

    def pressed_there(self, mode: Any, image: Any) -> None:
        """Somebody has pressed the key at the host."""
        self._inbox.append((mode, image))
        self._wake.set()

    def close(self) -> None:
        """Join."""
        self._closing = True
        self._wake.set()
        self._thread.join()
        self._panic.unlisten(self._wake.set)
        self.disconnect()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._closing:
                return
            while self._inbox:
                self._obey(*self._inbox.popleft())
            again = False
            with self._lock:
                order = self._panic.order
                if self._client is None:
                    continue
                try:
                    if order.number != self._told:
                        self._tell(order)
                    self._tell_preference()
                except HostGoneError as error:
                    log.warning("the panic key does not reach the host: %s", error)
                    self._panic.gone(STAGE)
                    # One that has ended is seen by the link, which brings the next one; one that is slow is told again.
                    again = not self._client.gone
            if again:
                time.sleep(RETRY_S)
                self._wake.set()

    def _tell(self, order: PanicOrder) -> None:
        """With the lock held."""
        assert self._client is not None
        image = None if order.path is None else str(order.path)
        try:
            answer = self._client.ask("panic", ANSWER_S, by=self._mark, mode=order.mode, image=image)
        except UserError as error:
            # The picture went away after the session had read it; black is shown there.
            self._note(error)
            answer = {}
        self._told = order.number
        if answer.get("shown_after_ms") is not None:
            self._panic.shown(order, time.monotonic_ns(), STAGE)

    def _tell_preference(self) -> None:
        """With the lock held."""
        assert self._client is not None
        image = self._panic.image
        preferred = (self._panic.preferred, None if image is None else str(image))
        if preferred != self._preferred:
            self._client.ask("prefer", ANSWER_S, mode=preferred[0], image=preferred[1])
            self._preferred = preferred

    def _obey(self, mode: Any, image: Any) -> None:
        """Do here what was done there."""
        if mode == self._panic.mode:
            return
        try:
            path = None if image is None else Path(image)
            order = self._panic.release() if mode is None else self._panic.engage(mode, path)
        except UserError as error:
            self._note(error)
            order = self._panic.order
        with self._lock:
            self._told = order.number
        self._panic.shown(order, time.monotonic_ns(), STAGE)
