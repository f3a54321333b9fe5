"""The window in its own picture: left out on Windows, told elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from window_steps import WAIT, OpenWindow

from sanacam.app.capture.region import Region
from sanacam.model.errors import UserError
from sanacam.ui import capture_shield
from sanacam.ui.capture_shield import (
    SEES_ITSELF,
    WDA_EXCLUDEFROMCAPTURE,
    WDA_NONE,
    CaptureShield,
    captured_area,
    leave_out_of_captures,
)

DESKTOP = [Region(0, 0, 1600, 800), Region(0, 0, 800, 800), Region(800, 0, 800, 800)]


class User32:
    def __init__(self, works: bool = True) -> None:
        self.calls: list[tuple[int, int]] = []
        self._works = works

    def SetWindowDisplayAffinity(self, window: Any, affinity: Any) -> int:
        self.calls.append((window.value, affinity.value))
        return int(self._works)


@pytest.fixture(autouse=True)
def screens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_shield, "_screens", lambda: DESKTOP)
    monkeypatch.setattr(capture_shield, "desktop", lambda: "x11")


def test_what_is_captured() -> None:
    assert captured_area("screen:2") == DESKTOP[2]
    assert captured_area("screen:0") == DESKTOP[0]
    assert captured_area("screen") == DESKTOP[1]
    assert captured_area("region:10,20,30,40") == Region(10, 20, 30, 40)
    for other in ("screen:9", "screen:x", "region:1,2", "camera:0", "window:Editor", "file:/a.mp4", "pattern", ""):
        assert captured_area(other) is None


def test_windows_is_asked_in_its_own_numbers() -> None:
    user32 = User32()
    assert leave_out_of_captures(0x1234, True, user32)
    assert leave_out_of_captures(0x1234, False, user32)
    assert user32.calls == [(0x1234, WDA_EXCLUDEFROMCAPTURE), (0x1234, WDA_NONE)]
    assert not leave_out_of_captures(0x1234, True, User32(works=False)), "an older Windows"


def test_the_window_is_left_out_only_while_a_screen_is_captured(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(capture_shield, "leave_out_of_captures", lambda window, out: asked.append(out) or True)
    window = open_window()
    shield = CaptureShield(window)
    for source in ("camera:0", "screen:1", "region:0,0,900,900", "camera:0", "file:/a.mp4"):
        shield.watch(source)
        assert shield.warning() == "", "left out, or not captured"
    assert asked == [True, True, False]


def test_elsewhere_the_picker_warns_while_the_window_is_there(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    shield = CaptureShield(window)
    window.move(50, 50)
    window.resize(600, 500)
    shield.watch("screen:1")
    assert shield.warning() == SEES_ITSELF
    shield.watch("screen:2")
    left = window.frameGeometry().right()
    assert (shield.warning() == SEES_ITSELF) == (left >= 800)
    shield.watch("region:0,0,40,40")
    assert shield.warning() == ""
    shield.watch("screen:1")
    window.hide()
    assert shield.warning() == ""
    window.show()
    # Nothing opens this screen here: the offscreen platform has none to capture.
    window.sources.set_source("screen:1")
    window.start()
    qtbot.waitUntil(lambda: window.sources.warning.text() == SEES_ITSELF, timeout=WAIT)
    assert window.sources.warning.isVisible()
    window.sources.set_source("pattern")
    window.sources.changed.emit()
    qtbot.waitUntil(window.sources.warning.isHidden, timeout=WAIT)


def test_without_screens_nothing_is_said_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> list[Region]:
        raise UserError("The screen cannot be captured.")

    monkeypatch.setattr(capture_shield, "_screens", refuse)
    assert captured_area("screen:1") is None
