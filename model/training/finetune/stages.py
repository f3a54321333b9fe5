"""The adapter's training steps: judged by the picture (embedded model), or by the velocity (larger ones)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.adapter.low_rank import AdapterFactors
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.falling_noise import falling_clips, with_falling
from sanacam.model.sampling import flow_schedule
from sanacam.model.training.config import StageConfig
from sanacam.model.training.finetune.footage import FootageSampler
from sanacam.model.training.latents import encode_clip, latent_length
from sanacam.model.training.losses import pixel_loss
from sanacam.model.training.noise import at_level, static_noise
from sanacam.model.training.parallel import Ranks
from sanacam.model.training.sheet import save_rows
from sanacam.model.training.stage import Stage, load_average
from sanacam.model.vae.codec import frame_timing
from sanacam.model.vae.mini import MiniVAE
from sanacam.model.zoo.bundle import ModelBundle

PictureLoss = Callable[[Tensor, Tensor, Tensor | None, torch.Generator], tuple[Tensor, dict[str, Tensor]]]
"""(shown, source, target, chance) → loss and its parts."""


class PairLoss:
    """The joint stage's pixel loss against the target."""

    def __init__(self, config: StageConfig, perceptual: LPIPS) -> None:
        self.config, self.perceptual = config, perceptual

    def __call__(
        self, shown: Tensor, source: Tensor, target: Tensor | None, chance: torch.Generator
    ) -> tuple[Tensor, dict[str, Tensor]]:
        assert target is not None
        return pixel_loss(shown, target, self.config, self.perceptual)


class AdapterStage(Stage):
    """Trains ``factors`` attached to a bundle's networks for one prompt; all else is frozen."""

    def __init__(
        self, config: StageConfig, ranks: Ranks, bundle: ModelBundle, factors: AdapterFactors, prompt: str,
        sampler: FootageSampler,
    ) -> None:  # fmt: skip
        self.config, self.ranks, self.bundle, self.sampler = config, ranks, bundle, sampler
        self.trained: dict[str, nn.Module] = {"adapter": factors}
        tokens, mask = bundle.text_encoder.encode(prompt)
        self._text, self._mask = tokens[None].to(ranks.device), mask[None].to(ranks.device)
        self.latent_frames = latent_length(bundle.vae, config.frames)

    def prepare(self, step: int) -> None:
        """Nothing to warm up."""

    def finish(self, ema: dict[str, Tensor]) -> None:
        load_average(self.trained, ema)

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """bf16 on CUDA, full precision on the CPU."""
        on_card = self.ranks.device.type == "cuda"
        return torch.autocast("cuda", torch.bfloat16) if on_card else contextlib.nullcontext()

    def text(self, batch: int) -> tuple[Tensor, Tensor]:
        """The prompt for every sample: (B, L, D), (B, L)."""
        return self._text.expand(batch, -1, -1), self._mask.expand(batch, -1)

    def seed(self, step: int, part: int) -> None:
        self.sampler.seed(step, self.ranks.shard(part))

    def sheet(self, path: Path, step: int) -> None:
        """Source and target of one batch; what the adapter makes of held-out clips is drawn by ``measure``."""
        self.seed(-1, 0)
        source, target = self.sampler.draw(self.config.batch)
        save_rows(path, [source[:, -1]] + ([] if target is None else [target[:, -1]]))


class PictureStage(AdapterStage):
    """One step from static noise, as the embedded model streams, decoded with the source at hand; the loss sees what a
    viewer would see."""

    def __init__(
        self, config: StageConfig, ranks: Ranks, bundle: ModelBundle, factors: AdapterFactors, prompt: str,
        sampler: FootageSampler, judge: PictureLoss,
    ) -> None:  # fmt: skip
        super().__init__(config, ranks, bundle, factors, prompt, sampler)
        assert isinstance(bundle.vae, MiniVAE)
        self.vae, self.judge = bundle.vae, judge

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        self.seed(step, part)
        source, target = self.sampler.draw(self.config.batch)
        shown = self.show(source)
        with self.autocast():
            return self.judge(shown, source, target, self.sampler.chance)

    def show(self, source: Tensor) -> Tensor:
        """The edit (B, T, 3, H, W) of clips from a stream's start."""
        batch, _, _, height, width = source.shape
        bundle, device = self.bundle, self.ranks.device
        text, mask = self.text(batch)
        with self.autocast():
            with torch.no_grad():
                latents = encode_clip(self.vae, source)
            chance = torch.Generator(device).manual_seed(self.sampler.chance.initial_seed())
            noise = static_noise(latents.shape, chance, device)
            if bundle.config.initial_noise == "falling":
                frames, rows, columns = latents.shape[2:]
                noise = with_falling(noise, falling_clips(batch, frames, rows, columns, chance, device))
            level = torch.full((batch,), 1000.0, device=device)
            chunks = [bundle.config.chunk_latents] * (latents.shape[2] // bundle.config.chunk_latents)
            velocity = bundle.dit(noise, latents, level, text, mask, chunks=chunks).float()
            beside = source if bundle.config.decoder_source else None
            return self.vae.decode(noise - velocity, self.vae.new_state(batch, height, width), beside)


class VelocityStage(AdapterStage):
    """Flow matching on latents at the noise levels that the model samples at, cut into its chunks: for models whose
    decoder is too large to be trained through. History is as noisy as the present here, while inference caches it
    clean."""

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        self.seed(step, part)
        bundle, device, chance = self.bundle, self.ranks.device, self.sampler.chance
        source, target = self.sampler.draw(self.config.batch)
        assert target is not None
        weights = bundle.dit.dtype
        with self.autocast():
            with torch.no_grad():
                latents, clean = (encode_clip(bundle.vae, clip.to(weights)) for clip in (source, target))
            noise = torch.randn(clean.shape, generator=chance).to(device)
            levels = flow_schedule(bundle.config.steps, bundle.config.flow_shift).sigmas[:-1]
            picked = torch.randint(len(levels), (len(clean),), generator=chance)
            sigma = torch.tensor(levels)[picked].to(device)
            text, mask = self.text(len(clean))
            noisy = at_level(clean, noise, sigma)
            velocity = bundle.dit(
                noisy.to(weights), latents.to(weights), 1000 * sigma, text, mask, chunks=self.chunks()
            )
        loss = (velocity.float() - (noise - clean)).square().mean()
        return loss, {}

    def chunks(self) -> list[int]:
        """Latent frames of each chunk, as in a stream; what is left over is a shorter last one."""
        config, left = self.bundle.config, self.latent_frames
        lengths: list[int] = []
        while left:
            wanted = config.chunk_latents if lengths else config.first_chunk_latents or config.chunk_latents
            lengths.append(min(wanted, left))
            left -= lengths[-1]
        return lengths


def training_frames(bundle: ModelBundle, chunks: int) -> int:
    """Pixel frames of so many whole chunks from a stream's start."""
    config = bundle.config
    latents = (config.first_chunk_latents or config.chunk_latents) + (chunks - 1) * config.chunk_latents
    return frame_timing(bundle.vae).covered(latents)
