"""The control port against what is no request, or too much of one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import pytest
from busy_machine import best_of
from control_calls import Target, ask, bearer, port_threads, raw, request

from sanacam.app.control import server as server_module
from sanacam.app.control.connection import LARGEST_BODY
from sanacam.app.control.server import MOST_CONNECTIONS


@pytest.mark.parametrize(
    ("lines", "body", "status"),
    [
        ([], "{", 400),
        ([], "null", 400),
        ([], "[" * 16_000, 400),
        ([], "\x00\x01", 400),
        (["Content-Length: 5"], "", 411),
        (["Transfer-Encoding: chunked"], "0\r\n\r\n", 411),
    ],
)
def test_bad_bodies(lines: list[str], body: str, status: int, open_port: Callable[..., int]) -> None:
    port = open_port()
    text = request(port, bearer(), f"Content-Length: {len(body)}", *lines, first="POST /panic HTTP/1.1", body=body)
    assert raw(port, text)[0] == status
    assert ask(port, "GET", "/state")[0] == 200


@pytest.mark.parametrize("length", ["-1", "ten", "1e3", "9" * 5000, "٣"])
def test_bad_lengths(length: str, open_port: Callable[..., int]) -> None:
    port = open_port()
    status, _ = raw(port, request(port, bearer(), f"Content-Length: {length}", first="POST /panic HTTP/1.1"))
    assert status in (411, 413)


def test_a_huge_body_is_not_read(open_port: Callable[..., int]) -> None:
    port = open_port()
    size = 50_000_000
    head = request(port, bearer(), f"Content-Length: {size}", first="POST /prompt HTTP/1.1").encode()
    status, answer = raw(port, head + b"x" * 300_000)
    assert status == 413
    assert str(LARGEST_BODY) in answer["error"]["message"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /state HTTP/9.9\r\n\r\n", 505),
        (b"BREW /state HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        (b"GET /state HTTP/1.1\r\n" + b"A: b\r\n" * 300 + b"\r\n", 431),
    ],
)
def test_what_is_no_request(text: bytes, status: int, open_port: Callable[..., int]) -> None:
    port = open_port()
    assert raw(port, text)[0] == status
    assert ask(port, "GET", "/state")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/panic", 405), ("POST", "/state", 405), ("GET", "/", 404)]
)
def test_wrong_method_or_path(method: str, path: str, status: int, open_port: Callable[..., int]) -> None:
    assert ask(open_port(), method, path)[0] == status


def test_idle_connections_keep_nobody_out(open_port: Callable[..., int], target: Target) -> None:
    ports: list[int] = []

    def press_among_idle_ones() -> float:
        ports.append(open_port())
        idle = []
        try:
            for _ in range(60):
                channel = socket.create_connection(("127.0.0.1", ports[-1]), 20.0)
                channel.sendall(b"POST /panic HT")
                idle.append(channel)
            started = time.monotonic()
            assert ask(ports[-1], "POST", "/panic", {"mode": "black"})[1]["panic"] == "black"
            took = time.monotonic() - started
            assert len(port_threads()) <= len(ports) * (MOST_CONNECTIONS + 1)
            return took
        finally:
            for channel in idle:
                channel.close()

    times = best_of(press_among_idle_ones, 1.0, tries=3)
    assert min(times) <= 1.0, times


def test_who_sends_too_slowly_is_cut_off(open_port: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "REQUEST_S", 0.3)
    port = open_port()
    with socket.create_connection(("127.0.0.1", port), 20.0) as channel:
        started = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT012 - which one depends on the system
            # Never a second without a byte, so it is the whole that takes too long.
            while time.monotonic() - started < 20.0:
                channel.sendall(b"G")
                time.sleep(0.05)


def test_many_callers_at_once(open_port: Callable[..., int], target: Target) -> None:
    port, statuses = open_port(), []

    def many() -> None:
        for _ in range(10):
            statuses.append(ask(port, "POST", "/strength", {"value": 0.5})[0])

    callers = [threading.Thread(target=many) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert statuses == [200] * 40
    assert len(target.told) == 40
