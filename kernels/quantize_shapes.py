"""Packed matrices put together and cut without unpacking them."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from sanacam.kernels.quantize_formats import BLOCK, PAIRED, TILE_COLUMNS, TURN, PackedMatrix
from sanacam.kernels.reference.quantize_layout import tile_scales, untile_scales


def stack_rows(matrices: Sequence[PackedMatrix]) -> PackedMatrix:
    """Matrices of one width below each other, as one product's weight.

    Raises:
        ValueError: formats or widths differ, or a format with one scale for all has several here (pack such matrices
            together).
    """
    first = matrices[0]
    if any((m.format, m.inner) != (first.format, first.inner) for m in matrices):
        found = ", ".join(f"{m.format} of width {m.inner}" for m in matrices)
        raise ValueError(f"only matrices of one format and width can be stacked, not {found}")
    scale, block_scale = first.scale, None
    if first.scale is not None and first.scale.ndim:
        scale = torch.cat([m.scale for m in matrices if m.scale is not None])
    elif first.scale is not None and any(
        not torch.equal(m.scale, first.scale) for m in matrices if m.scale is not None
    ):
        raise ValueError(f"{first.format} has one scale for all rows, and these matrices have different ones")
    if first.block_scale is not None:
        columns = first.inner // BLOCK[first.format]
        parts = [untile_scales(m.block_scale, m.rows, columns) for m in matrices if m.block_scale is not None]
        block_scale = tile_scales(torch.cat([part.view(torch.uint8) for part in parts])).view(first.block_scale.dtype)
    return PackedMatrix(first.format, torch.cat([m.codes for m in matrices]), scale, block_scale)


def first_columns(matrix: PackedMatrix, width: int) -> PackedMatrix:
    """The first ``width`` values of every row, under the scales they have.

    Raises:
        ValueError: the cut is not between blocks (for block scales: between groups of 4 of them; for int4: between what
            is turned together).
    """
    grain = BLOCK.get(matrix.format, 1) * (TILE_COLUMNS if matrix.block_scale is not None else 1)
    grain = TURN if matrix.format == "int4" else grain
    if not 0 < width <= matrix.inner or width % grain:
        raise ValueError(f"rows of {matrix.inner} {matrix.format} values cannot be cut at {width}")
    codes = matrix.codes[:, : width // (2 if matrix.format in PAIRED else 1)].contiguous()
    block_scale = matrix.block_scale
    if block_scale is not None:
        columns = matrix.inner // BLOCK[matrix.format]
        kept = untile_scales(block_scale, matrix.rows, columns)[:, : width // BLOCK[matrix.format]]
        block_scale = tile_scales(kept.contiguous())
    return PackedMatrix(matrix.format, codes, matrix.scale, block_scale)
