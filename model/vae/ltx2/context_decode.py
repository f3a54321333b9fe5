"""Decode mode ``context``: each call decodes its latents bidirectionally behind one latent of left context.

Much cheaper than windows and without look-ahead, for the public bidirectional weights. The price: convolutions see
repeated frames at the right end of every call, so seams may show there. The result depends on how the stream is split.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from sanacam.model.vae.ltx2.network import Ltx2Network
from sanacam.model.vae.ltx2.time_edges import WholeClip
from sanacam.model.vae.streams import StreamShape


class ContextDecodeStream:
    """Memory: the last latent of the call before, (B, C, 1, h, w)."""

    lookahead_latents = 0

    def __init__(self, network: Ltx2Network, shape: StreamShape) -> None:
        if network.decoder is None:
            raise ValueError("the network was built without its decoder")
        config = network.config
        self._network = network
        self._decoder = network.decoder
        grid = (shape.height // config.spatial_stride, shape.width // config.spatial_stride)
        self._context = shape.zeros(config.latent_channels, 1, *grid)
        self._nothing = shape.no_frames(config.out_channels)
        self._first = True

    def push(self, latents: Tensor) -> Tensor:
        if not latents.shape[2]:
            return self._nothing
        # The first latent is its own context; dropping one latent's frames then leaves it the one it stands for.
        if self._first:
            self._context.copy_(latents[:, :, :1].detach())
        known = torch.cat([self._context, latents], dim=2)
        self._context.copy_(latents[:, :, -1:].detach())
        edges = WholeClip(causal=self._network.config.decoder_causal, first=self._first)
        frames = self._decoder(self._network.denormalise(known), edges)
        self._first = False
        return frames[:, self._network.config.frames_per_latent :]

    def finish(self) -> Tensor:
        self.reset()
        return self._nothing

    def tensors(self) -> Iterator[Tensor]:
        yield self._context

    def reset(self) -> None:
        self._first = True
