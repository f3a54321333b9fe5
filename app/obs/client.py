"""obs-websocket-py with what this program needs besides: time limits, error codes, close codes, a quiet log.

The library (version 1.0) speaks protocol 5 with ``legacy=False`` but waits for ever when something other than OBS holds
the port, drops the code and comment of a failed request, ends its receiving thread with a traceback when OBS is killed,
and can hang in ``disconnect`` when OBS hangs. Its requests, events and sign-in are used as they are. Why this library:
``docs/decisions/0005-obs.md``.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import socket
import threading
from collections.abc import Callable
from typing import Any

import websocket
from obswebsocket import obsws
from obswebsocket.core import RecvThread

log = logging.getLogger(__name__)
# At lower levels the library logs what follows from the password, and every picture that OBS sends.
logging.getLogger("obswebsocket").setLevel(logging.ERROR)

HANDSHAKE_S = 4.0
WRONG_PASSWORD = 4009
"""Close code of the protocol: the sign-in was refused."""


class Client(obsws):  # type: ignore[misc]
    """One connection. ``connect`` raises what the socket, websocket-client and the library raise.

    Args:
        on_gone: called once, from the receiving thread, when the connection has ended for whatever reason.
    """

    def __init__(self, port: int, password: str, timeout_s: float, on_gone: Callable[[], None]) -> None:
        super().__init__("127.0.0.1", port, password, legacy=False, timeout=timeout_s)
        self._on_gone = on_gone
        self._ids = itertools.count(1)
        self._gone = False

    def connect(self) -> None:
        channel: Any = _Socket()
        channel.settimeout(HANDSHAKE_S)
        self.ws = channel
        try:
            # A proxy from the environment would only see an address that means itself.
            channel.connect(f"ws://{self.host}:{self.port}", http_no_proxy=[self.host])
            self._auth()
            channel.settimeout(None)
        except BaseException:
            channel.shutdown()
            raise
        self.thread_recv = _Receiver(self)
        self.thread_recv.start()

    @property
    def close_code(self) -> int | None:
        """Why the other side ended the connection; None when it did not say."""
        return self.ws.close_code if self.ws is not None else None

    def answer(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        """Send one request and wait; returns the whole answer with ``requestStatus`` and perhaps ``responseData``.

        Raises:
            ConnectionError: the connection has ended, also while waiting.
            TimeoutError: no answer in time.
        """
        number = str(next(self._ids))
        arrived = self.events[number] = threading.Event()
        try:
            if self._gone:
                raise ConnectionResetError("the connection has ended")
            message = {"op": 6, "d": {"requestType": name, "requestId": number, "requestData": data}}
            try:
                self.ws.send(json.dumps(message))
            except websocket.WebSocketException as error:
                raise ConnectionResetError(str(error)) from error
            if not arrived.wait(self.timeout):
                raise TimeoutError(f"no answer to {name}")
            if (found := self.answers.pop(number, None)) is None:
                raise ConnectionResetError("the connection has ended")
            return dict(found)
        finally:
            self.events.pop(number, None)
            self.answers.pop(number, None)

    def disconnect(self) -> None:
        """End the connection and its thread; waits for nobody. Safe to call twice, and from the thread itself."""
        if self.thread_recv is not None:
            self.thread_recv.running = False
        channel = self.ws.sock if self.ws is not None else None
        if channel is not None:
            with contextlib.suppress(OSError, websocket.WebSocketException):
                channel.settimeout(0.2)
                self.ws.send_close()
            with contextlib.suppress(OSError):
                # Wakes the receiving thread; closing alone would not.
                channel.shutdown(socket.SHUT_RDWR)
        if self.thread_recv is not None and self.thread_recv is not threading.current_thread():
            self.thread_recv.join(2.0)

    def receiving_ended(self) -> None:
        """From the receiving thread, as its last deed."""
        self._gone = True
        self.ws.shutdown()
        for arrived in list(self.events.values()):
            arrived.set()
        self._on_gone()


class _Socket(websocket.WebSocket):
    close_code: int | None = None

    def recv_data_frame(self, control_frame: bool = False) -> tuple[int, Any]:
        opcode, frame = super().recv_data_frame(control_frame)
        if opcode == websocket.ABNF.OPCODE_CLOSE and len(frame.data) >= 2:
            self.close_code = int.from_bytes(frame.data[:2], "big")
        return opcode, frame


class _Receiver(RecvThread):  # type: ignore[misc]
    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.name = "sanacam-obs-receive"
        self.daemon = True

    def run(self) -> None:
        try:
            super().run()
        except OSError as error:
            log.debug("the connection to OBS broke: %s", error)
        except Exception:  # a message that is no message; the connection ends with it
            log.exception("OBS sent something that cannot be read")
        finally:
            self.core.receiving_ended()
