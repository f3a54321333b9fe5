"""The control port's commands over OSC: read right, refused in words, off unless asked for."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from control_calls import Target
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.control.osc import OscPort, as_request, osc_port, read_packet, write_message
from sanacam.app.control.server import control_port
from sanacam.app.settings import Settings
from sanacam.model.errors import UserError


def padded(raw: bytes) -> bytes:
    return raw + b"\0" * (4 - len(raw) % 4)


def message(address: str, *values: Any) -> bytes:
    """As another program would write it."""
    tags, content = ",", b""
    for value in values:
        if isinstance(value, bool):
            tags += "T" if value else "F"
        elif isinstance(value, int):
            tags, content = tags + "i", content + struct.pack(">i", value)
        elif isinstance(value, float):
            tags, content = tags + "f", content + struct.pack(">f", value)
        else:
            tags, content = tags + "s", content + padded(value.encode())
    return padded(address.encode()) + padded(tags.encode()) + content


def bundle(*packets: bytes) -> bytes:
    return b"#bundle\0" + bytes(8) + b"".join(struct.pack(">i", len(packet)) + packet for packet in packets)


VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**31), 2**31 - 1),
    st.floats(width=32, allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
)


@given(st.lists(st.tuples(st.just("/sanacam/x"), st.lists(VALUES, max_size=5)), min_size=1, max_size=4))
def test_what_is_written_is_read(messages: list[tuple[str, list[Any]]]) -> None:
    packets = [message(address, *values) for address, values in messages]
    assert read_packet(packets[0]) == messages[:1]
    assert read_packet(bundle(*packets)) == messages
    assert read_packet(bundle(bundle(*packets))) == messages


@given(st.binary(max_size=200))
def test_anything_is_read_or_refused(packet: bytes) -> None:
    for candidate in (packet, b"#bundle\0" + packet, b"/sanacam/x\0\0,s\0\0" + packet):
        try:
            read_packet(candidate)
        except ValueError:
            continue


def test_our_own_writing_is_osc() -> None:
    assert read_packet(write_message("/sanacam/error", "not so", "")) == [("/sanacam/error", ["not so", ""])]
    assert read_packet(b"/sanacam/panic\0\0") == [("/sanacam/panic", [])], "old senders leave the tags out"


@pytest.mark.parametrize(
    ("values", "request_"),
    [
        (("/sanacam/prompt", "snow"), ("/prompt", {"text": "snow"})),
        (("/sanacam/preset", "noir"), ("/preset", {"name": "noir"})),
        (("/sanacam/strength", 0.5), ("/strength", {"value": 0.5})),
        (("/sanacam/strength", 1), ("/strength", {"value": 1})),
        (("/sanacam/transition", "blend:8"), ("/transition", {"value": "blend:8"})),
        (("/sanacam/record", 1.0), ("/record", {"on": True})),
        (("/sanacam/record", False), ("/record", {"on": False})),
        (("/sanacam/snapshot",), ("/snapshot", {})),
        (("/sanacam/panic",), ("/panic", {})),
        (("/sanacam/panic", 1), ("/panic", {"on": True})),
        (("/sanacam/panic", 0.0), ("/panic", {"on": False})),
        (("/sanacam/panic", "black"), ("/panic", {"mode": "black"})),
        (("/sanacam/panic", "image", "/a.png"), ("/panic", {"mode": "image", "image": "/a.png"})),
    ],
)
def test_what_a_message_means(values: tuple[Any, ...], request_: tuple[str, dict[str, Any]]) -> None:
    address, *arguments = values
    assert as_request(address, arguments) == request_


@pytest.mark.parametrize(
    "values", [("/other/panic",), ("/sanacam/state",), ("/sanacam/prompt", 5), ("/sanacam/prompt",), ("/sanacam",)]
)
def test_what_means_nothing(values: tuple[Any, ...]) -> None:
    address, *arguments = values
    with pytest.raises(ValueError, match=r"address|not known"):
        as_request(address, arguments)


@pytest.fixture
def send(target: Target) -> Iterator[Callable[[bytes], str | None]]:
    """Send a packet to an OSC port of ``target`` and, when an answer is due, return it."""
    port = OscPort(target, 0)
    port.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.bind(("127.0.0.1", 0))
        client.settimeout(10)

        def send_one(packet: bytes) -> str | None:
            # The second one is always refused: its answer says that the first is done.
            client.sendto(packet, ("127.0.0.1", port.port))
            client.sendto(message("/sanacam/end"), ("127.0.0.1", port.port))
            words = []
            while not words or "/sanacam/end" not in words[-1]:
                [(address, [text])] = read_packet(client.recv(65536))
                assert address == "/sanacam/error"
                words.append(text)
            return words[0] if len(words) > 1 else None

        yield send_one
    assert port.stop()
    assert port.stop(), "twice"
    assert not [thread for thread in threading.enumerate() if thread.name == "sanacam-osc"]


def test_the_buttons_over_osc(send: Callable[[bytes], str | None], target: Target) -> None:
    packet = bundle(message("/sanacam/prompt", " an  oil painting "), message("/sanacam/strength", 0.25))
    assert send(packet) is None
    assert send(message("/sanacam/record", 1)) is None
    assert target.told == [("prompt", "an oil painting"), ("strength", 0.25), ("record", True)]
    assert send(message("/sanacam/panic", "black")) is None
    assert target.panic.mode == "black"
    assert send(message("/sanacam/panic", 0)) is None
    assert target.panic.mode is None


@pytest.mark.parametrize(
    ("packet", "words"),
    [
        (message("/sanacam/prompt", ""), "empty"),
        (message("/sanacam/strength", 7.0), "0 to 1"),
        (message("/sanacam/strength", float("nan")), "0 to 1"),
        (message("/sanacam/panic", "loud"), "must be one of"),
        (message("/sanacam/preset", "none of ours"), "none of ours"),
        (b"GET / HTTP/1.1\r\n\r\n", "not OSC"),
        (b"\xff" * 40, "not OSC"),
        (bundle(bundle(bundle(bundle(bundle(message("/sanacam/panic")))))), "not OSC"),
        (message("/sanacam/prompt", "bug"), "KeyError"),
    ],
)
def test_what_cannot_be_done_is_answered_in_words(
    packet: bytes, words: str, send: Callable[[bytes], str | None], target: Target
) -> None:
    assert words in (send(packet) or "")
    assert target.panic.mode is None


def test_an_error_of_the_socket_does_not_close_the_port(target: Target) -> None:
    class Grumbling:
        """As Windows: a packet that is longer than what is taken is an error."""

        def __init__(self, inner: socket.socket) -> None:
            self.errors, self.inner = [OSError(10040, "a message was too long")], inner

        def recvfrom(self, size: int) -> Any:
            if self.errors:
                raise self.errors.pop()
            return self.inner.recvfrom(size)

    port, pressed = OscPort(target, 0), threading.Event()
    target.panic.listen(pressed.set)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inner, inner.dup() as sender:
        inner.bind(("127.0.0.1", 0))
        listening = threading.Thread(target=port._listen, args=(Grumbling(inner),))
        listening.start()
        sender.sendto(message("/sanacam/panic", "black"), inner.getsockname())
        assert pressed.wait(20)
        port._stop_asked.set()
        sender.sendto(b"", inner.getsockname())
        listening.join(20)
    assert not listening.is_alive()
    assert target.panic.mode == "black"


def test_it_is_closed_unless_asked_for(target: Target) -> None:
    assert Settings().live.osc == 0
    with osc_port(target, 0, pytest.fail) as port:
        assert port is None


def test_it_opens_with_the_control_port_and_a_taken_one_is_told(target: Target, config: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        told: list[UserError] = []
        with control_port(target, told.append, usual=0, osc=taken.getsockname()[1]) as server:
            assert server is not None, "the rest goes on"
        assert [note for note in told if "OSC" in note.message]
        assert "--osc" in told[0].hint


def test_it_listens_on_loopback_alone(target: Target) -> None:
    port = OscPort(target, 0)
    port.start()
    assert port._socket is not None
    assert port._socket.getsockname()[0] == "127.0.0.1"
    assert port.stop()
