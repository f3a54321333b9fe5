"""The session's end of a control channel, and how to find or start a host. Loads nothing heavy."""

from __future__ import annotations

import itertools
import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from sanacam.app.host.channel import Lines, Message, error_in
from sanacam.app.host.folder import runtime_folder
from sanacam.app.host.state import VERSION, HostState, lives, written_states
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

HELLO_S = 2.0
START_S = 30.0
_DETACHED_PROCESS, _NEW_GROUP = 0x8, 0x200


class HostGoneError(Exception):
    """The host has ended, was killed, or does not answer."""


class HostClient:
    """One connection to a host.

    Args:
        state: which host.
        on_event: called from the connection's thread with what the host tells; must return quickly.
        on_gone: called once, from that thread, when the connection has ended without ``close``.

    Raises:
        HostGoneError: nobody answers there, or a stranger does.
        UserError: the host is of another version.
    """

    def __init__(
        self,
        state: HostState,
        on_event: Callable[[Message], None] = lambda event: None,
        on_gone: Callable[[], None] = lambda: None,
    ) -> None:
        self.state = state
        self._on_event = on_event
        self._on_gone = on_gone
        self._ids = itertools.count(1)
        self._changed = threading.Condition()
        # Guarded by _changed.
        self._answers: dict[int, Message | None] = {}
        self._closed = self._gone = False
        self._lines = _open(state)
        self._thread = threading.Thread(target=self._read, name="sanacam-host-client", daemon=True)
        self._thread.start()

    @property
    def gone(self) -> bool:
        return self._gone

    def ask(self, do: str, timeout_s: float, **values: Any) -> Message:
        """One request and its answer.

        Raises:
            HostGoneError: it has ended, or did not answer within ``timeout_s``.
            UserError: it declines.
        """
        number = next(self._ids)
        with self._changed:
            if self._gone:
                raise HostGoneError("the connection has ended")
            self._answers[number] = None
        try:
            self._lines.send({"id": number, "do": do, **values})
        except OSError as error:
            raise HostGoneError(str(error)) from error
        with self._changed:
            self._changed.wait_for(lambda: self._answers[number] is not None or self._gone, timeout_s)
            answer = self._answers.pop(number)
        if answer is None:
            raise HostGoneError("the connection has ended" if self._gone else f"no answer to {do!r}")
        if (refusal := error_in(answer)) is not None:
            raise refusal
        ok: Message = answer.get("ok") or {}
        return ok

    def close(self) -> None:
        """End the connection, and with it what the host does for it."""
        self._closed = True
        self._lines.close()
        if threading.current_thread() is not self._thread:
            self._thread.join(2.0)

    def _read(self) -> None:
        try:
            while (message := self._lines.receive()) is not None:
                number = message.get("id")
                if number is None:
                    self._on_event(message)
                    continue
                with self._changed:
                    # An answer that comes after the asker has given up is dropped.
                    if number in self._answers:
                        self._answers[number] = message
                        self._changed.notify_all()
        except (OSError, ValueError) as error:
            log.info("the connection to the output host: %s", error)
        with self._changed:
            self._gone = True
            self._changed.notify_all()
        if not self._closed:
            self._on_gone()


def living_hosts() -> list[HostState]:
    """Hosts that may be running: written down, and their process is there. Whether they answer shows at the call."""
    return [state for state in written_states() if lives(state.pid)]


def abandoned_sinks() -> set[str]:
    """Keys of the sinks of hosts that nobody owns."""
    keys: set[str] = set()
    for state in living_hosts():
        try:
            client = HostClient(state)
            try:
                status = client.ask("status", HELLO_S)
            finally:
                client.close()
        except (HostGoneError, UserError) as error:
            log.info("output host %d does not answer: %s", state.instance, error)
            continue
        if not status["owned"]:
            keys.update(sink["key"] for sink in status["sinks"])
    return keys


def start_host(linger_s: float) -> tuple[HostState, subprocess.Popen[bytes]]:
    """Start one, and wait until it can be reached.

    Raises:
        UserError: it does not start; its log says why.
    """
    mark = secrets.token_hex(8)
    command = [sys.executable, "-m", "sanacam.app.host", "--mark", mark, "--linger", f"{linger_s:g}"]
    log_path = runtime_folder() / "host-start.log"
    detached: dict[str, Any] = (
        {"creationflags": _DETACHED_PROCESS | _NEW_GROUP} if os.name == "nt" else {"start_new_session": True}
    )
    # Windows cannot let a process go that holds a file open elsewhere, so what it says before it has a log of its own
    # goes to a file, not to a pipe.
    try:
        with open(log_path, "wb") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **detached)
    except OSError as error:
        raise UserError(
            f"The output host cannot be started: {error.strerror}.", f"Is there room in {log_path.parent}, and memory?"
        ) from error
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        found = next((state for state in written_states() if state.mark == mark), None)
        if found is not None:
            return found, process
        if process.poll() is not None:
            break
        time.sleep(0.02)
    if process.poll() is None:
        process.kill()
        process.wait()
    said = log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise UserError(
        "The output host does not start" + (f": {said[-1]}" if said else "."), f"Its messages are in {log_path}."
    )


def _open(state: HostState) -> Lines:
    channel: socket.socket | None = None
    try:
        channel = socket.create_connection(("127.0.0.1", state.port), HELLO_S)
        lines = Lines(channel)
        lines.send({"token": state.token, "version": VERSION})
        answer = lines.receive()
        lines.set_timeout(None)
    except (OSError, ValueError) as error:
        if channel is not None:
            channel.close()
        raise HostGoneError(str(error)) from error
    if answer is None:
        lines.close()
        raise HostGoneError("a stranger answers there")
    if (refusal := error_in(answer)) is not None:
        lines.close()
        raise refusal
    return lines
