"""Where frames wait between the capture thread and the engine thread.

Two feeds with one shape, chosen by the kind of source:

* ``FrameSlot`` for live sources: the newest frames win. It never blocks the capture thread and its memory is fixed.
  When the engine is slow it does not keep the last few frames but thins what it holds, so that a chunk shows the whole
  time since the chunk before, in even steps, and not a burst of one instant.
* ``FrameQueue`` for files: nothing is lost; a full queue makes the capture thread wait.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from typing import Protocol

from sanacam.app.frames import Frame


class FrameFeed(Protocol):
    """The engine's way in. All methods may be called from any thread."""

    @property
    def dropped(self) -> int:
        """Frames put in that no take will ever return, without those of ``discard``."""
        ...

    @property
    def exhausted(self) -> bool:
        """``finish`` was called and everything has been taken."""
        ...

    def put(self, frame: Frame, timeout_s: float) -> bool:
        """Hand a frame over; False when there was no room within ``timeout_s``: try again."""
        ...

    def take(self, count: int, timeout_s: float, span_ns: int | None = None) -> list[Frame]:
        """``count`` frames in order of capture, or [] when they did not come together in time or ``interrupt`` was
        called.

        After ``finish`` the rest is returned, fewer than ``count`` if need be. ``span_ns``: the stretch of time a live
        chunk should cover at most; files ignore it.
        """
        ...

    def finish(self) -> None:
        """No more frames will come."""
        ...

    def interrupt(self) -> None:
        """Wake a ``take`` that is waiting."""
        ...

    def clear(self) -> None:
        """Throw away what waits (counted as dropped)."""
        ...

    def discard(self, on: bool) -> None:
        """While on, what waits and what is put in is thrown away: nobody is there to take it."""
        ...


def even_picks(available: int, wanted: int) -> list[int]:
    """``wanted`` rising indices spread evenly over ``range(available)``, the last one among them. Needs available ≥
    wanted ≥ 1.
    """
    return [((i + 1) * available - 1) // wanted for i in range(wanted)]


class _Feed(ABC):
    """The part both feeds share: the lock and the flags."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._dropped = 0
        self._finished = False
        self._discarding = False
        self._interrupts = 0

    @property
    def dropped(self) -> int:
        with self._changed:
            return self._dropped

    @property
    def exhausted(self) -> bool:
        with self._changed:
            return self._finished and self._waiting() == 0

    def finish(self) -> None:
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def interrupt(self) -> None:
        with self._changed:
            self._interrupts += 1
            self._changed.notify_all()

    def clear(self) -> None:
        with self._changed:
            self._dropped += self._waiting()
            self._empty()
            self._changed.notify_all()

    def discard(self, on: bool) -> None:
        with self._changed:
            self._discarding = on
            if on:
                self._empty()
            self._changed.notify_all()

    def _wait_for(self, count: int, timeout_s: float) -> bool:
        """With the lock held: wait until ``count`` frames are there or the end is known."""
        interrupts = self._interrupts
        self._changed.wait_for(
            lambda: self._waiting() >= count or self._finished or self._interrupts != interrupts, timeout=timeout_s
        )
        return self._waiting() >= count or (self._finished and self._waiting() > 0)

    @abstractmethod
    def _waiting(self) -> int:
        """Frames held; called with the lock held."""

    @abstractmethod
    def _empty(self) -> None:
        """Forget them; called with the lock held."""


class FrameSlot(_Feed):
    """Newest wins. Holds at most ``2 × count`` frames, ``count`` being the size of the last take.

    Invariants: ``put`` returns at once; the newest frame put is always held; frames come out in the order they went
    in, each at most once; put = taken + dropped + waiting.
    """

    def __init__(self, capacity: int = 8) -> None:
        super().__init__()
        self._capacity = max(2, capacity)
        self._held: deque[tuple[int, Frame]] = deque()
        self._arrivals = 0
        self._stride = 1

    def put(self, frame: Frame, timeout_s: float = 0.0) -> bool:
        with self._changed:
            if self._discarding:
                return True
            # The newest is held even when it is off the stride; it gives way to the next one.
            if self._held and self._held[-1][0] % self._stride:
                self._held.pop()
                self._dropped += 1
            self._held.append((self._arrivals, frame))
            self._arrivals += 1
            if len(self._held) > self._capacity:
                self._thin()
            self._changed.notify_all()
        return True

    def take(self, count: int, timeout_s: float, span_ns: int | None = None) -> list[Frame]:
        with self._changed:
            self._capacity = max(self._capacity, 2 * count)
            if not self._wait_for(count, timeout_s):
                return []
            if span_ns is not None:
                self._forget_older_than(span_ns, count)
            frames = [frame for _, frame in self._held]
            if len(frames) <= count:
                self._empty()
                return frames
            # A little too many is jitter: keep the rest for the next chunk instead of skipping a frame.
            if self._stride == 1 and len(frames) <= count + count // 2:
                for _ in range(count):
                    self._held.popleft()
                return frames[:count]
            self._dropped += len(frames) - count
            self._empty()
            return [frames[i] for i in even_picks(len(frames), count)]

    def _thin(self) -> None:
        """Keep every second frame on the stride, and the newest."""
        while len(self._held) > self._capacity:
            self._stride *= 2
            newest = self._held[-1]
            kept = deque(item for item in self._held if item[0] % self._stride == 0 or item is newest)
            self._dropped += len(self._held) - len(kept)
            self._held = kept

    def _forget_older_than(self, span_ns: int, count: int) -> None:
        horizon = self._held[-1][1].captured_ns - span_ns
        while len(self._held) > count and self._held[0][1].captured_ns < horizon:
            self._held.popleft()
            self._dropped += 1

    def _waiting(self) -> int:
        return len(self._held)

    def _empty(self) -> None:
        self._held.clear()
        self._stride = 1
        self._arrivals = 0


class FrameQueue(_Feed):
    """First in, first out, nothing lost. Holds at most ``capacity`` frames, or one and a half chunks if that is more:
    enough to fill while the engine works, and little enough that a new prompt soon shows.
    """

    def __init__(self, capacity: int = 2) -> None:
        super().__init__()
        self._capacity = max(1, capacity)
        self._held: deque[Frame] = deque()

    def put(self, frame: Frame, timeout_s: float) -> bool:
        with self._changed:
            room = self._changed.wait_for(
                lambda: self._discarding or len(self._held) < self._capacity, timeout=timeout_s
            )
            if not room:
                return False
            if self._discarding:
                return True
            self._held.append(frame)
            self._changed.notify_all()
        return True

    def take(self, count: int, timeout_s: float, span_ns: int | None = None) -> list[Frame]:
        with self._changed:
            if count * 3 // 2 > self._capacity:
                self._capacity = count * 3 // 2
                self._changed.notify_all()
            if not self._wait_for(count, timeout_s):
                return []
            frames = [self._held.popleft() for _ in range(min(count, len(self._held)))]
            self._changed.notify_all()
        return frames

    def _waiting(self) -> int:
        return len(self._held)

    def _empty(self) -> None:
        self._held.clear()
