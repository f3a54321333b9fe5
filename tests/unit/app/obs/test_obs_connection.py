"""Reaching OBS, and every way in which that fails."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_obs import FakeObs

from sanacam.app.obs.connection import (
    ConnectionLostError,
    Event,
    ObsConnection,
    RequestRefusedError,
    UnreachableError,
)
from sanacam.model.errors import UserError

PASSWORD = "correct horse"


@pytest.fixture
def obs() -> Iterator[FakeObs]:
    with FakeObs(PASSWORD) as fake:
        yield fake


def write_config(monkeypatch: pytest.MonkeyPatch, folder: Path, **values: object) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    path = folder / "obs-studio/plugin_config/obs-websocket/config.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"server_enabled": True, "server_port": 4455, "auth_required": True, **values}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_signs_in_and_asks_for_the_version(obs: FakeObs) -> None:
    connection = ObsConnection(obs.port, PASSWORD)
    assert connection.version.obs == "30.0.0"
    assert connection.knows("CreateInput")
    assert not connection.knows("MakeTea")
    connection.close()
    connection.close()


def test_a_refusal_keeps_code_and_comment(obs: FakeObs) -> None:
    connection = ObsConnection(obs.port, PASSWORD)
    with pytest.raises(RequestRefusedError) as refusal:
        connection.request("GetInputSettings", inputName="nope")
    assert (refusal.value.code, refusal.value.comment) == (600, "No source was found by the name of `nope`.")
    with pytest.raises(RequestRefusedError) as refusal:
        connection.request("GetSourceFilterKindList")
    assert refusal.value.code == 204
    connection.close()


@pytest.mark.parametrize("password", ["", "wrong", "correct horse "])
def test_a_wrong_password_is_told_as_such(obs: FakeObs, password: str) -> None:
    with pytest.raises(UnreachableError, match="refuses the password") as error:
        ObsConnection(obs.port, password)
    assert error.value.reason == "password"
    assert "Show Connect Info" in error.value.hint
    assert not receiving_threads()


def test_no_password_is_needed_where_none_is_wanted() -> None:
    with FakeObs() as open_to_all:
        ObsConnection(open_to_all.port, "whatever").close()


def test_the_password_is_never_logged(obs: FakeObs, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ObsConnection(obs.port, PASSWORD).close()
    with pytest.raises(UnreachableError):
        ObsConnection(obs.port, PASSWORD + "!")
    assert PASSWORD not in caplog.text
    assert "authentication" not in caplog.text


def test_obs_closed() -> None:
    with pytest.raises(UnreachableError, match="not running") as error:
        ObsConnection(free_port(), "")
    assert error.value.reason == "closed"


def test_the_server_switched_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_config(monkeypatch, tmp_path, server_enabled=False)
    with pytest.raises(UnreachableError, match="switched off") as error:
        ObsConnection(free_port(), "")
    assert "Enable WebSocket server" in error.value.hint


def test_another_port_set_in_obs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_config(monkeypatch, tmp_path, server_port=4477)
    with pytest.raises(UnreachableError, match="4477") as error:
        ObsConnection(free_port(), "")
    assert error.value.reason == "other port"


@pytest.mark.parametrize("greeting", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
def test_the_port_taken_by_another_program(greeting: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanacam.app.obs.client.HANDSHAKE_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        channels: list[socket.socket] = []

        def accept() -> None:
            channel, _ = stranger.accept()
            channel.sendall(greeting)
            channels.append(channel)

        thread = threading.Thread(target=accept)
        thread.start()
        with pytest.raises(UnreachableError, match="Something else than OBS") as error:
            ObsConnection(stranger.getsockname()[1], PASSWORD)
        thread.join()
        for channel in channels:
            channel.close()
    assert error.value.reason == "not OBS"


def test_an_old_obs_is_told_what_it_lacks() -> None:
    with FakeObs() as old:
        old.lacks = {"TriggerMediaInputAction"}
        connection = ObsConnection(old.port)
        connection.require("CreateInput")
        with pytest.raises(UserError, match="lacks TriggerMediaInputAction"):
            connection.require("CreateInput", "TriggerMediaInputAction")
        connection.close()


def test_obs_killed_while_an_answer_is_awaited(obs: FakeObs) -> None:
    connection = ObsConnection(obs.port, PASSWORD)
    obs.silent = {"GetSceneList"}
    killer = threading.Timer(0.2, obs.close)
    killer.start()
    # An answer that does not come in time has other words.
    with pytest.raises(ConnectionLostError, match="has ended"):
        connection.request("GetSceneList")
    killer.join()
    assert connection.gone.wait(30)
    with pytest.raises(ConnectionLostError):
        connection.request("GetSceneList")
    connection.close()
    assert not receiving_threads()


def test_obs_that_hangs(obs: FakeObs) -> None:
    connection = ObsConnection(obs.port, PASSWORD)
    connection._client.timeout = 0.2
    obs.silent = {"GetSceneList"}
    began = time.monotonic()
    with pytest.raises(ConnectionLostError, match="does not answer"):
        connection.request("GetSceneList")
    assert time.monotonic() - began < 20
    assert connection.gone.is_set()
    assert not receiving_threads()


@pytest.mark.parametrize("nonsense", ["[]", '{"op": 5}', '{"op": 7, "d": {}}', "3"])
def test_a_message_that_is_none_ends_the_connection(obs: FakeObs, nonsense: str) -> None:
    connection = ObsConnection(obs.port, PASSWORD)
    obs.send_raw(nonsense)
    assert connection.gone.wait(30)
    connection.close()
    assert not receiving_threads()


def test_events_arrive(obs: FakeObs) -> None:
    events: list[Event] = []
    arrived = threading.Event()

    def hear(event: Event) -> None:
        events.append(event)
        arrived.set()

    connection = ObsConnection(obs.port, PASSWORD, on_event=hear)
    obs.tell("InputRemoved", inputName="Sanacam")
    assert arrived.wait(30)
    assert events == [("InputRemoved", {"inputName": "Sanacam"})]
    connection.close()


def test_requests_of_several_threads_get_their_own_answers(obs: FakeObs) -> None:
    connection = ObsConnection(obs.port, PASSWORD)
    wrong: list[str] = []

    def ask(name: str) -> None:
        for _ in range(20):
            try:
                connection.request("GetInputSettings", inputName=name)
            except RequestRefusedError as refusal:
                if f"`{name}`" not in refusal.comment:
                    wrong.append(refusal.comment)

    threads = [threading.Thread(target=ask, args=(f"input {i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    connection.close()


def receiving_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "sanacam-obs-receive"]
