"""The engine thread with a feed, a queue and a stand-in for the model; no clock, no capture."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sanacam.app.engine import Engine
from sanacam.app.frames import Frame
from sanacam.app.mailbox import Mailbox, Reset, SetPrompt, SetStrength
from sanacam.app.meters import RateMeter
from sanacam.app.presentation import PresentationQueue
from sanacam.app.slot import FrameQueue
from sanacam.model.errors import UserError


class Listener:
    def __init__(self) -> None:
        self.heard: list[tuple[str, object]] = []

    def engine_ready(self, engine: Engine) -> None:
        self.heard.append(("ready", None))

    def frames_edited(self, engine: Engine) -> None:
        pass

    def prompt_changed(self, engine: Engine, text: str, epoch: int) -> None:
        self.heard.append(("prompt", (text, epoch)))

    def command_refused(self, engine: Engine, error: UserError) -> None:
        self.heard.append(("refused", error.message))

    def engine_failed(self, engine: Engine, error: Exception) -> None:
        self.heard.append(("failed", f"{type(error).__name__}: {error}"))


class Bench:
    """An engine between a file queue and a presentation queue large enough for everything."""

    def __init__(self, fakes: Any, model: Any) -> None:
        self.feed = FrameQueue(100)
        self.queue = PresentationQueue(1000, lossless=False)
        self.mailbox = Mailbox()
        self.listener = Listener()
        self.edited = RateMeter()
        self.model = model
        self._fakes = fakes
        self._put = 0
        self.engine = Engine(
            lambda: model,
            self.feed,
            self.queue,
            self.mailbox,
            SetPrompt("first", "keep", 1),
            0.5,
            self.listener,
            self.edited,
        )

    def give(self, count: int, **size: int) -> None:
        for _ in range(count):
            picture = self._fakes.picture(self._put, **size)
            assert self.feed.put(Frame(picture, time.monotonic_ns() + self._put, self._put), 1.0)
            self._put += 1

    def taken(self) -> list[Frame]:
        return self.queue.take(10**18, 1).frames


@pytest.fixture
def bench(fakes: Any) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(**model: Any) -> Bench:
        made.append(Bench(fakes, fakes.Model(**model)))
        return made[-1]

    yield make
    for b in made:
        b.engine.stop()
        b.engine.join(30.0)
        assert not b.engine.is_alive()


def test_frames_come_out_edited_with_their_own_stamps(
    bench: Callable[..., Bench], eventually: Callable[..., None]
) -> None:
    b = bench(frames_per_chunk=4)
    b.give(10)
    b.feed.finish()
    b.engine.start()
    b.engine.join(30.0)
    assert b.queue._finished
    got = b.taken()
    assert [f.sequence for f in got] == list(range(10))
    assert [int(f.pixels[0, 0, 0]) for f in got] == [i + 100 for i in range(10)]
    assert {f.epoch for f in got} == {1}
    assert b.model.chunks == [4, 4, 2]
    assert b.model.threads == {"sanacam-engine"}
    assert b.model.prompts == [("first", "keep")]
    assert b.model.strengths == [0.5]
    assert b.edited.total == 10


@pytest.mark.parametrize("holds", [1, 3, 7])
def test_a_model_with_look_ahead_keeps_stamps_and_gives_everything_at_the_end(
    holds: int, bench: Callable[..., Bench]
) -> None:
    b = bench(frames_per_chunk=4, holds=holds)
    b.give(11)
    b.feed.finish()
    b.engine.start()
    b.engine.join(30.0)
    assert [(f.sequence, int(f.pixels[0, 0, 0])) for f in b.taken()] == [(i, i + 100) for i in range(11)]


def test_a_new_prompt_acts_at_the_next_chunk_with_its_epoch(
    bench: Callable[..., Bench], eventually: Callable[..., None]
) -> None:
    b = bench(frames_per_chunk=4)
    b.engine.start()
    b.give(4)
    eventually(lambda: b.edited.total == 4)
    b.mailbox.post(SetPrompt("second", "recache", 7))
    b.mailbox.post(SetStrength(0.9))
    eventually(lambda: ("prompt", ("second", 7)) in b.listener.heard)
    b.give(4)
    eventually(lambda: len(b.queue) == 8)
    assert [f.epoch for f in b.taken()] == [1] * 4 + [7] * 4
    assert b.model.prompts[-1] == ("second", "recache")
    eventually(lambda: b.model.strengths == [0.5, 0.9])


def test_a_refused_prompt_is_reported_and_the_old_one_goes_on(
    bench: Callable[..., Bench], eventually: Callable[..., None]
) -> None:
    b = bench()
    b.engine.start()
    b.mailbox.post(SetPrompt("refuse", "keep", 2))
    eventually(lambda: ("refused", "That prompt cannot be used.") in b.listener.heard)
    b.give(4)
    eventually(lambda: len(b.queue) == 4)
    assert {f.epoch for f in b.taken()} == {1}


def test_a_crash_is_reported_and_ends_the_thread(bench: Callable[..., Bench], eventually: Callable[..., None]) -> None:
    b = bench()
    b.engine.start()
    b.mailbox.post(SetPrompt("crash", "keep", 2))
    eventually(lambda: ("prompt", ("crash", 2)) in b.listener.heard)
    b.give(4)
    b.engine.join(30.0)
    assert b.listener.heard[-1] == ("failed", "ValueError: out of tensors")


def test_a_factory_that_fails_is_reported(fakes: Any) -> None:
    listener = Listener()

    def fail() -> Any:
        raise UserError("There is no model.", "Download it.")

    engine = Engine(
        fail,
        FrameQueue(),
        PresentationQueue(4, lossless=False),
        Mailbox(),
        SetPrompt("", "keep", 1),
        1.0,
        listener,
        RateMeter(),
    )
    engine.start()
    engine.join(30.0)
    assert listener.heard == [("failed", "UserError: There is no model. Download it.")]


def test_reset_loses_no_frame(bench: Callable[..., Bench], eventually: Callable[..., None]) -> None:
    b = bench(frames_per_chunk=4, holds=2)
    b.engine.start()
    b.give(4)
    eventually(lambda: b.edited.total == 2)
    b.mailbox.post(Reset())
    eventually(lambda: b.model.resets == 1)
    b.give(4)
    b.feed.finish()
    b.engine.join(30.0)
    assert [(f.sequence, int(f.pixels[0, 0, 0])) for f in b.taken()] == [(i, i + 100) for i in range(8)]


def test_a_change_of_size_starts_the_stream_anew(bench: Callable[..., Bench]) -> None:
    b = bench(frames_per_chunk=4, holds=1)
    b.give(6)
    b.give(6, width=48)
    b.feed.finish()
    b.engine.start()
    b.engine.join(30.0)
    got = b.taken()
    assert [f.sequence for f in got] == list(range(12))
    assert [f.width for f in got] == [32] * 6 + [48] * 6
    assert b.model.resets == 1


def test_stop_while_the_model_works_shows_nothing_more(
    bench: Callable[..., Bench], eventually: Callable[..., None]
) -> None:
    b, go_on = bench(), threading.Event()
    work = b.model.push

    def push(frames: list[Any]) -> list[Any]:
        edited = work(frames)
        go_on.wait(30.0)
        return edited  # type: ignore[no-any-return]

    b.model.push = push
    b.give(4)
    b.engine.start()
    eventually(lambda: bool(b.model.chunks))
    b.engine.stop()
    go_on.set()
    b.engine.join(30.0)
    assert b.taken() == []
