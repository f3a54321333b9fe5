"""The output clock alone: regularity, what it shows, what it does with sinks that fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from busy_machine import TRIES, best_of

from sanacam.app.clock import OutputClock, OutputFormat, Slate
from sanacam.app.frames import Frame
from sanacam.app.metronome import MARGIN_NS, Metronome
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.panic import PanicSwitch
from sanacam.app.presentation import PresentationQueue
from sanacam.app.sink import Sink

PICTURE = np.full((16, 32, 3), 200, np.uint8)


@dataclass
class Director:
    format: OutputFormat | None = field(default_factory=lambda: OutputFormat(32, 16, 100.0))
    order: Frame | Slate | None = None
    failures: list[tuple[str, str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def output_format(self) -> OutputFormat | None:
        return self.format

    def standby(self) -> Frame | Slate | None:
        return self.order

    def raw(self) -> Frame | Slate:
        return Frame(np.full((8, 16, 3), 50, np.uint8), time.monotonic_ns(), 0)

    def sink_failed(self, sink: Sink, error: Exception) -> None:
        self.failures.append((sink.name, str(error)))

    def output_ended(self) -> None:
        self.ended.set()

    def output_failed(self, error: Exception) -> None:
        raise AssertionError(error)


class Broken(CollectSink):
    def __init__(self, where: str) -> None:
        super().__init__(name=f"broken {where}")
        self._where = where

    def open(self, width: int, height: int, fps: float) -> None:
        if self._where == "open":
            raise OSError("no such device")
        super().open(width, height, fps)

    def write(self, frame: Frame) -> None:
        if self._where == "write" and len(self.frames) == 3:
            raise OSError("disk full")
        super().write(frame)

    def close(self) -> None:
        super().close()
        if self._where == "close":
            raise OSError("cannot finish")


@pytest.fixture
def run_clock() -> Iterator[Callable[..., OutputClock]]:
    clocks: list[OutputClock] = []

    def run(queue: PresentationQueue, director: Director, *sinks: Sink) -> OutputClock:
        clock = OutputClock(queue, director, sinks)
        clocks.append(clock)
        clock.start()
        return clock

    yield run
    for clock in clocks:
        clock.stop()
        clock.join(30.0)
        assert not clock.is_alive()


def frames(count: int, epoch: int = 1) -> list[Frame]:
    now = time.monotonic_ns()
    return [Frame(PICTURE, now + i * 10_000_000, i, epoch) for i in range(count)]


def test_metronome_does_not_drift_and_skips_what_was_missed() -> None:
    metronome = Metronome(30.0, start_ns=1000)
    now, dues = 1000, []
    for _ in range(3000):
        due = metronome.next_due_ns(now)
        dues.append(due)
        now = due + 5_000_000
    assert dues[-1] == 1000 + 100_000_000_000
    assert np.diff(dues).max() - np.diff(dues).min() <= 1
    late = metronome.next_due_ns(now + 1_000_000_000)
    assert late > now + 950_000_000
    assert metronome.next_due_ns(late) - late == pytest.approx(1e9 / 30, abs=2)


@pytest.mark.parametrize("offset_ms", [0.5, 5.0, 14.0, 30.0])
def test_metronome_moves_to_just_after_the_frames_of_a_clock_of_its_own_rate(offset_ms: float) -> None:
    metronome, period = Metronome(30.0, start_ns=0), 1e9 / 30
    now, waits = 0.0, []
    for _ in range(200):
        now = metronome.next_due_ns(int(now))
        waits.append((now - offset_ms * 1e6) % period)
        metronome.follow(int(waits[-1]))
    assert waits[-1] <= 2 * MARGIN_NS + 1
    assert len({round(wait / 1e5) for wait in waits[-100:]}) == 1, "and stays there"


def test_metronome_does_not_follow_a_clock_of_another_rate() -> None:
    metronome, now = Metronome(30.0, start_ns=0), 0
    dues = []
    for _ in range(400):
        now = metronome.next_due_ns(now)
        dues.append(now)
        metronome.follow(int(now % (1e9 / 24)))
    assert np.diff(dues).max() - np.diff(dues).min() <= 2


def test_the_outlet_gets_the_picture_without_the_curtain_and_the_raw_one(eventually: Callable[..., None]) -> None:
    events: list[Any] = []

    class Recorded:
        def begin(self, output: OutputFormat) -> None:
            events.append(output)

        def show(self, picture: Frame, raw: Frame | None) -> None:
            events.append((int(picture.pixels[8, 16, 0]), None if raw is None else raw.pixels.shape))

        def end(self) -> None:
            events.append("end")

    queue, director, panic, sink = PresentationQueue(8, lossless=False), Director(), PanicSwitch(), CollectSink()
    panic.engage("black")
    clock = OutputClock(queue, director, [sink], panic, Recorded())
    clock.start()
    queue.put(frames(3), time.monotonic_ns())
    eventually(lambda: (200, (16, 32, 3)) in events)
    director.format = OutputFormat(64, 32, 50.0)
    eventually(lambda: OutputFormat(64, 32, 50.0) in events)
    eventually(lambda: events[-1] == (200, (32, 64, 3)))
    clock.stop()
    clock.join(30.0)
    assert events[0] == OutputFormat(32, 16, 100.0)
    assert events[-1] == "end"
    assert not any(frame.pixels.any() for frame in sink.frames), "the sinks get the panic picture"
    assert {frame.pixels.shape for frame in sink.frames} == {(16, 32, 3), (32, 64, 3)}


def test_the_rate_is_kept_with_a_sink_that_takes_half_a_tick(run_clock: Callable[..., OutputClock]) -> None:
    times: list[int] = []

    class Slow(CollectSink):
        def write(self, frame: Frame) -> None:
            times.append(time.monotonic_ns())
            time.sleep(0.005)

    def off_ms() -> float:
        times.clear()
        clock = run_clock(PresentationQueue(8, lossless=False), Director(), Slow())
        time.sleep(0.4)
        clock.stop()
        clock.join(30.0)
        return abs(float(np.median(np.diff(times))) / 1e6 - 10.0) if len(times) > 10 else 10.0

    # Adding the sink's time makes it 5. That ticks which were missed are skipped and nothing drifts: the metronome's.
    times_off = best_of(off_ms, 1.5)
    assert min(times_off) <= 1.5, times_off


def test_first_a_slate_then_frames_then_the_last_again(
    run_clock: Callable[..., OutputClock], eventually: Callable[..., None]
) -> None:
    def shown() -> list[int]:
        queue, sink, exact = PresentationQueue(8, lossless=True), CollectSink(), CollectSink(exact=True)
        clock = run_clock(queue, Director(), sink, exact)
        eventually(lambda: len(sink.frames) >= 2)
        queue.put(frames(3), time.monotonic_ns())
        eventually(lambda: clock.repeated >= 3)
        got = [f.sequence for f in sink.frames]
        assert got == sorted(got)
        assert (got[0], got[-1]) == (-1, 2)
        assert [f.sequence for f in exact.frames] == [0, 1, 2]
        assert sink.frames[0].pixels.shape == (16, 32, 3)
        return [sequence for sequence in got if sequence in (0, 1)]

    # A clock that comes late leaves frames out, but for exact sinks.
    assert any(shown() == [0, 1] for _ in range(TRIES))


def test_standby_orders_are_followed(run_clock: Callable[..., OutputClock], eventually: Callable[..., None]) -> None:
    raw = Frame(np.full((8, 8, 3), 77, np.uint8), time.monotonic_ns(), 40)
    director, sink = Director(order=raw), CollectSink()
    run_clock(PresentationQueue(8, lossless=False), director, sink)
    eventually(lambda: len(sink.frames) >= 2)
    shown = sink.frames[-1]
    assert shown.sequence == 40
    assert shown.pixels.shape == (16, 32, 3), "fitted"
    assert shown.pixels[8, 16, 0] == 77
    assert shown.pixels[8, 0, 0] == 0, "bars"
    director.order = Slate("Gone", "cable")
    eventually(lambda: sink.frames[-1].sequence == -1)


@pytest.mark.parametrize(
    ("where", "reason"), [("open", "no such device"), ("write", "disk full"), ("close", "cannot finish")]
)
def test_a_failing_sink_is_dropped_and_the_others_go_on(
    where: str, reason: str, run_clock: Callable[..., OutputClock], eventually: Callable[..., None]
) -> None:
    director, good, bad = Director(), CollectSink(), Broken(where)
    clock = run_clock(PresentationQueue(8, lossless=False), director, bad, good)
    eventually(lambda: len(good.frames) >= 8)
    clock.stop()
    clock.join(30.0)
    assert director.failures == [(f"broken {where}", reason)]
    assert good.closed
    assert bad.closed
    assert len(bad.frames) == {"open": 0, "write": 3}.get(where, len(bad.frames))


def test_sinks_come_and_go_while_it_runs(
    run_clock: Callable[..., OutputClock], eventually: Callable[..., None]
) -> None:
    stays, comes = CollectSink(), CollectSink()
    clock = run_clock(PresentationQueue(8, lossless=False), Director(), stays)
    clock.add_sink(comes)
    eventually(lambda: len(comes.frames) >= 2)
    assert comes.opened == (32, 16, 100.0)
    assert clock.remove_sink(comes, 1.0)
    assert comes.closed
    seen, before = len(comes.frames), len(stays.frames)
    eventually(lambda: len(stays.frames) >= before + 3)
    assert len(comes.frames) == seen


def test_sinks_are_not_opened_before_the_size_is_known(
    run_clock: Callable[..., OutputClock], eventually: Callable[..., None]
) -> None:
    director, sink = Director(format=None), CollectSink()
    run_clock(PresentationQueue(8, lossless=False), director, sink)
    time.sleep(0.05)
    assert sink.opened is None
    director.format = OutputFormat(64, 48, 50.0)
    eventually(lambda: sink.opened == (64, 48, 50.0))


def test_it_ends_by_itself_when_everything_was_shown(run_clock: Callable[..., OutputClock]) -> None:
    queue, director, sink = PresentationQueue(8, lossless=True), Director(), CollectSink(exact=True)
    queue.put(frames(4), time.monotonic_ns())
    queue.finish()
    run_clock(queue, director, sink)
    assert director.ended.wait(30.0)
    assert [f.sequence for f in sink.frames] == [0, 1, 2, 3]
    assert sink.closed
