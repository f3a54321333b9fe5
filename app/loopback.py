"""Listening on 127.0.0.1 alone."""

from __future__ import annotations

import errno
import socket
import sys

from sanacam.model.errors import UserError

NEXT_PORTS = 9


def listen_on_loopback(first: int, backlog: int, hint: str) -> socket.socket:
    """A socket that listens on port ``first``, else on one of the nine that follow, else on any.

    Raises:
        UserError: none can be had; with ``hint``.
    """
    last_error: OSError | None = None
    for port in (*range(first, first + 1 + NEXT_PORTS), 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if sys.platform == "win32":
                # There, "reuse" would let another program take the port over.
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
            listener.listen(backlog)
            return listener
        except OSError as error:
            listener.close()
            last_error = error
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                break
    raise UserError(f"No port on 127.0.0.1 can be opened: {last_error}.", hint) from last_error
