"""How the mini VAE's decoder uses the source frames, if it is given any: colour, motion, and no seam between groups.

The decoder draws a picture from latents alone, and for each frame, at a quarter of the size, :data:`MAP_CHANNELS` maps
that say how the source may help it:

* **Colour**: a gate ``g``, a 3×3 matrix ``M`` and an offset ``b`` mix recoloured source pixels into the drawing,
  ``x = (1 − g) · drawn + g · (M · source + b)``. It saves sharpness where an edit keeps the picture.
* **Motion**: four frames share one latent, and what moves between them is barely in it. So ``x += N · (source − mean of
  the group's source)`` with a 3×3 matrix ``N``: an outline that moves in the source moves in the drawing, in the
  drawing's colours. Where nothing moves this is zero, so it can't stand in for drawing.
* **Seam**: the error of a drawing is fixed within a group and another in the next, which shows as a pulse. The first
  frame of a group is compared with what the last frame before it leads one to expect, ``d = x₋₁ + J · (source₀ −
  source₋₁) − x₀`` with ``J = g · M + N``, and ``w · d`` is faded out over the group, with nothing left in its last
  frame. The weight ``w`` is predicted, and falls to zero where the source has changed too much for that (a cut).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

MAP_CHANNELS = 23
"""Row by row M (9), b (3), g before its sigmoid (1), N (9), w before its sigmoid (1)."""
_MATRIX, _OFFSET = slice(0, 9), slice(9, 12)
MAP_GATE, MAP_MOTION, MAP_SEAM = slice(12, 13), slice(13, 22), slice(22, 23)
_MAP_STRIDE = 4
_TRUSTED_CHANGE = 0.4
"""Source change, −1…1, at which the seam's weight has fallen to 1/e."""


def initial_map_bias() -> Tensor:
    """(23,): the identity with its gate nearly closed, no motion, the seam closed nearly everywhere it may be."""
    bias = torch.zeros(MAP_CHANNELS)
    bias[_MATRIX] = torch.eye(3).flatten()
    bias[MAP_GATE] = -3.0
    bias[MAP_SEAM] = 3.0
    return bias


@dataclass
class SeamMemory:
    """The last frame before the next group: ``shown`` and ``source`` (B, 3, H, W), and ``begun``, one number, 0 before
    the first group and 1 after it."""

    shown: Tensor
    source: Tensor
    begun: Tensor

    def tensors(self) -> tuple[Tensor, Tensor, Tensor]:
        return self.shown, self.source, self.begun

    def remember(self, shown: Tensor, source: Tensor) -> None:
        """Keep the last of these frames (B, T, 3, H, W)."""
        self.shown.copy_(shown[:, -1].detach())
        self.source.copy_(source[:, -1])
        self.begun.fill_(1.0)


def _apply(matrix: Tensor, pixels: Tensor) -> Tensor:
    """(…, 9, H, W) row by row, (…, 3, H, W) → (…, 3, H, W)."""
    columns = matrix.unflatten(-3, (3, 3)).unbind(-3)
    red, green, blue = pixels.split(1, dim=-3)
    return torch.addcmul(torch.addcmul(columns[0] * red, columns[1], green), columns[2], blue)


def _seam_weight(logit: Tensor, source: Tensor, last: Tensor) -> Tensor:
    """Weight of ``d`` before the fade, at the maps' size.

    Args:
        logit: (B, G, n, 1, H/4, W/4).
        source: (B, G, n, 3, H, W).
        last: the source frame before each group, (B, G, 1, 3, H, W).
    """
    change = (source - last).abs().amax(dim=3, keepdim=True).flatten(0, 2)
    near = F.avg_pool2d(F.avg_pool2d(change, _MAP_STRIDE), 3, stride=1, padding=1, count_include_pad=False)
    return torch.sigmoid(logit) * torch.exp(-(near / _TRUSTED_CHANGE).square()).view_as(logit)


def mix_source(picture: Tensor, maps: Tensor, source: Tensor, memory: SeamMemory, frames_per_group: int) -> Tensor:
    """The shown picture (see the module's text), fp32, not clamped.

    Args:
        picture, source: (B, T, 3, H, W), −1…1, T a multiple of ``frames_per_group``.
        maps: (B·T, 23, H/4, W/4), enlarged bilinearly.
        memory: of the frame before; not changed here (see :meth:`SeamMemory.remember`).
    """
    groups = (-1, frames_per_group)
    pixels = source.float().unflatten(1, groups)
    drawn = picture.float().unflatten(1, groups)
    maps = maps.float().unflatten(0, (len(source), *groups))
    last_source = torch.cat([memory.source.float().unsqueeze(1), pixels[:, :-1, -1]], dim=1).unsqueeze(2)
    weight = _seam_weight(maps[:, :, :, MAP_SEAM], pixels, last_source)
    full = F.interpolate(
        torch.cat([maps[:, :, :, : MAP_SEAM.start], weight], dim=3).flatten(0, 2),
        scale_factor=float(_MAP_STRIDE),
        mode="bilinear",
        align_corners=False,
    ).view(*maps.shape[:4], *pixels.shape[-2:])
    gate = torch.sigmoid(full[:, :, :, MAP_GATE])
    colour, motion = full[:, :, :, _MATRIX], full[:, :, :, MAP_MOTION]
    mixed = torch.lerp(drawn, _apply(colour, pixels) + full[:, :, :, _OFFSET], gate)
    mixed = mixed + _apply(motion, pixels - pixels.mean(dim=2, keepdim=True))

    last_shown = torch.cat([memory.shown.float().unsqueeze(1), mixed[:, :-1, -1]], dim=1)
    moved = _apply(gate[:, :, 0] * colour[:, :, 0] + motion[:, :, 0], pixels[:, :, 0] - last_source[:, :, 0])
    jump = (last_shown + moved - mixed[:, :, 0]).unsqueeze(2)
    known = torch.ones(1, pixels.shape[1], 1, 1, 1, 1, device=source.device)
    known[:, 0] = memory.begun
    fade = 1 - torch.arange(1, frames_per_group + 1, device=source.device).view(1, 1, -1, 1, 1, 1) / frames_per_group
    return (mixed + known * fade * full[:, :, :, MAP_SEAM] * jump).flatten(1, 2)
