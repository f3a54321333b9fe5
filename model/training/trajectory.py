"""Trajectories of a bidirectional teacher: whole clips from noise to an edit by deterministic Euler steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

from sanacam.model.dit import HybridDiT
from sanacam.model.sampling import TRAIN_STEPS, shifted
from sanacam.model.training.prompt_drop import without_prompt


def guided_velocity(
    dit: HybridDiT, x: Tensor, source: Tensor, sigma: Tensor, text: Tensor, mask: Tensor, guidance: float,
    position_scale: float = 1.0,
) -> Tensor:  # fmt: skip
    """``v_u + s (v_c − v_u)`` in fp32 for whole clips (B, C, T, h, w); one pass where ``guidance`` s is 1.

    Args:
        sigma: (B,) noise levels 0…1.
    """
    timestep = sigma * TRAIN_STEPS
    with_prompt = dit(x, source, timestep, text, mask, position_scale=position_scale).float()
    if guidance == 1:
        return with_prompt
    plain = dit(x, source, timestep, *without_prompt(text, mask), position_scale=position_scale).float()
    return plain + guidance * (with_prompt - plain)


def merged_levels(wanted: Sequence[float], steps: int, flow_shift: float) -> tuple[float, ...]:
    """Noise levels of about ``steps`` Euler steps from 1 to 0 that pass through all ``wanted`` ones."""
    even = [shifted(1 - i / steps, flow_shift) for i in range(steps)]
    return (*sorted({*even, *(level for level in wanted if level > 0)}, reverse=True), 0.0)


@torch.no_grad()
def euler_trajectory(
    dit: HybridDiT, noise: Tensor, source: Tensor, text: Tensor, mask: Tensor, levels: Sequence[float],
    guidance: float, position_scale: float = 1.0,
) -> list[Tensor]:  # fmt: skip
    """The clip at each of ``levels`` (1 … 0), each (B, C, T, h, w) fp32."""
    x = noise.float()
    states = [x]
    for level, following in pairwise(levels):
        sigma = torch.full((len(x),), level, device=x.device)
        x = x + (following - level) * guided_velocity(dit, x, source, sigma, text, mask, guidance, position_scale)
        states.append(x)
    return states
