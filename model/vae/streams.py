"""What every way of encoding or decoding a stream offers, whichever network does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


@dataclass(frozen=True)
class StreamShape:
    """What a stream's memory is made for. ``height`` and ``width`` in pixels."""

    batch: int
    height: int
    width: int
    device: torch.device | str = "cpu"
    dtype: torch.dtype = torch.float32

    def zeros(self, *sizes: int) -> Tensor:
        """(batch, *sizes), to be written in place."""
        return torch.zeros(self.batch, *sizes, device=self.device, dtype=self.dtype)

    def no_frames(self, channels: int = 3) -> Tensor:
        """(batch, 0, channels, height, width)."""
        return self.zeros(0, channels, self.height, self.width)


class StreamPart(Protocol):
    """Fixed-size memory of one stream, made once, written in place."""

    def tensors(self) -> Iterator[Tensor]:
        """Every tensor it owns, apart from weights."""

    def reset(self) -> None:
        """The next call begins a stream. Frees and allocates nothing."""


class EncodeStream(StreamPart, Protocol):
    """Frames (B, T, 3, H, W) in −1…1 → normalised latents (B, C, t, h, w).

    ``lookahead_frames``: latent ``i`` comes out once frame ``8i + lookahead_frames`` is in.
    """

    @property
    def lookahead_frames(self) -> int: ...

    def push(self, frames: Tensor) -> Tensor:
        """Any number of frames; gives the latents they complete, perhaps none."""

    def finish(self) -> Tensor:
        """The stream ends: the last frame is repeated until the last latent is complete. Then as after a reset."""


class DecodeStream(StreamPart, Protocol):
    """Normalised latents (B, C, t, h, w) → frames (B, T, 3, H, W) about −1…1, not clamped: 1 for the first latent, 8
    for each later one.

    ``lookahead_latents``: the frames of latent ``k ≥ 1`` come out once latent ``k + lookahead_latents`` is in, those
    of the first latent with or before those of the second.
    """

    @property
    def lookahead_latents(self) -> int: ...

    def push(self, latents: Tensor) -> Tensor:
        """Any number of latents; gives the frames that are now final, perhaps none."""

    def finish(self) -> Tensor:
        """The stream ends: the frames still held back. Then as after a reset."""


def stream_bytes(part: StreamPart) -> int:
    """Memory that a stream holds."""
    return sum(tensor.numel() * tensor.element_size() for tensor in part.tensors())
