"""Flow-matching sampler: from noise to an edited chunk of latents by a few Euler steps (SANA-Streaming, inference
section)."""

from __future__ import annotations

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
) -> tuple[Tensor, CacheCall]:
    """Edit one chunk: deterministic Euler steps ``x ← x + (σ_next − σ) · v``, kept in fp32.

    Args:
        noise: initial latents (B, C, T, h, w) at σ = 1.
        source: source latents of the same frames.
        state: memory of the chunks before; read by every step, written once unless ``save`` is off (last chunk of a
            clip).

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
        x = x + (schedule.sigmas[step + 1] - schedule.sigmas[step]) * velocity.float()
    if cache == "cache_pass":
        call = CacheCall(x, source, 0.0)
        if save:
            write_cache(dit, call, text, state, position_scale)
    return x, call


def _timestep(x: Tensor, value: float) -> Tensor:
    return torch.full((x.shape[0],), value, device=x.device)
