"""What a policy costs in quality: calibration streams in the network's own format and in the policy's, same noise.

Shipped clips are played to and fro for as long as asked, each with a shipped prompt. Measured against the unquantised
stream, as the paper does (table 4): the relative RMSE of the edited latents, divided by the spread of the unquantised
ones, and LPIPS of the decoded pictures; and for drift the first and the last quarter of the latents apart.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

import torch
from torch import Tensor

from sanacam.kernels.quantize_formats import Format
from sanacam.model.dit import HybridDiT
from sanacam.model.evaluation.clips import Clip, choose_clips, find_clips, load_clip
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.evaluation.streaming import to_pixels
from sanacam.model.initial_noise import InitialNoise
from sanacam.model.pixels import Pixels, pictures_to_tensor
from sanacam.model.quantisation.network import restore
from sanacam.model.quantisation.observe import observe_peaks
from sanacam.model.sampling import flow_schedule, sample_chunk
from sanacam.model.vae.codec import frame_timing, open_codec, stream_size
from sanacam.model.zoo.bundle import ModelBundle

LPIPS_EVERY = 4
"""One in so many frames is compared by LPIPS."""
Exchange = Callable[[HybridDiT, Mapping[str, Format]], None]
"""Puts a network into formats: `emulate` or `run_natively`."""


@dataclass(frozen=True)
class Amount:
    """How much is streamed.

    Attributes:
        clips, prompts: clips, and prompts for each of them.
        seconds: length of a stream at the model's frame rate.
        size: (width, height).
        clip_frames: frames that are taken of a clip.
    """

    clips: int = 2
    prompts: int = 1
    seconds: float = 30.0
    size: tuple[int, int] = (320, 176)
    clip_frames: int = 48


@dataclass(frozen=True)
class Quality:
    """Distance from the unquantised streams; 0 is equal.

    Attributes:
        rmse: of all latents, relative. rmse_first, rmse_last: of the first and the last quarter of each stream.
        lpips: mean over the compared frames.
    """

    rmse: float
    rmse_first: float
    rmse_last: float
    lpips: float

    def to_dict(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True)
class StreamedClip:
    """Edited latents (1, C, T, h, w) fp32 and every :data:`LPIPS_EVERY`-th picture (N, 3, H, W) in −1…1, bf16."""

    latents: Tensor
    pictures: Tensor


def shipped_prompts() -> list[str]:
    """Of the ready-made looks."""
    text = (files("sanacam.assets") / "presets" / "presets.json").read_text("utf-8")
    return [preset["prompt"] for preset in json.loads(text)["presets"]]


def calibration_clips(folder: Path, amount: Amount) -> list[Clip]:
    """
    Raises:
        UserError: no clips, or too short ones.
    """
    sources = choose_clips(find_clips(folder), amount.clips)
    return [load_clip(source, amount.size, amount.clip_frames) for source in sources]


class Calibration:
    """Streams that are run again for every policy.

    Args:
        bundle: its networks are on ``device`` already.
        clips: from :func:`calibration_clips`.
        prompts: go round over clips.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        device: torch.device,
        clips: Sequence[Clip],
        prompts: Sequence[str],
        amount: Amount,
        seed: int = 0,
    ) -> None:
        self.bundle, self.device, self.amount, self.seed = bundle, device, amount, seed
        self.schedule = flow_schedule(bundle.config.steps, bundle.config.flow_shift)
        pairs = [(clip, turn) for clip in clips for turn in range(amount.prompts)]
        self.streams = [
            (clip.name, to_pixels(clip.frames), prompts[place % len(prompts)]) for place, (clip, _) in enumerate(pairs)
        ]
        self._perceptual = LPIPS(device)
        self._plain: list[StreamedClip] = []

    @property
    def chunks(self) -> int:
        """Of one evaluation, all streams."""
        config, vae = self.bundle.config, self.bundle.vae
        frames = self.amount.seconds * config.native_fps
        return len(self.streams) * max(1, math.ceil(frames / (config.chunk_latents * vae.frames_per_latent)))

    def evaluate(
        self, formats: Mapping[str, Format], put_into: Exchange, tick: Callable[[], None] = lambda: None
    ) -> Quality:
        """Run all streams in these formats. ``tick`` is called after every chunk. Leaves the network as it was."""
        if not self._plain:
            restore(self.bundle.dit)
            self._plain = self._run(tick)
        put_into(self.bundle.dit, formats)
        try:
            return self._compare(self._run(tick))
        finally:
            restore(self.bundle.dit)

    def peaks(self, tick: Callable[[], None] = lambda: None) -> dict[str, float]:
        """Largest magnitudes that enter each layer in these streams."""
        return observe_peaks(self.bundle.dit, lambda: self._run(tick))

    @torch.inference_mode()
    def _run(self, tick: Callable[[], None]) -> list[StreamedClip]:
        return [self._stream(pictures, prompt, tick) for _, pictures, prompt in self.streams]

    def _stream(self, pictures: list[Pixels], prompt: str, tick: Callable[[], None]) -> StreamedClip:
        bundle, dit, vae, config = self.bundle, self.bundle.dit, self.bundle.vae, self.bundle.config
        padded, timing = stream_size(vae, *pictures[0].shape[:2]), frame_timing(vae)
        codec = open_codec(vae, *padded, self.device, dit.dtype, source_guided=config.decoder_source)
        first_chunk = config.first_chunk_latents or config.chunk_latents
        height, width = (side // vae.spatial_stride for side in padded)
        state = dit.new_state(1, height, width, config.chunk_latents, first_chunk_latents=first_chunk)
        scale = config.position_scale(*padded)
        tokens, mask = bundle.text_encoder.encode(prompt)
        text = dit.text_kv(tokens[None].to(self.device), mask[None].to(self.device))
        noise = InitialNoise(config.initial_noise, self.seed, self.device)
        once = [*pictures, *pictures[-2:0:-1]]
        latents: list[Tensor] = []
        shown: list[Tensor] = []
        seen = made = 0
        for _ in range(self.chunks // len(self.streams)):
            made += config.chunk_latents if made else first_chunk
            frames = [once[place % len(once)] for place in range(seen, timing.wanted(made))]
            seen += len(frames)
            source = codec.encode(pictures_to_tensor(frames, padded, self.device, dit.dtype))
            edited, _ = sample_chunk(
                dit, noise.draw(source.shape), source, text, state, self.schedule, config.cache, position_scale=scale
            )
            latents.append(edited)
            shown.append(codec.decode(edited.to(dit.dtype))[0, ::LPIPS_EVERY].bfloat16())
            tick()
        return StreamedClip(torch.cat(latents, 2), torch.cat(shown))

    @torch.inference_mode()
    def _compare(self, streamed: Sequence[StreamedClip]) -> Quality:
        whole, first, last, lpips = [], [], [], []
        for ours, plain in zip(streamed, self._plain, strict=True):
            error, spread = ours.latents - plain.latents, plain.latents.std()
            quarter = max(1, error.shape[2] // 4)
            whole.append(error.square().mean().sqrt() / spread)
            first.append(error[:, :, :quarter].square().mean().sqrt() / spread)
            last.append(error[:, :, -quarter:].square().mean().sqrt() / spread)
            for a, b in zip(ours.pictures.split(16), plain.pictures.split(16), strict=True):
                lpips.append(self._perceptual(a.float().clamp(-1, 1), b.float().clamp(-1, 1)))
        rmse, rmse_first, rmse_last = (float(torch.stack(values).mean()) for values in (whole, first, last))
        return Quality(rmse, rmse_first, rmse_last, float(torch.cat(lpips).mean()))
