"""The tiled order of block scales (see `sanacam.kernels.quantize_formats`), written with the formula itself."""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.kernels.quantize_formats import TILE_COLUMNS, TILE_ROWS, padded_scales


def tiled_offsets(rows: int, columns: int, device: torch.device | str = "cpu") -> Tensor:
    """Byte number of each scale, (rows, columns) int64."""
    _, wide = padded_scales(rows, columns)
    r = torch.arange(rows, device=device)[:, None]
    c = torch.arange(columns, device=device)[None, :]
    tile = (r // TILE_ROWS) * (wide // TILE_COLUMNS) + c // TILE_COLUMNS
    return tile * 512 + (r % 32) * 16 + (r % 128) // 32 * 4 + c % 4


def tile_scales(scales: Tensor) -> Tensor:
    """(R, C) scales of one byte each -> flat, tiled, padded with 0; same dtype."""
    rows, columns = scales.shape
    tall, wide = padded_scales(rows, columns)
    flat = torch.zeros(tall * wide, dtype=torch.uint8, device=scales.device)
    flat[tiled_offsets(rows, columns, scales.device).flatten()] = scales.reshape(-1).view(torch.uint8)
    return flat.view(scales.dtype)


def untile_scales(tiled: Tensor, rows: int, columns: int) -> Tensor:
    """Inverse of :func:`tile_scales`: the (rows, columns) scales."""
    offsets = tiled_offsets(rows, columns, tiled.device)
    return tiled.view(torch.uint8)[offsets.flatten()].view(tiled.dtype).reshape(rows, columns)
