"""Rotary positions over time, rows and columns, in complex128."""

from __future__ import annotations

import torch
from torch import Tensor


def rotary_factors(head_dim: int, frames: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """``exp(i · position · 10000^(−2k / axis dim))`` for every token in frame-major, row, column order.

    Args:
        frames, rows, columns: positions along each axis, any real numbers.

    Returns:
        complex128 (tokens, head_dim / 2): pairs of the time axis first, then rows, then columns.
    """
    spatial = head_dim // 6
    factors = []
    grid = torch.meshgrid(frames.double(), rows.double(), columns.double(), indexing="ij")
    for positions, pairs in zip(grid, (head_dim // 2 - 2 * spatial, spatial, spatial), strict=True):
        theta = 10000.0 ** (-2.0 * torch.arange(pairs, dtype=torch.float64) / (2 * pairs))
        angles = positions.flatten()[:, None] * theta
        factors.append(torch.polar(torch.ones_like(angles), angles))
    return torch.cat(factors, dim=1)


def rotate(x: Tensor, factors: Tensor) -> Tensor:
    """Multiply interleaved pairs of x (…, tokens, head_dim) as complex numbers by ``factors`` (tokens, head_dim /
    2)."""
    pairs = torch.view_as_complex(x.double().unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(pairs * factors).flatten(-2).to(x.dtype)
