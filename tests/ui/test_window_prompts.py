"""Prompts, presets and strength: from the window to the model, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_steps import WAIT, OpenWindow, messages, run


def test_a_prompt_reaches_the_running_model(qtbot: QtBot, open_window: OpenWindow, model) -> None:
    window = open_window()
    run(qtbot, window)
    window.prompt.setText("  an oil\tpainting ")
    qtbot.keyClick(window.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: model.prompts[-1] == "an oil painting", timeout=WAIT)
    assert window.presets.marked() == ""
    window.prompt.setText("a comic")
    qtbot.keyClick(window.preview, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: model.prompts[-1] == "a comic", timeout=WAIT)


def test_a_prompt_given_before_the_start_is_the_first_one(qtbot: QtBot, open_window: OpenWindow, model) -> None:
    window = open_window()
    window.prompt.setText("a mosaic")
    window.prompt.apply()
    run(qtbot, window)
    assert model.prompts == ["a mosaic"]


def test_up_and_down_walk_through_the_prompts(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    for prompt in ("one", "two"):
        window.prompt.setText(prompt)
        window.prompt.apply()
    window.prompt.setText("thr")
    walked = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(window.prompt, key)
        walked.append(window.prompt.text())
    assert walked == ["two", "one", "one", "two", "thr", "thr"]


def test_a_click_on_a_preset_uses_its_prompt(qtbot: QtBot, open_window: OpenWindow, model) -> None:
    window = open_window()
    run(qtbot, window)
    preset = window.presets.preset(4)
    place = window.presets.visualItemRect(window.presets.item(4)).center()
    qtbot.mouseClick(window.presets.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: model.prompts[-1] == preset.prompt, timeout=WAIT)
    assert window.presets.marked() == preset.name
    assert window.prompt.text() == preset.prompt


def test_strength_reaches_the_model(qtbot: QtBot, open_window: OpenWindow, model) -> None:
    window = open_window(look__strength=0.5)
    run(qtbot, window)
    assert model.strengths == [0.5]
    window.strength.slider.setValue(20)
    qtbot.waitUntil(lambda: model.strengths[-1] == 0.2, timeout=WAIT)


@pytest.mark.parametrize("prompt", ["", "   ", "🎨🎨", "x" * 10_000])
def test_an_unusable_prompt_is_refused_in_words(open_window: OpenWindow, prompt: str) -> None:
    window = open_window()
    window.prompt.setText(prompt)
    window.prompt.apply()
    (bar,) = window.messages.bars
    assert bar.message
    assert bar.hint
    bar.dismiss.click()
    assert window.messages.bars == []
    assert not window.messages.isVisible()


def test_the_large_model_takes_long_prompts(qtbot: QtBot, open_window: OpenWindow, model) -> None:
    window = open_window(model__name="sana-streaming-2b")
    run(qtbot, window)
    text = "a snowy day " * 60 + "it is"
    window.prompt.setText(text)
    window.prompt.apply()
    qtbot.waitUntil(lambda: model.prompts[-1] == text, timeout=WAIT)
    assert messages(window) == []


def test_what_the_model_refuses_is_told_and_the_show_goes_on(qtbot: QtBot, open_window: OpenWindow, model) -> None:
    window = open_window()
    run(qtbot, window)
    window.prompt.setText("forbidden things")
    window.prompt.apply()
    qtbot.waitUntil(lambda: messages(window) == ["That prompt cannot be used."], timeout=WAIT)
    window.prompt.setText("a comic")
    window.prompt.apply()
    qtbot.waitUntil(lambda: model.prompts[-1] == "a comic", timeout=WAIT)
    assert messages(window) == []


def test_a_real_model_edits_and_follows_the_prompt(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    from sanacam.model.zoo import save_bundle
    from sanacam.model.zoo.tiny import tiny_bundle

    save_bundle(tiny_bundle(), tmp_path / "tiny")
    window = open_window(model__name=str(tmp_path / "tiny"), model__device="cpu", own_model=True)
    run(qtbot, window)
    session = window.control.session
    assert session is not None

    def epoch() -> int:
        frame = session.latest_output()
        return frame.epoch if frame is not None else 0

    before = epoch()
    window.prompt.setText("a completely different picture")
    window.prompt.apply()
    qtbot.waitUntil(lambda: epoch() > before, timeout=WAIT)
    assert messages(window) == []


def test_prompts_are_remembered(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.prompt.setText("an etching")
    window.prompt.apply()
    with qtbot.waitSignal(window.released, timeout=WAIT):
        window.close()
    second = open_window()
    second.prompt.clear()
    qtbot.keyClick(second.prompt, Qt.Key.Key_Up)
    assert second.prompt.text() == "an etching"
