"""Long source clips for streams: drawn, encoded once, and handed out window by window.

Only moving clips are used, each played to and fro where it is shorter than the stream. Which clip, which edit and which
wordings come at clip number n follows from (seed, shard, n).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.training.data.bank import SourceBank
from sanacam.model.training.data.sampler import ClipSampler, camera_noise
from sanacam.model.training.edits import EDITS
from sanacam.model.training.latents import encode_clip
from sanacam.model.training.stages.context import Context
from sanacam.model.vae.codec import VideoVAE, frame_timing

_CLIP_SEEDS = 2**29


@dataclass(frozen=True)
class LongClip:
    """A batch of streams' sources.

    Attributes:
        source: latents (B, C, T, h, w) fp32.
        prompts, inverse: rows of the prompt bank (B,); ``inverse`` asks for the edit's undoing, and is ``prompts``
            where nobody needs it.
        edits: names.
        position_scale: for all of it.
        noise_seed: of the field that static noise repeats all through the clip.
    """

    source: Tensor
    prompts: Tensor
    inverse: Tensor
    edits: list[str]
    position_scale: float
    noise_seed: int


class LongClips:
    """Draws :class:`LongClip` batches.

    Args:
        needs_inverse: every edit must have inverse wordings.

    Raises:
        UserError: no clip is as long as a window, no edit is left, or one that may be drawn has no inverse wording;
            named.
    """

    def __init__(self, context: Context, vae: VideoVAE, *, needs_inverse: bool) -> None:
        self.context, self.vae, self.needs_inverse = context, vae, needs_inverse
        config, timing = context.config, frame_timing(vae)
        frames, least = timing.wanted(config.stream.clip_latents), timing.wanted(config.stream.first_window)
        clips = [s for s in context.bank.sources if s.is_clip]
        short = [s.name for s in clips if s.frames.shape[0] < least]
        if short and context.ranks.leads:
            print(f"not used, shorter than a window of {least} frames: {', '.join(short)}", flush=True)
        long = [s for s in clips if s.frames.shape[0] >= least]
        if not long:
            raise UserError(
                f"No clip has the {least} frames of a window.", "Add longer clips, or lower first_window in [stream]."
            )
        size = (config.height, config.width)
        bank = SourceBank(tuple(long), context.bank.device)
        self._sampler = ClipSampler(bank, context.pairs.cpu, context.ranks.device, size, frames)
        masks = any(s.mask is not None for s in long)
        self._names = [n for n in context.pairs.names if masks or not EDITS[n].needs_mask]
        if not self._names:
            raise UserError(
                "No edit is left for the long clips.",
                "Use clips with person masks, or see family_weights, edit_weights and what the prompt bank knows.",
            )
        weights = dict(zip(context.pairs.names, context.pairs.weights.tolist(), strict=True))
        self._weights = torch.tensor([weights[n] for n in self._names])
        if needs_inverse:
            context.prompts.require_inverse(self._names)

    @torch.no_grad()
    def draw(self, number: int, part: int) -> LongClip:
        """Batch number ``number`` of one part's streams."""
        context, chance = self.context, self.context.pairs
        batch = context.config.batch
        chance.seed(_CLIP_SEEDS + number, part)
        drawn = torch.multinomial(self._weights, batch, replacement=True, generator=chance.cpu).tolist()
        edits = [self._names[i] for i in drawn]
        scales = context.config.position_scales
        scale = scales[int(torch.randint(len(scales), (), generator=chance.cpu))]
        noise_seed = int(torch.randint(2**62, (), generator=chance.cpu))
        latents = []
        for name in edits:
            # One at a time: the pixels of a long clip are large, and are not needed again.
            frames, _, _ = self._sampler.sample(1, people_only=EDITS[name].needs_mask)
            with context.autocast():
                latents.append(encode_clip(self.vae, camera_noise(frames, chance.cpu) * 2 - 1))
        prompts = context.prompts
        ids = torch.tensor([prompts.edits.index(name) for name in edits]).to(prompts.device)
        rows = prompts.draw(ids, chance.device)
        inverse = prompts.draw(ids, chance.device, "inverse") if self.needs_inverse else rows
        return LongClip(torch.cat(latents), rows, inverse, edits, scale, noise_seed)
