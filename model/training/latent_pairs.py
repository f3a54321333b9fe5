"""A bank of encoded pairs: what the stages in latent space draw their batches from.

Encoding costs more than a step, so each pair is used several times: a ring buffer of ``bank_pairs`` pairs of which
``bank_refresh`` are replaced each step. What it holds at any step follows from the step, so a resumed run rebuilds it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.falling_noise import CHANNELS
from sanacam.model.training.latents import encode_clip, latent_length
from sanacam.model.training.stages.context import Context
from sanacam.model.vae import MiniVAE
from sanacam.model.vae.codec import VideoVAE

_REFRESH_SEEDS = 2**30


@dataclass
class LatentBank:
    """Ring buffer of encoded pairs on the device: source, target (N, C, T, h, w), prompt rows (N,) and, where targets
    may be drawn by it, falling noise (N, 12, T, h, w)."""

    source: Tensor
    target: Tensor
    prompts: Tensor
    falling: Tensor | None = None
    cursor: int = 0

    def put(self, source: Tensor, target: Tensor, prompts: Tensor, falling: Tensor | None = None) -> None:
        rows = (torch.arange(len(prompts)) + self.cursor) % len(self.prompts)
        self.cursor = (self.cursor + len(prompts)) % len(self.prompts)
        rows = rows.to(self.prompts.device)
        self.source[rows] = source.to(self.source.dtype)
        self.target[rows] = target.to(self.target.dtype)
        self.prompts[rows] = prompts
        if self.falling is not None and falling is not None:
            self.falling[rows] = falling


@dataclass(frozen=True)
class LatentBatch:
    """Latents (B, C, T, h, w) fp32; prompt features (B, L, D) and mask (B, L); the targets' falling noise, if any."""

    source: Tensor
    target: Tensor
    text: Tensor
    mask: Tensor
    falling: Tensor | None = None


class LatentPairs:
    """One bank for each part of a step; bf16 on a CUDA card."""

    def __init__(self, context: Context, vae: VideoVAE) -> None:
        self.context, self.vae = context, vae.eval().requires_grad_(False)
        config, device = context.config, context.ranks.device
        if min(config.bank_pairs, config.bank_refresh) < 1:
            raise UserError("A stage in latent space needs bank_pairs and bank_refresh.", "See the shipped configs.")
        if config.bank_refresh % config.groups:
            raise UserError(f"bank_refresh ({config.bank_refresh}) must be a multiple of groups ({config.groups}).")
        self.frames = latent_length(vae, config.frames)
        stride = vae.spatial_stride
        shape = (
            config.bank_pairs, vae.latent_channels, self.frames, config.height // stride, config.width // stride,
        )  # fmt: skip
        store = torch.bfloat16 if device.type == "cuda" else torch.float32
        self.banks = [
            LatentBank(
                torch.empty(shape, dtype=store, device=device),
                torch.empty(shape, dtype=store, device=device),
                torch.zeros(config.bank_pairs, dtype=torch.long, device=device),
                torch.empty((shape[0], CHANNELS, *shape[2:]), device=device) if context.pairs.falls else None,
            )
            for _ in range(config.accumulate)
        ]
        if config.compile and isinstance(vae, MiniVAE):
            vae.encoder.compile()

    @torch.no_grad()
    def refresh(self, step: int, part: int) -> None:
        """Replaces the oldest pairs; which ones and by what depends on ``step`` alone."""
        config, pairs_of = self.context.config, self.context.pairs
        pairs_of.seed(_REFRESH_SEEDS + step, part)
        pairs = pairs_of.draw(config.bank_refresh, config.groups)
        with self.context.autocast():
            source, target = encode_clip(self.vae, pairs.source), encode_clip(self.vae, pairs.target)
        bank = self.banks[part]
        bank.cursor = (step * config.bank_refresh) % config.bank_pairs
        bank.put(source, target, pairs.prompts, pairs.falling)

    def prepare(self, step: int) -> None:
        """Fill the banks as they are before ``step``."""
        rounds = -(-self.context.config.bank_pairs // self.context.config.bank_refresh)
        for part in range(len(self.banks)):
            for earlier in range(step - rounds, step):
                self.refresh(earlier, part)

    def draw(self, step: int, part: int) -> LatentBatch:
        """A batch; the context's generators are then seeded for the rest of this part."""
        self.refresh(step, part)
        context, bank = self.context, self.banks[part]
        context.pairs.seed(step, part)
        rows = torch.randint(len(bank.prompts), (context.config.batch,), generator=context.pairs.cpu)
        rows = rows.to(context.ranks.device)
        text, mask = context.prompts.batch(bank.prompts[rows])
        falling = None if bank.falling is None else bank.falling[rows]
        return LatentBatch(bank.source[rows].float(), bank.target[rows].float(), text, mask, falling)
