"""The whole live path with stand-ins for camera, film and model: start, stop, prompts, failures, pacing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from busy_machine import best_of

from sanacam.app.outputs.collect import CollectSink
from sanacam.app.session import Session, SessionEvent
from sanacam.model.errors import UserError

Make = Callable[..., Session]
Wait = Callable[..., None]

LONG_S = 30.0
"""Longer than anything takes on a busy machine; nobody waits so long where all is well."""


def sanacam_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("sanacam-")]


def test_a_hundred_starts_and_stops_leave_nothing_behind(fakes: Any) -> None:
    camera, sink = fakes.Camera(fps=500.0), CollectSink(limit=10)
    session = Session(camera, [sink], fakes.Model, fps=200.0)
    before = threading.active_count()
    for number in range(100):
        session.start()
        if number % 10 == 0:
            time.sleep(0.03)
        assert session.stop(LONG_S)
        assert session.stop(LONG_S), "stopping twice is fine"
        assert sanacam_threads() == []
        assert session.stats().state == "stopped"
    assert threading.active_count() == before
    assert camera.closings >= camera.openings


def test_running_shows_edited_frames_and_counts_them(make_session: Make, fakes: Any, eventually: Wait) -> None:
    sink, events = CollectSink(), []
    session = make_session(fakes.Camera(40.0), [sink], fakes.Model, fps=30.0, prompt="snow", on_event=events.append)
    session.start()
    eventually(lambda: session.stats().shown >= 30)

    def as_it_should_be() -> bool:
        stats = session.stats()
        assert stats.state == "running"
        assert stats.latency_ms_p50 is not None
        assert stats.latency_ms_p95 is not None
        assert stats.latency_ms_p50 >= 75, "the first of four frames waits for three"
        rates = (stats.capture_fps, stats.output_fps, stats.edit_fps)
        return all(low < rate < high for rate, low, high in zip(rates, (15, 10, 10), (46, 35, 46), strict=True)) and (
            stats.latency_ms_p50 <= stats.latency_ms_p95 <= 1500
        )

    # A busy machine is slow for a while, and then quick where it catches up.
    eventually(as_it_should_be)
    assert sink.opened == (32, 16, 30.0)
    edited = [f for f in sink.frames if f.sequence >= 0]
    assert all(int(f.pixels[0, 0, 0]) == (f.sequence + 1 + 100) % 256 for f in edited)
    assert session.latest_source() is not None
    assert session.latest_output() is not None
    assert [e.message for e in events if e.about == "state"] == ["starting", "running"]


def test_every_frame_of_a_film_once(make_session: Make, fakes: Any) -> None:
    exact, shown = CollectSink(exact=True), CollectSink()
    model = fakes.Model(frames_per_chunk=4, holds=3)
    session = make_session(fakes.Film(count=101, fps=200.0), [exact, shown], lambda: model)
    session.start()
    assert session.wait(LONG_S) == "ended"
    assert [f.sequence for f in exact.frames] == list(range(101))
    assert [int(f.pixels[0, 0, 0]) for f in exact.frames] == [(i + 100) % 256 for i in range(101)]
    assert exact.closed
    stats = session.stats()
    assert (stats.captured, stats.edited) == (101, 101)
    assert stats.dropped == 101 - stats.shown, (
        "only a clock that came too late may leave frames out, and not for exact sinks"
    )
    assert session.stop()
    assert session.stats().state == "ended"
    order = [f.sequence for f in shown.frames if f.sequence >= 0]
    assert order == sorted(order)


def test_who_watches_live_gets_a_card_when_the_film_is_over(make_session: Make, fakes: Any, eventually: Wait) -> None:
    exact, watcher = CollectSink(exact=True), CollectSink()
    session = make_session(fakes.Film(count=12, fps=200.0), [exact, watcher], fakes.Model, stay=True)
    session.start()
    assert session.wait(LONG_S) == "ended"
    assert exact.closed, "its recording is finished"
    assert [f.sequence for f in exact.frames] == list(range(12))
    eventually(lambda: [f.sequence for f in watcher.frames[-3:]] == [-1, -1, -1])
    assert not watcher.closed
    assert session.showing
    session.panic.engage("black")
    eventually(lambda: watcher.frames[-1].pixels.max() == 0)
    assert session.stop()
    assert watcher.closed
    assert session.stats().state == "ended"
    assert not session.showing
    session.start()
    assert session.wait(LONG_S) == "ended", "the film can be played again"


def test_a_slow_model_slows_the_film_and_loses_nothing(make_session: Make, fakes: Any) -> None:
    exact = CollectSink(exact=True)
    session = make_session(fakes.Film(count=40, fps=400.0), [exact], lambda: fakes.Model(seconds=0.05), fps=100.0)
    started = time.monotonic()
    session.start()
    assert session.wait(LONG_S) == "ended"
    assert time.monotonic() - started >= 0.5, "ten chunks of 50 ms"
    assert [f.sequence for f in exact.frames] == list(range(40))
    assert [f.media_ns for f in exact.frames] == [i * 2_500_000 for i in range(40)], (
        "a recording keeps the film's speed"
    )


def test_a_film_plays_in_real_time(make_session: Make, fakes: Any) -> None:
    session = make_session(fakes.Film(count=50, fps=50.0), [], fakes.Model)

    def play() -> float:
        started = time.monotonic()
        session.start()
        assert session.wait(LONG_S) == "ended"
        return time.monotonic() - started

    times = best_of(play, 3.0)
    assert 0.95 <= min(times) <= 3.0, times
    latency = session.stats().latency_ms_p50
    assert latency is not None
    assert latency >= 55, "the first of four frames has waited for three"


def test_a_film_in_a_loop_goes_on(make_session: Make, fakes: Any, eventually: Wait) -> None:
    exact = CollectSink(exact=True)
    session = make_session(fakes.Film(count=10, fps=400.0), [exact], fakes.Model, loop=True)
    session.start()
    eventually(lambda: len(exact.frames) > 35)
    assert [f.sequence for f in exact.frames] == list(range(len(exact.frames)))
    assert [int(f.pixels[0, 0, 0]) - 100 for f in exact.frames[:30]] == [*range(10)] * 3
    assert [f.media_ns for f in exact.frames[:30]] == [i * 2_500_000 for i in range(30)], "film time goes on"


def test_a_slow_model_keeps_latency_bounded_and_counts_drops(make_session: Make, fakes: Any, eventually: Wait) -> None:
    sink = CollectSink(exact=True)
    session = make_session(fakes.Camera(), [sink], lambda: fakes.Model(seconds=0.1), fps=100.0)
    session.start()
    eventually(lambda: session.stats().shown > 0)
    first = session.stats()
    eventually(lambda: session.stats().shown >= first.shown + 40)

    def as_it_should_be() -> bool:
        """While nothing else holds the machine up: late by two chunks of 100 ms and a little, and nothing is lost."""
        stats = session.stats()
        assert stats.latency_ms_p95 is not None
        gone = stats.dropped - first.dropped + stats.edited - first.edited
        steps = np.diff([f.captured_ns for f in sink.frames[-40:]]) / 1e6
        assert np.median(steps) >= 20, "spread over the time a chunk takes"
        even = np.percentile(steps, 10) > steps.mean() / 3
        return bool(stats.latency_ms_p95 < 600 and abs(gone - (stats.captured - first.captured)) <= 40 and even)

    eventually(as_it_should_be)
    assert session.stats().dropped > 50


def test_prompts_change_while_it_runs_and_epochs_never_go_back(
    make_session: Make, fakes: Any, eventually: Wait
) -> None:
    sink, model = CollectSink(exact=True), fakes.Model(seconds=0.005)
    session = make_session(fakes.Camera(), [sink], lambda: model, fps=100.0, prompt="zero")
    session.start()
    wanted = []
    for number in range(8):
        wanted.append(session.set_prompt(f"prompt {number}", transition="recache"))
        epoch = wanted[-1]
        eventually(lambda e=epoch: any(f.epoch == e for f in sink.frames))
    epochs = [f.epoch for f in sink.frames]
    assert epochs == sorted(epochs)
    assert wanted == sorted(set(wanted))
    assert [p for p in model.prompts if p[0] != "zero"] == [(f"prompt {n}", "recache") for n in range(8)]


def test_strength_and_reset_reach_the_model(make_session: Make, fakes: Any, eventually: Wait) -> None:
    model = fakes.Model()
    session = make_session(fakes.Camera(), [], lambda: model, strength=0.3)
    session.start()
    session.set_strength(0.8)
    session.reset()
    eventually(lambda: model.strengths == [0.3, 0.8] and model.resets == 1)


def test_a_refused_prompt_is_told_and_the_show_goes_on(make_session: Make, fakes: Any, eventually: Wait) -> None:
    events: list[SessionEvent] = []
    session = make_session(fakes.Camera(), [], fakes.Model, fps=100.0, prompt="old", on_event=events.append)
    session.start()
    eventually(lambda: session.stats().state == "running")
    session.set_prompt("refuse")
    eventually(lambda: session.stats().message == "That prompt cannot be used.")
    assert SessionEvent("prompt", "That prompt cannot be used.", "Write another one.", error=True) in events
    before = session.stats().edited
    eventually(lambda: session.stats().edited > before)
    assert session.stats().state == "running"
    session.set_prompt("fine")
    eventually(lambda: session.stats().message == "")


def test_when_the_model_crashes_the_raw_picture_is_shown_until_restart(
    make_session: Make, fakes: Any, eventually: Wait
) -> None:
    sink = CollectSink(limit=5)
    session = make_session(fakes.Camera(), [sink], fakes.Model, fps=100.0, prompt="good")
    session.start()
    eventually(lambda: session.stats().state == "running")
    session.set_prompt("crash")
    assert session.wait(LONG_S) == "failed"
    assert isinstance(session.error, ValueError)
    assert "out of tensors" in session.stats().message
    eventually(lambda: all(f.epoch == 0 and f.sequence >= 0 for f in sink.frames))
    raw = sink.frames[-1]
    assert int(raw.pixels[0, 0, 0]) == (raw.sequence + 1) % 256, "not edited"
    eventually(lambda: sink.frames[-1].sequence > raw.sequence)
    eventually(lambda: time.monotonic_ns() - sink.frames[-1].captured_ns < 500_000_000)
    epoch = session.set_prompt("better")
    session.restart_engine()
    eventually(lambda: session.stats().state == "running")
    eventually(lambda: sink.frames[-1].epoch >= epoch)
    assert session.error is None
    assert sanacam_threads().count("sanacam-engine") == 1


def test_a_model_that_cannot_be_made(make_session: Make, fakes: Any) -> None:
    def fail() -> Any:
        raise UserError("There is no model.", "Download it.")

    session = make_session(fakes.Camera(), [], fail)
    session.start()
    assert session.wait(LONG_S) == "failed"
    assert isinstance(session.error, UserError)
    assert session.stats().message == "There is no model."


def test_frames_from_before_the_model_was_ready_do_not_count(make_session: Make, fakes: Any, eventually: Wait) -> None:
    ready: list[int] = []

    def slowly() -> Any:
        time.sleep(0.3)
        ready.append(time.monotonic_ns())
        return fakes.Model()

    sink = CollectSink(exact=True)
    session = make_session(fakes.Camera(), [sink], slowly, fps=100.0)
    session.start()
    eventually(lambda: len(sink.frames) >= 8)
    assert sink.frames[0].captured_ns >= ready[0]


def test_a_camera_that_goes_away_comes_back(make_session: Make, fakes: Any, eventually: Wait) -> None:
    events: list[SessionEvent] = []
    camera = fakes.Camera()
    sink = CollectSink(limit=5)
    session = make_session(camera, [sink], fakes.Model, fps=100.0, on_event=events.append, retry_s=0.05)
    session.start()
    eventually(lambda: session.stats().state == "running")
    camera.refusals = [UserError("Camera busy."), UserError("Camera busy.")]
    camera.unplugged.set()
    eventually(lambda: session.stats().message != "")
    assert session.stats().state == "running", "the output goes on"
    eventually(lambda: camera.openings == 4)
    eventually(lambda: session.stats().message == "")
    before = session.stats().edited
    eventually(lambda: session.stats().edited > before)
    source = [e for e in events if e.about == "source"]
    assert [e.message for e in source] == ["The camera was unplugged.", "camera is back."], "one message an outage"


def test_a_lost_camera_leaves_the_last_picture_then_a_slate(
    make_session: Make, fakes: Any, eventually: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sanacam.app.standby.LAST_PICTURE_NS", 200_000_000)
    camera, sink = fakes.Camera(), CollectSink(limit=2000)
    session = make_session(camera, [sink], fakes.Model, fps=100.0, retry_s=5.0)
    session.start()
    eventually(lambda: bool(sink.frames) and sink.frames[-1].sequence >= 0)
    camera.unplugged.set()
    eventually(lambda: session.stats().message == "The camera was unplugged.")
    eventually(lambda: sink.frames[-1].sequence == -1)
    frames = sink.frames
    last = max(place for place, frame in enumerate(frames) if frame.sequence >= 0)
    # A slate's own stamp is the moment at which it was drawn.
    assert frames[last + 1].captured_ns - frames[last].captured_ns >= 200_000_000, "the last picture stays that long"


def test_a_camera_that_was_never_there_fails_and_recovers(make_session: Make, fakes: Any, eventually: Wait) -> None:
    camera, sink = fakes.Camera(refusals=[UserError("There is no camera 0.", "Plug one in.")] * 1000), CollectSink()
    session = make_session(camera, [sink], fakes.Model, fps=100.0, retry_s=0.1)
    session.start()
    assert session.wait(LONG_S) == "failed"
    assert str(session.error) == "There is no camera 0. Plug one in."
    assert sink.opened is None, "nothing half-written"
    eventually(lambda: camera.openings >= 2)
    del camera.refusals[1:]
    eventually(lambda: session.stats().state == "running")
    assert session.error is None


def test_a_film_that_cannot_be_opened_touches_no_sink(make_session: Make, fakes: Any, eventually: Wait) -> None:
    class Missing(fakes.Film):  # type: ignore[misc]
        def open(self) -> Any:
            raise UserError("There is no file x.mp4.", "Check the path.")

    sink = CollectSink()
    session = make_session(Missing(count=1), [sink], fakes.Model)
    session.start()
    assert session.wait(LONG_S) == "failed"
    assert isinstance(session.error, UserError)
    eventually(lambda: sanacam_threads() == [])
    assert sink.opened is None


def test_a_film_that_breaks_off_is_shown_to_the_break(make_session: Make, fakes: Any) -> None:
    sink = CollectSink(exact=True)
    session = make_session(fakes.Film(count=50, breaks_at=21), [sink], fakes.Model)
    session.start()
    assert session.wait(LONG_S) == "failed"
    assert len(sink.frames) == 21
    assert sink.closed
    assert session.stats().message == "The film breaks off."


def test_a_sink_that_dies_is_dropped_with_its_message(make_session: Make, fakes: Any, eventually: Wait) -> None:
    class Full(CollectSink):
        def write(self, frame: Any) -> None:
            super().write(frame)
            if len(self.frames) == 5:
                raise UserError("The disk is full.", "Make room.")

    bad, good = Full(name="recording"), CollectSink()
    events: list[SessionEvent] = []
    session = make_session(fakes.Camera(), [bad, good], fakes.Model, fps=100.0, on_event=events.append)
    session.start()
    eventually(lambda: len(good.frames) >= 30)
    assert len(bad.frames) == 5
    assert bad.closed
    assert SessionEvent("sink", "The disk is full.", "Make room.", error=True) in events
    assert session.stats().state in ("starting", "running")
    assert session.stats().message == "", "the picture is as good as before"


def test_sinks_can_be_added_and_removed(make_session: Make, fakes: Any, eventually: Wait) -> None:
    session = make_session(fakes.Camera(), [], fakes.Model, fps=100.0)
    early, late = CollectSink(), CollectSink()
    session.add_sink(early)
    session.start()
    eventually(lambda: len(early.frames) > 2)
    session.add_sink(late)
    eventually(lambda: len(late.frames) > 2)
    assert session.remove_sink(late)
    assert late.closed
    session.stop()
    assert early.closed
    session.start()
    before = len(early.frames)
    eventually(lambda: len(early.frames) > before)


def test_frames_are_scaled_to_fit_and_padded_for_the_sinks(make_session: Make, fakes: Any, eventually: Wait) -> None:
    sink, model = CollectSink(), fakes.Model()
    session = make_session(fakes.Camera(), [sink], lambda: model, fps=100.0, size=(16, 16))
    session.start()
    eventually(lambda: session.stats().shown >= 4)
    raw, shown = session.latest_source(), session.latest_output()
    assert raw is not None
    assert shown is not None
    assert (raw.width, raw.height) == (16, 8), "32 × 16 scaled into 16 × 16"
    assert (shown.width, shown.height) == (16, 16)
    assert not shown.pixels[:4].any()
    assert shown.pixels[4:12].all()


def test_a_hanging_model_does_not_hang_the_stop(fakes: Any, eventually: Wait) -> None:
    hanging, let_go = threading.Event(), threading.Event()

    class Hanging(fakes.Model):  # type: ignore[misc]
        def push(self, frames: list[Any]) -> list[Any]:
            hanging.set()
            let_go.wait(LONG_S)
            return super().push(frames)  # type: ignore[no-any-return]

    model, sink = Hanging(), CollectSink()
    session = Session(fakes.Camera(), [sink], lambda: model, fps=100.0)
    session.start()
    assert hanging.wait(LONG_S)
    started = time.monotonic()
    assert not session.stop(0.2)
    assert time.monotonic() - started < LONG_S / 3
    eventually(lambda: sink.closed)
    assert not let_go.is_set(), "the other threads have ended by themselves"
    let_go.set()
    assert session.stop(LONG_S)
    assert sanacam_threads() == []


def test_a_listener_may_call_the_session(make_session: Make, fakes: Any, eventually: Wait) -> None:
    seen: list[str] = []
    session: Session

    def listen(event: SessionEvent) -> None:
        asker = threading.Thread(target=lambda: seen.append(session.stats().state))
        asker.start()
        asker.join(LONG_S / 3)
        assert not asker.is_alive(), "the lock was held"

    session = make_session(fakes.Camera(), [], fakes.Model, fps=100.0, on_event=listen)
    session.start()
    eventually(lambda: "running" in seen)
