"""Setting OBS up from the window: what is asked for, what is said, what is kept."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import keyring
import keyring.backend
import pytest
from fake_obs import FakeInput, FakeObs
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from sanacam.app.obs import setup as setting_up
from sanacam.app.settings import Settings
from sanacam.app.settings_file import load_settings, save_settings
from sanacam.ui.obs_dialog import ObsDialog

PASSWORD = "s3cret of OBS"
WAIT = 10_000


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
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def safe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Safe]:
    monkeypatch.setattr(setting_up, "APPEARS_S", 0.1)
    monkeypatch.delenv("SANACAM_OBS_PASSWORD", raising=False)
    former, mine = keyring.get_keyring(), Safe()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(former)


@pytest.fixture
def obs() -> Iterator[FakeObs]:
    with FakeObs(PASSWORD) as fake:
        fake.inputs["Mic"] = FakeInput("pulse_input_capture", offset=20)
        save_settings(Settings().with_values({"obs.port": fake.port}))
        yield fake


@pytest.fixture
def open_dialog(qtbot: QtBot) -> Iterator[Callable[[], ObsDialog]]:
    made: list[ObsDialog] = []

    def open_one() -> ObsDialog:
        dialog = ObsDialog()
        qtbot.addWidget(dialog)
        made.append(dialog)
        dialog.open()
        dialog.look()
        assert not dialog.apply.isEnabled(), "one thing at a time"
        qtbot.waitUntil(dialog.apply.isEnabled, timeout=WAIT)
        return dialog

    yield open_one
    for dialog in made:
        assert dialog.join(5.0)


def press(qtbot: QtBot, dialog: ObsDialog) -> None:
    dialog.apply.click()
    qtbot.waitUntil(dialog.apply.isEnabled, timeout=WAIT)


def test_from_a_password_to_a_source_with_sound_in_step(
    qtbot: QtBot, obs: FakeObs, safe: Safe, open_dialog: Callable[[], ObsDialog]
) -> None:
    dialog = open_dialog()
    assert "asks for a password" in dialog.words.text()
    dialog.password.setText("wrong")
    press(qtbot, dialog)
    assert "refuses the password" in dialog.words.text()
    assert safe.kept == {}
    assert "Sanacam" not in obs.inputs
    dialog.password.setText(PASSWORD)
    with qtbot.waitSignal(dialog.set_up, timeout=WAIT):
        dialog.apply.click()
    assert '"Sanacam" is in OBS' in dialog.words.text()
    assert obs.inputs["Sanacam"].kind == "ffmpeg_source"
    assert list(safe.kept.values()) == [PASSWORD]
    assert dialog.password.text() == ""
    assert (load_settings().obs.way, load_settings().obs.sound) == ("stream", ())
    assert [dialog.sound.item(row).text() for row in range(dialog.sound.count())] == ["Mic"]
    dialog.sound.item(0).setCheckState(Qt.CheckState.Checked)
    assert load_settings().obs.sound == ("Mic",), "a tick holds at once"

    again = open_dialog()
    assert again.apply.text() == "Set up again"
    assert again.sound.item(0).checkState() == Qt.CheckState.Checked
    again.scene.setCurrentIndex(again.scene.findData("Scene"))
    press(qtbot, again)
    assert load_settings().obs.scene == "Scene"
    assert load_settings().obs.sound == ("Mic",)


def test_obs_that_is_closed(qtbot: QtBot, open_dialog: Callable[[], ObsDialog]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    save_settings(Settings().with_values({"obs.port": port}))
    dialog = open_dialog()
    assert "OBS is not running" in dialog.words.text()
    assert "Start OBS Studio" in dialog.words.text()
    press(qtbot, dialog)
    assert "OBS is not running" in dialog.words.text()
    assert load_settings().obs.way == "off"


def test_without_a_keyring_it_is_said_and_works_for_now(
    qtbot: QtBot, obs: FakeObs, open_dialog: Callable[[], ObsDialog]
) -> None:
    keyring.set_keyring(NoKeyring())
    dialog = open_dialog()
    dialog.password.setText(PASSWORD)
    press(qtbot, dialog)
    assert '"Sanacam" is in OBS' in dialog.words.text()
    assert "has no keyring" in dialog.words.text()


def test_the_script_way_says_the_clicks_that_are_left(
    qtbot: QtBot, obs: FakeObs, safe: Safe, open_dialog: Callable[[], ObsDialog]
) -> None:
    obs.password, obs.kinds = "", ["ffmpeg_source"]
    dialog = open_dialog()
    assert "Press Set up" in dialog.words.text()
    dialog.way.setCurrentIndex(dialog.way.findData("script"))
    press(qtbot, dialog)
    assert "Tools > Scripts" in dialog.words.text()
    assert load_settings().obs.way == "off"
    obs.kinds.append("sanacam_ring")
    dialog.way.setCurrentIndex(dialog.way.findData("script"))
    press(qtbot, dialog)
    assert obs.inputs["Sanacam"].kind == "sanacam_ring"


def test_an_obs_that_does_not_answer_does_not_hold_the_window(
    qtbot: QtBot, obs: FakeObs, safe: Safe, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()
    monkeypatch.setattr("sanacam.ui.obs_dialog.look", lambda: let_go.wait(10.0))
    dialog = ObsDialog()
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.look()
    dialog.show_delay(187.4)
    assert "187 ms" in dialog.delay.text(), "the window goes on"
    dialog.close()
    assert not dialog.join(0.0)
    monkeypatch.setattr(dialog, "_show", lambda news: None)
    let_go.set()
    assert dialog.join(5.0)
