"""``sanacam obs``: from a fresh machine to a source in OBS, and back; and where the password is kept."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.errors
import pytest
from fake_obs import FakeInput, FakeObs
from keyring.backends.fail import Keyring as NoKeyring

from sanacam.app.cli import main
from sanacam.app.obs import setup as setting_up
from sanacam.app.obs.obs_config import config_folders, read_password, read_server_config
from sanacam.app.obs.password import known_password
from sanacam.app.obs.script import script_path
from sanacam.app.settings import ObsSettings
from sanacam.app.settings_file import load_settings

PASSWORD = "s3cret of OBS"


class Safe(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not there")


class PlaintextKeyring(Safe):
    """As keyrings.alt has one."""


@pytest.fixture(autouse=True)
def safe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Safe]:
    """A keyring of the test's own, and no waiting for an OBS that does not draw."""
    monkeypatch.setattr(setting_up, "APPEARS_S", 0.1)
    monkeypatch.delenv("SANACAM_OBS_PASSWORD", raising=False)
    former, mine = keyring.get_keyring(), Safe()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(former)


@pytest.fixture
def obs() -> Iterator[FakeObs]:
    with FakeObs(PASSWORD) as fake:
        fake.inputs["Mic"] = FakeInput("pulse_input_capture", offset=0)
        yield fake


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    return Console(monkeypatch)


class Console:
    """A person at the keyboard."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.typed: list[str] = []
        self.passwords: list[str] = []
        monkeypatch.setattr("sys.stdin", self)
        monkeypatch.setattr("sanacam.app.commands.obs.getpass", lambda prompt: self.passwords.pop(0))

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self.typed.pop(0) + "\n"


def obs_writes_down(obs: FakeObs, **values: Any) -> Path:
    path = config_folders()[0] / "plugin_config/obs-websocket/config.json"
    path.parent.mkdir(parents=True)
    config = {"server_enabled": True, "server_port": obs.port, "auth_required": True, "server_password": obs.password}
    path.write_text(json.dumps(config | values))
    return path


def test_asking_reading_and_keeping(obs: FakeObs, console: Console, safe: Safe, capsys: Any) -> None:
    obs_writes_down(obs)
    console.typed = ["y"]
    assert main(["obs", "setup"]) == 0
    assert obs.inputs["Sanacam"].kind == "ffmpeg_source"
    assert list(safe.kept.values()) == [PASSWORD]
    out, err = capsys.readouterr()
    assert "Made the source" in out
    assert "May Sanacam read it" in err
    assert PASSWORD not in out + err
    kept = load_settings().obs
    assert (kept.way, kept.port, kept.password_from) == ("stream", obs.port, "keyring")
    # The second time nobody is asked, and nothing is made twice.
    assert main(["obs", "setup"]) == 0
    assert len(obs.called("CreateInput")) == 1
    assert PASSWORD not in (load_settings_text())


def load_settings_text() -> str:
    from sanacam.app.settings_file import settings_path

    return settings_path().read_text(encoding="utf-8")


def test_a_no_means_typing_it(obs: FakeObs, console: Console, safe: Safe, capsys: Any) -> None:
    obs_writes_down(obs)
    console.typed, console.passwords = ["n"], ["wrong", PASSWORD]
    assert main(["obs", "setup"]) == 0
    assert list(safe.kept.values()) == [PASSWORD]
    assert "refuses the password" in capsys.readouterr().err


def test_without_a_keyring_the_settings_of_obs_are_read_each_time_after_a_yes(
    obs: FakeObs, console: Console, capsys: Any
) -> None:
    keyring.set_keyring(NoKeyring())
    obs_writes_down(obs)
    console.typed = ["y"]
    assert main(["obs", "setup"]) == 0
    settings = load_settings().obs
    assert settings.password_from == "obs"
    assert known_password(settings) == PASSWORD
    assert PASSWORD not in load_settings_text()
    assert "each time" in capsys.readouterr().err


@pytest.mark.parametrize("backend", [NoKeyring, PlaintextKeyring])
def test_a_typed_password_that_cannot_be_kept_safe_is_not_kept(
    obs: FakeObs, console: Console, backend: type[Any], capsys: Any
) -> None:
    keyring.set_keyring(backend())
    console.passwords = [PASSWORD]
    assert main(["obs", "setup", "--port", str(obs.port)]) == 0
    assert known_password(load_settings().obs) is None
    assert not getattr(keyring.get_keyring(), "kept", {})
    err = capsys.readouterr().err
    assert "cannot be kept" in err
    assert "SANACAM_OBS_PASSWORD" in err


def test_a_program_can_set_it_up_with_the_environment(
    obs: FakeObs, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("SANACAM_OBS_PASSWORD", PASSWORD)
    assert main(["obs", "setup", "--port", str(obs.port), "--sound", "Mic", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["change"] == "made"
    assert told["scenes"] == ["Scene"]
    assert told["settings"]["sound"] == ["Mic"]
    assert load_settings().obs.sound == ("Mic",)


def test_nobody_there_to_ask(obs: FakeObs, capsys: Any) -> None:
    assert main(["obs", "setup", "--port", str(obs.port), "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert "nobody is here to ask" in error["message"]
    assert "--password-from obs" in error["hint"]
    assert main(["obs", "setup", "--port", str(obs.port), "--password-from", "obs", "--json"]) == 2
    obs_writes_down(obs)
    assert main(["obs", "setup", "--password-from", "obs", "--json"]) == 0


def test_obs_closed_is_said_before_a_password_is_asked_for(console: Console, capsys: Any) -> None:
    with FakeObs(PASSWORD) as gone:
        port = gone.port
    assert main(["obs", "setup", "--port", str(port)]) == 2
    assert "OBS is not running" in capsys.readouterr().err


def test_a_wrong_scene_or_input_changes_nothing(obs: FakeObs, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("SANACAM_OBS_PASSWORD", PASSWORD)
    port = ["--port", str(obs.port)]
    assert main(["obs", "setup", *port, "--scene", "Nowhere"]) == 2
    assert 'no scene "Nowhere"' in capsys.readouterr().err
    assert main(["obs", "setup", *port, "--sound", "Kazoo"]) == 2
    assert "Mic" in capsys.readouterr().err
    assert "Sanacam" not in obs.inputs
    assert load_settings().obs == ObsSettings()


def test_a_second_scene_gets_it_too(obs: FakeObs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANACAM_OBS_PASSWORD", PASSWORD)
    obs.scenes["Game"] = {}
    assert main(["obs", "setup", "--port", str(obs.port)]) == 0
    assert main(["obs", "setup", "--port", str(obs.port), "--scene", "Game"]) == 0
    assert [list(items.values()) for items in obs.scenes.values()] == [["Sanacam"], ["Sanacam"]]


def test_status_and_remove(obs: FakeObs, monkeypatch: pytest.MonkeyPatch, safe: Safe, capsys: Any) -> None:
    obs_writes_down(obs)
    safe.kept["sanacam", "OBS WebSocket"] = PASSWORD
    assert main(["obs", "status"]) == 0
    out = capsys.readouterr().out
    assert "none yet" in out
    assert "Mic  0 ms" in out
    assert main(["obs", "setup", "--sound", "Mic"]) == 0
    capsys.readouterr()
    assert main(["obs", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["ours"], told["scenes"], told["camera"]) == ("ffmpeg_source", True, ["Scene"], False)
    assert main(["obs", "remove"]) == 0
    assert "Sanacam" not in obs.inputs
    assert load_settings().obs.way == "off"
    assert safe.kept == {}


def test_the_delay_is_told_also_without_obs(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from sanacam.app.control.instances import announce
    from sanacam.app.control.token import keep_token

    token = keep_token()
    with FakeObs() as gone:
        port = gone.port
    with socket.create_server(("127.0.0.1", 0)) as control:
        asked: list[bytes] = []

        def answer() -> None:
            channel, _ = control.accept()
            asked.append(channel.recv(4096))
            channel.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"latency_ms_p50": 412.3}')
            channel.close()

        thread = threading.Thread(target=answer)
        thread.start()
        announce(control.getsockname()[1])
        assert main(["obs", "status", "--port", str(port)]) == 2
        thread.join()
    assert token.encode() in asked[0]
    out, err = capsys.readouterr()
    assert "type 412 ms" in out
    assert "OBS is not running" in err


def test_the_script_is_copied_to_a_lasting_place(capsys: Any) -> None:
    assert main(["obs", "script"]) == 0
    assert script_path().read_text(encoding="utf-8").startswith("-- Sanacam")
    out = capsys.readouterr().out
    assert str(script_path()) in out
    assert "Tools > Scripts" in out
    script_path().write_text("old")
    assert main(["obs", "script", "--json"]) == 0
    assert "obs_register_source" in script_path().read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="names the folders of other systems")
def test_the_settings_of_an_older_obs_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    path = config_folders()[0] / "global.ini"
    path.parent.mkdir(parents=True)
    path.write_text(
        "\ufeff[General]\nFirstRun=true\n\n[OBSWebSocket]\nServerEnabled=true\nServerPort=4466\nAuthRequired=true\n"
        "ServerPassword=50%off\n",
        encoding="utf-8",
    )
    config = read_server_config()
    assert config is not None
    assert (config.enabled, config.port, config.authentication) == (True, 4466, True)
    assert read_password() == "50%off"
    assert "50%off" not in repr(config)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"server_port": "many"}', "\x00\x01"])
def test_damaged_settings_of_obs_are_no_reason_to_fail(text: str) -> None:
    path = config_folders()[0] / "plugin_config/obs-websocket/config.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    config = read_server_config()
    assert config is None or config.port == 4455
    assert read_password() is None
