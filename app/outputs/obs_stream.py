"""A sink that serves raw pictures over loopback HTTP to the Media Source of OBS.

A consumer asks ``GET /KEY/WIDTHxHEIGHT.bgr0`` and gets, for ever, pictures of exactly that size, four bytes a pixel
(blue, green, red, unused), rows from the top, nothing between them. The size stands in the address so that a scene
collection with an old size never shows a torn picture; the key keeps out other users of the machine.

The newest picture wins: each consumer has a thread of its own that sends the newest one whenever the one before has
left, so that one that reads slowly or not at all delays nobody. Nothing new for half a second: the last one is sent
again, because OBS never notices a stream that has fallen silent (obs-studio issue 11537).
"""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np

from sanacam.app.frames import Frame, Pixels
from sanacam.app.loopback import listen_on_loopback
from sanacam.app.obs.source import SourcePlan, media_plan
from sanacam.app.obs.stream_address import DEFAULT_PORT, find_stream, proof, stream_key, stream_port, stream_url
from sanacam.app.outputs.fit import letterbox
from sanacam.app.slate import draw_slate

log = logging.getLogger(__name__)

MOST_CONSUMERS = 8
HEAD_S = 2.0
LONGEST_HEAD = 4096
SILENCE_S = 0.5
STEP_S = 0.25
"""How soon a thread that cannot send looks whether it shall end, seconds."""
_PICTURES = re.compile(r"GET /([0-9a-f]{32})/(\d{2,5})x(\d{2,5})\.bgr0 HTTP/1\.[01]")
_ABOUT = re.compile(r"GET /about/([0-9a-f]{32}) HTTP/1\.[01]")
_LARGEST_SIDE = 8192


class ObsStreamSink:
    """Follows ``sanacam.app.sink.Sink`` and ``sanacam.app.obs.source.ObsFeed``. ``listen`` may come before ``open``:
    consumers see a slate until then.

    Args:
        port: to begin with; when it is taken, the next free one.
        key: see ``stream_key``.

    Attributes:
        port: where it listens, or did last; 0 before.
    """

    name = "OBS"
    exact = False

    def __init__(self, port: int = DEFAULT_PORT, key: str | None = None) -> None:
        self._wanted = port
        self._key = stream_key() if key is None else key
        self._listener: socket.socket | None = None
        self._acceptor: threading.Thread | None = None
        self._stop_asked = threading.Event()
        self._lock = threading.Lock()
        self._consumers: list[_Consumer] = []
        self._picture = _NewestPicture()
        self._size = (1280, 720)
        self.port = 0

    @property
    def consumers(self) -> int:
        """How many are being fed."""
        with self._lock:
            return sum(consumer.fed for consumer in self._consumers)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of what it gets; consumers may ask for any other."""
        return self._size

    def plan(self) -> SourcePlan:
        """See ``ObsFeed.plan``."""
        return media_plan(stream_url(self.port, self._key, self._size), self._size)

    def watched(self) -> bool:
        """See ``ObsFeed.watched``."""
        return self.consumers > 0

    def fed_by_another(self, settings: Mapping[str, Any]) -> bool:
        """See ``ObsFeed.fed_by_another``."""
        port = stream_port(settings)
        return port not in (0, self.port) and find_stream(port, self._key) is not None

    def listen(self) -> int:
        """Let consumers in; returns the port. Nothing happens when it listens already.

        Raises:
            UserError: no port can be had.
        """
        if self._listener is None:
            self._stop_asked.clear()
            self._listener = listen_on_loopback(self._wanted, 16, "Check the firewall: OBS gets the picture that way.")
            # Where shutting a listener down does not wake it, it wakes by itself.
            self._listener.settimeout(STEP_S)
            self.port = self._listener.getsockname()[1]
            self._acceptor = threading.Thread(target=self._accept, name="sanacam-obs-stream", daemon=True)
            self._acceptor.start()
            log.info("pictures for OBS on port %d", self.port)
        return self.port

    def open(self, width: int, height: int, fps: float) -> None:
        """See ``Sink.open``."""
        self._size = (width, height)
        self.listen()

    def write(self, frame: Frame) -> None:
        """See ``Sink.write``. Takes no time: pictures are converted in the consumers' threads."""
        self._picture.put(frame.pixels)

    def close(self) -> None:
        """See ``Sink.close``. Ends and joins all threads."""
        self._stop_asked.set()
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        if self._acceptor is not None:
            self._acceptor.join()
        for consumer in self._taken_out():
            consumer.end()
        self._listener = self._acceptor = None

    def _about(self) -> dict[str, Any]:
        """What ``find_stream`` wants to know."""
        return {"size": self._size, "consumers": self.consumers}

    def _taken_out(self) -> list[_Consumer]:
        with self._lock:
            consumers, self._consumers = self._consumers, []
        return consumers

    def _accept(self) -> None:
        listener = self._listener
        assert listener is not None
        while not self._stop_asked.is_set():
            try:
                channel, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                if not self._stop_asked.wait(STEP_S):
                    continue
                return
            self._take_in(_Consumer(channel, self._key, self._picture, self._about))

    def _take_in(self, consumer: _Consumer) -> None:
        with self._lock:
            self._consumers = [old for old in self._consumers if old.is_alive()]
            full = len(self._consumers) >= MOST_CONSUMERS
            # The one that has not taken anything for longest goes; all others are at most a step behind.
            oldest = min(self._consumers, key=lambda old: old.moved_s) if full else None
            if oldest is not None:
                self._consumers.remove(oldest)
            self._consumers.append(consumer)
            consumer.start()
        if oldest is not None:
            oldest.end()


class _NewestPicture:
    """The newest picture and its number; waiting for the next one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        self._pixels: Pixels | None = None

    def put(self, pixels: Pixels) -> None:
        with self._changed:
            self._number += 1
            self._pixels = pixels
            self._changed.notify_all()

    def after(self, number: int, timeout_s: float) -> tuple[int, Pixels | None]:
        """The newest one as soon as its number is not ``number``, at the latest after ``timeout_s``."""
        with self._changed:
            self._changed.wait_for(lambda: self._number != number, timeout_s)
            return self._number, self._pixels


class _Consumer(threading.Thread):
    """Feeds one connection.

    Attributes:
        fed: whether it has asked properly and gets pictures.
        moved_s: when it last took bytes, monotonic seconds.
    """

    def __init__(
        self, channel: socket.socket, key: str, picture: _NewestPicture, about: Callable[[], dict[str, Any]]
    ) -> None:
        super().__init__(name="sanacam-obs-consumer", daemon=True)
        self.fed = False
        self.moved_s = time.monotonic()
        self._channel = channel
        self._key = key
        self._picture = picture
        self._about = about
        self._stop_asked = threading.Event()

    def end(self) -> None:
        """Break it off and join."""
        self._stop_asked.set()
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        self.join()

    def run(self) -> None:
        try:
            self._channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            size = self._asked_size()
            if size is not None:
                self.fed = True
                self._feed(*size)
        except OSError as error:
            log.debug("a consumer left: %s", error)
        finally:
            self.fed = False
            self._channel.close()

    def _asked_size(self) -> tuple[int, int] | None:
        """Read the request and answer its head; None when there is nothing to feed."""
        head, deadline = b"", time.monotonic() + HEAD_S
        while b"\r\n\r\n" not in head and len(head) < LONGEST_HEAD:
            self._channel.settimeout(max(0.001, deadline - time.monotonic()))
            part = self._channel.recv(LONGEST_HEAD)
            if not part:
                return None
            head += part
        request = head.split(b"\r\n", 1)[0].decode("latin-1")
        self._channel.settimeout(STEP_S)
        if about := _ABOUT.fullmatch(request):
            values = {"proof": proof(self._key, about[1]), **self._about()}
            self._send(_answer_head("200 OK") + json.dumps(values).encode())
            return None
        asked = _PICTURES.fullmatch(request)
        if asked is None or not hmac.compare_digest(asked[1], self._key):
            self._send(_answer_head("403 Forbidden"))
            return None
        width, height = int(asked[2]), int(asked[3])
        if max(width, height) > _LARGEST_SIDE:
            self._send(_answer_head("404 Not Found"))
            return None
        self._send(_answer_head("200 OK"))
        return width, height

    def _feed(self, width: int, height: int) -> None:
        number, buffer = 0, np.empty((height, width, 4), np.uint8)
        while not self._stop_asked.is_set():
            number, pixels = self._picture.after(number, SILENCE_S)
            if pixels is None:
                pixels = draw_slate(width, height, "Sanacam", "The picture comes in a moment.")
            cv2.cvtColor(letterbox(pixels, width, height), cv2.COLOR_RGB2BGRA, dst=buffer)
            self._send(buffer.data.cast("B"))

    def _send(self, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest and not self._stop_asked.is_set():
            try:
                rest = rest[self._channel.send(rest) :]
                self.moved_s = time.monotonic()
            except TimeoutError:
                continue


def _answer_head(status: str) -> bytes:
    return (
        f"HTTP/1.0 {status}\r\nServer: Sanacam\r\nContent-Type: application/octet-stream\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    ).encode("ascii")
