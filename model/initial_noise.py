"""What a stream's chunks begin with: noise of one of three kinds, drawn on the CPU so that a seed means the same on
every device."""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor

from sanacam.model.falling_noise import CHANNELS, FallingNoise

NoiseKind = Literal["static", "fresh", "falling"]
NOISE_KINDS: tuple[NoiseKind, ...] = get_args(NoiseKind)


class InitialNoise:
    """The initial noise of one stream, chunk by chunk.

    Args:
        kind: ``static``: one field for every latent frame of the stream; ``fresh``: a new one each; ``falling``: static
            but for the last channels, see :mod:`sanacam.model.falling_noise`.
    """

    def __init__(self, kind: NoiseKind, seed: int, device: torch.device) -> None:
        self.kind, self.seed, self.device = kind, seed, device
        self._source = torch.Generator().manual_seed(seed)
        self._field: Tensor | None = None
        self._falling: FallingNoise | None = None
        self._frame = 0

    def reset(self) -> None:
        """A new stream, of any size, that begins like this one did."""
        self._source.manual_seed(self.seed)
        self._field = self._falling = None
        self._frame = 0

    def draw(self, shape: torch.Size) -> Tensor:
        """Noise for the next chunk, (B, C, T, h, w) fp32; the size stays the same until :meth:`reset`."""
        if self.kind == "fresh":
            return torch.randn(shape, generator=self._source).to(self.device)
        if self._field is None:
            self._field = torch.randn((*shape[:2], 1, *shape[3:]), generator=self._source).to(self.device)
        if self.kind == "static":
            return self._field.expand(shape)
        if self._falling is None:
            self._falling = FallingNoise(self.seed, shape[3], shape[4], self.device)
        # A tensor of its own: a chunk's noise may be needed again after the next chunk's was drawn.
        noise = self._field.repeat(1, 1, shape[2], 1, 1)
        for frame in range(shape[2]):
            self._falling.write(self._frame + frame, noise[0, -CHANNELS:, frame])
        self._frame += shape[2]
        return noise
