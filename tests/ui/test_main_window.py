"""The window as a whole: what its parts do to the session, and what the session does to them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from sanacam.app.outputs.virtual_camera import VirtualCameraSink
from sanacam.app.settings_file import load_settings, settings_path
from sanacam.model.errors import UserError
from sanacam.ui.main_window import MainWindow
from sanacam.ui.preview import View
from sanacam.ui.source_picker import CHOOSE_FILE

OpenWindow = Callable[..., MainWindow]
WAIT = 10_000


def run(qtbot: QtBot, window: MainWindow) -> None:
    window.start()
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)


def messages(window: MainWindow) -> list[str]:
    return [bar.message for bar in window.messages.bars]


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


def test_a_missing_file_is_told_and_the_window_stays_usable(
    qtbot: QtBot, open_window: OpenWindow, film: Path, tmp_path: Path
) -> None:
    window = open_window(live__source=f"file:{tmp_path / 'nothing.mp4'}")
    window.start()
    qtbot.waitUntil(lambda: bool(messages(window)), timeout=WAIT)
    assert "nothing.mp4" in messages(window)[0]
    qtbot.waitUntil(lambda: not window.playing, timeout=WAIT)
    window.sources.set_source(f"file:{film}")
    run(qtbot, window)
    assert messages(window) == []


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


def test_a_film_that_ends_stops_by_itself(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.sources.repeat.setChecked(False)
    run(qtbot, window)
    qtbot.waitUntil(lambda: not window.playing, timeout=WAIT)
    qtbot.waitUntil(lambda: window.status.words.text() == "The film is over", timeout=WAIT)


def test_another_source_takes_over_while_running(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    first = window.control.session
    window.sources.sources.setCurrentIndex(window.sources.sources.findData("pattern"))
    window.sources.sources.activated.emit(window.sources.sources.currentIndex())
    qtbot.waitUntil(lambda: window.control.session is not first, timeout=WAIT)
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)
    session = window.control.session
    assert session is not None
    info = session.source_info()
    assert info is not None
    assert info.name == "Test pattern"


def test_recording_can_be_switched_on_and_off_while_running(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    run(qtbot, window)
    goal = tmp_path / "out.mp4"
    goal.write_bytes(b"somebody's own")
    window.outputs.set_recording(goal)
    window.outputs.changed.emit()
    qtbot.waitUntil(lambda: window.outputs.record_words.text() == "to out-2.mp4", timeout=WAIT)
    session = window.control.session
    assert session is not None
    shown = session.stats().shown
    qtbot.waitUntil(lambda: session.stats().shown > shown + 4, timeout=WAIT)
    window.outputs.record.click()
    qtbot.waitUntil(lambda: window.outputs.record_words.text() == "out-2.mp4 is ready", timeout=WAIT)
    assert (tmp_path / "out-2.mp4").stat().st_size > 500
    assert goal.read_bytes() == b"somebody's own"
    assert window.playing


def test_a_recording_that_cannot_be_written_switches_itself_off(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window(live__sink=["window", f"file:{tmp_path / 'no folder' / 'out.mp4'}"])
    assert window.outputs.record.isChecked()
    run(qtbot, window)
    qtbot.waitUntil(lambda: not window.outputs.record.isChecked(), timeout=WAIT)
    assert "no folder" in messages(window)[0]
    assert window.playing


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


def test_choosing_a_file_and_thinking_better_of_it(
    open_window: OpenWindow, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(live__source="pattern")
    picker = window.sources
    row = picker.sources.findData(CHOOSE_FILE)
    monkeypatch.setattr(picker, "ask_for_file", lambda: "")
    picker.sources.setCurrentIndex(row)
    picker.sources.activated.emit(row)
    assert picker.source() == "pattern"
    other = tmp_path / "other.mp4"
    monkeypatch.setattr(picker, "ask_for_file", lambda: str(other))
    picker.sources.setCurrentIndex(row)
    picker.sources.activated.emit(row)
    assert picker.source() == f"file:{other}"


def test_the_mouse_wheel_does_not_change_the_source(qtbot: QtBot, open_window: OpenWindow) -> None:
    box = open_window().sources.sources
    before = box.currentIndex()
    centre = QPointF(box.rect().center())
    notch, nothing = QPoint(0, -120), Qt.MouseButton.NoButton
    turn = QWheelEvent(
        centre, centre, QPoint(), notch, nothing, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(box, turn)
    assert box.currentIndex() == before


def test_a_dropped_file_becomes_the_source(open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.mp4"))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, Qt.KeyboardModifier.NoModifier))
    assert window.sources.source() == f"file:{tmp_path / 'dropped.mp4'}"


def test_a_virtual_camera_that_fails_switches_itself_off(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(sink: VirtualCameraSink, width: int, height: int, fps: float) -> None:
        raise UserError("There is no virtual camera driver.", "Install it.")

    monkeypatch.setattr(VirtualCameraSink, "open", refuse)
    window = open_window()
    run(qtbot, window)
    window.outputs.camera.click()
    qtbot.waitUntil(lambda: messages(window) == ["There is no virtual camera driver."], timeout=WAIT)
    qtbot.waitUntil(lambda: not window.outputs.camera.isChecked(), timeout=WAIT)
    qtbot.waitUntil(lambda: not window.control.busy, timeout=WAIT)
    assert window.playing


def test_a_plan_that_stays_the_same_keeps_running(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    session = window.control.session
    window.sources.changed.emit()
    window.outputs.changed.emit()
    qtbot.waitUntil(lambda: not window.control.busy, timeout=WAIT)
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)
    assert window.control.session is session


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


def test_a_damaged_settings_file_is_left_alone(qtbot: QtBot, open_window: OpenWindow, own_config: Path) -> None:
    own_config.mkdir()
    settings_path().write_text("not toml at all [", encoding="utf-8")
    window = open_window()
    window.strength.slider.setValue(70)
    with qtbot.waitSignal(window.released, timeout=WAIT):
        window.close()
    assert settings_path().read_text(encoding="utf-8") == "not toml at all ["


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


def test_closing_while_it_runs_ends_every_thread(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    with qtbot.waitSignal(window.released, timeout=WAIT):
        window.close()
    assert not window.isVisible()
    # open_window looks for threads that are left


def test_many_starts_and_stops_leave_the_last_wish(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    for _ in range(10):
        window.start()
        window.stop()
    run(qtbot, window)
    window.stop()
    qtbot.waitUntil(lambda: window.status.words.text() == "Stopped", timeout=WAIT)
