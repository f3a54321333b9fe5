"""The control port from the outside: who is let in, what is refused, how many at once, how it ends."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sanacam.app.control import server as server_module
from sanacam.app.control.client import call
from sanacam.app.control.connection import LARGEST_BODY
from sanacam.app.control.instances import announce, announced_ports, forget
from sanacam.app.control.server import MOST_CONNECTIONS, ControlServer, control_port
from sanacam.app.control.token import keep_token, read_token, token_path
from sanacam.app.panic import PanicSwitch
from sanacam.app.presets import Preset
from sanacam.model.errors import UserError


@dataclass
class Target:
    """Writes down what it is told."""

    panic: PanicSwitch = field(default_factory=PanicSwitch)
    told: list[tuple[str, Any]] = field(default_factory=list)
    plays: bool = False
    hold: threading.Event | None = None

    def state(self) -> dict[str, Any]:
        if self.hold is not None:
            self.hold.wait(5.0)
        return {"state": "running", "prompt": "snow"}

    def playing(self) -> bool:
        return self.plays

    def set_prompt(self, text: str) -> None:
        if text == "bug":
            raise KeyError("a bug")
        self.told.append(("prompt", text))

    def set_preset(self, preset: Preset) -> None:
        self.told.append(("preset", preset.name))

    def set_strength(self, strength: float) -> None:
        self.told.append(("strength", strength))

    def set_recording(self, on: bool) -> None:
        if not on:
            raise UserError("Nothing is recorded.", "Begin first.")
        self.told.append(("record", on))


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Token and ports go here; ports away from those of a Sanacam that runs on this machine."""
    folder = tmp_path / "config"
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(folder))
    return folder


@pytest.fixture
def target() -> Target:
    return Target()


@pytest.fixture
def open_port(target: Target) -> Iterator[Callable[..., int]]:
    servers: list[ControlServer] = []

    def open_one(which: Target | None = None, port: int | None = None) -> int:
        server = ControlServer(which or target, free_port() if port is None else port)
        servers.append(server)
        return server.start()

    yield open_one
    for server in servers:
        assert server.stop()
    assert port_threads() == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("sanacam-control")]


def raw(port: int, text: str | bytes, timeout_s: float = 5.0) -> tuple[int, dict[str, Any]]:
    """Send exactly this; status and JSON of the answer. 0 when there was none."""
    with socket.create_connection(("127.0.0.1", port), timeout_s) as channel:
        channel.sendall(text.encode() if isinstance(text, str) else text)
        answer = b""
        while chunk := channel.recv(65_536):
            answer += chunk
    if not answer:
        return 0, {}
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def request(port: int, *lines: str, first: str = "GET /state HTTP/1.1", host: str | None = None, body: str = "") -> str:
    host_line = f"Host: 127.0.0.1:{port}" if host is None else host
    return "\r\n".join([first, *([host_line] if host_line else []), *lines]) + "\r\n\r\n" + body


def bearer() -> str:
    return f"Authorization: Bearer {read_token()}"


def ask(port: int, method: str, path: str, values: Any = None) -> tuple[int, dict[str, Any]]:
    token = read_token()
    assert token is not None
    return call(port, token, method, path, values, 5.0)


def test_the_buttons(open_port: Callable[..., int], target: Target) -> None:
    port = open_port()
    assert ask(port, "GET", "/state") == (
        200,
        {"state": "running", "prompt": "snow", "panic": None, "panic_preferred": "raw"},
    )
    assert ask(port, "POST", "/prompt", {"text": " an  oil painting "}) == (200, {"prompt": "an oil painting"})
    assert ask(port, "POST", "/preset", {"name": "noir"})[1]["preset"] == "noir"
    assert ask(port, "POST", "/strength", {"value": 0.25}) == (200, {"strength": 0.25})
    assert ask(port, "POST", "/strength", {"value": 1}) == (200, {"strength": 1.0})
    assert ask(port, "POST", "/record", {"on": True}) == (200, {"recording": True})
    assert target.told == [
        ("prompt", "an oil painting"),
        ("preset", "noir"),
        ("strength", 0.25),
        ("strength", 1.0),
        ("record", True),
    ]


def test_the_panic_button(open_port: Callable[..., int], target: Target, tmp_path: Path) -> None:
    port = open_port()
    assert ask(port, "POST", "/panic") == (200, {"panic": "raw", "shown_after_ms": None}), "a press without a body"
    assert ask(port, "POST", "/panic") == (200, {"panic": None, "shown_after_ms": None})
    assert ask(port, "POST", "/panic", {"mode": "black"})[1]["panic"] == "black"
    assert ask(port, "POST", "/panic", {"mode": "black"})[1]["panic"] == "black", "a mode is on, however often"
    assert ask(port, "GET", "/state")[1]["panic"] == "black"
    assert ask(port, "POST", "/panic", {"on": False})[1]["panic"] is None
    status, answer = ask(port, "POST", "/panic", {"mode": "image", "image": str(tmp_path / "none.png")})
    assert status == 400
    assert "Black is shown instead." in answer["error"]["message"]
    assert target.panic.mode == "black"


def test_the_answer_tells_when_the_sinks_had_it(open_port: Callable[..., int], target: Target) -> None:
    target.plays = True
    target.panic.listen(lambda: target.panic.shown(target.panic._order, time.monotonic_ns() + 7_000_000))
    _, answer = ask(open_port(), "POST", "/panic", {"on": True})
    assert answer["panic"] == "raw"
    assert 7.0 <= answer["shown_after_ms"] < 200


@pytest.mark.parametrize(
    ("path", "values", "words"),
    [
        ("/prompt", {"text": ""}, "empty"),
        ("/prompt", {"text": "x" * 5000}, "5,000 characters"),
        ("/prompt", {"text": 5}, "must be like"),
        ("/prompt", {"text": "snow", "more": 1}, "must be like"),
        ("/prompt", {}, "must be like"),
        ("/preset", {"name": "noirr"}, "no preset"),
        ("/strength", {"value": 1.01}, "0 to 1"),
        ("/strength", {"value": float("nan")}, "0 to 1"),
        ("/strength", {"value": 10**400}, "0 to 1"),
        ("/strength", {"value": True}, "must be like"),
        ("/strength", {"value": "1"}, "must be like"),
        ("/record", {"on": "yes"}, "must be like"),
        ("/record", {"on": False}, "Nothing is recorded"),
        ("/panic", {"mode": "pink"}, "must be one of"),
        ("/panic", {"mode": ["raw"]}, "must be one of"),
        ("/panic", {"on": 1}, "must be like"),
        ("/panic", {"on": False, "mode": "raw"}, "cannot be switched off"),
        ("/panic", {"image": "/x.png"}, "full path"),
        ("/panic", {"mode": "image", "image": "x.png"}, "full path"),
        ("/panic", {"mode": "image", "image": "/no\0where"}, "Black is shown"),
        ("/panic", [1], "not a JSON object"),
    ],
)
def test_values_that_make_no_sense(path: str, values: Any, words: str, open_port: Callable[..., int]) -> None:
    status, answer = ask(open_port(), "POST", path, values)
    assert status == 400
    assert words in answer["error"]["message"] + answer["error"]["hint"]


def test_a_bug_is_told_and_the_port_goes_on(open_port: Callable[..., int]) -> None:
    port = open_port()
    status, answer = ask(port, "POST", "/prompt", {"text": "bug"})
    assert status == 500
    assert "KeyError" in answer["error"]["message"]
    assert ask(port, "GET", "/state")[0] == 200


class TestWhoIsLetIn:
    """Nothing happens without the token, from a web page, or under another name."""

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
    def test_not_without_the_token(self, lines: list[str], open_port: Callable[..., int], target: Target) -> None:
        port = open_port()
        sent = [line.format(token=read_token()) for line in lines]
        for first in ("GET /state", "POST /panic", "GET /nothing", "DELETE /state"):
            status, answer = raw(port, request(port, *sent, first=f"{first} HTTP/1.1"))
            assert status == 401
            assert "token" in answer["error"]["message"]
        assert target.panic.mode is None

    def test_the_token_does_not_count_in_the_address(self, open_port: Callable[..., int]) -> None:
        port = open_port()
        assert raw(port, request(port, first=f"GET /state?token={read_token()} HTTP/1.1"))[0] == 401

    @pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:24790", ""])
    def test_no_web_page_even_with_the_token(self, origin: str, open_port: Callable[..., int], target: Target) -> None:
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
    def test_no_other_name(self, host: str, open_port: Callable[..., int]) -> None:
        port = open_port()
        text = request(port, bearer(), host=host.format(port=port, other=port - 1))
        assert raw(port, text)[0] == 403

    @pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "127.0.0.1"])
    def test_its_own_names(self, host: str, open_port: Callable[..., int]) -> None:
        port = open_port()
        assert raw(port, request(port, bearer(), host=f"Host: {host.format(port=port)}"))[0] == 200

    def test_it_listens_on_loopback_alone(self, open_port: Callable[..., int], target: Target) -> None:
        server = ControlServer(target, free_port())
        server.start()
        assert server._listener is not None
        assert server._listener.getsockname()[0] == "127.0.0.1"
        assert server.stop()


class TestRequestsThatAreNot:
    """Malformed, huge, slow, too many."""

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
    def test_bad_bodies(self, lines: list[str], body: str, status: int, open_port: Callable[..., int]) -> None:
        port = open_port()
        text = request(port, bearer(), f"Content-Length: {len(body)}", *lines, first="POST /panic HTTP/1.1", body=body)
        assert raw(port, text)[0] == status
        assert ask(port, "GET", "/state")[0] == 200

    @pytest.mark.parametrize("length", ["-1", "ten", "1e3", "9" * 5000, "٣"])
    def test_bad_lengths(self, length: str, open_port: Callable[..., int]) -> None:
        port = open_port()
        status, _ = raw(port, request(port, bearer(), f"Content-Length: {length}", first="POST /panic HTTP/1.1"))
        assert status in (411, 413)

    def test_a_huge_body_is_not_read(self, open_port: Callable[..., int]) -> None:
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
    def test_what_is_no_request(self, text: bytes, status: int, open_port: Callable[..., int]) -> None:
        port = open_port()
        assert raw(port, text)[0] == status
        assert ask(port, "GET", "/state")[0] == 200

    @pytest.mark.parametrize(
        ("method", "path", "status"), [("GET", "/panic", 405), ("POST", "/state", 405), ("GET", "/", 404)]
    )
    def test_wrong_method_or_path(self, method: str, path: str, status: int, open_port: Callable[..., int]) -> None:
        assert ask(open_port(), method, path)[0] == status

    def test_idle_connections_keep_nobody_out(self, open_port: Callable[..., int], target: Target) -> None:
        port = open_port()
        idle = []
        try:
            for _ in range(60):
                channel = socket.create_connection(("127.0.0.1", port), 5.0)
                channel.sendall(b"POST /panic HT")
                idle.append(channel)
            started = time.monotonic()
            assert ask(port, "POST", "/panic", {"mode": "black"})[1]["panic"] == "black"
            assert time.monotonic() - started < 1.0
            assert len(port_threads()) <= MOST_CONNECTIONS + 1
        finally:
            for channel in idle:
                channel.close()

    def test_who_sends_too_slowly_is_cut_off(
        self, open_port: Callable[..., int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server_module, "REQUEST_S", 0.3)
        port = open_port()
        with socket.create_connection(("127.0.0.1", port), 5.0) as channel:
            started = time.monotonic()
            with pytest.raises(OSError):  # noqa: PT012 - which one depends on the system
                while time.monotonic() - started < 5.0:
                    channel.sendall(b"G")
                    time.sleep(0.05)
            assert time.monotonic() - started < 4.0

    def test_many_callers_at_once(self, open_port: Callable[..., int], target: Target) -> None:
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


class TestPortAndToken:
    """Which port, whose file, and that nothing is left behind."""

    def test_two_at_once(self, open_port: Callable[..., int]) -> None:
        other: Target = Target()
        notes: list[UserError] = []
        first = open_port()
        with control_port(other, notes.append, first) as server:
            assert server is not None
            assert server.port != first
            assert [str(server.port) in note.message and str(first) in note.message for note in notes] == [True]
            assert announced_ports() == sorted([first, server.port])
            ask(server.port, "POST", "/panic")
            assert other.panic.mode == "raw"
            assert ask(first, "GET", "/state")[1]["panic"] is None
        assert announced_ports() == [first]

    def test_a_port_that_cannot_be_had_is_told_and_the_show_goes_on(self, config: Path, target: Target) -> None:
        config.write_text("a file where the folder should be")
        notes: list[UserError] = []
        with control_port(target, notes.append) as server:
            assert server is None
        assert notes[0].message.startswith("The control port stays closed. ")
        assert port_threads() == []

    def test_start_and_stop_many_times(self, target: Target) -> None:
        server, port = ControlServer(target, free_port()), 0
        for _ in range(20):
            port = server.start()
            assert ask(port, "GET", "/state")[0] == 200
            assert server.stop()
            assert server.stop(), "stopping twice is fine"
        assert port_threads() == []
        assert announced_ports() == []
        with pytest.raises(ConnectionRefusedError):
            ask(port, "GET", "/state")

    def test_stop_does_not_wait_for_idle_connections(self, target: Target) -> None:
        server = ControlServer(target, free_port())
        port = server.start()
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        started = time.monotonic()
        assert server.stop()
        assert time.monotonic() - started < 1.0
        for channel in idle:
            channel.close()

    def test_stop_says_when_a_request_hangs(self, target: Target) -> None:
        target.hold = threading.Event()
        server = ControlServer(target, free_port())
        port = server.start()
        caller = socket.create_connection(("127.0.0.1", port))
        caller.sendall(request(port, bearer()).encode())
        deadline = time.monotonic() + 5
        while not any(c.at_work for c in server._connections):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        assert not server.stop(0.1)
        target.hold.set()
        caller.close()
        while port_threads():
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def test_the_token_stays_and_is_for_this_user_alone(self) -> None:
        token = keep_token()
        assert len(token) >= 43
        assert keep_token() == read_token() == token
        if sys.platform != "win32":
            assert stat.S_IMODE(token_path().stat().st_mode) == 0o600

    @pytest.mark.skipif(sys.platform == "win32", reason="files have no such permissions there")
    def test_a_token_that_others_could_read_is_replaced(self) -> None:
        token = keep_token()
        token_path().chmod(0o644)
        assert keep_token() != token
        assert stat.S_IMODE(token_path().stat().st_mode) == 0o600

    @pytest.mark.parametrize(
        "content", [b"", b"short", b"\xff\xfe", b"spaces are not allowed in a token, says the rule"]
    )
    def test_a_damaged_token_is_replaced(self, content: bytes, config: Path) -> None:
        config.mkdir()
        token_path().write_bytes(content)
        token_path().chmod(0o600)
        assert read_token() is None
        assert len(keep_token()) >= 43

    def test_ten_at_the_same_moment_agree_on_a_token(self) -> None:
        tokens: list[str] = []
        threads = [threading.Thread(target=lambda: tokens.append(keep_token())) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(tokens) == 10
        assert set(tokens) == {read_token()}

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="asks the system about processes, as POSIX has them")
    def test_a_file_of_a_process_that_is_gone_does_not_count(self, config: Path) -> None:
        path = announce(4321)
        assert announced_ports() == [4321]
        dead = os.spawnlp(os.P_NOWAIT, "true", "true")
        os.waitpid(dead, 0)
        path.write_text(json.dumps({"port": 4321, "pid": dead}))
        assert announced_ports() == []
        path.write_text("{")
        assert announced_ports() == []
        announce(4322)
        assert not path.exists()
        assert announced_ports() == [4322]
        forget(4322)
        assert announced_ports() == []
