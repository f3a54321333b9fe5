"""Causal flow matching: the transformer learns to edit chunk by chunk, on latents of the frozen autoencoder.

Whole clips run in one parallel pass that equals streaming them chunk by chunk, each frame at its own noise level (one
of them clean: finished history). Started from ``bidirectional`` weights, this is the conversion to a causal model.
Noise is mostly *static*, one field for all frames of a clip, where the model begins with such noise at inference;
always *falling* where it begins with that.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.training.latent_pairs import LatentPairs
from sanacam.model.training.latents import decode_clip, encode_clip
from sanacam.model.training.noise import at_level, draw_sigma, fresh_noise, pair_noise
from sanacam.model.training.stage import Stage, load_average
from sanacam.model.training.stages.context import Context
from sanacam.model.training.stages.transformers import make_transformer, streaming_config
from sanacam.model.vae.codec import VideoVAE

_FRESH_SHARE = 0.25


def whole_chunks(context: Context, frames: int) -> list[int]:
    """A clip of ``frames`` latent frames as the model's chunks; the last one may be shorter."""
    stream = context.config.stream
    lengths = [min(stream.first_chunk_latents or stream.chunk_latents, frames)]
    while sum(lengths) < frames:
        lengths.append(min(stream.chunk_latents, frames - sum(lengths)))
    return lengths


class LatentStage(Stage):
    """Trains ``dit``."""

    def __init__(self, context: Context, vae: VideoVAE, start: Path | None = None) -> None:
        self.context, self.config, self.vae = context, context.config, vae
        self.pairs = LatentPairs(context, vae)
        self.dit = make_transformer(context, streaming_config(context), start)
        self.trained: dict[str, nn.Module] = {"dit": self.dit}
        self.chunks = whole_chunks(context, self.pairs.frames)

    def prepare(self, step: int) -> None:
        self.pairs.prepare(step)

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        batch = self.pairs.draw(step, part)
        target, chance, device = batch.target, self.context.pairs, self.context.ranks.device
        noise = pair_noise(self.config.stream, target.shape, batch.falling, chance.device, device)
        if batch.falling is None and torch.rand((), generator=chance.cpu) < _FRESH_SHARE:
            noise = fresh_noise(target.shape, chance.device, device)
        sigma = draw_sigma(len(target), target.shape[2], chance.cpu).to(device)
        scales = self.config.position_scales
        scale = scales[int(torch.randint(len(scales), (), generator=chance.cpu))]
        with self.context.autocast():
            velocity = self.dit(
                at_level(target, noise, sigma), batch.source, sigma * 1000, batch.text, batch.mask,
                chunks=self.chunks, position_scale=scale,
            )  # fmt: skip
        error = (velocity.float() - (noise - target)).square().mean(dim=(1, 3, 4))
        counted = (sigma > 0).float()
        pure = (sigma == 1).float()
        loss = (error * counted).sum() / counted.sum()
        return loss, {"pure_noise": ((error * pure).sum() / pure.sum().clamp_min(1)).detach()}

    @torch.no_grad()
    def sheet(self, path: Path, step: int) -> None:
        """Source, target and one-step edit."""
        chance, device = self.context.pairs, self.context.ranks.device
        chance.seed(-1)
        pairs = chance.draw(self.config.groups, self.config.groups)
        text, mask = self.context.prompts.batch(pairs.prompts)
        with self.context.autocast():
            source = encode_clip(self.vae, pairs.source)
            noise = pair_noise(self.config.stream, source.shape, pairs.falling, chance.device, device)
            velocity = self.dit(
                noise, source, torch.full((len(source),), 1000.0, device=device), text, mask, chunks=self.chunks
            )
            picture = decode_clip(self.vae, noise - velocity.float())
        self.context.save_sheet(path, [pairs.source[:, -1], pairs.target[:, -1], picture[:, -1]])

    def finish(self, ema: dict[str, Tensor]) -> None:
        load_average(self.trained, ema)
