"""Due times, bounds and epochs of the presentation queue, on a clock of the test's own."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sanacam.app.frames import Frame
from sanacam.app.presentation import PresentationQueue

PICTURE = np.zeros((1, 1, 3), np.uint8)
MS = 1_000_000
TICK = 33 * MS


def frame(number: int, at_ms: float, epoch: int = 1) -> Frame:
    return Frame(PICTURE, round(at_ms * MS), number, epoch)


def chunk(first: int, count: int, start_ms: float, step_ms: float, epoch: int = 1) -> list[Frame]:
    return [frame(first + i, start_ms + i * step_ms, epoch) for i in range(count)]


def play(queue: PresentationQueue, start_ms: float, end_ms: float, tick_ms: float) -> list[tuple[float, list[int]]]:
    """Tick from start to end; (time, numbers that came) for each tick."""
    out = []
    now = start_ms
    while now <= end_ms:
        due = queue.take(round(now * MS), round(tick_ms * MS)).frames
        out.append((now, [f.sequence for f in due]))
        now += tick_ms
    return out


def test_a_chunk_is_spread_evenly_over_the_ticks() -> None:
    queue = PresentationQueue(32, lossless=False)
    queue.put(chunk(0, 8, 0, 40), now_ns=400 * MS)
    shown = [(t, n) for t, n in play(queue, 400, 1000, 10) if n]
    assert [n for _, n in shown] == [[i] for i in range(8)]
    gaps = np.diff([t for t, _ in shown])
    assert gaps.min() >= 30
    assert gaps.max() <= 50


def test_same_rate_with_jitter_neither_skips_nor_repeats() -> None:
    queue = PresentationQueue(32, lossless=False)
    rng = np.random.default_rng(3)
    step, shown = 1000 / 30, []
    for tick in range(300):
        now = tick * step + 0.4
        if tick % 4 == 3:
            at = [(tick - 3 + i) * step + rng.uniform(-4, 4) for i in range(4)]
            queue.put([frame(tick - 3 + i, at[i]) for i in range(4)], round((now + 20 + rng.uniform(0, 6)) * MS))
        shown.append([f.sequence for f in queue.take(round(now * MS), round(step * MS)).frames])
    steady = shown[40:]
    assert all(len(numbers) == 1 for numbers in steady)
    assert queue.dropped == 0


def test_a_frame_that_has_only_just_come_due_waits_for_the_next_tick() -> None:
    queue = PresentationQueue(8, lossless=False)
    queue.put(chunk(0, 3, 0, 28), now_ns=100 * MS)
    assert [f.sequence for f in queue.take(130 * MS, TICK).frames] == [0]
    assert [f.sequence for f in queue.take(163 * MS, TICK).frames] == [1]
    assert [f.sequence for f in queue.take(190 * MS, TICK).frames] == [2]
    queue.put(chunk(3, 3, 100, 5), now_ns=300 * MS)
    assert [f.sequence for f in queue.take(400 * MS, TICK).frames] == [3, 4, 5], "but what is late is skipped"


def test_a_frame_may_come_a_little_early() -> None:
    queue = PresentationQueue(8, lossless=False)
    queue.put(chunk(0, 2, 0, 40), now_ns=100 * MS)
    assert queue.take(91 * MS, TICK).frames == []
    assert [f.sequence for f in queue.take(93 * MS, TICK).frames] == [0]


def test_a_model_that_catches_up_ends_the_slow_motion() -> None:
    queue = PresentationQueue(1000, lossless=True)
    shown: list[tuple[float, int]] = []
    now, put = 0.0, 0
    for number in range(30):
        queue.put(chunk(put, 4, number * 80, 20), round(now * MS))
        put += 4
        pause = 200 if number < 4 else 80
        shown += [(t, n[0]) for t, n in play(queue, now, now + pause - 5, 5) if n]
        now += pause
    late = np.diff([t for t, _ in shown])
    assert np.median(late[:12]) >= 40
    assert np.median(late[-12:]) <= 25


def test_delay_returns_after_a_stall() -> None:
    queue = PresentationQueue(64, lossless=False)
    now, delays = 0.0, []
    for number in range(40):
        start = number * 160.0
        late = 2000 if number == 5 else 50
        now = max(now, start + 160 + late)
        queue.put(chunk(number * 4, 4, start, 40), round(now * MS))
        for at in np.arange(now, now + 160, 10):
            for shown in queue.take(round(at * MS), 10 * MS).frames:
                delays.append(at - shown.captured_ns / MS)
    assert max(delays) >= 2000
    assert max(delays[-16:]) <= 400


def test_a_live_queue_is_bounded_and_keeps_the_newest() -> None:
    queue = PresentationQueue(10, lossless=False)
    for number in range(20):
        queue.put(chunk(number * 4, 4, number * 160, 40), number * 160 * MS)
    assert len(queue) == 10
    assert queue.dropped == 70
    assert queue.take(10**15, TICK).newest.sequence == 79  # type: ignore[union-attr]


epochs = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(0, 400), st.booleans()), max_size=30)


@given(epochs, st.booleans())
def test_order_epochs_and_counts_hold_for_any_arrival(steps: list[tuple[int, int, int, bool]], lossless: bool) -> None:
    queue = PresentationQueue(8, lossless=lossless)
    now = put = accepted = 0
    shown: list[Frame] = []
    for epoch, count, wait_ms, tick in steps:
        now += wait_ms
        if lossless:
            # The only thread that could make room is this one.
            while len(queue) > 2:
                now += 10
                shown += queue.take(now * MS, TICK).frames
        frames = chunk(put, count, now - 100, 20, epoch)
        accepted += queue.put(frames, now * MS)
        put += count
        if tick:
            shown += queue.take(now * MS, TICK).frames
    while len(queue):
        now += 33
        shown += queue.take(now * MS, TICK).frames
    numbers = [f.sequence for f in shown]
    assert numbers == sorted(set(numbers))
    assert [f.epoch for f in shown] == sorted(f.epoch for f in shown)
    assert len(shown) + queue.dropped == put
    if lossless:
        assert len(shown) == accepted


def test_a_film_keeps_its_uneven_spacing() -> None:
    queue = PresentationQueue(32, lossless=True)
    stamps = [0, 20, 40, 140, 160, 260]
    queue.put([frame(i, at) for i, at in enumerate(stamps)], 1000 * MS)
    shown = [(t, n) for t, n in play(queue, 1000, 1400, 5) if n]
    times = [t - shown[0][0] for t, _ in shown]
    assert np.abs(np.array(times) - stamps).max() <= 5


def test_a_slow_model_slows_the_film_evenly() -> None:
    queue = PresentationQueue(32, lossless=True)
    shown: list[float] = []
    for number in range(6):
        now = number * 400.0
        queue.put(chunk(number * 4, 4, number * 160, 40), round(now * MS))
        shown += [t for t, n in play(queue, now, now + 395, 5) if n]
    gaps = np.diff(shown[8:])
    assert len(shown) == 24
    assert gaps.max() <= 120
    assert queue.dropped == 0


def test_a_full_lossless_queue_waits_and_close_lets_go() -> None:
    queue = PresentationQueue(4, lossless=True)
    queue.put(chunk(0, 2, 0, 40), 0)
    queue.put(chunk(2, 2, 80, 40), 0)
    accepted: list[int] = []
    putter = threading.Thread(target=lambda: accepted.append(queue.put(chunk(4, 2, 160, 40), 0)))
    putter.start()
    putter.join(0.05)
    assert putter.is_alive()
    assert [f.sequence for f in queue.take(0, TICK).frames] == [0]
    queue.close()
    putter.join(1.0)
    assert accepted in ([1], [0])


def test_drained_only_when_finished_and_empty() -> None:
    queue = PresentationQueue(4, lossless=True)
    assert not queue.drained
    queue.put([frame(0, 0)], 0)
    queue.finish()
    assert not queue.drained
    queue.take(0, TICK)
    assert queue.drained
