"""Stage 1: the autoencoder learns edited and plain pictures, without ever seeing a source picture in its decoder."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.training.checkpoint import load_slim
from sanacam.model.training.latents import latent_length
from sanacam.model.training.losses import pixel_loss
from sanacam.model.training.sheet import save_rows
from sanacam.model.training.stage import Stage, load_average
from sanacam.model.training.stages.context import Context
from sanacam.model.vae import MiniVAE, MiniVAEConfig

_STATISTICS_BATCHES = 16


class VAEStage(Stage):
    """Reconstructs the targets of random edits (identity included, so plain pictures too)."""

    def __init__(self, context: Context, start: Path | None = None) -> None:
        self.context, self.config = context, context.config
        torch.manual_seed(self.config.seed)
        vae = MiniVAE(MiniVAEConfig(**self.config.vae))
        if start is not None:
            load_slim(start, vae)
            # Trained on raw latents; ``finish`` measures their statistics anew.
            vae.latents_mean.zero_()
            vae.latents_std.fill_(1.0)
        latent_length(vae, self.config.frames)
        self.vae = vae.to(context.ranks.device)
        self.trained: dict[str, nn.Module] = {"vae": self.vae}
        if self.config.compile:
            self.vae.encoder.compile()
            self.vae.decoder.compile()

    def prepare(self, step: int) -> None:
        """Nothing to warm up: every step's data depends on the step alone."""

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        pairs, config = self.context.pairs, self.config
        pairs.seed(step, part)
        frames = pairs.draw(config.batch, config.groups).target
        with self.context.autocast():
            state = self.vae.new_state(config.batch, config.height, config.width)
            latents = self.vae.encode(frames, state)
            level = config.latent_noise * torch.rand(
                config.batch, 1, 1, 1, 1, device=frames.device, generator=pairs.device
            )
            noise = torch.randn(latents.shape, device=frames.device, generator=pairs.device)
            picture = self.vae.decode(latents + level * noise, state)
            loss, parts = pixel_loss(picture, frames, config, self.context.perceptual)
        spread = latents.float().square().mean()
        return loss + 0.01 * (spread - 1).square(), {**parts, "z2": spread.detach()}

    @torch.no_grad()
    def sheet(self, path: Path, step: int) -> None:
        """Targets above, reconstructions below."""
        self.context.pairs.seed(-1)
        frames = self.context.pairs.draw(self.config.batch, self.config.groups).target
        with self.context.autocast():
            state = self.vae.new_state(self.config.batch, self.config.height, self.config.width)
            picture = self.vae.decode(self.vae.encode(frames, state), state)
        save_rows(path, [frames[:, -1], picture[:, -1]])

    @torch.no_grad()
    def finish(self, ema: dict[str, Tensor]) -> None:
        """Loads the averaged weights and measures the latents' statistics, which later stages and the runtime
        normalise by."""
        load_average(self.trained, ema)
        total = torch.zeros(self.vae.latent_channels, dtype=torch.float64, device=self.context.ranks.device)
        squares = total.clone()
        for index in range(_STATISTICS_BATCHES):
            self.context.pairs.seed(-2 - index)
            frames = self.context.pairs.draw(self.config.batch, self.config.groups).target
            with self.context.autocast():
                state = self.vae.new_state(self.config.batch, self.config.height, self.config.width)
                latents = self.vae.encode(frames, state).double()
            total += latents.mean(dim=(0, 2, 3, 4))
            squares += latents.square().mean(dim=(0, 2, 3, 4))
        mean = total / _STATISTICS_BATCHES
        self.vae.latents_mean.copy_(mean)
        self.vae.latents_std.copy_((squares / _STATISTICS_BATCHES - mean.square()).clamp_min(1e-6).sqrt())
        ema["vae.latents_mean"].copy_(self.vae.latents_mean)
        ema["vae.latents_std"].copy_(self.vae.latents_std)
