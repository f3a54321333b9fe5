"""Edited frames on their way to the output clock, each with the moment at which it is due.

The engine delivers frames a chunk at a time; people want to see them evenly in time. So a frame is due a constant
**delay** after it was
captured: the movement keeps its speed, and sound can be delayed by the same amount.

* Live: the delay is what recent chunks needed. It grows at once when a chunk comes later than any before, and shrinks
  again, slowly while the surplus is small (nobody sees the picture run a little faster) and at once when it is large,
  which skips frames. Inside a chunk the frames are spaced evenly. When the queue is full the oldest frames go.
* A file (``lossless``): spacing follows the file's own time stamps; when the model cannot keep up, the picture slows
  down instead of running in bursts. Nothing is dropped: a full queue makes the engine wait.

Frames of an old epoch never come after frames of a new one: the queue is first in, first out, and refuses an epoch
below the highest it has seen.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from sanacam.app.frames import Frame

LARGE_SURPLUS_NS = 400_000_000
SLOWEST_STEP_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Due:
    """What the clock gets for one tick: the frames that came due, oldest first. The last one is to be shown.

    ``waited_ns``: for how long the last one lay ready, where it is another clock that makes frames ready.
    """

    frames: list[Frame] = field(default_factory=list)
    waited_ns: int | None = None

    @property
    def newest(self) -> Frame | None:
        return self.frames[-1] if self.frames else None


class PresentationQueue:
    """Bounded queue between the engine (``put``) and the output clock (``take``).

    Args:
        capacity: frames held at most; two chunks always fit.
        lossless: for files, see the module's text.
    """

    def __init__(self, capacity: int, *, lossless: bool) -> None:
        self._capacity = max(1, capacity)
        self._lossless = lossless
        self._changed = threading.Condition()
        self._queue: deque[tuple[int, Frame]] = deque()
        self._closed = False
        self._finished = False
        self._dropped = 0
        self._epoch = 0
        self._last_due_ns: int | None = None
        self._last_arrival_ns: int | None = None
        self._last_captured_ns: int | None = None
        self._delay_ns: int | None = None
        self._needs: deque[int] = deque(maxlen=8)
        self._step_ns = 0
        self._pace_ns = 0

    @property
    def dropped(self) -> int:
        """Edited frames that were thrown away before they came due."""
        with self._changed:
            return self._dropped

    @property
    def drained(self) -> bool:
        """``finish`` was called and all frames have been taken."""
        with self._changed:
            return self._finished and not self._queue

    def __len__(self) -> int:
        with self._changed:
            return len(self._queue)

    def put(self, chunk: Sequence[Frame], now_ns: int) -> int:
        """Add the frames of one chunk, in order of capture; returns how many were accepted.

        A lossless queue waits for room; ``close`` ends the waiting.
        """
        with self._changed:
            frames = [frame for frame in chunk if frame.epoch >= self._epoch]
            self._dropped += len(chunk) - len(frames)
            if not frames or self._closed:
                return 0
            self._epoch = frames[-1].epoch
            self._capacity = max(self._capacity, 2 * len(frames))
            dues = self._file_dues(frames, now_ns) if self._lossless else self._live_dues(frames, now_ns)
            accepted = 0
            for due, frame in zip(dues, frames, strict=True):
                if self._lossless:
                    self._changed.wait_for(lambda: self._closed or len(self._queue) < self._capacity)
                    if self._closed:
                        return accepted
                elif len(self._queue) >= self._capacity:
                    self._queue.popleft()
                    self._dropped += 1
                self._queue.append((due, frame))
                accepted += 1
            return accepted

    def take(self, now_ns: int, tick_ns: int) -> Due:
        """The frames due by ``now_ns``, for a clock that comes every ``tick_ns``.

        There is some play, so that a source and a clock of the same rate do not skip and repeat in turn when their
        phases touch: a frame may come a quarter of a tick early, and a second one is taken only if it has been due for
            half a tick.
        """
        with self._changed:
            taken: list[Frame] = []
            if self._queue and self._queue[0][0] <= now_ns + tick_ns // 4:
                taken.append(self._queue.popleft()[1])
            while taken and self._queue and self._queue[0][0] <= now_ns - tick_ns // 2:
                taken.append(self._queue.popleft()[1])
            if taken:
                self._changed.notify_all()
            return Due(taken)

    def clear(self) -> None:
        """Throw away what waits (counted as dropped)."""
        with self._changed:
            self._dropped += len(self._queue)
            self._queue.clear()
            self._changed.notify_all()

    def finish(self) -> None:
        """No more chunks will come."""
        with self._changed:
            self._finished = True

    def close(self) -> None:
        """Accept nothing more and let a waiting ``put`` go."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _live_dues(self, frames: Sequence[Frame], now_ns: int) -> list[int]:
        first, last = frames[0].captured_ns, frames[-1].captured_ns
        need = now_ns - first
        self._needs.append(need)
        if self._delay_ns is None or need > self._delay_ns:
            self._delay_ns = need
        else:
            surplus = self._delay_ns - max(self._needs)
            if surplus > LARGE_SURPLUS_NS:
                self._delay_ns -= surplus
                self._queue = deque((due - surplus, frame) for due, frame in self._queue)
                self._last_due_ns = None if self._last_due_ns is None else self._last_due_ns - surplus
            else:
                passed = last - self._last_captured_ns if self._last_captured_ns is not None else 0
                self._delay_ns -= max(0, min(surplus, passed // 10))
        self._last_captured_ns = last
        step = (last - first) / max(1, len(frames) - 1)
        return self._in_order([first + self._delay_ns + round(i * step) for i in range(len(frames))])

    def _file_dues(self, frames: Sequence[Frame], now_ns: int) -> list[int]:
        stamps = [frame.captured_ns if frame.media_ns is None else frame.media_ns for frame in frames]
        if len(stamps) > 1:
            self._step_ns = (stamps[-1] - stamps[0]) // (len(stamps) - 1)
        # Only an empty queue tells how long the model takes for a frame: otherwise the engine has waited here.
        if self._last_arrival_ns is not None and not self._queue:
            self._pace_ns = (now_ns - self._last_arrival_ns) // len(stamps)
        else:
            self._pace_ns = self._pace_ns * 9 // 10
        self._last_arrival_ns = now_ns
        step = min(SLOWEST_STEP_NS, max(self._step_ns, self._pace_ns))
        start = now_ns if self._last_due_ns is None else max(now_ns, self._last_due_ns + step)
        stretch = step / self._step_ns if self._step_ns else 1.0
        return self._in_order([start + round((stamp - stamps[0]) * stretch) for stamp in stamps])

    def _in_order(self, dues: list[int]) -> list[int]:
        floor = self._last_due_ns
        for i, due in enumerate(dues):
            floor = due if floor is None else max(floor, due)
            dues[i] = floor
        self._last_due_ns = floor
        return dues
