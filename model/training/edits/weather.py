"""Weather: particles that fall through the picture, drawn where the falling noise has its peaks.

Pictures (N, 3, H, W) of B clips one after another, float32, 0..1; ``field`` (B, 12, t, h, w) is the falling part of
the initial noise (:mod:`sanacam.model.falling_noise`), one value for 8 × 8 pixels and four pictures. A particle is
drawn from the values of its own cell and never leaves the cells around it within a latent frame, so a network that
sees the noise has all it needs nearby.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.falling_noise import (
    CELL,
    FAR,
    FAR_DOWN,
    FRAMES,
    GUST,
    GUST_PERIOD,
    NEAR,
    NEAR_DOWN,
    RAIN,
    RAIN_DOWN,
    RAIN_RIGHT,
)
from sanacam.model.training.edits.filters import gaussian
from sanacam.model.training.edits.tone import colour, contrast, luma, mix, saturate, soft_step

_SWAY = 1.8
"""Pixels that one standard deviation of the gust moves a near flake."""
_ABSENT = -9.0
"""Presence of a flake that is surely not there."""
_DROP_HALF = 7.0
"""Half the length of a drop's streak, px."""

Shape = Callable[[Tensor, Tensor], Tensor]
"""(down, across) in pixels from a particle's middle → coverage 0..1."""


def snowfall(x: Tensor, field: Tensor) -> Tensor:
    """Snow falls: large soft flakes near, small ones far, swaying in the wind; the scene is greyer, colder, hazy."""
    light = luma(x)
    cold = saturate(x, 0.55) * colour("#dfeaf8", x)
    scene = mix(contrast(cold, -0.25), colour("#c3ccd8", x), 0.10 + 0.08 * light)
    scene = scene + 0.05 * gaussian((light - 0.55).clamp_min(0.0), 6.0)
    far = _flakes(x, field, field[:, FAR], FAR_DOWN, threshold=1.15, radius=(1.1, 1.6), sway=-0.6)
    near = _flakes(x, field, field[:, NEAR], NEAR_DOWN, threshold=1.7, radius=(1.9, 2.8), sway=1.0)
    white = colour("#fbfdff", x)
    return mix(mix(scene, white, 0.62 * far), white, 0.94 * near)


def rain(x: Tensor, field: Tensor) -> Tensor:
    """Rain: slanting streaks in front of a dark, drained, blue-grey scene with a wet sheen on its lights."""
    light = luma(x)
    scene = saturate(x, 0.45) * colour("#9fb0c4", x)
    scene = mix(contrast(scene, 0.2), colour("#5d6b7a", x), 0.16)
    scene = scene + 0.22 * gaussian((light - 0.62).clamp_min(0.0), 3.0) * colour("#cfe0f2", x)
    return mix(scene, colour("#dbe6f2", x), _streaks(x, field[:, RAIN]))


def without_particles(field: Tensor) -> Tensor:
    """The same field with nothing that falls: what the scene looks like between flakes and drops."""
    bare = field.clone()
    bare[:, [NEAR.start, FAR.start]] = _ABSENT
    bare[:, RAIN] = 0.0
    return bare


def _place(value: Tensor) -> Tensor:
    """A standard normal value as a uniform one, 0..1."""
    return 0.5 + 0.5 * torch.erf(value / math.sqrt(2))


def _flakes(
    x: Tensor, field: Tensor, layer: Tensor, down: int, threshold: float, radius: tuple[float, float], sway: float
) -> Tensor:
    """Coverage (N, 1, H, W) of one layer (B, 3, t, h, w) of flakes that fall by ``down`` cells a latent frame."""
    presence, across, along = (channel.unsqueeze(2) for channel in layer.unbind(1))
    moment = torch.arange(FRAMES, device=x.device).view(1, 1, FRAMES, 1, 1)
    wind, lull = (channel.unsqueeze(2) for channel in field[:, GUST].unbind(1))
    turn = moment * (2 * math.pi / (GUST_PERIOD * FRAMES))
    gust = wind * turn.cos() - lull * turn.sin()
    size = soft_step(presence, threshold + 0.5, 0.9)
    # Half a fall up and half down, so that no flake goes beyond the neighbouring cells.
    fallen = (moment - (FRAMES - 1) / 2) * (down * CELL / FRAMES)
    top = 1 + _place(along) * (CELL - 2) + fallen
    left = 1 + _place(across) * (CELL - 2) + sway * _SWAY * gust * (0.6 + 0.6 * size)
    reach = radius[0] + (radius[1] - radius[0]) * size
    cover = soft_step(presence, threshold, 0.12)

    def drawn(parts: tuple[Tensor, ...], dy: Tensor, dx: Tensor) -> Tensor:
        top, left, reach, cover = parts
        distance = ((dy - top).square() + (dx - left).square()).sqrt()
        return cover * soft_step(reach - distance, 0.0, 1.8)

    return _splat(x, (top, left, reach.expand_as(top), cover.expand_as(top)), drawn)


def _streaks(x: Tensor, views: Tensor) -> Tensor:
    """Coverage (N, 1, H, W) of the drops in ``views`` (B, 4, t, h, w): bright near ones, faint far ones."""
    value = views.transpose(1, 2)
    near, far = value - 1.65, -1.45 - value
    peak = torch.maximum(near, far)
    bright = torch.where(near > far, 0.62, 0.30) * soft_step(peak, 0.0, 0.12)
    half = torch.where(near > far, _DROP_HALF, 0.6 * _DROP_HALF)
    place = 1 - torch.exp(-peak.clamp_min(0.0) / 0.5)  # uniform enough over the tail
    left, top = 1 + place * (CELL - 2), 0.5 * CELL + 1.5 * torch.sin(4 * math.pi * place)
    length = math.hypot(RAIN_DOWN, RAIN_RIGHT)
    down, right = RAIN_DOWN / length, RAIN_RIGHT / length

    def drawn(parts: tuple[Tensor, ...], dy: Tensor, dx: Tensor) -> Tensor:
        top, left, half, bright = parts
        y, x = dy - top, dx - left
        along, across = (y * down + x * right).abs(), y * right - x * down
        return bright * torch.exp(-(across / 0.75).square()) * soft_step(half - along, 0.0, 4.0)

    return _splat(x, (top, left, half, bright), drawn)


def _splat(
    x: Tensor, parts: tuple[Tensor, ...], drawn: Callable[[tuple[Tensor, ...], Tensor, Tensor], Tensor]
) -> Tensor:
    """Draws the particles of all cells, each into its own cell and the eight around it.

    Args:
        x: pictures (B·T, 3, H, W) that ask; T may end within a latent frame, H and W within a cell.
        parts: (B, t, 4, h, w) each: place down and across in pixels from the cell's corner, and what ``drawn`` needs.
        drawn: (parts, down, across) → coverage; pixels as (…, h, 8, w, 8).
    """
    batch, latents, frames, rows, columns = parts[0].shape
    pixel = torch.arange(CELL, device=x.device) + 0.5
    clear = torch.ones(batch, latents, frames, rows, CELL, columns, CELL, device=x.device)
    padded = [F.pad(part.flatten(0, 1), (1, 1, 1, 1)) for part in parts]
    for above in (-1, 0, 1):
        for beside in (-1, 0, 1):
            window = (..., slice(1 - above, 1 - above + rows), slice(1 - beside, 1 - beside + columns))
            near = tuple(p[window].view(batch, latents, frames, rows, 1, columns, 1) for p in padded)
            clear *= 1 - drawn(near, (pixel + above * CELL).view(CELL, 1, 1), (pixel + beside * CELL).view(1, 1, CELL))
    clear = clear.reshape(batch, latents * frames, 1, rows * CELL, columns * CELL)
    height, width = x.shape[-2:]
    return (1 - clear[:, : len(x) // batch, :, :height, :width]).flatten(0, 1)
