"""Stage 3: DiT and decoder together, judged by the picture; the encoder too if ``train_encoder`` says so.

One step from a stream's noise, as at inference, then the decoder, then the pixel loss. For ``source_drop`` of the
samples the decoder must draw the whole picture (for ``reconstruct`` of them from the target's true latents); for the
others it may reuse source pixels where its gate says so. Half of the steps look at the start of a stream, half at a
later stretch, whose first group only warms the decoder's state.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.dit import HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.training.config import POSITION_SCALES
from sanacam.model.training.losses import particle_match, picture_loss
from sanacam.model.training.noise import pair_noise
from sanacam.model.training.sheet import save_rows
from sanacam.model.training.stage import Stage, load_average
from sanacam.model.training.stages.context import Context
from sanacam.model.vae import MiniVAE
from sanacam.model.vae.source_mix import MAP_GATE, MAP_MOTION, mix_source

_DECODED = 5  # latent frames decoded a step


class JointStage(Stage):
    """Trains ``dit`` and ``vae`` (its decoder) by pixel loss plus a small latent loss."""

    def __init__(self, context: Context, vae: MiniVAE, dit: HybridDiT) -> None:
        self.context, self.config, self.vae, self.dit = context, context.config, vae, dit
        vae.encoder.requires_grad_(self.config.train_encoder)
        self.trained: dict[str, nn.Module] = {"dit": dit, "vae": vae}
        self.latent_frames = self.config.frames // vae.frames_per_latent
        if self.latent_frames < _DECODED:
            raise UserError(
                f"The joint stage needs at least {_DECODED} latent frames a sample, not {self.latent_frames}.",
                f"Set frames to {_DECODED * vae.frames_per_latent} or more.",
            )
        self.mix = mix_source
        if self.config.compile:
            vae.encoder.compile()
            vae.decoder.compile()
            dit.compile_blocks()
            self.mix = torch.compile(mix_source)

    def prepare(self, step: int) -> None:
        """Nothing to warm up: every step's data depends on the step alone."""

    def _encode(self, frames: Tensor) -> Tensor:
        state = self.vae.new_state(len(frames), self.config.height, self.config.width)
        with torch.set_grad_enabled(self.config.train_encoder and torch.is_grad_enabled()):
            return self.vae.encode(frames, state).float()

    def _share(self, share: float) -> Tensor:
        """(B, 1, 1, 1, 1) bool, true for about ``share`` of the samples."""
        chosen = torch.rand(self.config.batch, generator=self.context.pairs.cpu) < share
        return chosen.to(self.context.ranks.device).view(-1, 1, 1, 1, 1)

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        pairs_of, config, device = self.context.pairs, self.config, self.context.ranks.device
        pairs_of.seed(step, part)
        pairs = pairs_of.draw(config.batch, config.groups)
        text, mask = self.context.prompts.batch(pairs.prompts)
        scale = POSITION_SCALES[int(torch.randint(len(POSITION_SCALES), (), generator=pairs_of.cpu))]
        begin = 0 if torch.rand((), generator=pairs_of.cpu) < 0.5 else self.latent_frames - _DECODED
        with self.context.autocast():
            source, target = self._encode(pairs.source), self._encode(pairs.target)
            noise = pair_noise(config.stream, source.shape, pairs.falling, pairs_of.device, device)
            noise = noise + config.latent_noise * torch.randn(noise.shape, generator=pairs_of.device, device=device)
            sigma = torch.full((config.batch, self.latent_frames), 1000.0, device=device)
            velocity = self.dit(
                noise, source, sigma, text, mask, chunks=[1] * self.latent_frames, position_scale=scale
            ).float()
            edited = noise - velocity
            stretch = slice(begin, begin + _DECODED)
            state = self.vae.new_state(config.batch, config.height, config.width)
            # The encoder was never shown particles: its latents are no goal for what the noise has drawn.
            fallen = torch.tensor(pairs.fallen, device=device)
            solid = ~fallen.view(-1, 1, 1, 1, 1)
            rebuilt = self._share(config.reconstruct) & solid
            drawn = torch.where(rebuilt, target, edited)[:, :, stretch]
            raw = self.vae.denormalise(drawn.transpose(1, 2))
            picture, maps, _, _ = self.vae.decoder(raw, state.decoder, state.frames)
        first = 0 if begin == 0 else 4
        frames = slice(begin * 4 + first, (begin + _DECODED) * 4)
        beside = pairs.source[:, begin * 4 : (begin + _DECODED) * 4]
        shown = self.mix(picture, maps, beside, state.seam, self.vae.frames_per_latent)
        dropped = rebuilt | self._share(config.source_drop)
        shown = torch.where(dropped, picture.float(), shown)[:, first:]
        with self.context.autocast():
            wanted, bare = pairs.target[:, frames], pairs.bare[:, frames]
            loss, parts = picture_loss(shown, wanted, bare, fallen, config, self.context.perceptual)
        for name in sorted({name for name, falls in zip(pairs.edits, pairs.fallen, strict=True) if falls}):
            mine = [index for index, other in enumerate(pairs.edits) if other == name]
            parts[f"match_{name}"] = particle_match(shown[mine].detach().float(), wanted[mine], bare[mine])
        latent = (edited - target.detach()).square().mul(solid).mean()
        gate = torch.sigmoid(maps[:, MAP_GATE].detach().float()).mean()
        motion = maps[:, MAP_MOTION].detach().float().abs().mean()
        return loss + config.latent_loss * latent, {**parts, "latent": latent.detach(), "gate": gate, "motion": motion}

    @torch.no_grad()
    def sheet(self, path: Path, step: int) -> None:
        """Source, target, edit with the source at hand, edit drawn from latents alone."""
        config, device = self.config, self.context.ranks.device
        self.context.pairs.seed(-1)
        pairs = self.context.pairs.draw(config.batch, config.groups)
        text, mask = self.context.prompts.batch(pairs.prompts)
        with self.context.autocast():
            source = self._encode(pairs.source)
            noise = pair_noise(config.stream, source.shape, pairs.falling, self.context.pairs.device, device)
            sigma = torch.full((config.batch, self.latent_frames), 1000.0, device=device)
            edited = noise - self.dit(noise, source, sigma, text, mask, chunks=[1] * self.latent_frames).float()
            pictures = []
            for given in (pairs.source, None):
                state = self.vae.new_state(config.batch, config.height, config.width)
                pictures.append(self.vae.decode(edited, state, given))
        save_rows(path, [pairs.source[:, -1], pairs.target[:, -1], pictures[0][:, -1], pictures[1][:, -1]])

    def finish(self, ema: dict[str, Tensor]) -> None:
        load_average(self.trained, ema)
