"""The control channel of a host: JSON objects, one a line, over TCP on 127.0.0.1. Loads nothing heavy.

The client speaks first: ``{"token": …, "version": 1}``. Then requests ``{"id": 7, "do": "add", …}``, each answered by
``{"id": 7, "ok": {…}}`` or ``{"id": 7, "error": {"message": …, "hint": …}}`` in the order asked, and between them
events of the host, ``{"event": "sink", …}``. What can be asked: ``sanacam.app.host.server``.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import Any

from sanacam.model.errors import UserError

LONGEST_LINE = 1 << 16
Message = dict[str, Any]


class Lines:
    """One end of a channel. ``send`` may be called from several threads, ``receive`` from one."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sending = threading.Lock()
        self._rest = b""

    def send(self, message: Message) -> None:
        """Raises OSError: the other end has gone, or takes nothing."""
        data = json.dumps(message).encode() + b"\n"
        with self._sending:
            self._channel.sendall(data)

    def receive(self) -> Message | None:
        """The next message; None when the other end has gone.

        Raises:
            OSError: broken off, or nothing came within the time limit of the socket.
            ValueError: not a line of JSON with an object in it.
        """
        while b"\n" not in self._rest:
            if len(self._rest) > LONGEST_LINE:
                raise ValueError("the line is too long")
            part = self._channel.recv(65_536)
            if not part:
                return None
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        message = json.loads(line)
        if not isinstance(message, dict):
            raise ValueError("not a JSON object")
        return message

    def set_timeout(self, seconds: float | None) -> None:
        """For ``receive`` and ``send``."""
        self._channel.settimeout(seconds)

    def close(self) -> None:
        """Break off; wakes a ``receive`` that waits."""
        # The other end may have been faster.
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        self._channel.close()


def error_in(message: Message) -> UserError | None:
    """The refusal that an answer holds."""
    error = message.get("error")
    return None if error is None else UserError(str(error.get("message", "")), str(error.get("hint", "")))
