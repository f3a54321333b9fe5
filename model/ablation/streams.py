"""Streams in long pieces: the networks run over many chunks at once and give what chunk by chunk would give.

A model whose caches are written by its one denoising forward (``mini``) needs a single pass for any number of chunks
(``HybridDiT.forward(chunks=…)``), and its autoencoder does not mind how a stream is cut. So several streams of a
minute are measured in seconds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from sanacam.model.dit import HybridDiT
from sanacam.model.sampling import TRAIN_STEPS, initial_noise
from sanacam.model.training.stages.context import low_precision
from sanacam.model.vae import MiniVAE


@dataclass(frozen=True)
class Network:
    """A one-step streaming model.

    Attributes:
        alone: the decoder is not given the source.
    """

    dit: HybridDiT
    vae: MiniVAE
    alone: bool

    @property
    def device(self) -> torch.device:
        return self.vae.latents_mean.device


@torch.no_grad()
def edit_stream(network: Network, pieces: Iterable[Tensor], text: Tensor, mask: Tensor, seed: int) -> Iterator[Tensor]:
    """Edits a batch of streams, piece by piece, each beginning where the last one ended.

    Args:
        pieces: pictures (B, T, 3, H, W) in 0…1, T whole latents.
        text, mask: prompt features (B, L, D) and mask (B, L).
        seed: of the noise, one field for all frames and streams.

    Yields:
        Edited pictures (B, T, 3, H, W) in 0…1, as a screen shows them (8 bits).
    """
    dit, vae, device = network.dit, network.vae, network.device
    low = device.type == "cuda"
    coder = memory = noise = kv = None
    for frames in pieces:
        batch, _, _, height, width = frames.shape
        with low_precision("cuda") if low else contextlib.nullcontext():
            if coder is None:
                grid = (height // vae.spatial_stride, width // vae.spatial_stride)
                coder = vae.new_state(batch, height, width)
                memory = dit.new_state(batch, *grid, 1, dtype=torch.bfloat16 if low else torch.float32)
                noise = initial_noise((1, vae.latent_channels, 1, *grid), seed, device)
                kv = dit.text_kv(text.to(device), mask.to(device))
            assert noise is not None
            assert kv is not None
            source = frames * 2 - 1
            latents = vae.encode(source, coder).float()
            start = noise.expand(*latents.shape[:2], latents.shape[2], *latents.shape[3:])
            level = torch.full((batch,), float(TRAIN_STEPS), device=device)
            velocity = dit(start, latents, level, kv, state=memory, save=True, chunks=[1] * latents.shape[2]).float()
            shown = vae.decode(start - velocity, coder, None if network.alone else source)
        yield ((shown.float().clamp(-1, 1) + 1) * 127.5).round() / 255


def edit_clip(network: Network, clip: Tensor, text: Tensor, mask: Tensor, seed: int, piece: int) -> Tensor:
    """A short clip (B, T, 3, H, W) in 0…1 as a fresh stream, in pieces of ``piece`` latent frames."""
    pieces = clip.split(piece * network.vae.frames_per_latent, 1)
    return torch.cat(list(edit_stream(network, pieces, text, mask, seed)), 1)
