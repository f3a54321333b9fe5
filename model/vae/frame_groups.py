"""Cutting a stream of frames, pushed in any portions, into what an encoder takes at once."""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.model.vae.streams import StreamShape


class FrameGroups:
    """Hands on whole groups: ``first`` frames at the start of a stream, then ``group`` at a time; the rest waits.

    Args:
        first: 1 … ``group``.

    Attributes:
        waiting: (B, group − 1, 3, H, W), of which the first :attr:`count` frames are in use. Made once.
    """

    def __init__(self, first: int, group: int, shape: StreamShape) -> None:
        if not 1 <= first <= group:
            raise ValueError(f"the first group has 1 to {group} frames, not {first}")
        self.first, self.group = first, group
        self.waiting = shape.zeros(group - 1, 3, shape.height, shape.width)
        self.count = 0
        self._started = False

    def push(self, frames: Tensor) -> Tensor:
        """(B, T, 3, H, W) → the frames that now make whole groups (B, T', 3, H, W); T' may be 0.

        Raises:
            ValueError: batch or picture size is not that of the stream.
        """
        expected = (self.waiting.shape[0], *self.waiting.shape[2:])
        if frames.ndim != 5 or (frames.shape[0], *frames.shape[2:]) != expected:
            raise ValueError(f"the stream takes frames (B, 3, H, W) = {expected}, got {tuple(frames.shape)} with time")
        ready = frames if not self.count else torch.cat([self.waiting[:, : self.count], frames], dim=1)
        total = ready.shape[1]
        start = 0 if self._started else self.first
        whole = 0 if total < start else start + (total - start) // self.group * self.group
        self.count = total - whole
        self.waiting[:, : self.count].copy_(ready[:, whole:].detach())
        self._started = self._started or whole > 0
        return ready[:, :whole]

    def finish(self) -> Tensor:
        """What waits, completed to a group by repeating its last frame; empty if nothing waits."""
        if not self.count:
            return self.waiting[:, :0]
        wanted = self.group if self._started else self.first
        last = self.waiting[:, self.count - 1 : self.count]
        return self.push(last.expand(-1, wanted - self.count, -1, -1, -1))

    def reset(self) -> None:
        self.count = 0
        self._started = False
