"""MJPEG over HTTP: a browser source, a player or another program on this machine opens http://127.0.0.1:8090/.

It listens on 127.0.0.1 alone. A web page of somebody else's cannot show it either: requests that a browser marks as
coming from another site, or whose name is not this machine's, are refused. Pictures are encoded only while somebody
looks, once for all of them; who is slow misses pictures, and who stops reading is cut off.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2

from sanacam.app.frames import Frame, Pixels
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

DEFAULT_PORT = 8090
MOST_VIEWERS = 8
QUALITY = 85
# Who takes nothing for so long has stopped reading.
SEND_TIMEOUT_S = 3.0
_BOUNDARY = "sanacam-picture"


class MjpegSink:
    """Serves the newest picture to up to ``MOST_VIEWERS`` viewers.

    Args:
        port: to listen on; 0 takes a free one.

    Attributes:
        port: where it listens once it is open.
    """

    exact = False

    def __init__(self, port: int = DEFAULT_PORT) -> None:
        self.name = "MJPEG"
        self.port = port
        self._changed = threading.Condition()
        # Guarded by _changed.
        self._picture: Pixels | None = None
        self._number = 0
        self._encoded: tuple[int, bytes] = (0, b"")
        self._viewers = 0
        self._closing = True
        self._server: _Server | None = None
        self._threads: list[threading.Thread] = []

    @property
    def viewers(self) -> int:
        """How many look now."""
        with self._changed:
            return self._viewers

    def open(self, width: int, height: int, fps: float) -> None:
        """See ``Sink.open``. Raises UserError: the port is taken."""
        try:
            self._server = server = _Server(("127.0.0.1", self.port), self)
        except OSError as error:
            raise UserError(
                f"Port {self.port} for MJPEG cannot be opened: {error.strerror}.",
                f"Choose another one: mjpeg:{self.port + 1}.",
            ) from error
        self.port = server.server_address[1]
        self._closing = False
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.1,), name="mjpeg-accept", daemon=True),
            threading.Thread(target=self._encode, name="mjpeg-encode", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def write(self, frame: Frame) -> None:
        """See ``Sink.write``."""
        with self._changed:
            self._picture = frame.pixels
            self._number += 1
            self._changed.notify_all()

    def close(self) -> None:
        """See ``Sink.close``."""
        server, self._server = self._server, None
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if server is not None:
            server.shutdown()
            server.server_close()  # joins the viewers' threads
            for thread in self._threads:
                thread.join()

    def _encode(self) -> None:
        """Makes a JPEG of the newest picture while there are viewers."""
        while True:
            with self._changed:
                # self._encoded is this thread's own work, so its number says what is still to be done.
                self._changed.wait_for(
                    lambda: self._closing or (self._viewers > 0 and self._number != self._encoded[0])
                )
                if self._closing:
                    return
                picture, number = self._picture, self._number
            assert picture is not None, "a number comes with a picture"
            _, jpeg = cv2.imencode(
                ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
            )
            with self._changed:
                self._encoded = (number, jpeg.tobytes())
                self._changed.notify_all()

    # For the viewers' threads.

    def enter(self) -> bool:
        """A viewer comes; False when there are too many."""
        with self._changed:
            if self._viewers >= MOST_VIEWERS:
                return False
            self._viewers += 1
            self._changed.notify_all()
            return True

    def leave(self) -> None:
        """A viewer goes."""
        with self._changed:
            self._viewers -= 1

    def next_jpeg(self, after: int) -> tuple[int, bytes] | None:
        """The newest JPEG with a number other than ``after``; None when the sink closes."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._encoded[0] not in (0, after))
            return None if self._closing else self._encoded


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    # On Windows "reuse" would let another program take the port over.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, address: tuple[str, int], sink: MjpegSink) -> None:
        self.sink = sink
        super().__init__(address, _Viewer)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("an MJPEG viewer broke off", exc_info=True)


class _Viewer(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.0"
    server_version = "Sanacam"
    sys_version = ""
    timeout = SEND_TIMEOUT_S

    def do_GET(self) -> None:
        sink = self.server.sink
        refusal = self._refusal()
        if refusal is not None:
            self.send_error(*refusal)
            return
        if not sink.enter():
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE, "Too many viewers")
            return
        try:
            self._stream(sink)
        except (TimeoutError, ConnectionError):
            log.info("an MJPEG viewer went away")
        finally:
            sink.leave()

    def _refusal(self) -> tuple[HTTPStatus, str] | None:
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in ("127.0.0.1", "localhost"):
            return HTTPStatus.FORBIDDEN, "This port answers to 127.0.0.1 only"
        if "Origin" in self.headers or self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return HTTPStatus.FORBIDDEN, "Web pages may not show this"
        if self.path.partition("?")[0] not in ("/", "/stream"):
            return HTTPStatus.NOT_FOUND, "There is only /"
        return None

    def _stream(self, sink: MjpegSink) -> None:
        # A viewer that stops reading must not gather seconds of old pictures in the system's buffer.
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 18)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        number = 0
        while (newest := sink.next_jpeg(number)) is not None:
            number, jpeg = newest
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            self.wfile.write(head.encode("ascii") + jpeg + b"\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        log.debug("mjpeg: " + format, *args)
