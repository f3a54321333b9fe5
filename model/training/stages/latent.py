"""Stage 2: the diffusion transformer learns edits by flow matching on latents of the frozen autoencoder.

``x_σ = (1 − σ) x0 + σ ε``, target velocity ``ε − x0`` (SANA-Streaming uses the same convention). Whole clips run in
one parallel pass that equals streaming them chunk by chunk. Noise is mostly *static*, one field for all frames of a
clip, as at inference.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.training.checkpoint import load_slim
from sanacam.model.training.sheet import save_rows
from sanacam.model.training.stages.context import Context
from sanacam.model.vae import MiniVAE, MiniVAEConfig

FLOW_SHIFT = 3.0
POSITION_SCALES = (1.0, 1.0, 0.5, 0.25)


def static_noise(shape: torch.Size, generator: torch.Generator, device: torch.device) -> Tensor:
    """(B, C, T, h, w) noise that is the same for all T frames of a sample."""
    first = torch.randn((*shape[:2], 1, *shape[3:]), generator=generator, device=device)
    return first.expand(shape)


def draw_sigma(batch: int, frames: int, generator: torch.Generator) -> Tensor:
    """(B, T) noise levels. Half of the samples are pure noise, a quarter share one level over time, a quarter draw
    one for each frame; an eighth of those single frames are clean and stand for finished history."""
    uniform = torch.rand(batch, frames, generator=generator)
    kind = torch.rand(batch, 1, generator=generator)
    shared = uniform[:, :1].expand(-1, frames)
    base = torch.where(kind < 0.75, shared, uniform)
    sigma = FLOW_SHIFT * base / (1 + (FLOW_SHIFT - 1) * base)
    clean = (torch.rand(batch, frames, generator=generator) < 0.125) & (kind >= 0.75)
    sigma = torch.where(clean, torch.zeros_like(sigma), sigma)
    return torch.where(kind < 0.5, torch.ones_like(sigma), sigma)


@dataclass
class LatentBank:
    """Ring buffer of encoded pairs on the device: source, target (N, C, T, h, w) bf16 and prompt rows (N,)."""

    source: Tensor
    target: Tensor
    prompts: Tensor
    cursor: int = 0

    def put(self, source: Tensor, target: Tensor, prompts: Tensor) -> None:
        rows = (torch.arange(len(prompts)) + self.cursor) % len(self.prompts)
        self.cursor = (self.cursor + len(prompts)) % len(self.prompts)
        rows = rows.to(self.prompts.device)
        self.source[rows] = source.to(self.source.dtype)
        self.target[rows] = target.to(self.target.dtype)
        self.prompts[rows] = prompts


class LatentStage:
    """Trains ``dit`` on latents; the bank's contents at any step follow from the step, so a resumed run rebuilds them
    exactly."""

    def __init__(self, context: Context, vae: MiniVAE, start: Path | None = None) -> None:
        self.context, self.config, self.vae = context, context.config, vae.eval().requires_grad_(False)
        torch.manual_seed(self.config.seed)
        device = context.ranks.device
        dit = HybridDiT(DiTConfig.from_dict(self.config.dit))
        if start is not None:
            load_slim(start, dit)
        self.dit = dit.to(device)
        self.trained: dict[str, nn.Module] = {"dit": self.dit}
        latent_frames = self.config.frames // vae.frames_per_latent
        shape = (
            self.config.bank_pairs,
            vae.latent_channels,
            latent_frames,
            self.config.height // vae.spatial_stride,
            self.config.width // vae.spatial_stride,
        )
        store = torch.bfloat16 if device.type == "cuda" else torch.float32
        self.bank = LatentBank(
            torch.empty(shape, dtype=store, device=device),
            torch.empty(shape, dtype=store, device=device),
            torch.zeros(self.config.bank_pairs, dtype=torch.long, device=device),
        )
        self.chunks = [1] * latent_frames
        if self.config.compile:
            vae.encoder.compile()
            self.dit.compile_blocks()

    @torch.no_grad()
    def _refresh(self, step: int) -> None:
        """Replaces the ``bank_refresh`` oldest pairs; which ones and by what depends on ``step`` alone."""
        self.context.pairs.seed(2**30 + step)
        pairs = self.context.pairs.draw(self.config.bank_refresh, self.config.groups)
        with self.context.autocast():
            encoded = []
            for frames in (pairs.source, pairs.target):
                state = self.vae.new_state(len(frames), self.config.height, self.config.width)
                encoded.append(self.vae.encode(frames, state))
        self.bank.cursor = (step * self.config.bank_refresh) % self.config.bank_pairs
        self.bank.put(encoded[0], encoded[1], pairs.prompts)

    def prepare(self, step: int) -> None:
        rounds = self.config.bank_pairs // self.config.bank_refresh
        for earlier in range(step - rounds, step):
            self._refresh(earlier)

    def loss(self, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        self._refresh(step)
        pairs, config, device = self.context.pairs, self.config, self.context.ranks.device
        pairs.seed(step)
        rows = torch.randint(config.bank_pairs, (config.batch,), generator=pairs.cpu).to(device)
        source, target = self.bank.source[rows].float(), self.bank.target[rows].float()
        text, mask = self.context.prompts.batch(self.bank.prompts[rows])
        noise = static_noise(target.shape, pairs.device, device)
        if torch.rand((), generator=pairs.cpu) < 0.25:
            noise = torch.randn(target.shape, generator=pairs.device, device=device)
        sigma = draw_sigma(config.batch, target.shape[2], pairs.cpu).to(device)
        level = sigma[:, None, :, None, None]
        noisy = torch.lerp(target, noise, level)
        scale = POSITION_SCALES[int(torch.randint(len(POSITION_SCALES), (), generator=pairs.cpu))]
        with self.context.autocast():
            velocity = self.dit(noisy, source, sigma * 1000, text, mask, chunks=self.chunks, position_scale=scale)
        error = (velocity.float() - (noise - target)).square().mean(dim=(1, 3, 4))
        counted = (sigma > 0).float()
        pure = (sigma == 1).float()
        loss = (error * counted).sum() / counted.sum()
        return loss, {"pure_noise": ((error * pure).sum() / pure.sum().clamp_min(1)).detach()}

    @torch.no_grad()
    def sheet(self, path: Path, step: int) -> None:
        """Source, target and one-step edit."""
        config, device = self.config, self.context.ranks.device
        self.context.pairs.seed(-1)
        pairs = self.context.pairs.draw(config.bank_refresh, config.groups)
        text, mask = self.context.prompts.batch(pairs.prompts)
        with self.context.autocast():
            state = self.vae.new_state(len(pairs.source), config.height, config.width)
            source = self.vae.encode(pairs.source, state).float()
            noise = static_noise(source.shape, self.context.pairs.device, device)
            sigma = torch.ones(source.shape[0], source.shape[2], device=device)
            velocity = self.dit(noise, source, sigma * 1000, text, mask, chunks=self.chunks)
            state.reset()
            picture = self.vae.decode(noise - velocity.float(), state)
        save_rows(path, [pairs.source[:, -1], pairs.target[:, -1], picture[:, -1]])

    def finish(self, ema: dict[str, Tensor]) -> None:
        self.dit.load_state_dict({k.removeprefix("dit."): t for k, t in ema.items()})


def load_vae(config: dict[str, int], path: Path, device: torch.device) -> MiniVAE:
    """The autoencoder of an earlier stage."""
    vae = MiniVAE(MiniVAEConfig(**config))
    load_slim(path, vae)
    return vae.to(device)
