"""What a convolution over time finds before the first and after the last frame of a call.

Every temporal kernel is 3 frames wide, so a call on T frames needs T + 2. The network is the same in each case; one of
these objects goes through it and says where the two other frames come from, and whether the stream begins here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from torch import Tensor

from sanacam.model.vae.streams import StreamShape

KEPT = 2
"""Frames that a causal convolution remembers: its kernel's width less one."""


class TimeEdges(Protocol):
    """``first``: the stream begins with this call, so the temporal resamplers treat its first frame apart."""

    @property
    def first(self) -> bool: ...

    def enclose(self, slot: int, x: Tensor, room: Tensor) -> None:
        """Write ``x`` (B, C, T, H, W) and its two neighbours in time into ``room`` (B, C, T + 2, H, W).

        Args:
            slot: number of the convolution within its network.
        """


class WholeClip:
    """No memory: the outermost frames are repeated. Causal: the first one twice; otherwise the first and the last once
    each.

    Args:
        first: False keeps what temporal upsamplers otherwise drop at the start of a stream.
    """

    def __init__(self, *, causal: bool, first: bool = True) -> None:
        self.causal = causal
        self._first = first

    @property
    def first(self) -> bool:
        return self._first

    def enclose(self, slot: int, x: Tensor, room: Tensor) -> None:
        lead = KEPT if self.causal else 1
        room[:, :, :lead] = x[:, :, :1]
        room[:, :, lead : lead + x.shape[2]] = x
        if not self.causal:
            room[:, :, -1:] = x[:, :, -1:]


class ConvHistories:
    """Memory of a causal stream: the last two input frames of every convolution, before spatial padding.

    Made once, written in place, never moved. At the start of a stream the contents are not read: the first frame is
    repeated instead, so :meth:`reset` only has to say that a stream begins.

    Args:
        grids: (channels, height, width) of each convolution's input, by slot.

    Attributes:
        frames: by slot (B, C, 2, H, W), older frame first, stored as (B, 2, H, W, C) (channels last).
    """

    def __init__(self, grids: Iterable[tuple[int, int, int]], shape: StreamShape) -> None:
        self.frames = [
            shape.zeros(KEPT, height, width, channels).permute(0, 4, 1, 2, 3) for channels, height, width in grids
        ]
        self._first = True

    @property
    def first(self) -> bool:
        return self._first

    def enclose(self, slot: int, x: Tensor, room: Tensor) -> None:
        kept = self.frames[slot]
        room[:, :, :KEPT] = x[:, :, :1] if self._first else kept
        room[:, :, KEPT:] = x
        kept.copy_(room[:, :, -KEPT:].detach())

    def advance(self) -> None:
        """A call has gone through the whole network: the next one continues it."""
        self._first = False

    def reset(self) -> None:
        """The next call begins a stream. Frees and allocates nothing."""
        self._first = True
