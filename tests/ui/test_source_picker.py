"""The picker names what is there and follows what is plugged in and out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from sanacam.app.capture import cameras as cameras_module
from sanacam.app.capture.cameras import Camera
from sanacam.app.capture.choices import SourceChoice
from sanacam.model.errors import UserError
from sanacam.ui import source_picker
from sanacam.ui.region_chooser import RegionChooser
from sanacam.ui.source_picker import CHOOSE_FILE, CHOOSE_REGION, PATTERN, SourcePicker
from sanacam.ui.theme import apply_theme

FACE, DESK = Camera("Face cam", "/dev/video2"), Camera("Desk cam", "/dev/video0")


class Machine:
    """What is plugged in."""

    def __init__(self) -> None:
        self.cameras = [FACE, DESK]
        self.windows = ["Notes"]
        self.display = True

    def list_cameras(self) -> list[SourceChoice]:
        return [SourceChoice("camera", f"camera:{one.name}", one.name, "640×480@30") for one in self.cameras]

    def list_screens(self) -> list[SourceChoice]:
        if not self.display:
            raise UserError("The screen cannot be captured.")
        return [SourceChoice("screen", "screen:1", "Screen 1", "800×600")]

    def list_windows(self) -> list[SourceChoice]:
        return [SourceChoice("window", f"window:{title}", title) for title in self.windows]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    there = Machine()
    for name in ("list_cameras", "list_screens", "list_windows"):
        monkeypatch.setattr(source_picker, name, getattr(there, name))
    monkeypatch.setattr(source_picker, "desktop", lambda: "x11")
    monkeypatch.setattr(cameras_module, "connected_cameras", lambda: there.cameras)
    return there


@pytest.fixture
def picker(qtbot: QtBot, machine: Machine) -> SourcePicker:
    widget = SourcePicker(Path("sample.mp4"))
    qtbot.addWidget(widget)
    return widget


def titles(picker: SourcePicker) -> list[str]:
    return [picker.sources.itemText(row) for row in range(picker.sources.count())]


def test_everything_has_its_name(picker: SourcePicker) -> None:
    assert titles(picker) == [
        "Sample clip",
        "Video file …",
        "Face cam",
        "Desk cam",
        "Screen 1 · 800×600",
        "Part of the screen …",
        "Test pattern",
    ]
    assert picker.source() == "file:sample.mp4"


def test_a_camera_that_is_plugged_in_appears_and_the_choice_stays(picker: SourcePicker, machine: Machine) -> None:
    changes: list[bool] = []
    picker.changed.connect(lambda: changes.append(True))
    picker.set_source("camera:Desk cam")
    machine.cameras = [Camera("New cam", "/dev/video4"), DESK]
    picker._watch.changed.emit()
    assert "New cam" in titles(picker)
    assert "Face cam" not in titles(picker)
    assert picker.source() == "camera:Desk cam"
    assert picker.sources.currentText() == "Desk cam"
    assert changes == [], "a running session is not started anew"


def test_a_chosen_camera_that_is_pulled_out_is_marked_and_comes_back(picker: SourcePicker, machine: Machine) -> None:
    picker.set_source("camera:Face cam")
    machine.cameras = [DESK]
    picker._watch.changed.emit()
    assert picker.source() == "camera:Face cam"
    assert picker.sources.currentText() == "Face cam (not there)"
    machine.cameras = [DESK, FACE]
    picker._watch.changed.emit()
    assert picker.sources.currentText() == "Face cam"


def test_windows_are_looked_for_when_the_list_opens(picker: SourcePicker, machine: Machine) -> None:
    machine.windows = ["Notes", "A very long title " * 5]
    picker.sources.showPopup()
    picker.sources.hidePopup()
    assert "Window · Notes" in titles(picker)
    assert max(len(title) for title in titles(picker)) <= 48
    row = picker.sources.findData("window:Notes")
    picker.sources.setCurrentIndex(row)
    picker.sources.activated.emit(row)
    assert picker.source() == "window:Notes"
    machine.windows = []
    picker.sources.showPopup()
    picker.sources.hidePopup()
    assert picker.sources.currentText() == "Notes (not there)"


@pytest.mark.parametrize(
    ("given", "source", "title"),
    [
        ("camera:desk", "camera:Desk cam", "Desk cam"),
        ("camera", "camera:Face cam", "Face cam"),
        ("camera:Gone cam", "camera:Gone cam", "Gone cam (not there)"),
        ("screen", "screen:1", "Screen 1 · 800×600"),
        ("screen:3", "screen:3", "Screen 3 (not there)"),
        ("region:0,0,640,360", "region:0,0,640,360", "Region 0,0,640,360"),
        ("pattern:64x48@25", "pattern:64x48@25", "Test pattern 64x48@25"),
        ("pattern", PATTERN, "Test pattern"),
        ("clips/a.mp4", "file:clips/a.mp4", "a.mp4"),
        ("file:sample.mp4", "file:sample.mp4", "Sample clip"),
    ],
)
def test_what_the_settings_say_is_shown(picker: SourcePicker, given: str, source: str, title: str) -> None:
    picker.set_source(given)
    assert picker.source() == source
    assert picker.sources.currentText() == title
    assert picker.repeat.isVisibleTo(picker) == source.startswith("file")


def test_without_a_display_the_rest_is_offered(qtbot: QtBot, machine: Machine) -> None:
    machine.display = False
    widget = SourcePicker(None)
    qtbot.addWidget(widget)
    assert titles(widget) == ["Video file …", "Face cam", "Desk cam", "Part of the screen …", "Test pattern"]
    assert widget.source() == PATTERN


def test_no_file_picked_leaves_the_choice(picker: SourcePicker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picker, "ask_for_file", lambda: "")
    picker.set_source("camera:Desk cam")
    row = picker.sources.findData(CHOOSE_FILE)
    picker.sources.setCurrentIndex(row)
    picker.sources.activated.emit(row)
    assert picker.sources.currentText() == "Desk cam"


def drag(
    qtbot: QtBot, chooser: RegionChooser, start: tuple[int, int], end: tuple[int, int], shift: bool = False
) -> None:
    """Press, move and let go."""
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(chooser, Qt.MouseButton.LeftButton, keys, QPoint(*start))
    qtbot.mouseMove(chooser, QPoint((start[0] + end[0]) // 2, (start[1] + end[1]) // 2))
    qtbot.mouseRelease(chooser, Qt.MouseButton.LeftButton, keys, QPoint(*end))


@pytest.mark.parametrize(
    ("start", "end", "shift", "region"),
    [
        ((10, 20), (210, 120), False, "10,20,200,100"),
        ((210, 120), (10, 20), False, "10,20,200,100"),
        ((10, 20), (170, 30), True, "10,20,160,90"),
        ((10, 20), (12, 22), False, ""),
    ],
)
def test_a_part_of_the_screen_is_drawn(
    qtbot: QtBot, start: tuple[int, int], end: tuple[int, int], shift: bool, region: str
) -> None:
    chooser = RegionChooser()
    qtbot.addWidget(chooser)
    chooser.show()
    scale = chooser.devicePixelRatio()
    drag(qtbot, chooser, start, end, shift)
    wanted = ",".join(str(round(int(number) * scale)) for number in region.split(",")) if region else ""
    assert chooser.region == wanted
    assert chooser.isVisible() == (not region), "a mere click leaves it open"
    qtbot.keyClick(chooser, Qt.Key.Key_Escape)
    assert not chooser.isVisible()


def test_a_region_becomes_the_choice(picker: SourcePicker, monkeypatch: pytest.MonkeyPatch) -> None:
    row = picker.sources.findData(CHOOSE_REGION)
    monkeypatch.setattr(picker, "ask_for_region", lambda: "10,20,640,360")
    picker.sources.activated.emit(row)
    assert picker.source() == "region:10,20,640,360"
    assert picker.sources.currentText() == "Region 10,20,640,360"
    monkeypatch.setattr(picker, "ask_for_region", lambda: "")
    picker.sources.activated.emit(picker.sources.findData(CHOOSE_REGION))
    assert picker.source() == "region:10,20,640,360", "Esc leaves the choice"


def test_the_arrow_keys_get_past_a_choice_that_opens_a_dialog(
    qtbot: QtBot, picker: SourcePicker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picker, "ask_for_file", lambda: pytest.fail("a dialog was opened in passing"))
    picker.show()
    qtbot.keyClick(picker.sources, Qt.Key.Key_Down)
    assert picker.sources.view().isVisible()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(picker.sources.view(), key)
    assert picker.source() == "camera:Face cam"


def test_a_first_video_is_not_looked_for_beside_the_sample_clip(
    picker: SourcePicker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[str] = []
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda parent, title, folder, kinds: folders.append(folder) or ("", "")
    )
    picker.set_source("file:sample.mp4")
    picker.ask_for_file()
    picker.set_source(f"file:{tmp_path / 'film.mp4'}")
    picker.ask_for_file()
    assert folders == [str(Path.home()), str(tmp_path)]


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    style, palette = qapp.style().objectName(), qapp.palette()
    apply_theme(qapp)
    yield
    qapp.setStyleSheet("")
    qapp.setPalette(palette)
    qapp.setStyle(style)


def test_in_an_open_list_the_current_row_stands_out(dressed: None, picker: SourcePicker) -> None:
    picker.show()
    box = picker.sizes
    box.showPopup()
    view = box.view()
    picture = view.viewport().grab().toImage()

    def ground(row: int) -> int:
        place = view.visualRect(box.model().index(row, 0))
        return picture.pixelColor(place.right() - 12, place.center().y()).lightness()

    assert ground(box.currentIndex()) - ground(box.currentIndex() + 1) >= 20
    box.hidePopup()
