"""One connection to the control port: read a request, check who asks, carry it out, answer, close."""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import socket
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from sanacam.app.control.requests import RefusedError, answer
from sanacam.app.control.target import ControlTarget

log = logging.getLogger(__name__)

LARGEST_BODY = 16_384
READ_TIMEOUT_S = 2.0
_LEFTOVER_BYTES = 1 << 20
_LEFTOVER_S = 0.2


class Connection(threading.Thread):
    """Serves one request on ``channel`` and closes it.

    Attributes:
        began_s: when, in monotonic seconds.
        at_work: True from the moment a permitted request has been read: such a connection is not to be cut off.
    """

    def __init__(self, channel: socket.socket, target: ControlTarget, token: str, port: int) -> None:
        super().__init__(name="sanacam-control-port", daemon=True)
        self.began_s = time.monotonic()
        self.at_work = False
        self.target = target
        self.token = token
        self.port = port
        self._channel = channel

    def cut_off(self) -> None:
        """Break it off; the thread ends at once unless it is at work."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        try:
            _Handler(self._channel, self)
            self.at_work = False
            self._swallow_rest()
        except OSError as error:
            log.debug("control port: %s", error)
        finally:
            self._channel.close()

    def _swallow_rest(self) -> None:
        """Closing with something unread would make the system throw the answer away."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)
            end, left = time.monotonic() + _LEFTOVER_S, _LEFTOVER_BYTES
            while left > 0 and (rest_s := end - time.monotonic()) > 0:
                self._channel.settimeout(rest_s)
                chunk = self._channel.recv(65_536)
                if not chunk:
                    return
                left -= len(chunk)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Sanacam"
    sys_version = ""
    timeout = READ_TIMEOUT_S

    def __init__(self, channel: socket.socket, connection: Connection) -> None:
        self._connection = connection
        super().__init__(channel, ("127.0.0.1", 0), connection)  # type: ignore[arg-type]

    def handle(self) -> None:
        self.close_connection = True
        self.handle_one_request()

    def _serve(self) -> None:
        try:
            self._let_in()
            body = self._body()
            self._connection.at_work = True
            values = answer(self._connection.target, self.command, self.path.partition("?")[0], body)
            self._send(HTTPStatus.OK, values)
        except RefusedError as refusal:
            self._refuse(refusal)
        except OSError:
            raise
        except Exception as error:  # a bug must not take the port down; it is told and kept in the log
            log.exception("control port: %s %s failed", self.command, self.path)
            self._refuse(RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: {error}"))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815

    def _let_in(self) -> None:
        """The order matters little to a friend; to a stranger nothing is told that depends on the token."""
        port = self._connection.port
        hosts = {name + end for name in ("127.0.0.1", "localhost") for end in ("", f":{port}")}
        named = self.headers.get_all("Host") or []
        if len(named) != 1 or named[0].strip().lower() not in hosts:
            # A web page whose name was made to point here (DNS rebinding) gives itself away by it.
            raise RefusedError(HTTPStatus.FORBIDDEN, "This port answers to 127.0.0.1 only.")
        if "Origin" in self.headers:
            raise RefusedError(HTTPStatus.FORBIDDEN, "Web pages may not use this port.")
        given = self.headers.get_all("Authorization") or [""]
        kind, _, token = given[0].partition(" ")
        right = hmac.compare_digest(token.strip().encode(), self._connection.token.encode())
        if len(given) != 1 or kind.lower() != "bearer" or not right:
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED,
                "The token is missing or wrong.",
                "Send the header Authorization: Bearer TOKEN.",
            )

    def _body(self) -> bytes:
        lengths = self.headers.get_all("Content-Length") or ["0"]
        if "Transfer-Encoding" in self.headers or len(lengths) != 1 or not lengths[0].strip().isdecimal():
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "The length of the body must be given, once.")
        if len(lengths[0]) > 9 or int(lengths[0]) > LARGEST_BODY:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body has at most {LARGEST_BODY} bytes.")
        wanted = int(lengths[0])
        body = self.rfile.read(wanted)
        if len(body) < wanted:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "The body is shorter than its length says.")
        return body

    def _refuse(self, refusal: RefusedError) -> None:
        self._send(refusal.status, {"error": {"message": refusal.message, "hint": refusal.hint}})

    def _send(self, status: HTTPStatus, values: dict[str, Any]) -> None:
        content = json.dumps(values).encode() + b"\n"
        self.request_version = self.protocol_version  # also to who named none: an answer without a head helps nobody
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        if status is HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", "Bearer")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class has to say about a request it cannot read."""
        self._refuse(RefusedError(HTTPStatus(code), message or HTTPStatus(code).phrase))

    def log_message(self, format: str, *args: Any) -> None:
        log.debug("control port: " + format, *args)
