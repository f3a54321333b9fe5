"""Which port and whose token, several at once, and that nothing is left behind."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from busy_machine import best_of
from control_calls import Target, ask, bearer, free_port, port_threads, request

from sanacam.app.control.instances import announce, announced_ports, forget
from sanacam.app.control.server import ControlServer, control_port
from sanacam.app.control.token import keep_token, read_token, token_path
from sanacam.model.errors import UserError


def test_two_at_once(open_port: Callable[..., int]) -> None:
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


def test_a_port_that_cannot_be_had_is_told_and_the_show_goes_on(config: Path, target: Target) -> None:
    config.write_text("a file where the folder should be")
    notes: list[UserError] = []
    with control_port(target, notes.append) as server:
        assert server is None
    assert notes[0].message.startswith("The control port stays closed. ")
    assert port_threads() == []


def test_start_and_stop_many_times(target: Target) -> None:
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


def test_stop_does_not_wait_for_idle_connections(target: Target) -> None:
    server = ControlServer(target, free_port())

    def stop() -> float:
        port = server.start()
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        started = time.monotonic()
        assert server.stop(10.0)
        took = time.monotonic() - started
        for channel in idle:
            channel.close()
        return took

    times = best_of(stop, 1.0)
    assert min(times) <= 1.0, times


def test_stop_says_when_a_request_hangs(target: Target) -> None:
    target.hold = threading.Event()
    server = ControlServer(target, free_port())
    port = server.start()
    caller = socket.create_connection(("127.0.0.1", port))
    caller.sendall(request(port, bearer()).encode())
    deadline = time.monotonic() + 20
    while not any(c.at_work for c in server._connections):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert not server.stop(0.1)
    target.hold.set()
    caller.close()
    while port_threads():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_token_stays_and_is_for_this_user_alone() -> None:
    token = keep_token()
    assert len(token) >= 43
    assert keep_token() == read_token() == token
    if sys.platform != "win32":
        assert stat.S_IMODE(token_path().stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such permissions there")
def test_a_token_that_others_could_read_is_replaced() -> None:
    token = keep_token()
    token_path().chmod(0o644)
    assert keep_token() != token
    assert stat.S_IMODE(token_path().stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe", b"spaces are not allowed in a token, says the rule"])
def test_a_damaged_token_is_replaced(content: bytes, config: Path) -> None:
    config.mkdir()
    token_path().write_bytes(content)
    token_path().chmod(0o600)
    assert read_token() is None
    assert len(keep_token()) >= 43


def test_ten_at_the_same_moment_agree_on_a_token() -> None:
    tokens: list[str] = []
    threads = [threading.Thread(target=lambda: tokens.append(keep_token())) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 10
    assert set(tokens) == {read_token()}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="asks the system about processes, as POSIX has them")
def test_a_file_of_a_process_that_is_gone_does_not_count(config: Path) -> None:
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
