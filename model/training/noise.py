"""Noise and noise levels of flow matching: ``x_σ = (1 − σ) x₀ + σ ε``, velocity ``ε − x₀``, timestep ``1000 σ``."""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.model.falling_noise import with_falling
from sanacam.model.sampling import TRAIN_STEPS, shifted
from sanacam.model.training.config import StreamTraining

FLOW_SHIFT = 3.0
LEAST_SCORE_STEP, LARGEST_SCORE_STEP = 20, 980
"""Noise levels between which scores are compared: near the ends one of them knows nothing."""


def static_noise(shape: torch.Size, generator: torch.Generator, device: torch.device) -> Tensor:
    """(B, C, T, h, w) noise that is the same for all T frames of a sample."""
    first = torch.randn((*shape[:2], 1, *shape[3:]), generator=generator, device=device)
    return first.expand(shape)


def fresh_noise(shape: torch.Size, generator: torch.Generator, device: torch.device) -> Tensor:
    """(B, C, T, h, w) noise that is new in every frame."""
    return torch.randn(shape, generator=generator, device=device)


def stream_noise(kind: StreamTraining, shape: torch.Size, generator: torch.Generator, device: torch.device) -> Tensor:
    """What a stream of this kind begins with, if that is not falling noise."""
    return (static_noise if kind.noise == "static" else fresh_noise)(shape, generator, device)


def pair_noise(
    kind: StreamTraining, shape: torch.Size, falling: Tensor | None, generator: torch.Generator, device: torch.device
) -> Tensor:
    """What the streams of a batch begin with, whose targets may have been drawn by ``falling`` (B, 12, T, h, w)."""
    if kind.noise != "falling":
        return stream_noise(kind, shape, generator, device)
    assert falling is not None
    return with_falling(static_noise(shape, generator, device), falling)


def at_level(clean: Tensor, noise: Tensor, sigma: Tensor | float) -> Tensor:
    """``(1 − σ) x₀ + σ ε`` for (B, C, T, h, w); σ is a number, (B,) or (B, T)."""
    return torch.lerp(clean, noise, spread(sigma)) if isinstance(sigma, Tensor) else torch.lerp(clean, noise, sigma)


def spread(sigma: Tensor) -> Tensor:
    """(B,) or (B, T) to a shape that multiplies (B, C, T, h, w)."""
    return sigma[:, None, None, None, None] if sigma.ndim == 1 else sigma[:, None, :, None, None]


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


def draw_bidirectional_sigma(batch: int, generator: torch.Generator) -> Tensor:
    """(B,) noise levels of bidirectional training: logit-normal, on the grid of 1000 steps, shifted by 3."""
    step = (torch.randn(batch, generator=generator).sigmoid() * TRAIN_STEPS).floor().clamp(max=TRAIN_STEPS - 1)
    base = step / (TRAIN_STEPS - 1) * (1 - 1 / TRAIN_STEPS)
    return FLOW_SHIFT * base / (1 + (FLOW_SHIFT - 1) * base)


def draw_score_sigma(batch: int, shift: float, generator: torch.Generator) -> Tensor:
    """(B,) noise levels at which scores are compared: a uniform step of 0…999, shifted, kept within 20…980."""
    step = torch.randint(TRAIN_STEPS, (batch,), generator=generator).tolist()
    levels = [TRAIN_STEPS * shifted(s / TRAIN_STEPS, shift) for s in step]
    return torch.tensor(levels).clamp(LEAST_SCORE_STEP, LARGEST_SCORE_STEP) / TRAIN_STEPS
