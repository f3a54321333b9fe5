"""Streaming with the tiny autoencoder. Any split of a stream gives the same result, to rounding."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from sanacam.model.vae.frame_groups import FrameGroups
from sanacam.model.vae.streams import StreamShape
from sanacam.model.vae.tiny.network import TinyNetwork


class TinyEncodeStream:
    """Latent ``i`` is made from frames up to ``8i + 7``, though it stands for frames ``8i − 7 … 8i``: the tiny encoder
    lags 7 frames behind the full one, and a clip of 8k + 1 frames needs :meth:`finish` for its last latent.

    Memory: one input frame of every memory block, and up to 7 picture frames that don't make a latent yet.
    """

    def __init__(self, network: TinyNetwork, shape: StreamShape) -> None:
        config = network.config
        group = config.frames_per_latent
        self.lookahead_frames = group - 1
        self._network = network
        self._groups = FrameGroups(group, group, shape)
        self._memories = network.encoder.new_memories(shape)
        self._grid = (shape.height // config.spatial_stride, shape.width // config.spatial_stride)

    def push(self, frames: Tensor) -> Tensor:
        return self._encode(self._groups.push(frames))

    def finish(self) -> Tensor:
        latents = self._encode(self._groups.finish())
        self.reset()
        return latents

    def tensors(self) -> Iterator[Tensor]:
        yield self._groups.waiting
        yield from self._memories.frames

    def reset(self) -> None:
        self._groups.reset()
        self._memories.reset()

    def _encode(self, frames: Tensor) -> Tensor:
        if not frames.shape[1]:
            return frames.new_empty(frames.shape[0], self._network.config.latent_channels, 0, *self._grid)
        return self._network.encode_frames(frames, self._memories)


class TinyDecodeStream:
    """Decode mode ``tiny``: a preview at a fraction of the cost, aligned like LTX-2's own decoder. The first 7 of the
    8 frames of a stream's first latent stand before its start and are dropped.

    Memory: one input frame of every memory block.
    """

    lookahead_latents = 0

    def __init__(self, network: TinyNetwork, shape: StreamShape) -> None:
        self._network = network
        self._memories = network.decoder.new_memories(shape)
        self._nothing = shape.no_frames()
        self._first = True

    def push(self, latents: Tensor) -> Tensor:
        if not latents.shape[2]:
            return self._nothing
        frames = self._network.decode_latents(latents, self._memories)
        before_start = self._network.config.frames_per_latent - 1 if self._first else 0
        self._first = False
        return frames[:, before_start:]

    def finish(self) -> Tensor:
        self.reset()
        return self._nothing

    def tensors(self) -> Iterator[Tensor]:
        yield from self._memories.frames

    def reset(self) -> None:
        self._memories.reset()
        self._first = True
