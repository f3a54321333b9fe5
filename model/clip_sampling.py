"""Sampler of the bidirectional model: DPM-Solver++ of second order with classifier-free guidance over a whole clip.

The update is that of DPM-Solver++(2M) (arXiv 2211.01095, algorithm 2) for the flow-matching path ``x = α x0 + σ ε``
with ``α = 1 − σ`` and ``λ = log(α / σ)``."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from sanacam.model.dit import HybridDiT, TextKV
from sanacam.model.sampling import TRAIN_STEPS, Schedule, shifted

CLIP_STEPS = 50
CLIP_GUIDANCE = 6.0
CLIP_FLOW_SHIFT = 8.0
CLIP_LATENTS = 11
"""Latent frames (81 pixel frames) of the clips that the bidirectional model was trained on."""
NEGATIVE_PROMPT = (
    "A chaotic sequence with misshapen, deformed limbs in heavy motion blur, sudden disappearance, jump cuts, jerky "
    "movements, rapid shot changes, frames out of sync, inconsistent character shapes, temporal artifacts, jitter, and "
    "ghosting effects, creating a disorienting visual experience."
)
"""The released default; encoded without the system prefix."""
SMALLEST_TIME = 0.001
Velocity = Callable[[Tensor, float], Tensor]
"""Velocity of latents x at a timestep in 0…1000."""


def dpm_schedule(steps: int = CLIP_STEPS, flow_shift: float = CLIP_FLOW_SHIFT) -> Schedule:
    """``σ = shift · s / (1 + (shift − 1) s)`` on an even grid of ``s`` from 0.999 down to exactly 0.

    The first σ is a little under 1, so that λ is finite.

    Raises:
        ValueError: for fewer than one step.
    """
    if steps < 1:
        raise ValueError(f"at least one step is needed, got {steps}")
    grid = ((1.0 - SMALLEST_TIME) * (steps - i) / steps for i in range(steps + 1))
    sigmas = tuple(shifted(s, flow_shift) for s in grid)
    return Schedule(tuple(TRAIN_STEPS * sigma for sigma in sigmas[:-1]), sigmas)


def log_snr(sigma: float) -> float:
    """``λ = log((1 − σ) / σ)``, half the log signal-to-noise ratio; infinite at σ = 0."""
    return math.inf if sigma == 0.0 else math.log((1.0 - sigma) / sigma)


def dpm_solve(velocity: Velocity, noise: Tensor, schedule: Schedule) -> Tensor:
    """Integrate from the first σ of a schedule to the last.

    With ``h = λ_{i+1} − λ_i``, the prediction ``D_i = x − σ v`` of the clean latents and ``r = h_{i−1} / h_i``:
    ``x ← (σ_{i+1} / σ_i) x + α_{i+1} (1 − e^{−h}) (D_i + (D_i − D_{i−1}) / 2r)``. The first and the last step are of
    first order (without the difference).

    Args:
        noise: latents at the first σ, (B, C, T, h, w); computation is in fp32 or better.

    Returns:
        Latents at the last σ.
    """
    x = noise if noise.dtype == torch.float64 else noise.float()
    sigmas, last = schedule.sigmas, len(schedule.timesteps) - 1
    before: Tensor | None = None
    h_before = 0.0
    for i, timestep in enumerate(schedule.timesteps):
        sigma, sigma_next = sigmas[i], sigmas[i + 1]
        clean = x - sigma * velocity(x, timestep).to(x.dtype)
        h = log_snr(sigma_next) - log_snr(sigma)
        aim = clean
        if before is not None and i < last:
            aim = clean + (clean - before) * (0.5 * h / h_before)
        x = (sigma_next / sigma) * x - ((1.0 - sigma_next) * math.expm1(-h)) * aim
        before, h_before = clean, h
    return x


@torch.inference_mode()
def sample_clip(
    dit: HybridDiT,
    noise: Tensor,
    source: Tensor,
    text: TextKV,
    negative: TextKV | None = None,
    *,
    steps: int = CLIP_STEPS,
    guidance: float = CLIP_GUIDANCE,
    flow_shift: float = CLIP_FLOW_SHIFT,
    position_scale: float = 1.0,
    known: Tensor | None = None,
    on_step: Callable[[int, int], None] | None = None,
) -> Tensor:
    """Edit a whole clip at once, every frame seeing every other.

    Guidance ``v = v_n + guidance · (v_p − v_n)`` uses each prompt with its own mask and runs the two one after the
    other: on a clip's tokens that is as fast as both in one batch and needs half the memory.

    Args:
        dit: a network made for clips (:meth:`DiTConfig.sana_bidirectional_2b`).
        noise: (B, C, T, h, w), N(0, 1).
        source: source latents of the same frames.
        text, negative: what to do and what to avoid; ``negative`` may be ``None`` at guidance 1.
        known: clean latents (B, C, k, h, w) of the first k frames, which are not to change: the sampler goes through
            ``(1 − σ) known + σ noise`` there, and the other frames are edited to follow on.
        on_step: called with steps done and their number after each; an exception raised there ends the sampling.

    Returns:
        Clean latents, fp32.

    Raises:
        ValueError: guidance other than 1 without a negative prompt, or fewer than one step.
    """
    schedule = dpm_schedule(steps, flow_shift)
    fixed = 0 if known is None else known.shape[2]
    if guidance != 1.0 and negative is None:
        raise ValueError("guidance needs a negative prompt")
    done = 0

    def predict(x: Tensor, prompt: TextKV, timestep: Tensor) -> Tensor:
        return dit(x, source, timestep, prompt, position_scale=position_scale).float()

    def velocity(x: Tensor, timestep: float) -> Tensor:
        nonlocal done
        times = torch.full((x.shape[0],), timestep, device=x.device)
        wanted = predict(x, text, times)
        if negative is not None and guidance != 1.0:
            wanted = torch.lerp(predict(x, negative, times), wanted, guidance)
        if known is not None:
            # The solver is exact for a constant prediction of the clean latents.
            wanted[:, :, :fixed] = (x[:, :, :fixed] - known) * (TRAIN_STEPS / timestep)
        done += 1
        if on_step is not None:
            on_step(done, steps)
        return wanted

    return dpm_solve(velocity, noise, schedule)
