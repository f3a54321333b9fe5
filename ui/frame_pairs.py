"""Which source picture belongs to an edited one: the edited ones come later, and not every one of them is made."""

from __future__ import annotations

from collections import deque

from sanacam.app.frames import Frame

MOST_FRAMES = 128
MOST_BYTES = 96_000_000


class FramePairs:
    """Remembers the last source frames, bounded in number and in bytes."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._bytes = 0

    def add(self, frame: Frame) -> None:
        """A source frame; one that is here already is left out. A lower sequence number starts afresh."""
        if self._frames:
            newest = self._frames[-1].sequence
            if frame.sequence == newest:
                return
            if frame.sequence < newest:
                self.clear()
        self._frames.append(frame)
        self._bytes += frame.pixels.nbytes
        while len(self._frames) > 1 and (len(self._frames) > MOST_FRAMES or self._bytes > MOST_BYTES):
            self._bytes -= self._frames.popleft().pixels.nbytes

    def source_of(self, edited: Frame) -> Frame | None:
        """The source frame nearest in sequence; None when there is none at all, or ``edited`` is a slate."""
        if edited.sequence < 0 or not self._frames:
            return None
        return min(self._frames, key=lambda frame: abs(frame.sequence - edited.sequence))

    def newest(self) -> Frame | None:
        return self._frames[-1] if self._frames else None

    def clear(self) -> None:
        self._frames.clear()
        self._bytes = 0
