"""Brush dabs on a fixed lattice: one per cell, coloured and turned by the picture under it."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from sanacam.model.training.edits.filters import block_mean, pad_to_multiple, tangent
from sanacam.model.training.edits.tone import luma, soft_step


@lru_cache(maxsize=16)
def _offset_in_tile(height: int, width: int, cell: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Pixel centres relative to the first cell of their 2 × 2-cell tile: (1, 1, H, 1), (1, 1, 1, W)."""
    tile = 2 * cell
    y = torch.arange(height, dtype=torch.float32) % tile + 0.5 - cell / 2
    x = torch.arange(width, dtype=torch.float32) % tile + 0.5 - cell / 2
    return y.view(1, 1, height, 1).to(device), x.view(1, 1, 1, width).to(device)


def dabs(x: Tensor, under: Tensor, cell: int, half_length: float, half_width: float, relief: float) -> Tensor:
    """Lay oriented elliptic dabs over ``under``.

    The lattice has one dab per ``cell`` × ``cell`` pixels, painted in four passes (even/odd row and column), so that
    the pattern of overlaps repeats every two cells. Colour is the cell's mean, direction runs along the local edge;
    where there is none, right and up by 20°.

    Args:
        x: picture that gives colour and direction (N, 3, H, W).
        under: what shows between the dabs, same shape.
        half_length: half axis along the stroke in pixels, at most 1¼ · cell.
        half_width: half axis across it.
        relief: brightness between the lit (upper left) and the shaded side of a dab.
    """
    height, width = x.shape[-2:]
    tile = 2 * cell
    cos, sin = tangent(luma(x))
    # Average the doubled angle, for which opposite directions are the same.
    cells = block_mean(pad_to_multiple(torch.cat([x, cos * cos - sin * sin, 2 * cos * sin], dim=1), tile), cell)
    angle = 0.5 * torch.atan2(cells[:, 4:5], cells[:, 3:4])
    cells = torch.cat([cells[:, :3], torch.cos(angle), torch.sin(angle)], dim=1)
    y, x_ = _offset_in_tile(height + (-height % tile), width + (-width % tile), cell, x.device)
    out = pad_to_multiple(under, tile)
    for row, column in ((0, 0), (1, 1), (0, 1), (1, 0)):
        own = F.pad(cells[..., row::2, column::2], (1, 1, 1, 1), mode="replicate")
        rows, columns = own.shape[-2] - 2, own.shape[-1] - 2
        weighted = torch.zeros_like(out)
        cover = torch.zeros_like(out[:, :1])
        total = torch.full_like(cover, 1e-4)
        # A pass's dabs lie 2 cells apart and reach 1¼ cells, so only the nearest two in each direction can touch a
        # pixel.
        for dy in (0, -1 if row else 1):
            for dx in (0, -1 if column else 1):
                dab = own[..., 1 + dy : 1 + dy + rows, 1 + dx : 1 + dx + columns]
                dab = dab.repeat_interleave(tile, dim=-2).repeat_interleave(tile, dim=-1)
                away_y, away_x = y - (row * cell + dy * tile), x_ - (column * cell + dx * tile)
                cos, sin = dab[:, 3:4], dab[:, 4:5]
                along = (away_x * cos + away_y * sin) / half_length
                across = (away_y * cos - away_x * sin) / half_width
                shape = soft_step(1.0 - along * along - across * across, 0.0, 0.6)
                # Light from the upper left on a rounded stroke; the sign of the direction cancels.
                shade = relief * across.clamp(-1.0, 1.0) * (sin - cos) * 0.7071
                weighted = weighted + shape * (dab[:, :3] + shade)
                total = total + shape
                cover = torch.maximum(cover, shape)
        out = out + (weighted / total - out) * cover
    return out[..., :height, :width]
