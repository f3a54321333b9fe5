"""The losses of pictures in the VAE and joint stages. Pictures are (B, T, 3, H, W), −1…1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.training.config import StageConfig

Perceptual = Callable[[Tensor, Tensor], Tensor]
"""Pictures (N, 3, H, W) twice → their distances."""


def charbonnier(a: Tensor, b: Tensor, eps: float = 1e-3) -> Tensor:
    """Mean of ``sqrt((a − b)² + eps²)``: L1 with a smooth foot."""
    return torch.sqrt((a - b).square() + eps * eps).mean()


def gradient_l1(a: Tensor, b: Tensor) -> Tensor:
    """L1 between horizontal and vertical differences: keeps outlines and flat areas apart."""
    error = a - b
    return error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean()


def temporal_l1(a: Tensor, b: Tensor) -> Tensor:
    """L1 between frame-to-frame differences; the seam between two latent groups counts like any other step."""
    return (a - b).diff(dim=1).abs().mean()


def border_l1(a: Tensor, b: Tensor, group: int = 4) -> Tensor:
    """:func:`temporal_l1` of the steps across a border between latent groups alone: each frame's own error counts for
    more than the pulse at a border, which an eye sees first. Zero for clips of one group."""
    if a.shape[1] <= group:
        return a.new_zeros(())
    return (a - b).diff(dim=1)[:, group - 1 :: group].abs().mean()


def change_l1(a: Tensor, b: Tensor, cell: int = 8) -> Tensor:
    """L1 between *how much* two clips change from frame to frame, in cells of ``cell`` × ``cell`` pixels.

    :func:`temporal_l1` alone prefers a picture that stands still to one that moves almost rightly, as L1 prefers blur
    to an edge a pixel off; this term is blind to where in a cell the change falls, and so asks for the right amount
    of it.
    """

    def amount(clip: Tensor) -> Tensor:
        return F.avg_pool2d(clip.diff(dim=1).abs().mean(dim=2), cell)

    return (amount(a) - amount(b)).abs().mean()


def excess_change(a: Tensor, b: Tensor, cell: int = 16, still: float = 0.008) -> Tensor:
    """Logarithm of how many times more ``a`` changes than ``b`` from one frame to the next, where it is more; mean over
    clips, steps and cells of ``cell`` × ``cell`` pixels, or the picture's height and width where those are less.

    Relative, so that flicker counts where the picture should stand still, and for each step apart, so that a pulse at a
    border between latent groups is not traded for one a frame later. ``still``, one 8-bit step, keeps it finite and its
    pull on what nobody sees small. By itself it freezes what moves, too: its weight has to be small.
    """

    def amount(clip: Tensor) -> Tensor:
        height, width = clip.shape[-2:]
        return F.avg_pool2d(clip.diff(dim=1).abs().mean(dim=2), (min(cell, height), min(cell, width))) + still

    return (amount(a) / amount(b)).log().clamp_min(0).mean()


def particle_loss(a: Tensor, b: Tensor, bare: Tensor) -> Tensor:
    """Squared error of clips with particles and of their steps from frame to frame, where what particles change counts
    as much, all together, as the whole rest.

    Args:
        bare: ``b`` without its particles.

    L1 and LPIPS have a hollow that ends nowhere good: no particle at all beats a faint one in roughly the right place,
    and any texture of particles beats none. A squared error falls with every hint of where they are.
    """
    cover = (b - bare).abs().amax(dim=2, keepdim=True)
    weight = 1 + cover / cover.mean().clamp_min(1e-4)
    error = a - b
    steps = torch.maximum(weight[:, 1:], weight[:, :-1]) * error.diff(dim=1).square()
    return (weight * error.square()).mean() + steps.mean()


def particle_match(a: Tensor, b: Tensor, bare: Tensor) -> Tensor:
    """Correlation, −1…1, of what ``a`` and ``b`` add to the scene without particles: 0 when they fall elsewhere."""
    added, wanted = ((clip - bare).flatten() for clip in (a, b))
    added, wanted = added - added.mean(), wanted - wanted.mean()
    return (added * wanted).sum() / (added.norm() * wanted.norm()).clamp_min(1e-9)


def pixel_loss(
    prediction: Tensor, target: Tensor, config: StageConfig, perceptual: Perceptual
) -> tuple[Tensor, dict[str, Tensor]]:
    """Charbonnier + gradient + temporal + change + border + excess + LPIPS, weighted by ``config``; the parts are
    returned for the log. The clips begin with a latent group."""
    prediction, target = prediction.float(), target.float()
    flat, flat_target = prediction.flatten(0, 1), target.flatten(0, 1)
    parts = {
        "charbonnier": charbonnier(prediction, target),
        "gradient": gradient_l1(prediction, target),
        "temporal": temporal_l1(prediction, target),
        "change": change_l1(prediction, target),
        "border": border_l1(prediction, target),
        "excess": excess_change(prediction, target),
        "lpips": perceptual(flat, flat_target).float().mean() if config.lpips else prediction.new_zeros(()),
    }
    total = (
        parts["charbonnier"]
        + config.gradient * parts["gradient"]
        + config.temporal * parts["temporal"]
        + config.change * parts["change"]
        + config.border * parts["border"]
        + config.excess * parts["excess"]
        + config.lpips * parts["lpips"]
    )
    parts["psnr"] = -10 * torch.log10(F.mse_loss(prediction.detach().clamp(-1, 1), target) / 4)
    return total, {name: value.detach() for name, value in parts.items()}


def weather_loss(
    prediction: Tensor, target: Tensor, bare: Tensor, config: StageConfig, perceptual: Perceptual
) -> tuple[Tensor, dict[str, Tensor]]:
    """:func:`pixel_loss` and :func:`particle_loss` of clips in which particles fall; LPIPS weighs ``particle_lpips``,
    what asks for change wherever it falls is left out, and too much of it counts in the picture as a whole."""
    prediction, target, bare = prediction.float(), target.float(), bare.float()
    weights = replace(config, lpips=config.particle_lpips, change=0.0, excess=0.0)
    loss, _ = pixel_loss(prediction, target, weights, perceptual)
    particles = particle_loss(prediction, target, bare)
    excess = excess_change(prediction, target, cell=max(prediction.shape[-2:]))
    match = particle_match(prediction.detach(), target, bare)
    loss = loss + config.particles * particles + config.excess * excess
    return loss, {"particles": particles.detach(), "particles_excess": excess.detach(), "match": match}


def picture_loss(
    prediction: Tensor, target: Tensor, bare: Tensor, fallen: Tensor, config: StageConfig, perceptual: Perceptual
) -> tuple[Tensor, dict[str, Tensor]]:
    """:func:`weather_loss` of the samples in ``fallen`` (B,), :func:`pixel_loss` of the others, each by its share of
    the batch; the parts of whichever occurs."""
    share = float(fallen.float().mean())
    loss = prediction.new_zeros((), dtype=torch.float32)
    parts: dict[str, Tensor] = {}
    if share < 1:
        solid = ~fallen
        calm, parts = pixel_loss(prediction[solid], target[solid], config, perceptual)
        loss = loss + (1 - share) * calm
    if share > 0:
        moving, more = weather_loss(prediction[fallen], target[fallen], bare[fallen], config, perceptual)
        loss, parts = loss + share * moving, parts | more
    return loss, parts
