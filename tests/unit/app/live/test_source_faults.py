"""Sources that behave badly: changing sizes, far too many pictures, odd sizes, an opening that waits for a person."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from sanacam.app.capture_thread import CaptureThread
from sanacam.app.frames import Frame
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.session import Session
from sanacam.app.slot import FrameSlot
from sanacam.app.source import SourceInfo
from sanacam.model.errors import UserError

Make = Callable[..., Session]
Wait = Callable[..., None]


class Shifting:
    """A window that is dragged larger and smaller: a new size with every picture, odd ones among them."""

    live = True

    def __init__(self, fps: float = 100.0) -> None:
        self._fps = fps
        self._number = 0

    def size(self, number: int) -> tuple[int, int]:
        return 32 + number * 7 % 90, 17 + number * 5 % 60

    def open(self) -> SourceInfo:
        return SourceInfo("Window", *self.size(0), self._fps, live=True)

    def read(self, timeout_s: float) -> Frame | None:
        time.sleep(1 / self._fps)
        width, height = self.size(self._number // 3)
        frame = Frame(np.full((height, width, 3), 50, np.uint8), time.monotonic_ns(), self._number)
        self._number += 1
        return frame

    def close(self) -> None:
        pass


def test_a_size_that_changes_all_the_time_goes_through_at_the_first_size(
    make_session: Make, fakes: Any, eventually: Wait
) -> None:
    sink = CollectSink()
    session = make_session(Shifting(), [sink], fakes.Model, fps=50.0, prompt="snow")
    session.start()
    eventually(lambda: session.stats().shown >= 30)
    assert session.stats().state == "running", session.stats().message
    assert sink.opened is not None
    width, height, _ = sink.opened
    assert (width, height) == (32, 17), "what programs watch keeps its size"
    edited = [frame for frame in sink.frames if frame.sequence >= 0]
    assert {frame.pixels.shape for frame in edited} == {(17, 32, 3)}
    assert all(int(frame.pixels[8, 16, 0]) == 150 for frame in edited), "the picture fills the middle"


def test_a_size_that_changes_all_the_time_is_scaled_into_the_box(
    make_session: Make, fakes: Any, eventually: Wait
) -> None:
    sink = CollectSink()
    session = make_session(Shifting(), [sink], fakes.Model, fps=50.0, size=(40, 22), prompt="snow")
    session.start()
    eventually(lambda: session.stats().shown >= 20)
    assert {frame.pixels.shape for frame in sink.frames} == {(22, 40, 3)}


class Flood:
    """4K at 144 pictures a second, each in memory of its own; counts how many of them still exist."""

    live = True
    width, height, fps = 3840, 2160, 144.0

    def __init__(self) -> None:
        self.alive = self.most = self.made = 0
        self._next_s = time.monotonic()

    def open(self) -> SourceInfo:
        return SourceInfo("Screen", self.width, self.height, self.fps, live=True)

    def read(self, timeout_s: float) -> Frame | None:
        time.sleep(max(0.0, self._next_s - time.monotonic()))
        self._next_s += 1 / self.fps
        pixels = np.empty((self.height, self.width, 3), np.uint8)  # never touched: the test needs no memory for it
        self.alive += 1
        self.made += 1
        self.most = max(self.most, self.alive)
        weakref.finalize(pixels, self._gone)
        return Frame(pixels, time.monotonic_ns(), self.made)

    def _gone(self) -> None:
        self.alive -= 1

    def close(self) -> None:
        pass


class Listener:
    def source_opened(self, info: SourceInfo) -> None:
        self.info = info

    def source_trouble(self, error: Exception, *, retrying: bool) -> None:
        self.error = error


def test_4k_at_144_pictures_a_second_keeps_memory_flat(eventually: Wait) -> None:
    source, slot = Flood(), FrameSlot()
    thread = CaptureThread(source, slot, Listener())
    thread.start()
    taken: list[int] = []
    made = 0
    # An engine of one and a half chunks a second.
    for _ in range(3):
        eventually(lambda target=source.made + 60: source.made >= target)
        made = source.made
        taken += [frame.sequence for frame in slot.take(8, 30.0)]
    thread.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert taken == sorted(set(taken)), "in order, each once"
    assert taken[-1] >= made - 8, "the newest, not those that came first"
    assert slot.dropped > 80
    assert source.most <= 2 * 8 + 12, "what waits is bounded: two chunks, and what is on its way"


class Asking:
    """An opening that waits for a person's answer."""

    live = True

    def __init__(self) -> None:
        self.waits = threading.Event()
        self._broken_off = threading.Event()

    def open(self) -> SourceInfo:
        self.waits.set()
        self._broken_off.wait(60)
        raise UserError("Nothing was chosen.")

    def interrupt(self) -> None:
        self._broken_off.set()

    def read(self, timeout_s: float) -> Frame | None:
        raise AssertionError("never opened")

    def close(self) -> None:
        pass


def test_a_session_stops_while_its_source_waits_for_an_answer(make_session: Make, fakes: Any) -> None:
    source = Asking()
    session = make_session(source, [CollectSink()], fakes.Model)
    session.start()
    assert source.waits.wait(30)
    assert session.stop(30.0), "the answer would have been waited for a minute"
