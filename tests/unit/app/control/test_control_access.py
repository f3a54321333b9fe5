"""The control port from the outside: who is let in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from control_calls import Target, bearer, free_port, raw, request

from sanacam.app.control.server import ControlServer
from sanacam.app.control.token import read_token


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["Authorization: Bearer"],
        ["Authorization: Bearer wrong"],
        ["Authorization: Bearer {token}x"],
        ["Authorization: Basic {token}"],
        ["Authorization: {token}"],
        ["Authorization: Bearer wrong", "Authorization: Bearer {token}"],
        ["Authorization: Bearer ümläut"],
    ],
)
def test_not_without_the_token(lines: list[str], open_port: Callable[..., int], target: Target) -> None:
    port = open_port()
    sent = [line.format(token=read_token()) for line in lines]
    for first in ("GET /state", "POST /panic", "GET /nothing", "DELETE /state"):
        status, answer = raw(port, request(port, *sent, first=f"{first} HTTP/1.1"))
        assert status == 401
        assert "token" in answer["error"]["message"]
    assert target.panic.mode is None


def test_the_token_does_not_count_in_the_address(open_port: Callable[..., int]) -> None:
    port = open_port()
    assert raw(port, request(port, first=f"GET /state?token={read_token()} HTTP/1.1"))[0] == 401


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:24790", ""])
def test_no_web_page_even_with_the_token(origin: str, open_port: Callable[..., int], target: Target) -> None:
    port = open_port()
    for method in ("GET", "POST", "OPTIONS"):
        text = request(port, bearer(), f"Origin: {origin}", first=f"{method} /panic HTTP/1.1")
        assert raw(port, text)[0] == 403
    assert target.panic.mode is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "Host: evil.example",
        "Host: evil.example:{port}",
        "Host: 127.0.0.1.evil.example:{port}",
        "Host: 127.0.0.1:{other}",
        "Host: 192.168.1.5:{port}",
        "Host: 0.0.0.0:{port}",
        "Host: 127.0.0.1:{port}\r\nHost: evil.example",
    ],
)
def test_no_other_name(host: str, open_port: Callable[..., int]) -> None:
    port = open_port()
    text = request(port, bearer(), host=host.format(port=port, other=port - 1))
    assert raw(port, text)[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "127.0.0.1"])
def test_its_own_names(host: str, open_port: Callable[..., int]) -> None:
    port = open_port()
    assert raw(port, request(port, bearer(), host=f"Host: {host.format(port=port)}"))[0] == 200


def test_it_listens_on_loopback_alone(open_port: Callable[..., int], target: Target) -> None:
    server = ControlServer(target, free_port())
    server.start()
    assert server._listener is not None
    assert server._listener.getsockname()[0] == "127.0.0.1"
    assert server.stop()
