"""Three-axis rotary positions over latent frames, rows and columns (Wan-style split of the head dimension)."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

BASE = 10000.0


def axis_pairs(head_dim: int) -> tuple[int, int, int]:
    """Complex pairs given to time, rows and columns: a third (rounded down) to each spatial axis, the rest to time."""
    spatial = head_dim // 6
    return head_dim // 2 - 2 * spatial, spatial, spatial


def axis_angles(positions: Tensor, pairs: int) -> Tensor:
    """``position · BASE^(-k/pairs)`` in float64, shape (positions, pairs)."""
    exponent = torch.arange(pairs, dtype=torch.float64) / pairs
    return positions.to(torch.float64)[:, None] * BASE**-exponent


def time_angles(head_dim: int, first_frame: int, frames: int) -> Tensor:
    """Angles of latent frames ``first_frame …``, any size (there is no table that ends): float64 (frames, time
    pairs)."""
    positions = torch.arange(first_frame, first_frame + frames, dtype=torch.float64)
    return axis_angles(positions, axis_pairs(head_dim)[0])


def spatial_angles(head_dim: int, height: int, width: int, position_scale: float = 1.0) -> Tensor:
    """Angles of rows, then columns, for tokens in row-major order: float64 (height · width, row + column pairs).

    Args:
        position_scale: multiplies row and column positions (1 = the latent grid itself).
    """
    _, row_pairs, column_pairs = axis_pairs(head_dim)
    rows = axis_angles(torch.arange(height, dtype=torch.float64) * position_scale, row_pairs)
    columns = axis_angles(torch.arange(width, dtype=torch.float64) * position_scale, column_pairs)
    parts = (rows[:, None].expand(-1, width, -1), columns[None].expand(height, -1, -1))
    return torch.cat(parts, -1).flatten(0, 1)


Tables = tuple[Tensor, Tensor]
"""Cosines and sines, fp32; the angles stay float64 until after the cosine."""


def _tables(angles: Tensor, device: torch.device) -> Tables:
    return angles.cos().float().to(device), angles.sin().float().to(device)


# Tables first asked for in inference mode may later serve training, so they are never inference tensors.
@lru_cache(maxsize=64)
def _time_tables(head_dim: int, first_frame: int, frames: int, device: torch.device) -> Tables:
    with torch.inference_mode(False):
        return _tables(time_angles(head_dim, first_frame, frames), device)


@lru_cache(maxsize=16)
def _spatial_tables(head_dim: int, height: int, width: int, position_scale: float, device: torch.device) -> Tables:
    with torch.inference_mode(False):
        return _tables(spatial_angles(head_dim, height, width, position_scale), device)


def rotary_tables(
    head_dim: int, first_frame: int, frames: int, height: int, width: int, position_scale: float, device: torch.device
) -> Tables:
    """Cosines and sines for every token of the frames, (frames, height · width, head_dim / 2): time pairs, rows,
    columns."""
    time = _time_tables(head_dim, first_frame, frames, device)
    space = _spatial_tables(head_dim, height, width, position_scale, device)
    cos, sin = (
        torch.cat((t[:, None].expand(-1, height * width, -1), s[None].expand(frames, -1, -1)), -1)
        for t, s in zip(time, space, strict=True)
    )
    return cos, sin


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn interleaved pairs ``(x[2k], x[2k+1])`` by the given angles.

    Args:
        x: (B, T, S, heads, D).
        cos, sin: (T, S, D / 2), float32.
    """
    pairs = x.float().unflatten(-1, (-1, 2))
    cos, sin = cos[:, :, None], sin[:, :, None]
    if torch.compiler.is_compiling():  # the compiler fuses real arithmetic and knows no complex numbers
        even, odd = pairs.unbind(-1)
        turned = torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1)
    else:  # run op by op, one complex product is many times faster
        turned = torch.view_as_real(torch.view_as_complex(pairs) * torch.complex(cos, sin))
    return turned.flatten(-2).to(x.dtype)
