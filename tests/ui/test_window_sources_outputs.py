"""Where pictures come from and go to, chosen in the window while it runs or stands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_steps import WAIT, OpenWindow, messages, run

from sanacam.app.settings_file import load_settings
from sanacam.ui.microphones import microphones
from sanacam.ui.source_picker import CHOOSE_FILE


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


@pytest.mark.skipif(any(Path("/dev").glob("video*")) or sys.platform != "linux", reason="a virtual camera is here")
def test_a_virtual_camera_that_fails_switches_itself_off(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    window.outputs.camera.click()
    qtbot.waitUntil(lambda: bool(messages(window)), timeout=4 * WAIT)
    assert "virtual camera" in messages(window)[0]
    qtbot.waitUntil(lambda: not window.outputs.camera.isChecked(), timeout=WAIT)
    assert load_settings().live.sink == ("window",)
    qtbot.waitUntil(lambda: not window.control.busy, timeout=WAIT)
    assert window.playing
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)


def test_a_plan_that_stays_the_same_keeps_running(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    run(qtbot, window)
    session = window.control.session
    window.sources.changed.emit()
    window.outputs.changed.emit()
    qtbot.waitUntil(lambda: not window.control.busy, timeout=WAIT)
    qtbot.waitUntil(lambda: window.status.words.text() == "Running", timeout=WAIT)
    assert window.control.session is session


def test_a_snapshot_keeps_what_the_outputs_show(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_pictures_dir", lambda: str(tmp_path / "pictures"))
    window = open_window()
    window.snapshot_button.click()
    qtbot.waitUntil(lambda: messages(window) == ["There is no picture yet."], timeout=WAIT)
    run(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "is saved" in messages(window)[-1], timeout=WAIT)
    (path,) = (tmp_path / "pictures").iterdir()
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("PNG", (64, 48))
    window.messages.clear("snapshot")
    assert window.remote_target().snapshot() != path, "the control port's keeps the first one"
    assert len(list(path.parent.iterdir())) == 2


def test_the_menus_are_remembered_and_closed_while_a_recording_goes_on(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    window = open_window()
    menu = window.outputs.record_options.menu()

    def entries() -> dict[str, QAction]:
        menu.aboutToShow.emit()
        return {action.text(): action for action in menu.actions() if action.text()}

    entries()["The system's microphone"].trigger()
    entries()["The unedited picture too, in a second file"].trigger()
    assert entries()["The system's microphone"].isChecked()
    crop = next(a for a in window.outputs.camera_options.menu().actions() if "Cut off" in a.text())
    crop.trigger()
    window.outputs.set_recording(tmp_path / "out.mp4")
    assert not any(action.isEnabled() for action in entries().values())
    with qtbot.waitSignal(window.released, timeout=WAIT):
        window.close()
    kept = load_settings().output
    assert (kept.microphone, kept.record_source, kept.camera_fit) == ("default", "yes", "crop")


def test_microphones_are_named_where_the_system_records_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanacam.ui.microphones._names", lambda: ["USB microphone"])
    assert [value for value, _ in microphones("", "linux")] == ["", "default"]
    assert [value for value, _ in microphones("", "darwin")] == ["", "default", "USB microphone"]
    assert [value for value, _ in microphones("Gone", "win32")] == ["", "USB microphone", "Gone"]
