"""The slot and the file queue: what they hold, what they drop, whom they wake."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.frames import Frame
from sanacam.app.slot import FrameQueue, FrameSlot, even_picks

PICTURE = np.zeros((1, 1, 3), np.uint8)
MS = 1_000_000


def frame(number: int) -> Frame:
    return Frame(PICTURE, number * 10 * MS, number)


def numbers(frames: list[Frame]) -> list[int]:
    return [f.sequence for f in frames]


@given(st.integers(1, 200), st.data())
def test_even_picks_are_even_and_end_with_the_newest(available: int, data: st.DataObject) -> None:
    wanted = data.draw(st.integers(1, available))
    picks = even_picks(available, wanted)
    steps = np.diff([-1, *picks])
    assert len(picks) == wanted
    assert picks[-1] == available - 1
    assert steps.min() >= 1
    assert steps.max() - steps.min() <= 1


@given(
    st.lists(
        st.one_of(st.integers(1, 40).map(lambda n: ("put", n)), st.integers(1, 12).map(lambda n: ("take", n))),
        max_size=40,
    )
)
def test_slot_invariants(steps: list[tuple[str, int]]) -> None:
    slot = FrameSlot()
    put, taken, largest = 0, [], 8
    for action, count in steps:
        if action == "put":
            for _ in range(count):
                assert slot.put(frame(put))
                put += 1
            continue
        largest = max(largest, 2 * count)
        got = numbers(slot.take(count, 0.0))
        assert len(got) in (0, count)
        if got:
            assert put - 1 - got[-1] <= count // 2, "the newest, or a little behind"
        taken += got
    waiting = put - slot.dropped - len(taken)
    assert 0 <= waiting <= largest
    assert taken == sorted(set(taken))
    slot.finish()
    rest = numbers(slot.take(1000, 0.0))
    assert len(rest) == waiting
    assert slot.exhausted
    if put and waiting:
        assert rest[-1] == put - 1
    assert (taken + rest) == sorted(set(taken + rest))


def test_a_slow_taker_gets_the_whole_time_in_even_steps() -> None:
    slot = FrameSlot()
    slot.put(frame(0))
    slot.take(1, 0.0)
    for number in range(1, 101):
        slot.put(frame(number))
    got = numbers(slot.take(4, 0.0))
    steps = np.diff([0, *got])
    assert got[-1] == 100
    assert steps.min() >= 12, got
    assert steps.max() <= 38, got


def test_jitter_of_one_frame_skips_nothing() -> None:
    slot = FrameSlot()
    for number in range(5):
        slot.put(frame(number))
    assert numbers(slot.take(4, 0.0)) == [0, 1, 2, 3]
    for number in range(5, 8):
        slot.put(frame(number))
    assert numbers(slot.take(4, 0.0)) == [4, 5, 6, 7]
    assert slot.dropped == 0


def test_a_chunk_does_not_reach_further_back_than_its_span() -> None:
    slot = FrameSlot(capacity=100)
    for number in range(50):
        slot.put(frame(number))
    got = numbers(slot.take(4, 0.0, span_ns=100 * MS))
    assert got[0] >= 39
    assert got[-1] == 49


def test_an_old_frame_is_better_than_none() -> None:
    slot = FrameSlot()
    for number in (0, 1000, 2000, 3000):
        slot.put(frame(number))
    assert numbers(slot.take(4, 0.0, span_ns=1)) == [0, 1000, 2000, 3000]


def test_nobody_there_nothing_kept_nothing_counted() -> None:
    slot = FrameSlot()
    slot.discard(True)
    for number in range(20):
        assert slot.put(frame(number))
    slot.discard(False)
    slot.put(frame(20))
    assert numbers(slot.take(1, 0.0)) == [20]
    assert slot.dropped == 0


@pytest.mark.parametrize("feed", [FrameSlot(), FrameQueue()])
def test_interrupt_wakes_a_waiting_take(feed: FrameSlot | FrameQueue) -> None:
    result: list[list[Frame]] = []
    taker = threading.Thread(target=lambda: result.append(feed.take(1, 60.0)))
    taker.start()
    end = time.monotonic() + 30
    while taker.is_alive() and time.monotonic() < end:
        # Once may be before it waits.
        feed.interrupt()
        taker.join(0.01)
    assert not taker.is_alive()
    assert result == [[]]


@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 60))
def test_queue_gives_every_frame_once_in_order(capacity: int, chunk: int, count: int) -> None:
    queue = FrameQueue(capacity)
    got: list[int] = []

    def fill() -> None:
        for number in range(count):
            while not queue.put(frame(number), 1.0):
                pass
        queue.finish()

    filler = threading.Thread(target=fill)
    filler.start()
    sizes = []
    while not queue.exhausted:
        frames = queue.take(chunk, 1.0)
        sizes.append(len(frames))
        got += numbers(frames)
    filler.join(30.0)
    assert got == list(range(count))
    assert queue.dropped == 0
    assert all(size == chunk for size in sizes[:-1] if size)


def test_a_full_queue_makes_the_reader_wait() -> None:
    queue = FrameQueue(2)
    assert queue.put(frame(0), 0.0)
    assert queue.put(frame(1), 0.0)
    started = time.monotonic()
    assert not queue.put(frame(2), 0.05)
    assert time.monotonic() - started >= 0.04
    assert numbers(queue.take(2, 0.0)) == [0, 1]
    assert queue.put(frame(2), 0.0)
