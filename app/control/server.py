"""The control port itself: who listens where, how many at a time, and how it ends.

It listens on 127.0.0.1 alone. At most ``MOST_CONNECTIONS`` threads serve it. When more knock, the oldest connection
that has not got its request through is cut off, so that idle or hostile ones cannot keep the panic key's call out.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator

from sanacam.app.control.connection import Connection
from sanacam.app.control.instances import announce, forget
from sanacam.app.control.osc import osc_port
from sanacam.app.control.target import ControlTarget
from sanacam.app.control.token import keep_token
from sanacam.app.loopback import listen_on_loopback
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

DEFAULT_PORT = 24790
"""The first Sanacam of a user takes this one; the next ones the nine that follow, then any."""
MOST_CONNECTIONS = 8
REQUEST_S = 3.0


class ControlServer:
    """Lets other programs of this user control ``target``.

    Args:
        target: what they control.
        port: to begin with; when it is taken, the next free one.
    """

    def __init__(self, target: ControlTarget, port: int = DEFAULT_PORT) -> None:
        self._target = target
        self._wanted = port
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._stop_asked = threading.Event()
        self._connections: list[Connection] = []
        self._token = ""
        self.port = 0

    def start(self) -> int:
        """Listen; returns the port.

        Raises:
            UserError: the token cannot be kept, or no port is free.
        """
        self._token = keep_token()
        self._listener = listen_on_loopback(self._wanted, 64, "Check the firewall, or use --no-control.")
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._stop_asked.clear()
        self._bell, self._rope = socket.socketpair()
        self._thread = threading.Thread(target=self._accept, name="sanacam-control-accept", daemon=True)
        self._thread.start()
        try:
            announce(self.port)
        except UserError:
            self.stop()
            raise
        log.info("control port %d", self.port)
        return self.port

    def stop(self, timeout: float = 2.0) -> bool:
        """Close the port and join its threads; False when one is still at work after ``timeout`` seconds."""
        if self._thread is None or self._listener is None:
            return True
        forget(self.port)
        self._stop_asked.set()
        self._rope.send(b"!")
        deadline = time.monotonic() + timeout
        self._thread.join(timeout)
        for end in (self._listener, self._bell, self._rope):
            end.close()
        for connection in self._connections:
            connection.cut_off()
        for connection in self._connections:
            connection.join(max(0.0, deadline - time.monotonic()))
        self._thread = self._listener = None
        return not any(connection.is_alive() for connection in self._connections)

    def _accept(self) -> None:
        assert self._listener is not None
        with selectors.DefaultSelector() as selector:
            for end in (self._listener, self._bell):
                selector.register(end, selectors.EVENT_READ)
            while not self._stop_asked.is_set():
                selector.select(0.5 if self._connections else None)
                self._connections = [c for c in self._connections if c.is_alive()]
                self._cut_off_late_ones()
                # Somebody who hangs up at once leaves nothing to accept.
                with contextlib.suppress(OSError):
                    channel, _ = self._listener.accept()
                    channel.setblocking(True)
                    self._take_in(channel)

    def _take_in(self, channel: socket.socket) -> None:
        if len(self._connections) >= MOST_CONNECTIONS and not self._make_room():
            channel.close()
            return
        connection = Connection(channel, self._target, self._token, self.port)
        self._connections.append(connection)
        connection.start()

    def _make_room(self) -> bool:
        waiting = next((c for c in self._connections if not c.at_work), None)
        if waiting is None:
            return False
        waiting.cut_off()
        waiting.join(0.5)
        self._connections = [c for c in self._connections if c.is_alive()]
        return len(self._connections) < MOST_CONNECTIONS

    def _cut_off_late_ones(self) -> None:
        latest = time.monotonic() - REQUEST_S
        for connection in self._connections:
            if connection.began_s < latest and not connection.at_work:
                connection.cut_off()


@contextlib.contextmanager
def control_port(
    target: ControlTarget, tell: Callable[[UserError], None], usual: int = DEFAULT_PORT, osc: int = 0
) -> Iterator[ControlServer | None]:
    """Have the control port open meanwhile; a port that cannot be had is no reason not to go on.

    Args:
        tell: called when the port is another than usual, or closed (then None is given).
        osc: port for the same commands over OSC; 0: none.
    """
    with osc_port(target, osc, tell), _http_port(target, tell, usual) as server:
        yield server


@contextlib.contextmanager
def _http_port(target: ControlTarget, tell: Callable[[UserError], None], usual: int) -> Iterator[ControlServer | None]:
    server = ControlServer(target, usual)
    try:
        port = server.start()
    except UserError as error:
        tell(UserError(f"The control port stays closed. {error.message}", error.hint))
        yield None
        return
    if port != usual:
        tell(
            UserError(
                f"Port {usual} is taken, so the control port of this Sanacam is {port}.",
                "Another Sanacam may be running; `sanacam panic` reaches both.",
            )
        )
    try:
        yield server
    finally:
        if not server.stop():
            log.warning("a request to the control port did not end")
