"""The panic key on the whole live path: how fast, with what, and that nothing edited gets past it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from busy_machine import TRIES, best_of
from PIL import Image

from sanacam.app.frames import Frame
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.panic import FADE_NS, PanicSwitch
from sanacam.app.panic_mode import PANIC_MODES
from sanacam.app.session import Session
from sanacam.app.source import SourceEnded, SourceInfo

Make = Callable[..., Session]
Wait = Callable[..., None]

RAW, EDITED = 40, 210


class SteadyCamera:
    """Every picture has the value 40; can be made to stop delivering, or to break."""

    live = True

    def __init__(self, fps: float = 50.0) -> None:
        self._fps = fps
        self.silent = threading.Event()
        self.gone = threading.Event()

    def open(self) -> SourceInfo:
        if self.gone.is_set():
            raise SourceEnded("The camera was unplugged.")
        return SourceInfo("camera", 32, 16, self._fps, live=True)

    def read(self, timeout_s: float) -> Frame | None:
        time.sleep(min(timeout_s, 1 / self._fps))
        if self.gone.is_set():
            raise SourceEnded("The camera was unplugged.")
        if self.silent.is_set():
            return None
        return Frame(np.full((16, 32, 3), RAW, np.uint8), time.monotonic_ns(), 0)

    def close(self) -> None:
        pass


class HangingModel:
    """Makes every picture 210; hangs inside ``push`` while ``hang`` is set, as a lost card does."""

    frames_per_chunk = 2

    def __init__(self) -> None:
        self.hang = threading.Event()
        self.hanging = threading.Event()
        self.let_go = threading.Event()

    def push(self, frames: list[Any]) -> list[Any]:
        if self.hang.is_set():
            self.hanging.set()
            self.let_go.wait(20.0)
        return [np.full_like(frame, EDITED) for frame in frames]

    def flush(self) -> list[Any]:
        return []

    def reset(self) -> None:
        pass

    def set_prompt(self, text: str, transition: str = "keep") -> None:
        if text == "die":
            raise RuntimeError("the card fell off the bus")

    def set_strength(self, strength: float) -> None:
        pass


class TimedSink(CollectSink):
    """Also keeps when each frame came."""

    def __init__(self, *, exact: bool = False) -> None:
        super().__init__(exact=exact, limit=5000)
        self.seen: list[tuple[int, Frame]] = []

    def write(self, frame: Frame) -> None:
        self.seen.append((time.monotonic_ns(), frame))
        super().write(frame)


def value(frame: Frame) -> int:
    return int(frame.pixels[8, 16, 0])


@pytest.fixture
def model() -> Iterator[HangingModel]:
    one = HangingModel()
    yield one
    one.let_go.set()


@pytest.fixture
def playing(make_session: Make, model: HangingModel, eventually: Wait) -> Callable[..., tuple[Session, TimedSink]]:
    """A session that shows edited frames already."""

    def play(fps: float = 30.0, camera: SteadyCamera | None = None, **options: Any) -> tuple[Session, TimedSink]:
        sink = TimedSink()
        session = make_session(camera or SteadyCamera(), [sink], lambda: model, fps=fps, **options)
        session.start()
        eventually(lambda: bool(sink.seen) and value(sink.seen[-1][1]) == EDITED)
        return session, sink

    return play


def hang(model: HangingModel) -> None:
    model.hang.set()
    assert model.hanging.wait(30.0)


def press(session: Session, sink: TimedSink, mode: Any, wanted: int, image: Path | None = None) -> float:
    """Milliseconds from the call to the first frame that is not edited and has the value ``wanted``."""
    called = time.monotonic_ns()
    session.panic.engage(mode, image)
    deadline = called + 30_000_000_000
    while True:
        after = [(at, frame) for at, frame in list(sink.seen) if at >= called]
        first = next((at for at, frame in after if value(frame) == wanted and frame.epoch == 0), None)
        if first is not None:
            return (first - called) / 1e6
        assert time.monotonic_ns() < deadline, f"no panic picture among {[value(f) for _, f in after]}"
        time.sleep(0.001)


@pytest.mark.parametrize("mode", PANIC_MODES)
def test_within_50_ms_while_the_model_hangs(
    mode: Any, playing: Any, model: HangingModel, tmp_path: Path, eventually: Wait
) -> None:
    Image.new("RGB", (320, 160), (90, 90, 90)).save(tmp_path / "mine.png")
    session, sink = playing(30.0)
    hang(model)
    wanted = {"raw": RAW, "freeze": EDITED, "black": 0, "image": 90}[mode]

    def three_presses() -> float:
        times = []
        for _ in range(3):
            times.append(press(session, sink, mode, wanted, tmp_path / "mine.png"))
            session.panic.release()
            eventually(lambda: value(sink.seen[-1][1]) == EDITED)
        return float(np.median(times))

    times = best_of(three_presses, 50.0)
    assert min(times) <= 50.0, times


def test_a_slow_output_clock_is_not_waited_for(playing: Any, model: HangingModel, eventually: Wait) -> None:
    session, sink = playing(4.0)
    hang(model)

    def press_after_a_tick() -> float:
        ticks = len(sink.seen)
        eventually(lambda: len(sink.seen) > ticks)
        shown_after_ms = press(session, sink, "black", 0)
        session.panic.release()
        eventually(lambda: value(sink.seen[-1][1]) == EDITED)
        return shown_after_ms

    times = best_of(press_after_a_tick, 50.0)
    assert min(times) <= 50.0, f"{times}: the next tick would be 250 ms away"


def test_nothing_edited_gets_past_while_the_model_goes_on(playing: Any, eventually: Wait) -> None:
    session, sink = playing(100.0)
    order = session.panic.engage("raw")
    shown_ms = session.panic.wait_shown(order, 30.0)
    assert shown_ms is not None
    assert shown_ms >= 0
    start = len(sink.seen)
    edited = session.stats().edited
    eventually(lambda: session.stats().edited >= edited + 20)
    eventually(lambda: len({frame.captured_ns for _, frame in sink.seen[start:]}) > 5)  # raw is live, not a still
    panic = [frame for _, frame in sink.seen[start:]]
    assert {value(frame) for frame in panic} == {RAW}
    assert {frame.epoch for frame in panic} == {0}
    assert session.stats().shown < edited + 10, "hidden frames do not count as shown"


def test_raw_stays_live_while_the_model_hangs(playing: Any, model: HangingModel, eventually: Wait) -> None:
    session, sink = playing(50.0)
    hang(model)
    press(session, sink, "raw", RAW)
    time.sleep(0.4)

    def age_ms() -> float:
        at, frame = sink.seen[-1]
        return (at - frame.captured_ns) / 1e6

    eventually(lambda: age_ms() < 300)


def test_back_with_a_fade_that_only_grows(playing: Any, eventually: Wait) -> None:
    session, sink = playing(60.0)

    def fades() -> bool:
        """Whether there was enough time for all of it to be seen."""
        press(session, sink, "black", 0)
        assert sink.seen[-1][1].sequence == -1
        start = len(sink.seen)
        released = time.monotonic_ns()
        session.panic.release()
        eventually(lambda: value(sink.seen[-1][1]) == EDITED)
        fade = [(at, value(frame)) for at, frame in sink.seen[start:] if at >= released]
        values = [v for _, v in fade]
        assert values == sorted(values)
        took = next(at for at, v in fade if v == EDITED) - released
        assert took >= 0.9 * FADE_NS
        smooth = sum(0 < v < EDITED for v in values) >= 4 and max(np.diff(values)) < EDITED * 0.8
        return bool(smooth and took <= 2 * FADE_NS)

    assert any(fades() for _ in range(TRIES)), "a jump, or not enough of a fade, at every try"


def test_pressed_again_during_the_fade_it_closes_at_once(playing: Any) -> None:
    session, sink = playing(60.0)

    def press_again() -> float:
        press(session, sink, "black", 0)
        session.panic.release()
        time.sleep(0.1)
        shown_after_ms = press(session, sink, "black", 0)
        time.sleep(0.05)
        assert value(sink.seen[-1][1]) == 0
        session.panic.release()
        return shown_after_ms

    times = best_of(press_again, 50.0)
    assert min(times) <= 50.0, times


def test_with_a_dead_engine(playing: Any, eventually: Wait) -> None:
    session, sink = playing(60.0)
    session.set_prompt("die")
    eventually(lambda: session.stats().state == "failed")
    press(session, sink, "black", 0)
    press(session, sink, "raw", RAW)
    session.panic.release()
    time.sleep(0.1)
    assert value(sink.seen[-1][1]) == RAW, "the rule for a dead engine"


def test_with_a_dead_source_black_is_black_and_raw_is_a_slate(
    playing: Any, eventually: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sanacam.app.standby.LAST_PICTURE_NS", 100_000_000)
    camera = SteadyCamera()
    session, sink = playing(60.0, camera=camera, retry_s=0.05)
    camera.gone.set()
    eventually(lambda: session.stats().message != "")
    press(session, sink, "black", 0)
    session.panic.engage("raw")
    eventually(lambda: sink.seen[-1][1].sequence == -1 and sink.seen[-1][1].pixels.any())
    camera.gone.clear()
    eventually(lambda: value(sink.seen[-1][1]) == RAW)


@pytest.mark.parametrize("mode", ["raw", "freeze", "black"])
def test_before_the_first_frame(mode: Any, make_session: Make, model: HangingModel, eventually: Wait) -> None:
    camera, sink = SteadyCamera(), TimedSink()
    camera.silent.set()
    panic = PanicSwitch()
    panic.engage(mode)
    session = make_session(camera, [sink], lambda: model, fps=60.0, panic=panic)
    session.start()
    eventually(lambda: len(sink.seen) >= 5)
    assert {frame.sequence for _, frame in sink.seen} == {-1}
    if mode != "raw":
        assert not any(frame.pixels.any() for _, frame in sink.seen), "there is nothing to freeze, so black"
    camera.silent.clear()
    eventually(lambda: session.stats().state == "running")
    time.sleep(0.1)
    assert EDITED not in {value(frame) for _, frame in sink.seen}
    panic.release()
    eventually(lambda: value(sink.seen[-1][1]) == EDITED)


def test_it_outlives_a_session(playing: Any, eventually: Wait) -> None:
    session, sink = playing(60.0)
    press(session, sink, "black", 0)
    assert session.stop()
    start = len(sink.seen)
    session.start()
    eventually(lambda: session.stats().edited > 4 and len(sink.seen) > start + 10)
    assert {value(frame) for _, frame in sink.seen[start:]} == {0}


def test_a_recording_of_a_film_keeps_its_length_and_holds_nothing_edited(make_session: Make, fakes: Any) -> None:
    exact = CollectSink(exact=True)
    panic = PanicSwitch()
    panic.engage("black")
    session = make_session(fakes.Film(count=60, fps=200.0), [exact], fakes.Model, panic=panic)
    session.start()
    assert session.wait(5.0) == "ended"
    assert [frame.sequence for frame in exact.frames] == list(range(60))
    assert [frame.media_ns for frame in exact.frames] == [i * 5_000_000 for i in range(60)]
    assert not any(frame.pixels.any() for frame in exact.frames)


def test_presses_do_not_disturb_the_clock(playing: Any) -> None:
    session, sink = playing(50.0)
    for _ in range(30):
        session.panic.toggle()
        time.sleep(0.005)
    session.panic.engage("black")

    def off_ms() -> float:
        start = time.monotonic_ns()
        time.sleep(0.6)
        steady = [at for at, _ in sink.seen if at > start + 50_000_000]
        return abs(float(np.median(np.diff(steady))) / 1e6 - 20.0) if len(steady) > 5 else 20.0

    times = best_of(off_ms, 4.0)
    assert min(times) <= 4.0, times
