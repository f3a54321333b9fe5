"""What the VAE keeps of stylised pictures when it can't lean on the source: encode(teacher) → decode(source=None)."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor

from sanacam.model.evaluation.clips import Clip
from sanacam.model.evaluation.metrics import Perceptual, perceptual_mean, psnr
from sanacam.model.evaluation.teachers import Teachers


class VAE(Protocol):
    """The part of a video VAE that is needed here (see the contract in docs/architecture.md)."""

    frames_per_latent: int

    def new_state(self, batch: int, height: int, width: int, device: Any = None, dtype: Any = None) -> Any: ...

    def encode(self, frames: Tensor, state: Any) -> Tensor: ...

    def decode(self, latents: Tensor, state: Any, source: Tensor | None = None) -> Tensor: ...

    def parameters(self) -> Any: ...


@torch.no_grad()
def round_trip(vae: VAE, frames: Tensor) -> Tensor:
    """(T, 3, H, W) in 0…1 → what comes back, clamped to 0…1, T cut to whole latents. One stream with fresh state."""
    weight = next(iter(vae.parameters()))
    frames = frames[: len(frames) // vae.frames_per_latent * vae.frames_per_latent]
    video = (frames * 2 - 1).to(weight.device, weight.dtype).unsqueeze(0)
    height, width = video.shape[-2:]
    state = vae.new_state(1, height, width, weight.device, weight.dtype)
    return (vae.decode(vae.encode(video, state), state)[0].float() + 1).div(2).clamp(0, 1).to(frames.device)


def vae_on_clip(
    vae: VAE, teachers: Teachers, perceptual: Perceptual, lpips_every: int = 1
) -> dict[str, tuple[float, float]]:
    """(PSNR in dB, LPIPS) of the round trip of every teacher of one clip."""
    result = {}
    for name in teachers.names:
        target = teachers.of(name)
        back = round_trip(vae, target)
        target = target[: len(back)]
        result[name] = (psnr(back, target), perceptual_mean(perceptual, back[::lpips_every], target[::lpips_every]))
    return result


def vae_summary(rows: list[dict[str, tuple[float, float]]]) -> dict[str, Any]:
    """Means over clips, and of those over edits: ``{"psnr", "lpips", "edits": {name: {"psnr", "lpips"}}}``."""
    names = dict.fromkeys(name for row in rows for name in row)
    edits = {}
    for name in names:
        values = torch.tensor([row[name] for row in rows if name in row], dtype=torch.float64).mean(dim=0)
        edits[name] = {"psnr": float(values[0]), "lpips": float(values[1])}
    count = max(1, len(edits))
    total = {key: sum(e[key] for e in edits.values()) / count for key in ("psnr", "lpips")}
    return {**total, "edits": edits}


def vae_on_targets(
    vae: VAE, clips: list[Clip], edits: list[str], lpips: Perceptual, lpips_every: int = 1
) -> dict[str, Any]:
    """The VAE bar on a bare VAE: see :func:`vae_summary` for what it gives. Runs where the VAE's weights are.

    Sizes of the clips must be multiples of the VAE's stride.
    """
    device = next(iter(vae.parameters())).device
    return vae_summary([vae_on_clip(vae, Teachers(clip, edits, device), lpips, lpips_every) for clip in clips])
