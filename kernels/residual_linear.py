"""Linear map, gate and residual in one product: ``x + gate · (y Wᵀ + b)``, one gate a channel.

Sums, bias, gate and residual in fp32 with one rounding. Operands are fetched by the tensor memory accelerator; cards
without one (8.x) take a product and `residual`. Twin: `sanacam.kernels.reference.operations.residual_linear`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import torch.nn.functional as F
import triton
import triton.language as tl
from torch import Tensor
from triton.tools.tensor_descriptor import TensorDescriptor

from sanacam.kernels.gemm.triton_rows import has_accelerator, shape_operands
from sanacam.kernels.gemm.triton_tiles import tile_of
from sanacam.kernels.launch import (
    await_inputs,
    check_device,
    check_dtype,
    check_shape,
    check_vector,
    early_start,
    row_stride,
    tuned,
)
from sanacam.kernels.residual import residual


def setting(m: int, n: int, k: int, warps: int, stages: int, group: int = 8, most: int | None = None) -> triton.Config:
    tile = {"BLOCK_M": m, "BLOCK_N": n, "BLOCK_K": k, "GROUP": group}
    return triton.Config(tile, num_warps=warps, num_stages=stages, maxnreg=most, pre_hook=shape_operands)


CONFIGS = [
    setting(128, 128, 64, 8, 4),
    setting(128, 128, 64, 4, 4),
    setting(128, 256, 64, 8, 4),
    setting(256, 128, 64, 8, 3),
    setting(128, 128, 64, 8, 3),
    setting(128, 128, 64, 8, 3, most=128),  # two programs a multiprocessor, for a few spills behind the product
    setting(64, 256, 64, 4, 4),
]


@triton.jit
def sum_tile(
    x_desc, w_desc, bias_ptr, gate_ptr, residual_ptr, out_ptr, down, across, rows, columns, inner, residual_stride,
    GATED: tl.constexpr, BIAS: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """Product of one tile, with all that is added to it, stored."""
    acc = tl.zeros((BLOCK_M, BLOCK_N), tl.float32)
    for k in range(0, inner, BLOCK_K):
        x = x_desc.load([down * BLOCK_M, k])
        w = w_desc.load([across * BLOCK_N, k])
        acc = tl.dot(x, w.T, acc, input_precision="tf32x3")
    row = down * BLOCK_M + tl.arange(0, BLOCK_M)
    column = across * BLOCK_N + tl.arange(0, BLOCK_N)
    real_columns = column < columns
    real = (row < rows)[:, None] & real_columns[None, :]
    if BIAS:
        acc += tl.load(bias_ptr + column, real_columns, 0.0).to(tl.float32)[None, :]
    if GATED:
        acc *= tl.load(gate_ptr + column, real_columns, 0.0).to(tl.float32)[None, :]
    acc += tl.load(residual_ptr + row[:, None] * residual_stride + column[None, :], real, 0.0).to(tl.float32)
    tl.store(out_ptr + row[:, None] * columns + column[None, :], acc.to(out_ptr.dtype.element_ty), real)


@tuned(CONFIGS, key=["rows", "columns", "inner"])
@triton.jit
def residual_linear_kernel(
    x_desc, w_desc, bias_ptr, gate_ptr, residual_ptr, out_ptr, rows, columns, inner, residual_stride,
    EARLY: tl.constexpr, BIAS: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr,
    GROUP: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    down, across = tile_of(tl.program_id(0), rows, columns, BLOCK_M, BLOCK_N, GROUP)
    sum_tile(
        x_desc, w_desc, bias_ptr, gate_ptr, residual_ptr, out_ptr, down, across, rows, columns, inner, residual_stride,
        True, BIAS, BLOCK_M, BLOCK_N, BLOCK_K,
    )  # fmt: skip


def check_linear(
    x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, **tables: Tensor
) -> tuple[int, int, int]:  # fmt: skip
    """Rows, N and K of ``x + y Wᵀ``, whose tables have a value a channel.

    Raises:
        ValueError: see :func:`residual_linear`.
    """
    check_device(x=x, y=y, weight=weight, **tables)
    check_dtype(x=x, y=y, weight=weight)
    check_dtype(**tables)
    rows, inner = y.shape
    columns = weight.shape[0]
    check_shape("x", x, (rows, columns))
    check_shape("weight", weight, (columns, inner))
    for name, vector in (*tables.items(), ("bias", bias)):
        if vector is not None:
            check_vector(name, vector, columns)
    for name, tensor in (("y", y), ("weight", weight)):
        if not tensor.is_contiguous() or row_stride(name, tensor) != inner:
            raise ValueError(f"{name} must be contiguous")
    return rows, columns, inner


def residual_linear(x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, gate: Tensor) -> Tensor:
    """
    Args:
        x: (rows, N), bf16 or fp32, rows evenly spaced. y: (rows, K), contiguous, of the same dtype.
        weight: (N, K), contiguous. bias: (N,). gate: (N,), bf16 or fp32. Both contiguous.

    Returns:
        (rows, N), contiguous.

    Raises:
        ValueError: for another device, dtype, shape or alignment.
    """
    rows, columns, inner = check_linear(x, y, weight, bias, gate=gate)
    if not has_accelerator(x.device):
        return residual(x, F.linear(y, weight, bias), gate)
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    if out.numel():
        # the descriptors' tiles are set by the chosen setting
        operands = (TensorDescriptor.from_tensor(matrix, [1, 16]) for matrix in (y, weight))
        residual_linear_kernel[
            lambda tile: (triton.cdiv(rows, tile["BLOCK_M"]) * triton.cdiv(columns, tile["BLOCK_N"]),)
        ](
            *operands, gate if bias is None else bias, gate, x, out, rows, columns, inner, row_stride("x", x),
            BIAS=bias is not None, **early_start(x.device),
        )  # fmt: skip
    return out
