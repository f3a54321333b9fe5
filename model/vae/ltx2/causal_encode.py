"""Streaming encode with the LTX-2 encoder: latent ``i`` is out as soon as frame ``8i`` is in."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from sanacam.model.vae.frame_groups import FrameGroups
from sanacam.model.vae.ltx2.network import Ltx2Network
from sanacam.model.vae.streams import StreamShape

FIRST_FRAMES = 1
"""Frames that the first latent of a stream stands for."""
LATENTS_AT_ONCE = 3
"""More in one call are no faster and need more memory; the result does not depend on it."""


class CausalEncodeStream:
    """Equal to encoding the whole clip, for any split of it, to rounding.

    Memory: two input frames of every convolution, and up to 7 picture frames that don't make a latent yet.
    """

    lookahead_frames = 0

    def __init__(self, network: Ltx2Network, shape: StreamShape) -> None:
        if network.encoder is None:
            raise ValueError("the network was built without its encoder")
        self._network = network
        self._encoder = network.encoder
        config = network.config
        group = config.frames_per_latent
        self._groups = FrameGroups(FIRST_FRAMES, group, shape)
        self._histories = self._encoder.new_histories(shape)
        self._grid = (shape.height // config.spatial_stride, shape.width // config.spatial_stride)

    def push(self, frames: Tensor) -> Tensor:
        return self._encode(self._groups.push(frames))

    def finish(self) -> Tensor:
        latents = self._encode(self._groups.finish())
        self.reset()
        return latents

    def tensors(self) -> Iterator[Tensor]:
        yield self._groups.waiting
        yield from self._histories.frames

    def reset(self) -> None:
        self._groups.reset()
        self._histories.reset()

    def _encode(self, frames: Tensor) -> Tensor:
        if not frames.shape[1]:
            return frames.new_empty(frames.shape[0], self._network.config.latent_channels, 0, *self._grid)
        # What exceeds whole groups is the first frame of a stream, which goes with the groups behind it.
        group = self._network.config.frames_per_latent
        lead, most = frames.shape[1] % group, LATENTS_AT_ONCE * group
        latents = []
        for part in (frames[:, : lead + most], *frames[:, lead + most :].split(most, dim=1)):
            if part.shape[1]:
                latents.append(self._network.normalise(self._encoder(part, self._histories)))
                self._histories.advance()
        return torch.cat(latents, dim=2)
