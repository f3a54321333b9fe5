"""The source over a list of ways to the screen, and the ways of Windows against stand-ins for their libraries."""

from __future__ import annotations

import sys
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from sanacam.app.capture import desktop as desktop_module
from sanacam.app.capture import grabber as grabber_module
from sanacam.app.capture import open_source, windows_grabbers
from sanacam.app.capture.grabber import Cropped, GrabbedSource, UnavailableError
from sanacam.app.capture.region import Region
from sanacam.app.capture.windows_grabbers import DuplicationGrabber, GraphicsCaptureGrabber
from sanacam.app.capture.windows_list import Window
from sanacam.app.frames import Pixels
from sanacam.app.source import SourceEnded
from sanacam.model.errors import UserError


class FakeGrabber:
    """Hands out ``pictures`` one after the other; None where nothing is new."""

    asks = False

    def __init__(self, pictures: list[Pixels | None], via: str = "fake", trouble: Exception | None = None) -> None:
        self.via = via
        self._pictures = iter(pictures)
        self._trouble = trouble
        self.opened = 0

    def open(self) -> str:
        if self._trouble is not None:
            raise self._trouble
        self.opened += 1
        return "Screen 1"

    def grab(self) -> Pixels | None:
        return next(self._pictures, None)

    def close(self) -> None:
        self.opened = 0


def grey(value: int, width: int = 64, height: int = 48) -> Pixels:
    return np.full((height, width, 3), value, np.uint8)


def test_the_first_way_that_works_is_taken_and_the_source_says_why(caplog: pytest.LogCaptureFixture) -> None:
    best = FakeGrabber([], "best", UnavailableError("best does not work here (no driver)"))
    second = FakeGrabber([grey(7)], "second")
    source = GrabbedSource([lambda: best, lambda: second], fps=100)
    info = source.open()
    assert info.via == "second; best does not work here (no driver)"
    assert "no driver" in caplog.text
    frame = source.read(0.1)
    assert frame is not None
    assert int(frame.pixels[0, 0, 0]) == 7
    source.close()
    assert second.opened == 0


def test_when_no_way_works_all_are_named() -> None:
    ways = [FakeGrabber([], name, UnavailableError(f"{name} fails")) for name in ("one", "two")]
    with pytest.raises(UserError) as caught:
        GrabbedSource([lambda way=way: way for way in ways]).open()
    assert caught.value.hint == "Tried: one fails; two fails."


def test_a_mistake_is_not_a_reason_for_the_next_way() -> None:
    wrong = FakeGrabber([], "one", UserError("There is no screen 9."))
    other = FakeGrabber([grey(1)], "two")
    with pytest.raises(UserError, match="no screen 9"):
        GrabbedSource([lambda: wrong, lambda: other]).open()
    assert other.opened == 0


def test_without_news_the_last_picture_is_repeated() -> None:
    way = FakeGrabber([None, grey(1), None, None, grey(2, 32, 20)])
    source = GrabbedSource([lambda: way], fps=200)
    source.open()
    frames = [frame for _ in range(4) if (frame := source.read(1.0)) is not None]
    assert [int(frame.pixels[0, 0, 0]) for frame in frames] == [1, 1, 2, 2]
    assert frames[-1].pixels.shape == (20, 32, 3), "a new size is handed on"
    assert [frame.sequence for frame in frames] == [0, 1, 2, 3]


def test_something_that_shows_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grabber_module, "FIRST_PICTURE_S", 0.05)
    way = FakeGrabber([])
    with pytest.raises(UserError, match="shows nothing"):
        GrabbedSource([lambda: way]).open()
    assert way.opened == 0


def test_waiting_for_a_persons_answer_can_be_broken_off() -> None:
    way = FakeGrabber([])
    way.asks = True
    source = GrabbedSource([lambda: way])
    troubles: list[Exception] = []

    def wait() -> None:
        try:
            source.open()
        except UserError as error:
            troubles.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    while not way.opened:
        thread.join(0.01)
    source.interrupt()
    thread.join(10)
    assert not thread.is_alive()
    assert "dialog" in str(troubles[0])


def test_a_part_of_a_screen() -> None:
    picture = np.arange(48 * 64 * 3, dtype=np.uint32).astype(np.uint8).reshape(48, 64, 3)
    part = Cropped(FakeGrabber([picture, None, grey(1, 20, 20)]), (10, 5), (31, 17), "Region")
    part.open()
    shown = part.grab()
    assert shown is not None
    assert np.array_equal(shown, picture[5:22, 10:41])
    assert part.grab() is None
    with pytest.raises(SourceEnded, match="no longer on the screen"):
        part.grab()


# ── Windows


class FakeCapture:
    """windows_capture.WindowsCapture: sends a picture only when something changes."""

    made: list[FakeCapture]
    fails = ""

    def __init__(self, **wishes: Any) -> None:
        self.wishes = wishes
        self.frame_handler: Callable[..., None] | None = None
        self.closed_handler: Callable[[], None] | None = None
        self.stopped = False
        FakeCapture.made.append(self)

    def start_free_threaded(self) -> FakeCapture:
        if self.fails:
            raise RuntimeError(self.fails)
        return self

    def send(self, blue: int, width: int = 64) -> None:
        bgra = np.zeros((48, width, 4), np.uint8)
        bgra[..., 0] = blue
        assert self.frame_handler is not None
        self.frame_handler(types.SimpleNamespace(frame_buffer=bgra), None)
        bgra[:] = 255  # the library's buffer is used again

    def is_finished(self) -> bool:
        return self.stopped

    def stop(self) -> None:
        self.stopped = True


class FakeDuplication:
    """dxcam's camera."""

    width, height = 1920, 1080

    def __init__(self) -> None:
        self.pictures: list[Pixels | None] = [grey(9, 1920, 1080), None]
        self.released = False

    def grab(self) -> Pixels | None:
        return self.pictures.pop(0)

    def release(self) -> None:
        self.released = True


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDuplication]:
    """A Windows with two screens and two windows."""
    FakeCapture.made, FakeCapture.fails = [], ""
    duplication = FakeDuplication()
    monkeypatch.setitem(sys.modules, "windows_capture", types.SimpleNamespace(WindowsCapture=FakeCapture))
    monkeypatch.setitem(sys.modules, "dxcam", types.SimpleNamespace(create=lambda **wishes: duplication))
    places = [Region(0, 0, 3840, 1080), Region(0, 0, 1920, 1080), Region(1920, 0, 1920, 1080)]
    monkeypatch.setattr(windows_grabbers, "screens", lambda: places)
    monkeypatch.setattr("sanacam.app.capture.mss_grabber.screens", lambda: places)
    monkeypatch.setattr(windows_grabbers, "list_windows", lambda: [Window(11, "Game"), Window(12, "Notes")])
    monkeypatch.setattr(desktop_module, "desktop", lambda: "windows")
    yield duplication
    FakeCapture.fails = ""


def test_a_screen_by_graphics_capture(windows: FakeDuplication) -> None:
    way = GraphicsCaptureGrabber(2, 30)
    assert way.open() == "Screen 2"
    capture = FakeCapture.made[0]
    assert capture.wishes["monitor_index"] == 2
    assert 25 <= capture.wishes["minimum_update_interval"] <= 33
    assert way.grab() is None
    capture.send(1)
    capture.send(200)
    picture = way.grab()
    assert picture is not None
    assert picture[0, 0].tolist() == [0, 0, 200], "the newest, in a buffer of our own"
    assert way.grab() is None
    way.close()
    assert capture.stopped


def test_a_window_by_graphics_capture_and_its_end(windows: FakeDuplication) -> None:
    way = GraphicsCaptureGrabber("gam", 30)
    assert way.open() == "Window Game"
    assert FakeCapture.made[0].wishes["window_hwnd"] == 11
    FakeCapture.made[0].send(5)
    assert FakeCapture.made[0].closed_handler is not None
    FakeCapture.made[0].closed_handler()
    assert way.grab() is not None, "the last picture still counts"
    with pytest.raises(SourceEnded, match="Window Game was closed"):
        way.grab()


def test_duplication_takes_the_screen_where_graphics_capture_fails(windows: FakeDuplication) -> None:
    FakeCapture.fails = "not supported"
    source = open_source("screen:1", fps=100)
    info = source.open()
    assert info.via.startswith("DXGI desktop duplication; Windows Graphics Capture does not work here (not supported)")
    frame = source.read(0.1)
    assert frame is not None
    assert int(frame.pixels[0, 0, 0]) == 9
    source.close()
    assert windows.released


def test_duplication_of_another_screen_is_refused(windows: FakeDuplication) -> None:
    windows.width = 1280
    with pytest.raises(UnavailableError, match="another order"):
        DuplicationGrabber(1).open()
    assert windows.released


def test_a_region_is_cut_from_the_screen_that_has_it(windows: FakeDuplication) -> None:
    way = desktop_module._graphics_region(Region(1930, 4, 32, 20), 30)
    assert way.open() == "Region 32×20 at 1930,4"
    assert FakeCapture.made[0].wishes["monitor_index"] == 2
    FakeCapture.made[0].send(50)
    picture = way.grab()
    assert picture is not None
    assert picture.shape == (20, 32, 3)
    with pytest.raises(UnavailableError, match="not on one screen"):
        desktop_module._graphics_region(Region(1900, 0, 100, 100), 30)
