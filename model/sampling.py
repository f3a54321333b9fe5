"""Flow-matching sampler: from noise to an edited chunk of latents by a few Euler steps (SANA-Streaming, inference
section)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from sanacam.model.dit import HybridDiT, StreamState, TextKV

CacheMode = Literal["cache_pass", "denoise"]
"""What writes the stream state: an extra forward of the clean result at t = 0, or the last denoising forward itself."""

TRAIN_STEPS = 1000
LITERAL_TIMESTEPS: dict[int, tuple[float, ...]] = {4: (1000.0, 961.0, 893.0, 743.0), 2: (1000.0, 743.0), 1: (1000.0,)}
"""Few-step schedules that distillation fixed; flow shift does not touch them."""


@dataclass(frozen=True)
class Schedule:
    """Timesteps given to the network (0…1000) and noise levels σ, one longer and ending at 0."""

    timesteps: tuple[float, ...]
    sigmas: tuple[float, ...]


def flow_schedule(steps: int, flow_shift: float = 8.0) -> Schedule:
    """Schedule for a number of steps: the literal one for 1, 2 and 4, else the shifted flow-matching Euler schedule.

    ``σ' = shift · σ / (1 + (shift − 1) · σ)`` on an even grid from 1 down to the smallest σ that training shifts to.

    Raises:
        ValueError: for fewer than one step.
    """
    if steps < 1:
        raise ValueError(f"at least one step is needed, got {steps}")
    if steps in LITERAL_TIMESTEPS:
        timesteps = LITERAL_TIMESTEPS[steps]
        return Schedule(timesteps, (*(t / TRAIN_STEPS for t in timesteps), 0.0))
    smallest = shifted(1.0 / TRAIN_STEPS, flow_shift)
    sigmas = [shifted(1.0 + (smallest - 1.0) * i / (steps - 1), flow_shift) for i in range(steps)]
    return Schedule(tuple(TRAIN_STEPS * sigma for sigma in sigmas), (*sigmas, 0.0))


def initial_noise(shape: Sequence[int], seed: int, device: torch.device | str = "cpu") -> Tensor:
    """Noise N(0, 1) for latents (B, C, T, h, w), fp32. Drawn on the CPU, so that a seed means the same on every
    device."""
    return torch.randn(tuple(shape), generator=torch.Generator().manual_seed(seed)).to(device)


def euler_step(
    x: Tensor, velocity: Tensor, sigma: float, sigma_next: float, *, released_rounding: bool = False
) -> Tensor:
    """``x + (σ_next − σ) · v``.

    Args:
        x: fp32 latents.
        velocity: in the network's dtype.
        released_rounding: round as the released sampler does with a bf16 network: Δσ (fp32) is cast to the velocity's
            dtype, so is the product, and so is the sum. In bf16 the steps -0.039, -0.068, -0.15 and -0.743 become
            -0.0390625, -0.06787109375, -0.150390625 and -0.7421875. Without effect on an fp32 velocity.

    Returns:
        fp32.
    """
    if not released_rounding:
        return x + (sigma_next - sigma) * velocity.float()
    delta = (torch.tensor(sigma_next) - torch.tensor(sigma)).to(velocity.device, velocity.dtype)
    return (x + delta * velocity).to(velocity.dtype).float()


def shifted(sigma: float, flow_shift: float) -> float:
    """Flow shift of a noise level in 0…1."""
    return flow_shift * sigma / (1.0 + (flow_shift - 1.0) * sigma)


@dataclass(frozen=True)
class CacheCall:
    """Inputs of the forward that wrote the state, so that it can be repeated with another prompt."""

    x: Tensor
    source: Tensor
    timestep: float


def write_cache(dit: HybridDiT, call: CacheCall, text: TextKV, state: StreamState, position_scale: float = 1.0) -> None:
    """Run the state-writing forward alone and drop its output."""
    dit(
        call.x,
        call.source,
        _timestep(call.x, call.timestep),
        text,
        state=state,
        save=True,
        position_scale=position_scale,
    )


def sample_chunk(
    dit: HybridDiT,
    noise: Tensor,
    source: Tensor,
    text: TextKV,
    state: StreamState,
    schedule: Schedule,
    cache: CacheMode = "cache_pass",
    *,
    save: bool = True,
    position_scale: float = 1.0,
    released_rounding: bool = False,
) -> tuple[Tensor, CacheCall]:
    """Edit one chunk: deterministic Euler steps ``x ← x + (σ_next − σ) · v``, kept in fp32.

    Args:
        noise: initial latents (B, C, T, h, w) at σ = 1.
        source: source latents of the same frames.
        state: memory of the chunks before; read by every step, written once unless ``save`` is off (last chunk of a
            clip).
        released_rounding: see :func:`euler_step`.

    Returns:
        Clean latents (fp32) and the call that wrote (or would write) the state.
    """
    x = noise.float()
    last = len(schedule.timesteps) - 1
    call = CacheCall(x, source, 0.0)
    for step, timestep in enumerate(schedule.timesteps):
        write_now = save and cache == "denoise" and step == last
        velocity = dit(
            x, source, _timestep(x, timestep), text, state=state, save=write_now, position_scale=position_scale
        )
        call = CacheCall(x, source, timestep)
        sigma, sigma_next = schedule.sigmas[step], schedule.sigmas[step + 1]
        x = euler_step(x, velocity, sigma, sigma_next, released_rounding=released_rounding)
    if cache == "cache_pass":
        call = CacheCall(x, source, 0.0)
        if save:
            write_cache(dit, call, text, state, position_scale)
    return x, call


def _timestep(x: Tensor, value: float) -> Tensor:
    return torch.full((x.shape[0],), value, device=x.device)
