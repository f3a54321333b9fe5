"""Bidirectional flow matching on short pairs: one chunk is the whole clip, and all frames see each other.

One noise level a sample, logit-normal and shifted; plain squared error of the velocity. The source is clean and never
dropped, the prompt for ``caption_drop`` of the samples, which makes guidance possible. The result is the teacher of the
later stages: real score, start of the fake score, start of the causal model.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.training.latent_pairs import LatentPairs
from sanacam.model.training.latents import decode_clip, encode_clip
from sanacam.model.training.noise import at_level, draw_bidirectional_sigma, fresh_noise, static_noise
from sanacam.model.training.prompt_drop import drop_prompts
from sanacam.model.training.stage import Stage, load_average
from sanacam.model.training.stages.context import Context
from sanacam.model.training.stages.transformers import bidirectional_config, make_transformer
from sanacam.model.training.trajectory import euler_trajectory
from sanacam.model.vae.codec import VideoVAE

_STATIC_SHARE = 0.5


class BidirectionalStage(Stage):
    """Trains ``dit``."""

    def __init__(self, context: Context, vae: VideoVAE, start: Path | None = None) -> None:
        self.context, self.config, self.vae = context, context.config, vae
        self.pairs = LatentPairs(context, vae)
        self.dit = make_transformer(context, bidirectional_config(context), start)
        self.trained: dict[str, nn.Module] = {"dit": self.dit}

    def prepare(self, step: int) -> None:
        self.pairs.prepare(step)

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        batch = self.pairs.draw(step, part)
        target, chance, device = batch.target, self.context.pairs, self.context.ranks.device
        noise = fresh_noise(target.shape, chance.device, device)
        # Where the generator begins with static noise, the teacher has to make trajectories from it too.
        static = self.config.stream.noise == "static" and torch.rand((), generator=chance.cpu) < _STATIC_SHARE
        if static:
            noise = static_noise(target.shape, chance.device, device)
        sigma = draw_bidirectional_sigma(len(target), chance.cpu).to(device)
        dropped = torch.rand(len(target), generator=chance.cpu) < self.config.caption_drop
        text, mask = drop_prompts(batch.text, batch.mask, dropped.to(device))
        scales = self.config.position_scales
        scale = scales[int(torch.randint(len(scales), (), generator=chance.cpu))]
        with self.context.autocast():
            velocity = self.dit(
                at_level(target, noise, sigma), batch.source, sigma * 1000, text, mask, position_scale=scale
            )
        return F.mse_loss(velocity.float(), noise - target), {}

    @torch.no_grad()
    def sheet(self, path: Path, step: int) -> None:
        """Source, target and the edit after several Euler steps."""
        chance = self.context.pairs
        chance.seed(-1)
        pairs = chance.draw(self.config.groups, self.config.groups)
        text, mask = self.context.prompts.batch(pairs.prompts)
        with self.context.autocast():
            source = encode_clip(self.vae, pairs.source)
            noise = fresh_noise(source.shape, chance.device, self.context.ranks.device)
            levels = (1.0, *(1 - i / 8 for i in range(1, 8)), 0.0)
            edited = euler_trajectory(self.dit, noise, source, text, mask, levels, guidance=1.0)[-1]
            picture = decode_clip(self.vae, edited)
        self.context.save_sheet(path, [pairs.source[:, -1], pairs.target[:, -1], picture[:, -1]])

    def finish(self, ema: dict[str, Tensor]) -> None:
        load_average(self.trained, ema)
