"""The panic key in the window: button, keys, menu, what is shown, and what other programs see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_steps import WAIT, OpenWindow, run

from sanacam.app.control.client import call
from sanacam.app.control.server import ControlServer
from sanacam.app.control.token import read_token
from sanacam.app.settings_file import load_settings
from sanacam.ui.main_window import MainWindow


def shown(window: MainWindow) -> int:
    """The grey that the outputs get now, −1 for none."""
    session = window.control.session
    frame = session.latest_output() if session is not None else None
    return -1 if frame is None else int(frame.pixels[24, 32, 0])


def test_the_button_hides_the_edited_picture_and_brings_it_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    qtbot.waitUntil(lambda: shown(window) > 150, timeout=WAIT)
    qtbot.mouseClick(window.panic, Qt.MouseButton.LeftButton)
    assert window.panic.text() == "Panic is on"
    qtbot.waitUntil(lambda: 50 < shown(window) < 70, timeout=WAIT)
    qtbot.waitUntil(
        lambda: window.status.words.text() == "Panic: the raw picture is shown. Ctrl+P goes back", timeout=WAIT
    )
    qtbot.waitUntil(lambda: int(np.mean(window.preview._edited)) in range(50, 70), timeout=WAIT)
    qtbot.mouseClick(window.panic, Qt.MouseButton.LeftButton)
    assert window.panic.text() == "Panic"
    qtbot.waitUntil(lambda: shown(window) > 150, timeout=WAIT)
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)


def test_p_presses_it_but_not_while_someone_types(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.prompt.setText("")
    window.prompt.setFocus()
    QTest.keyClick(window.prompt, Qt.Key.Key_P)
    assert window.prompt.text() == "p"
    assert window.panic.mode is None
    QTest.keyClick(window.prompt, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert window.panic.mode == "raw"
    assert window.prompt.text() == "p"
    for place in (
        window.preview,
        window.start_button,
        window.presets,
    ):
        place.setFocus()
        before = window.panic.mode
        QTest.keyClick(place, Qt.Key.Key_P)
        assert window.panic.mode != before
    window.toggle_full_screen()
    before = window.panic.mode
    QTest.keyClick(window.preview, Qt.Key.Key_P)
    assert window.panic.mode != before


def test_the_menu_chooses_what_is_shown(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    run(qtbot, window)
    actions = {action.text(): action for action in window.panic.menu().actions()}
    assert list(actions) == ["Raw picture", "Freeze", "Black", "My picture …"]
    assert actions["Raw picture"].isChecked()
    actions["Black"].trigger()
    assert window.panic.mode is None, "choosing is not pressing"
    window.panic.press()
    qtbot.waitUntil(lambda: shown(window) == 0, timeout=WAIT)
    qtbot.waitUntil(lambda: window.preview._edited is not None and not window.preview._edited.any(), timeout=WAIT)
    Image.new("RGB", (64, 48), (140, 140, 140)).save(tmp_path / "mine.png")
    monkeypatch.setattr(window.panic, "ask_for_picture", lambda: str(tmp_path / "mine.png"))
    actions["My picture …"].trigger()
    qtbot.waitUntil(lambda: shown(window) == 140, timeout=WAIT)
    monkeypatch.setattr(window.panic, "ask_for_picture", lambda: "")
    actions["My picture …"].trigger()
    assert window.panic.mode == "image", "nothing chosen, nothing changed"
    monkeypatch.setattr(window.panic, "ask_for_picture", lambda: str(tmp_path / "none.png"))
    actions["My picture …"].trigger()
    qtbot.waitUntil(lambda: shown(window) == 0, timeout=WAIT)
    assert [bar.message for bar in window.messages.bars] == [
        f"There is no picture {tmp_path / 'none.png'}. Black is shown instead."
    ]


def test_what_was_chosen_in_the_menu_is_remembered(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "mine.png"
    Image.new("RGB", (64, 48)).save(picture)
    window = open_window()
    actions = {action.text(): action for action in window.panic.menu().actions()}
    actions["Freeze"].trigger()
    monkeypatch.setattr(window.panic, "ask_for_picture", lambda: str(picture))
    actions["My picture …"].trigger()
    monkeypatch.setattr(window.panic, "ask_for_picture", lambda: str(tmp_path / "none.png"))
    actions["My picture …"].trigger()
    assert "none.png" in window.messages.bars[0].message, "said before it is needed"
    with qtbot.waitSignal(window.released, timeout=WAIT):
        window.close()
    kept = load_settings()
    assert (kept.live.panic, kept.live.panic_image) == ("image", str(picture))


def test_it_holds_while_the_source_changes(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    window.panic._switch.engage("black")
    window.sources.set_source("pattern:64x48@25")
    first = window.control.current_run
    window.sources.changed.emit()
    assert window.control.current_run > first
    qtbot.waitUntil(lambda: not window.control.busy and shown(window) == 0, timeout=WAIT)
    session = window.control.session
    assert session is not None
    qtbot.waitUntil(lambda: session.stats().edited > 10, timeout=WAIT)
    assert shown(window) == 0
    assert window.panic.text() == "Panic is on"


def test_other_programs_press_the_same_buttons(qtbot: QtBot, open_window: OpenWindow, model, tmp_path: Path) -> None:
    window = open_window()
    server = ControlServer(window.remote_target(), 0)
    port = server.start()
    token = read_token()
    assert token is not None

    def ask(method: str, path: str, values: dict[str, object] | None = None) -> tuple[int, dict]:
        return call(port, token, method, path, values, 5.0)

    try:
        assert ask("GET", "/state")[1]["state"] == "stopped"
        assert ask("POST", "/record", {"on": True})[0] == 400
        run(qtbot, window)
        assert ask("POST", "/prompt", {"text": "an oil painting"})[0] == 200
        qtbot.waitUntil(lambda: model.prompts[-1] == "an oil painting", timeout=WAIT)
        assert window.prompt.text() == "an oil painting"
        assert ask("POST", "/preset", {"name": "noir"})[0] == 200
        qtbot.waitUntil(lambda: window.presets.marked() == "noir", timeout=WAIT)
        assert ask("POST", "/strength", {"value": 0.5})[0] == 200
        qtbot.waitUntil(lambda: model.strengths[-1] == 0.5, timeout=WAIT)
        state = ask("GET", "/state")[1]
        assert (state["state"], state["preset"], state["strength"]) == ("running", "noir", 0.5)
        window.outputs._picked = tmp_path / "out.mp4"
        assert ask("POST", "/record", {"on": True})[0] == 200
        qtbot.waitUntil(lambda: window.outputs.record.isChecked(), timeout=WAIT)
        assert ask("GET", "/state")[1]["recording"] == str(tmp_path / "out.mp4")
        assert ask("POST", "/record", {"on": False})[0] == 200
        qtbot.waitUntil(lambda: not window.outputs.record.isChecked(), timeout=WAIT)
        # The window's thread is busy here, waiting for the answer: panic does not need it.
        status, answer = ask("POST", "/panic", {"mode": "black"})
        assert (status, answer["panic"]) == (200, "black")
        assert answer["shown_after_ms"] is not None
        assert shown(window) == 0
        qtbot.waitUntil(lambda: window.panic.text() == "Panic is on", timeout=WAIT)
    finally:
        assert server.stop()
