"""What our products have in common: the order of tiles, and what happens to a tile's sum before it is stored."""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import check_device, check_shape, check_vector
from sanacam.kernels.quantize_formats import PackedMatrix

OUT_DTYPES = (torch.bfloat16, torch.float16, torch.float32)


@triton.jit
def tile_of(program, rows, columns, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, GROUP: tl.constexpr):
    """Tile numbers (down, across): ``GROUP`` rows of tiles are walked together so that weights stay in the cache."""
    down, across = tl.cdiv(rows, BLOCK_M), tl.cdiv(columns, BLOCK_N)
    first = program // (GROUP * across) * GROUP
    height = tl.minimum(down - first, GROUP)
    within = program % (GROUP * across)
    return first + within % height, within // height


@triton.jit
def finish_tile(
    acc, bias_ptr, residual_ptr, out_ptr, row, column, rows, columns, residual_stride,
    BIAS: tl.constexpr, RESIDUAL: tl.constexpr,
):  # fmt: skip
    """Bias and residual, then the store."""
    real = (row < rows)[:, None] & (column < columns)[None, :]
    if BIAS:
        acc += tl.load(bias_ptr + column, column < columns, 0.0).to(tl.float32)[None, :]
    if RESIDUAL:
        place = row[:, None] * residual_stride + column[None, :]
        acc += tl.load(residual_ptr + place, real, 0.0).to(tl.float32)
    tl.store(out_ptr + row[:, None] * columns + column[None, :], acc.to(out_ptr.dtype.element_ty), real)


@triton.jit
def finish_rows(
    acc, x_scale_ptr, w_scale_ptr, bias_ptr, residual_ptr, out_ptr, row, column, rows, columns, x_scale_step,
    w_scale_step, residual_stride, BIAS: tl.constexpr, RESIDUAL: tl.constexpr,
):  # fmt: skip
    """Row scales (step 0: one for all), then as :func:`finish_tile`."""
    x_scale = tl.load(x_scale_ptr + row * x_scale_step, row < rows, 0.0)
    w_scale = tl.load(w_scale_ptr + column * w_scale_step, column < columns, 0.0)
    scaled = acc.to(tl.float32) * x_scale[:, None] * w_scale[None, :]
    finish_tile(scaled, bias_ptr, residual_ptr, out_ptr, row, column, rows, columns, residual_stride, BIAS, RESIDUAL)


def check_operands(
    x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None, residual: Tensor | None, dtype: torch.dtype,
    multiple: int,
) -> None:  # fmt: skip
    """Raises ValueError unless widths, devices, shapes and the dtype of the result agree with the kernel."""
    if dtype not in OUT_DTYPES:
        raise ValueError(f"{dtype} is no result that this kernel writes")
    if x.inner != weight.inner:
        raise ValueError(f"rows of {x.inner} values times weights of {weight.inner}")
    if x.inner % multiple:
        raise ValueError(f"the inner width {x.inner} is not divisible by {multiple}")
    check_device(x=x.codes, weight=weight.codes)
    if bias is not None:
        check_vector("bias", bias, weight.rows)
    if residual is not None:
        check_shape("residual", residual, (x.rows, weight.rows))
        if residual.stride(1) != 1:
            raise ValueError(f"residual: channels must be innermost in memory, strides are {residual.stride()}")
