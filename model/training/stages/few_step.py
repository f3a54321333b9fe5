"""Few-step initialisation: the causal model learns to jump along a bidirectional teacher's trajectories.

The teacher goes from noise to an edit by many Euler steps (with guidance). The student gets each chunk of that clip at
one of its own few noise levels, drawn chunk by chunk, and has to name the clean end: ``‖x_σ − σ v − x₀‖²``. Where the
caches come from a pass over clean latents, some chunks are clean and stand for finished history (no loss there).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.sampling import flow_schedule
from sanacam.model.training.latent_pairs import LatentPairs
from sanacam.model.training.latents import decode_clip, encode_clip
from sanacam.model.training.noise import FLOW_SHIFT, spread, stream_noise
from sanacam.model.training.stage import Stage, load_average
from sanacam.model.training.stages.context import Context
from sanacam.model.training.stages.latent import whole_chunks
from sanacam.model.training.stages.transformers import bidirectional_config, make_transformer, streaming_config
from sanacam.model.training.trajectory import euler_trajectory, merged_levels
from sanacam.model.vae.codec import VideoVAE

_CLEAN_SHARE = 0.25


class FewStepStage(Stage):
    """Trains ``dit``; the teacher is frozen."""

    def __init__(self, context: Context, vae: VideoVAE, start: Path, teacher: Path) -> None:
        self.context, self.config, self.vae = context, context.config, vae
        self.pairs = LatentPairs(context, vae)
        self.dit = make_transformer(context, streaming_config(context), start)
        self.teacher = make_transformer(context, bidirectional_config(context), teacher, trained=False)
        self.trained: dict[str, nn.Module] = {"dit": self.dit}
        self.chunks = whole_chunks(context, self.pairs.frames)
        stream = self.config.stream
        self.own = flow_schedule(stream.sampling_steps, FLOW_SHIFT).sigmas[:-1]
        self.levels = merged_levels(self.own, stream.teacher_steps, FLOW_SHIFT)

    def prepare(self, step: int) -> None:
        self.pairs.prepare(step)

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        batch = self.pairs.draw(step, part)
        chance, device = self.context.pairs, self.context.ranks.device
        noise = stream_noise(self.config.stream, batch.target.shape, chance.device, device)
        guidance = self.config.stream.guidance
        with self.context.autocast():
            states = euler_trajectory(
                self.teacher, noise, batch.source, batch.text, batch.mask, self.levels, guidance
            )  # fmt: skip
            clean = states[-1]
            choice = self._choose(len(clean), chance.cpu).to(device)
            offered = torch.stack([*(states[self.levels.index(sigma)] for sigma in self.own), clean])
            sigmas = torch.tensor([*self.own, 0.0], device=device)
            sigma = sigmas[choice]
            rows, frames = torch.arange(len(clean), device=device)[:, None], torch.arange(clean.shape[2], device=device)
            x = offered.permute(0, 1, 3, 2, 4, 5)[choice, rows, frames].transpose(1, 2)
            velocity = self.dit(x, batch.source, sigma * 1000, batch.text, batch.mask, chunks=self.chunks).float()
        named = x - spread(sigma) * velocity
        error = (named - clean).square().mean(dim=(1, 3, 4))
        counted = (sigma > 0).float()
        loss = (error * counted).sum() / counted.sum().clamp_min(1)
        return loss, {"teacher_error": (clean - batch.target).square().mean()}

    def _choose(self, batch: int, generator: torch.Generator) -> Tensor:
        """(B, T) index of each frame's level, the same within a chunk; the last index is clean history."""
        chunks = len(self.chunks)
        index = torch.randint(len(self.own), (batch, chunks), generator=generator)
        if self.config.stream.cache == "cache_pass":
            clean = torch.rand(batch, chunks, generator=generator) < _CLEAN_SHARE
            clean[:, -1] = False  # nothing follows that could read its history
            index = torch.where(clean, len(self.own), index)
        return index.repeat_interleave(torch.tensor(self.chunks), dim=1)

    @torch.no_grad()
    def sheet(self, path: Path, step: int) -> None:
        """Source, the teacher's edit, the student's in one step."""
        chance, device = self.context.pairs, self.context.ranks.device
        chance.seed(-1)
        pairs = chance.draw(self.config.groups, self.config.groups)
        text, mask = self.context.prompts.batch(pairs.prompts)
        guidance = self.config.stream.guidance
        with self.context.autocast():
            source = encode_clip(self.vae, pairs.source)
            noise = stream_noise(self.config.stream, source.shape, chance.device, device)
            taught = euler_trajectory(self.teacher, noise, source, text, mask, self.levels, guidance)[-1]
            timestep = torch.full((len(source),), 1000.0, device=device)
            named = noise - self.dit(noise, source, timestep, text, mask, chunks=self.chunks).float()
            pictures = [decode_clip(self.vae, latents)[:, -1] for latents in (taught, named)]
        self.context.save_sheet(path, [pairs.source[:, -1], *pictures])

    def finish(self, ema: dict[str, Tensor]) -> None:
        load_average(self.trained, ema)
