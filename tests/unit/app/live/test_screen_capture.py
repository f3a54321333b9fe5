"""Screens, windows and regions on an X server of the tests' own, where windows are real and carry a stamp."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from busy_machine import best_of

from sanacam.app.capture import desktop as desktop_module
from sanacam.app.capture import open_source
from sanacam.app.capture.choices import SourceChoice, list_all, list_screens, list_windows
from sanacam.app.capture.desktop import desktop
from sanacam.app.capture.window_title import choose_window
from sanacam.app.frames import Frame, Pixels
from sanacam.app.source import Source, SourceEnded
from sanacam.model.errors import UserError

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is Linux's")

BITS = 8


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An X server of 640 × 400, showing nothing; its name."""
    if shutil.which("Xvfb") is None:
        pytest.skip("needs Xvfb")
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(write_end),
            "-screen",
            "0",
            "640x400x24",
            "-nolisten",
            "tcp",
            "-noreset",
            "+extension",
            "Composite",
        ],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        yield f":{answer.readline().strip()}"
    process.terminate()
    process.wait(30)


@pytest.fixture
def display(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", server)
    return server


class Window:
    """A window without decorations that shows a number as eight bars, black and white."""

    def __init__(self, server: str, title: str, place: tuple[int, int], size: tuple[int, int]) -> None:
        from Xlib import X, display

        self._display = display.Display(server)
        screen = self._display.screen()
        self.handle = screen.root.create_window(
            *place,
            *size,
            0,
            screen.root_depth,
            background_pixel=0x203040,
            override_redirect=True,
            event_mask=X.ExposureMask,
        )
        self.handle.set_wm_name(title)
        self.handle.set_wm_class("stamps", "Stamps")
        self._pencil = self.handle.create_gc()
        self._size = size
        self.handle.map()
        self._display.sync()

    def show(self, number: int) -> None:
        width, height = self._size
        for bit in range(BITS):
            self._pencil.change(foreground=0xFFFFFF if number >> bit & 1 else 0)
            self.handle.fill_rectangle(self._pencil, bit * width // BITS, 0, width // BITS, height)
        self._display.sync()

    def resize(self, width: int, height: int) -> None:
        self._size = (width, height)
        self.handle.configure(width=width, height=height)
        self._display.sync()

    def iconify(self) -> None:
        self.handle.unmap()
        self._display.sync()

    def raise_up(self) -> None:
        self.handle.map()
        self._display.sync()

    def close(self) -> None:
        self._display.close()


@contextmanager
def window(
    server: str, title: str, place: tuple[int, int] = (40, 30), size: tuple[int, int] = (160, 96)
) -> Iterator[Window]:
    shown = Window(server, title, place, size)
    try:
        yield shown
    finally:
        shown.close()


def stamp(picture: Pixels) -> int:
    columns = (np.arange(BITS) * 2 + 1) * picture.shape[1] // (2 * BITS)
    row = picture[picture.shape[0] // 2, columns].mean(axis=1)
    return sum(1 << bit for bit in range(BITS) if row[bit] > 128)


def next_frame(source: Source) -> Frame:
    for _ in range(100):
        if (frame := source.read(0.1)) is not None:
            return frame
    raise AssertionError("no picture")


def read_on(source: Source) -> None:
    for _ in range(100):
        source.read(0.1)


# ── screens and regions


def test_a_screen_at_its_rate(display: str) -> None:
    source = open_source("screen:1", fps=50)
    info = source.open()
    frames = [next_frame(source) for _ in range(20)]
    source.close()
    assert (info.name, info.width, info.height, info.live, info.via) == ("Screen 1", 640, 400, True, "mss")
    assert {frame.pixels.shape for frame in frames} == {(400, 640, 3)}
    assert np.diff([frame.captured_ns for frame in frames]).mean() / 1e6 > 19


def test_the_stamp_of_a_window_is_on_the_screen_and_in_a_region(display: str) -> None:
    with window(display, "Stamps", (40, 30), (160, 96)) as shown:
        shown.show(0b10110010)
        source = open_source("region:40,30,160,96")
        info = source.open()
        assert (info.name, info.width, info.height) == ("Region 160×96 at 40,30", 160, 96)
        assert stamp(next_frame(source).pixels) == 0b10110010
        shown.show(0b01001101)
        assert stamp(next_frame(source).pixels) == 0b01001101, "as it is now, not as it was"
        source.close()


def test_odd_sizes_come_as_they_are(display: str) -> None:
    source = open_source("region:3,5,101,77")
    source.open()
    assert next_frame(source).pixels.shape == (77, 101, 3)
    source.close()


@pytest.mark.parametrize(
    ("spec", "message", "hint"),
    [
        ("screen:7", "There is no screen 7", "one screen"),
        ("region:600,0,100,100", "is not on the screen", "640×400"),
        ("region:-10,0,100,100", "is not on the screen", "640×400"),
        ("window:nothing of the kind", "There is no window", ""),
    ],
)
def test_what_is_not_there_is_one_sentence(display: str, spec: str, message: str, hint: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        open_source(spec).open()
    assert hint in caught.value.hint


def test_no_display_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    for spec in ("screen:1", "window:Notes", "region:0,0,64,64"):
        with pytest.raises(UserError, match="cannot be captured") as caught:
            open_source(spec).open()
        assert "No display" in caught.value.hint
    choices, troubles = list_all()
    assert not [choice for choice in choices if choice.kind != "camera"]
    assert len(troubles) == 1, "said once"


# ── windows


def test_a_window_is_followed_through_its_changes(display: str) -> None:
    with window(display, "Changing stamps") as shown:
        shown.show(0x5A)
        source = open_source("window:changing", fps=100)
        info = source.open()
        assert (info.name, info.width, info.height) == ("Window Changing stamps", 160, 96)
        assert stamp(next_frame(source).pixels) == 0x5A
        with window(display, "In front", (30, 20), (300, 200)):
            shown.show(0x3C)
            assert stamp(next_frame(source).pixels) == 0x3C, "another window lies over it"
        shown.resize(241, 135)
        shown.show(0x99)
        frame = next_frame(source)
        assert frame.pixels.shape == (135, 241, 3)
        assert stamp(frame.pixels) == 0x99
        source.close()


def test_a_frozen_or_minimised_window_keeps_its_last_picture_in_motion(display: str) -> None:
    with window(display, "Still") as shown:
        shown.show(0x0F)
        source = open_source("window:Still", fps=100)
        source.open()
        frames = [next_frame(source) for _ in range(5)]
        shown.iconify()
        frames += [next_frame(source) for _ in range(5)]
        shown.raise_up()
        shown.show(0xF0)
        frames.append(next_frame(source))
        source.close()
    assert [stamp(frame.pixels) for frame in frames] == [0x0F] * 10 + [0xF0]
    stamps = [frame.captured_ns for frame in frames]
    assert stamps == sorted(set(stamps)), "each is as old as its tick, so that nothing downstream waits"


def test_a_closed_window_ends_and_is_found_again(display: str) -> None:
    source = open_source("window:Stamps", fps=100)
    with window(display, "Stamps of today") as shown:
        shown.show(1)
        source.open()
        next_frame(source)
    with pytest.raises(SourceEnded, match="Stamps of today was closed"):
        read_on(source)
    source.close()
    with pytest.raises(UserError, match="There is no window"):
        source.open()
    with window(display, "Renamed since") as shown:
        shown.show(0x77)
        assert source.open().name == "Window Renamed since", "the same program's only window"
        assert stamp(next_frame(source).pixels) == 0x77
        source.close()


def test_our_own_windows_are_not_offered(display: str) -> None:
    with window(display, "Notes"), window(display, "Sanacam"), window(display, "Windowed Projector (Program)"):
        assert list_windows() == [SourceChoice("window", "window:Notes", "Notes")]
        assert list_screens() == [SourceChoice("screen", "screen:1", "Screen 1", "640×400")]
        with pytest.raises(UserError, match="There is no window"):
            open_source("window:sana").open()


def test_which_window_is_meant() -> None:
    titles = ["Notes - Editor", "Notes", "Browser", "Sanacam"]
    assert choose_window("Notes", titles) == 1
    assert choose_window("brow", titles) == 2
    with pytest.raises(UserError, match='2 windows have "not"') as caught:
        choose_window("not", titles)
    assert "Notes - Editor" in caught.value.hint
    with pytest.raises(UserError) as caught:
        choose_window("mail", titles)
    assert "Browser" in caught.value.hint
    assert "Sanacam" not in caught.value.hint


# ── other desktops


def test_wayland_is_told_from_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert desktop() == "wayland"
    monkeypatch.delenv("WAYLAND_DISPLAY")
    monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
    assert desktop() == "x11"


def test_wayland_is_honest_about_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop_module, "desktop", lambda: "wayland")
    for spec in ("window:Notes", "region:0,0,64,64", "screen:0"):
        with pytest.raises(UserError) as caught:
            open_source(spec)
        assert "screen:1" in caught.value.hint
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert "experimental" in list_screens()[0].detail
    assert list_windows() == []


QT_PROGRAM = """
import sys, threading, time
from sanacam.app.capture.grabber import GrabbedSource
from sanacam.app.capture.qt.screen import QtScreenGrabber, screens
grabber = QtScreenGrabber(1, portal=False)
source = GrabbedSource([lambda: grabber], fps=30)
def work():
    for _ in range(2):
        info = source.open()
        frames = [frame for _ in range(10) if (frame := source.read(1.0)) is not None]
        bars = frames[-1].pixels[60, [50, 120], 0].tolist()
        print(info.width, info.height, bars, len({frame.captured_ns for frame in frames}))
        source.close()
thread = threading.Thread(target=work); thread.start(); thread.join()
print(screens())
"""


def test_qt_takes_the_screen_too_in_a_thread_and_twice(display: str) -> None:
    """The way of macOS and Wayland, on X11, with OpenCV and PyAV in the same process."""
    with window(display, "Stamps", (40, 30), (160, 96)) as shown:
        shown.show(0b11110000)
        program = "import av, cv2\n" + QT_PROGRAM
        environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "640 400 [0, 255] 10",
        "640 400 [0, 255] 10",
        "[Region(left=0, top=0, width=640, height=400)]",
    ]


def test_pictures_wait_for_their_time(display: str) -> None:
    source = open_source("screen:1", fps=1)
    source.open()

    def wait() -> float:
        next_frame(source)
        began = time.monotonic()
        assert source.read(0.05) is None
        return time.monotonic() - began

    times = best_of(wait, 0.5)
    assert 0.04 <= min(times) <= 0.5, times
    source.close()
