"""Distribution matching (DMD): two bidirectional scores say in which direction a window looks less generated.

The window is noised to a level; the *real* score (frozen, guided) and the *fake* score (trained on what the generator
makes) each name a clean window from it. Their difference is the gradient: towards what the teacher would have made,
away from what the generator usually makes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.model.dit import HybridDiT
from sanacam.model.sampling import TRAIN_STEPS
from sanacam.model.training.noise import at_level, spread
from sanacam.model.training.trajectory import guided_velocity


@torch.no_grad()
def matching_gradient(
    real: HybridDiT,
    fake: HybridDiT,
    window: Tensor,
    noise: Tensor,
    sigma: Tensor,
    source: Tensor,
    text: Tensor,
    mask: Tensor,
    guidance: float,
    position_scale: float = 1.0,
) -> Tensor:
    """``(f − r) / mean |x − r|`` for each sample, 0 where that is not a number.

    Args:
        window: the generator's window ``x`` (B, C, T, h, w).
        sigma: (B,) noise levels 0…1.
        guidance: of the real score; the fake score has none.
    """
    x = window.detach()
    noisy = at_level(x, noise, sigma)
    clean = [
        noisy - spread(sigma) * velocity
        for velocity in (
            guided_velocity(fake, noisy, source, sigma, text, mask, 1.0, position_scale),
            guided_velocity(real, noisy, source, sigma, text, mask, guidance, position_scale),
        )
    ]
    scale = (x - clean[1]).abs().mean(dim=(1, 2, 3, 4), keepdim=True)
    return torch.nan_to_num((clean[0] - clean[1]) / scale, nan=0.0, posinf=0.0, neginf=0.0)


def matching_loss(window: Tensor, gradient: Tensor, counted: Tensor) -> Tensor:
    """``½ · mean (x − stop(x − g))²`` over the counted frames, in fp64: its gradient is ``g`` divided by their number.

    Args:
        counted: (T,) bool.
    """
    x = window[:, :, counted].double()
    aim = (x - gradient[:, :, counted].double()).detach()
    return 0.5 * (x - aim).square().mean()


def fake_score_loss(
    fake: HybridDiT,
    window: Tensor,
    noise: Tensor,
    sigma: Tensor,
    source: Tensor,
    text: Tensor,
    mask: Tensor,
    counted: Tensor,
    position_scale: float = 1.0,
) -> Tensor:
    """Flow matching of the fake score on the generator's window: ``mean (v − (ε − x))²`` over the counted frames."""
    x = window.detach()
    velocity = fake(
        at_level(x, noise, sigma), source, sigma * TRAIN_STEPS, text, mask, position_scale=position_scale
    ).float()
    return (velocity - (noise - x))[:, :, counted].square().mean()
