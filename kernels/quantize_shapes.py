"""Packed matrices put together and cut without unpacking them."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from sanacam.kernels.quantize_formats import BLOCK, PackedMatrix
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
    if len(matrices) == 1:
        return first
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
    # as bytes: not every version joins one-byte floats
    codes = torch.cat([m.codes.view(torch.uint8) for m in matrices]).view(first.codes.dtype)
    return PackedMatrix(first.format, codes, scale, block_scale)


def cut_rows(matrix: PackedMatrix, rows: slice) -> PackedMatrix:
    """Some rows of a matrix by themselves; what was cut is a copy."""
    scale = matrix.scale if matrix.scale is None or not matrix.scale.ndim else matrix.scale[rows].clone()
    block_scale = matrix.block_scale
    if block_scale is not None:
        columns = matrix.inner // BLOCK[matrix.format]
        block_scale = tile_scales(untile_scales(block_scale, matrix.rows, columns)[rows])
    return PackedMatrix(matrix.format, matrix.codes[rows].clone(), scale, block_scale)
