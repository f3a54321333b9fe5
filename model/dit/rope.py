"""Three-axis rotary positions over latent frames, rows and columns (Wan-style split of the head dimension)."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

BASE = 10000.0
POSITION_RANGE = 1024
"""Temporal positions whose angles are kept as a table on the device (the length of the original's). A stream that
re-bases its positions in time never leaves it; positions outside are computed when asked for."""


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
    if first_frame >= 0 and first_frame + frames <= POSITION_RANGE and (first_frame, frames) != (0, POSITION_RANGE):
        cos, sin = _time_tables(head_dim, 0, POSITION_RANGE, device)
        return cos[first_frame : first_frame + frames], sin[first_frame : first_frame + frames]
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


def shift_in_time(x: Tensor, frames: int) -> Tensor:
    """Rotate what :func:`rotate` has already placed by a further number of latent frames (negative: back in time).

    A score depends on the difference of two rotations only, so that shifting every remembered key and the position that
    counting goes on from by one offset changes no result. Rows and columns stay.

    Args:
        x: (…, D), rotated keys, or the GDN state ``M`` (…, D values, D keys), whose columns are sums of rotated keys.

    Returns:
        A new tensor in the dtype of ``x``; angles are computed in float64, products in fp32.
    """
    pairs = axis_pairs(x.shape[-1])[0]
    # By its size, since the kept table starts at 0: a stream shifts often, and a copy to the device would stall it.
    cos, sin = _time_tables(x.shape[-1], abs(frames), 1, x.device)
    sin = sin if frames >= 0 else -sin
    even, odd = x[..., : 2 * pairs].float().unflatten(-1, (pairs, 2)).unbind(-1)
    turned = torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)
    return torch.cat((turned.to(x.dtype), x[..., 2 * pairs :]), -1)


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
