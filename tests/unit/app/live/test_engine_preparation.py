"""Kernels are made ready before the first picture of a size: with progress, once, and it can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sanacam.app.engine import Engine, PreparedEditor
from sanacam.app.frames import Frame
from sanacam.app.live_report import status_text
from sanacam.app.mailbox import Mailbox, SetPrompt
from sanacam.app.meters import RateMeter
from sanacam.app.preparation import PreparationClock, Preparing
from sanacam.app.presentation import PresentationQueue
from sanacam.app.session_numbers import session_numbers
from sanacam.app.slot import FrameQueue
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.tiny import tiny_bundle


class Deaf:
    """Hears of everything and does nothing but count failures."""

    failures = 0

    def engine_ready(self, engine: Engine) -> None: ...
    def frames_edited(self, engine: Engine) -> None: ...
    def prompt_changed(self, engine: Engine, text: str, epoch: int) -> None: ...
    def command_refused(self, engine: Engine, error: Exception) -> None: ...
    def engine_failed(self, engine: Engine, error: Exception) -> None:
        self.failures += 1


def engine_of(model: Any, listener: Deaf, fakes: Any, sizes: list[tuple[int, int]]) -> tuple[Engine, FrameQueue]:
    feed = FrameQueue(100)
    for number, (width, height) in enumerate(sizes):
        picture = fakes.picture(number, width=width, height=height)
        assert feed.put(Frame(picture, time.monotonic_ns() + number, number), 1.0)
    channels = (feed, PresentationQueue(1000, lossless=False), Mailbox())
    return Engine(lambda: model, *channels, SetPrompt("first", "keep", 1), 1.0, listener, RateMeter()), feed


def slow_model(fakes: Any) -> Any:
    class Slow(fakes.Model):  # type: ignore[misc, name-defined]
        """Half of its preparation is done; the rest waits for ``go``."""

        def __init__(self) -> None:
            super().__init__(frames_per_chunk=1)
            self.halfway, self.go = threading.Event(), threading.Event()
            self.sizes: list[tuple[int, int]] = []

        def prepare(self, width: int, height: int, progress: Callable[[float], None]) -> None:
            self.sizes.append((width, height))
            assert len(self.chunks) == 0 or len(self.sizes) > 1, "before the first picture"
            progress(0.5)
            self.halfway.set()
            while not self.go.wait(0.01):
                progress(0.5)
            progress(1.0)

    return Slow()


def test_it_comes_before_the_first_picture_with_the_time_left(fakes: Any) -> None:
    model, listener = slow_model(fakes), Deaf()
    assert isinstance(model, PreparedEditor)
    engine, feed = engine_of(model, listener, fakes, [(32, 16), (32, 16), (48, 16)])
    engine.start()
    assert model.halfway.wait(30.0)
    preparing = engine.preparing
    assert preparing is not None
    assert preparing.share == 0.5
    assert preparing.seconds_left is not None
    stats = session_numbers("starting", "", None, feed, RateMeter(), PresentationQueue(1, lossless=False), None, engine)
    assert stats.preparing is not None
    assert "50 %" in status_text(stats)
    assert model.chunks == []
    model.go.set()
    feed.finish()
    engine.join(30.0)
    assert not engine.is_alive()
    assert model.sizes == [(32, 16), (48, 16)], "once a size"
    assert sum(model.chunks) == 3
    assert engine.preparing is None
    assert listener.failures == 0


def test_it_can_be_stopped(fakes: Any) -> None:
    model, listener = slow_model(fakes), Deaf()
    engine, _ = engine_of(model, listener, fakes, [(32, 16)])
    engine.start()
    assert model.halfway.wait(30.0)
    engine.stop()
    engine.join(30.0)
    assert not engine.is_alive()
    assert model.chunks == []
    assert listener.failures == 0


def test_the_time_left_follows_the_share(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0]
    monkeypatch.setattr(time, "monotonic_ns", lambda: now[0])
    clock = PreparationClock()
    assert clock.at(0.0) == Preparing(0.0, None)
    now[0] = 12 * 10**9
    assert clock.at(0.25) == Preparing(0.25, 36.0)
    assert clock.at(0.25).in_words() == "preparing the model: 25 %, about 36 s left"
    assert clock.at(1.0).seconds_left == 0.0


def test_the_model_s_editor_prepares_without_a_trace(fakes: Any) -> None:
    plain, prepared = StreamEditor(tiny_bundle(), "cpu"), StreamEditor(tiny_bundle(), "cpu")
    assert isinstance(prepared, PreparedEditor)
    told: list[float] = []
    prepared.prepare(32, 16, told.append)
    assert told[-1] == 1.0
    frames = [fakes.picture(20 * number) for number in range(8)]
    for editor in (plain, prepared):
        editor.set_prompt("an oil painting")
    for a, b in zip(plain.push(frames), prepared.push(frames), strict=True):
        assert (a == b).all()
