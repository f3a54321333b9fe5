"""Decode mode ``causal``: every latent once, with the convolutions' history. No look-ahead, no blending, no seams.

Meant for weights trained with a causal decoder; the public LTX-2 decoder is not (its config says ``decoder_causal:
false``), so its pictures suffer here.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from sanacam.model.vae.ltx2.causal_encode import LATENTS_AT_ONCE
from sanacam.model.vae.ltx2.network import Ltx2Network
from sanacam.model.vae.streams import StreamShape


class CausalDecodeStream:
    """Equal to the causal decode of the whole clip, for any split into whole latents, to rounding.

    Memory: two input frames of every convolution.
    """

    lookahead_latents = 0

    def __init__(self, network: Ltx2Network, shape: StreamShape) -> None:
        if network.decoder is None:
            raise ValueError("the network was built without its decoder")
        self._network = network
        self._decoder = network.decoder
        self._histories = self._decoder.new_histories(shape)
        self._nothing = shape.no_frames(network.config.out_channels)

    def push(self, latents: Tensor) -> Tensor:
        if not latents.shape[2]:
            return self._nothing
        frames = []
        for part in latents.split(LATENTS_AT_ONCE, dim=2):
            frames.append(self._decoder(self._network.denormalise(part), self._histories))
            self._histories.advance()
        return torch.cat(frames, dim=1)

    def finish(self) -> Tensor:
        self.reset()
        return self._nothing

    def tensors(self) -> Iterator[Tensor]:
        yield from self._histories.frames

    def reset(self) -> None:
        self._histories.reset()
