"""Periodic screens: hatching, dots, grid, scan lines.

All are fixed to pixel (0, 0) and their periods divide 16, most of them 8. Each returns a (1, 1, H, W) tensor in 0..1
that is cached per size and device; do not write into it.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor


def _axes(height: int, width: int) -> tuple[Tensor, Tensor]:
    y = torch.arange(height, dtype=torch.float32).view(1, 1, height, 1)
    x = torch.arange(width, dtype=torch.float32).view(1, 1, 1, width)
    return y, x


@lru_cache(maxsize=32)
def hatching(height: int, width: int, period: int, slope: int, device: torch.device) -> Tensor:
    """Parallel strokes, horizontal period ``period``; slope 1 rises to the right, −1 falls, 0 is level."""
    y, x = _axes(height, width)
    phase = (y + slope * x) if slope else y + 0 * x
    return (0.5 + 0.5 * torch.cos(2 * math.pi * (phase + 0.5) / period)).to(device)


@lru_cache(maxsize=32)
def dots(height: int, width: int, period: int, device: torch.device) -> Tensor:
    """Round dots on a lattice turned by 45°, lattice period ``period``: 1 at the centres, 0 between them."""
    y, x = _axes(height, width)
    turn = 2 * math.pi / period
    return (0.5 + 0.5 * torch.cos((x + 0.5) * turn) * torch.cos((y + 0.5) * turn)).to(device)


@lru_cache(maxsize=32)
def straight_dots(height: int, width: int, period: int, device: torch.device) -> Tensor:
    """Round dots on an upright lattice with one dot per ``period`` × ``period``: 1 at the centres, 0 at the corners."""
    y, x = _axes(height, width)
    turn = 2 * math.pi / period
    return (0.5 - 0.25 * (torch.cos((x + 0.5) * turn) + torch.cos((y + 0.5) * turn))).to(device)


@lru_cache(maxsize=32)
def grid_lines(height: int, width: int, period: int, device: torch.device) -> Tensor:
    """Upright grid, lines 2 px wide at the edge of each ``period`` × ``period`` cell."""
    y, x = _axes(height, width)
    line_y = (y % period < 1).float() + (y % period >= period - 1).float()
    line_x = (x % period < 1).float() + (x % period >= period - 1).float()
    return torch.maximum(line_y, line_x).to(device)


@lru_cache(maxsize=32)
def bevel(height: int, width: int, period: int, device: torch.device) -> Tensor:
    """Light on a raised square tile per cell, 0.5 in the middle, 1 at its top left edge, 0 at its bottom right edge."""
    y, x = _axes(height, width)
    top = ((y % period == 1) | (x % period == 1)).float()
    low = ((y % period == period - 2) | (x % period == period - 2)).float()
    return (0.5 + 0.5 * top * (1 - low) - 0.5 * low * (1 - top)).to(device)


@lru_cache(maxsize=32)
def checker(height: int, width: int, cell: int, device: torch.device) -> Tensor:
    """2 × 2 ordered-dither thresholds (¼ steps around ½), each ``cell`` pixels large."""
    y, x = _axes(height, width)
    row, column = (y // cell) % 2, (x // cell) % 2
    return ((2 * (row + column - 2 * row * column) + row + 0.5) / 4).to(device)
