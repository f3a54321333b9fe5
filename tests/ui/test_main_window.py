"""The window as a whole: opening, playing, its keys and its shape, what it remembers, closing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from window_steps import WAIT, OpenWindow, run

from sanacam.app.settings import Settings
from sanacam.app.settings_file import load_settings, settings_path
from sanacam.model.errors import UserError
from sanacam.ui.preview import View


def test_opens_without_playing_and_offers_at_least_twelve_presets(open_window: OpenWindow) -> None:
    window = open_window()
    assert window.isVisible()
    assert window.control.session is None
    assert window.status.words.text() == "Stopped"
    assert window.presets.count() >= 12
    assert window.presets.marked() == window.presets.preset(0).name
    assert window.prompt.text() == window.presets.preset(0).prompt


def test_the_window_comes_without_torch() -> None:
    script = "import sys, sanacam.ui.main; print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.strip() == "False"


def test_plays_shows_and_stops(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    assert window.start_button.text() == "Stop"
    qtbot.waitUntil(lambda: "edit 0.0" not in window.status.rates.text() != "", timeout=WAIT)
    assert "latency" in window.status.latency.text()
    qtbot.mouseClick(window.start_button, Qt.MouseButton.LeftButton)
    assert window.start_button.text() == "Start"
    qtbot.waitUntil(lambda: window.status.words.text() == "Stopped", timeout=WAIT)
    assert window.control.session is not None
    assert window.control.session.stats().state == "stopped"


def test_without_a_model_the_picture_is_shown_unedited(qtbot: QtBot, open_window: OpenWindow, model) -> None:
    present = False

    def load():
        if not present:
            raise UserError("The model is missing.", "Install it again.")
        return model

    window = open_window(factory=load)
    window.start()
    qtbot.waitUntil(lambda: "unedited" in window.status.words.text(), timeout=WAIT)
    (bar,) = window.messages.bars
    assert bar.message == "The model is missing."
    assert "Install it again." in bar.hint
    session = window.control.session
    assert session is not None
    qtbot.waitUntil(lambda: session.stats().shown > 4, timeout=WAIT)
    frame = session.latest_output()
    assert frame is not None
    assert abs(float(frame.pixels.mean()) - 60) < 6
    present = True
    (again,) = [button for button in bar.findChildren(QAbstractButton) if button.text() == "Try again"]
    again.click()
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)
    assert window.messages.bars == []
    assert window.control.session is session


def test_space_starts_and_stops_but_types_in_the_prompt(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    qtbot.keyClick(window.preview, Qt.Key.Key_Space)
    assert window.playing
    qtbot.keyClick(window.preview, Qt.Key.Key_Space)
    assert not window.playing
    window.prompt.clear()
    qtbot.keyClicks(window.prompt, "a b")
    assert window.prompt.text() == "a b"
    assert not window.playing


def test_f11_shows_the_preview_alone_and_esc_brings_the_rest_back(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    assert window.preview.isVisible()
    assert not window.prompt.isVisible()
    assert not window.presets.isVisible()
    qtbot.keyClick(window.preview, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert window.prompt.isVisible()
    assert window.presets.isVisible()


def test_view_buttons_choose_the_view(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    for view in View:
        qtbot.mouseClick(window.view_buttons[view], Qt.MouseButton.LeftButton)
        assert window.preview.view is view


def test_everything_that_can_be_used_has_a_name(open_window: OpenWindow) -> None:
    window = open_window()
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider)
    nameless = [
        part
        for part in window.findChildren(QWidget)
        if isinstance(part, kinds)
        and part.isVisible()
        and not part.objectName().startswith("qt_")
        and part.metaObject().className() not in ("QScrollBar", "QLineEditIconButton")
        and not (part.accessibleName() or getattr(part, "text", str)())
    ]
    assert nameless == []


@pytest.mark.parametrize("size", [(1000, 640), (960, 540)])
def test_a_small_window_holds_everything(open_window: OpenWindow, size: tuple[int, int]) -> None:
    window = open_window()
    window.resize(*size)
    assert (window.width(), window.height()) == size
    for part in (window.start_button, window.outputs.record, window.sources.sources, window.status.words):
        corner = part.mapTo(window, QPoint(part.width() - 1, part.height() - 1))
        assert window.rect().contains(corner)
    assert window.preview.height() >= 200
    assert window.presets.height() >= 96


def test_a_long_message_does_not_widen_the_window(open_window: OpenWindow) -> None:
    window = open_window()
    window.resize(960, 540)
    window.show_error(UserError("/a/path" * 60 + " cannot be read.", "Do something else. " * 30))
    window.status.show_state("too long to be shown " * 30, "#ffffff")
    assert window.minimumSizeHint().width() <= 960
    assert window.width() == 960


def test_what_was_changed_is_remembered_and_nothing_else(qtbot: QtBot, open_window: OpenWindow, film: Path) -> None:
    window = open_window(model__device="cpu")
    qtbot.keyClick(window.presets, Qt.Key.Key_Right)
    qtbot.keyClick(window.presets, Qt.Key.Key_Space)
    window.strength.slider.setValue(70)
    window.sources.sizes.setCurrentIndex(window.sources.sizes.findData("640x360"))
    window.sources.sizes.activated.emit(window.sources.sizes.currentIndex())
    with qtbot.waitSignal(window.released, timeout=WAIT):
        window.close()
    kept = load_settings()
    assert kept.look.preset == window.presets.preset(1).name
    assert kept.look.strength == 0.7
    assert kept.live.size == "640x360"
    assert kept.model.device == "auto"
    assert kept.live.source == "pattern", "that of the command line is not kept because the size was changed"


def test_the_source_is_remembered_and_the_sample_clip_is_none(
    qtbot: QtBot, open_window: OpenWindow, film: Path, tmp_path: Path
) -> None:
    other = f"file:{tmp_path / 'other.mp4'}"
    sample = f"file:{film}"
    for before, chosen, kept in ((sample, other, other), (other, sample, Settings().live.source)):
        window = open_window(live__source=before)
        window.sources.set_source(chosen)
        window.sources.changed.emit()
        with qtbot.waitSignal(window.released, timeout=WAIT):
            window.close()
        assert load_settings().live.source == kept


@pytest.mark.parametrize("again", [True, False])
def test_a_film_repeats_when_the_settings_say_so(open_window: OpenWindow, again: bool) -> None:
    assert open_window(live__loop=again).sources.repeat.isChecked() == again


def test_a_damaged_settings_file_is_left_alone(qtbot: QtBot, open_window: OpenWindow, own_config: Path) -> None:
    own_config.mkdir()
    settings_path().write_text("not toml at all [", encoding="utf-8")
    window = open_window()
    window.strength.slider.setValue(70)
    with qtbot.waitSignal(window.released, timeout=WAIT):
        window.close()
    assert settings_path().read_text(encoding="utf-8") == "not toml at all ["


def test_closing_while_it_runs_ends_every_thread(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    with qtbot.waitSignal(window.released, timeout=WAIT):
        window.close()
    assert not window.isVisible()


def test_many_starts_and_stops_leave_the_last_wish(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    for _ in range(10):
        window.start()
        window.stop()
    run(qtbot, window)
    window.stop()
    qtbot.waitUntil(lambda: window.status.words.text() == "Stopped", timeout=WAIT)


def test_the_window_closes_by_itself_after_the_duration() -> None:
    script = """
import time, sanacam.ui.main_window
from sanacam.app.settings import Settings
from sanacam.ui.main import run
from sanacam.ui.passthrough import PassthroughEditor
sanacam.ui.main_window.load_editor = lambda model: PassthroughEditor()
values = {"live.source": "pattern", "live.size": "320x180", "live.duration": 0.3}
began = time.monotonic()
code = run(Settings().with_values(values), control=False)
print(code, time.monotonic() - began > 0.3)
"""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    answer = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stdout.split() == ["0", "True"]
