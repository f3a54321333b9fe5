"""The buttons of the control port over OSC, for lighting desks, TouchOSC, QLab and the like.

See ``docs/control_port.md``.

OSC knows no token: every program on this machine can press these buttons, so the port is closed unless it is asked
for. It listens on 127.0.0.1 alone, by UDP, which web pages cannot send.

Format: OSC 1.0 – address, type tags, arguments, each padded to four bytes, numbers big-endian; bundles hold messages
and are carried out at once, whatever their time.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

from sanacam.app.control.requests import RefusedError, answer
from sanacam.app.control.target import ControlTarget
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

PREFIX = "/sanacam"
LARGEST_PACKET = 16_384
PAUSE_S = 0.02
"""After an error of the socket, so that one which stays does not fill the log."""
_DEEPEST_BUNDLE = 4
_BUNDLE = b"#bundle\0"
_CONSTANTS: dict[str, object] = {"T": True, "F": False, "N": None, "I": math.inf}
_NUMBERS = {"i": ">i", "f": ">f", "h": ">q", "d": ">d", "t": ">Q"}

Message = tuple[str, list[Any]]


def read_packet(packet: bytes, depth: int = 0) -> list[Message]:
    """The messages of a packet, as (address, arguments).

    Raises:
        ValueError: not OSC.
    """
    if not packet.startswith(_BUNDLE):
        return [_read_message(packet)]
    if depth >= _DEEPEST_BUNDLE:
        raise ValueError("bundles within bundles within bundles")
    messages: list[Message] = []
    place = len(_BUNDLE) + 8  # after the time
    while place < len(packet):
        (size,) = _unpack(">i", packet, place)
        place += 4
        if size <= 0 or place + size > len(packet):
            raise ValueError("a part of the bundle is cut off")
        messages += read_packet(packet[place : place + size], depth + 1)
        place += size
    return messages


def write_message(address: str, *texts: str) -> bytes:
    """A message whose arguments are texts."""
    return b"".join(_padded(part) for part in (address, "," + "s" * len(texts), *texts))


def _padded(text: str) -> bytes:
    raw = text.encode("utf-8") + b"\0"
    return raw + b"\0" * (-len(raw) % 4)


def _read_message(packet: bytes) -> Message:
    address, place = _text(packet, 0)
    if not address.startswith("/"):
        raise ValueError("the address does not begin with a slash")
    # Very old senders leave the type tags out where there are no arguments.
    tags, place = _text(packet, place) if place < len(packet) else (",", place)
    if not tags.startswith(","):
        raise ValueError("the type tags are missing")
    values: list[Any] = []
    for tag in tags[1:]:
        if tag in _CONSTANTS:
            values.append(_CONSTANTS[tag])
        elif tag in _NUMBERS:
            values += _unpack(_NUMBERS[tag], packet, place)
            place += struct.calcsize(_NUMBERS[tag])
        elif tag in "sS":
            text, place = _text(packet, place)
            values.append(text)
        else:
            raise ValueError(f'arguments of type "{tag}" are not taken')
    return address, values


def _text(packet: bytes, place: int) -> tuple[str, int]:
    end = packet.find(b"\0", place)
    if end < 0:
        raise ValueError("a text has no end")
    return packet[place:end].decode("utf-8"), end + 4 - (end - place) % 4


def _unpack(form: str, packet: bytes, place: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(form, packet, place)
    except struct.error as error:
        raise ValueError("it is cut off") from error


def as_request(address: str, values: list[Any]) -> tuple[str, dict[str, Any]]:
    """The request of the control port that a message means: path and body.

    Raises:
        ValueError: not one of ours.
    """
    path = address.removeprefix(PREFIX)
    if not address.startswith(f"{PREFIX}/"):
        raise ValueError(f"addresses begin with {PREFIX}/")
    match path, values:
        case ("/prompt", [str(text)]):
            return path, {"text": text}
        case ("/preset", [str(name)]):
            return path, {"name": name}
        case ("/strength", [int() | float() as value]):
            return path, {"value": value}
        case ("/transition", [str(value)]):
            return path, {"value": value}
        case ("/record", [bool() | int() | float() as on]):
            return path, {"on": bool(on)}
        case ("/panic" | "/snapshot", []):
            return path, {}
        case ("/panic", [str(mode)]):
            return path, {"mode": mode}
        case ("/panic", [str(mode), str(image)]):
            return path, {"mode": mode, "image": image}
        case ("/panic", [bool() | int() | float() as on]):
            return path, {"on": bool(on)}
    raise ValueError(f"{address} is not known, or not with these arguments")


class OscPort:
    """Lets OSC programs of this machine control ``target``.

    Args:
        target: what they control.
        port: UDP port on 127.0.0.1; 0 takes a free one.

    Attributes:
        port: where it listens once it is started.
    """

    def __init__(self, target: ControlTarget, port: int) -> None:
        self._target = target
        self.port = port
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._stop_asked = threading.Event()

    def start(self) -> int:
        """Listen; returns the port.

        Raises:
            UserError: the port is taken.
        """
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            listener.bind(("127.0.0.1", self.port))
        except OSError as error:
            listener.close()
            raise UserError(
                f"Port {self.port} for OSC cannot be opened: {error.strerror}.", "Choose another one with --osc."
            ) from error
        self._socket, self.port = listener, listener.getsockname()[1]
        self._stop_asked.clear()
        self._thread = threading.Thread(target=self._listen, args=(listener,), name="sanacam-osc", daemon=True)
        self._thread.start()
        log.info("OSC port %d", self.port)
        return self.port

    def stop(self, timeout: float = 2.0) -> bool:
        """Close the port and join its thread; False when that is still at work after ``timeout`` seconds."""
        thread, listener = self._thread, self._socket
        self._thread = self._socket = None
        if thread is None or listener is None:
            return True
        self._stop_asked.set()
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", self.port))
        thread.join(timeout)
        listener.close()
        return not thread.is_alive()

    def _listen(self, listener: socket.socket) -> None:
        while not self._stop_asked.is_set():
            try:
                packet, sender = listener.recvfrom(LARGEST_PACKET)
            except OSError as error:
                # Windows tells here that an answer found nobody, or that a packet was too long; the port goes on.
                log.info("OSC: %s", error)
                self._stop_asked.wait(PAUSE_S)
                continue
            if packet:
                for refusal in self._obey(packet):
                    log.warning("OSC: %s", refusal)
                    with contextlib.suppress(OSError):
                        listener.sendto(write_message(f"{PREFIX}/error", refusal), sender)

    def _obey(self, packet: bytes) -> list[str]:
        """Carry out what a packet says; what was wrong with it, in words."""
        try:
            messages = read_packet(packet)
        except (ValueError, RecursionError) as error:
            return [f"This is not OSC: {error}."]
        refusals = []
        for address, values in messages:
            if address == f"{PREFIX}/error":
                continue  # an answer of ours that came back must not be answered
            try:
                path, body = as_request(address, values)
                answer(self._target, "POST", path, json.dumps(body).encode())
            except ValueError as error:
                refusals.append(f"{error}.")
            except RefusedError as refusal:
                refusals.append(f"{refusal.message} {refusal.hint}".strip())
            except Exception as error:  # a bug must not take the port down; it is told and kept in the log
                log.exception("OSC: %s failed", address)
                refusals.append(f"{type(error).__name__}: {error}")
        return refusals


@contextlib.contextmanager
def osc_port(target: ControlTarget, port: int, tell: Callable[[UserError], None]) -> Iterator[OscPort | None]:
    """Have the OSC port open meanwhile, unless ``port`` is 0; one that cannot be had is no reason not to go on.

    Args:
        tell: called when the port stays closed.
    """
    listening = OscPort(target, port)
    try:
        if port:
            listening.start()
    except UserError as error:
        tell(error)
    try:
        yield listening if port else None
    finally:
        if not listening.stop():
            log.warning("an OSC message did not end")
