"""Our product of fp8 and int8 matrices with scales a row, for every card from 8.0 (int8) and 8.9 (fp8) on.

    Y[r, n] = (Σ_k X[r, k] · W[n, k]) · x_scale[r] · w_scale[n] + bias[n] + residual[r, n]

The sum is fp32 (int32 for int8), everything behind it fp32 with one rounding at the end. A tensor-wise scale is a row
scale with stride 0, so activations may carry one scale while weights carry one a row. Operands are fetched by the
tensor memory accelerator; for cards without one (8.x) `triton_rows_pointers` has the same product.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor
from triton.tools.tensor_descriptor import TensorDescriptor

from sanacam.kernels.gemm.backend import Ability
from sanacam.kernels.gemm.triton_rows_pointers import rows_gemm_pointers_kernel
from sanacam.kernels.gemm.triton_tiles import check_operands, finish_rows, tile_of
from sanacam.kernels.launch import interpreting, tuned
from sanacam.kernels.quantize_formats import Format, PackedMatrix

TMA_CAPABILITY = (9, 0)


def shape_operands(arguments) -> None:
    """Gives the operand descriptors the tile of the setting that is about to run."""
    arguments["x_desc"].block_shape = [arguments["BLOCK_M"], arguments["BLOCK_K"]]
    arguments["w_desc"].block_shape = [arguments["BLOCK_N"], arguments["BLOCK_K"]]


def setting(m: int, n: int, k: int, warps: int, stages: int) -> triton.Config:
    tile = {"BLOCK_M": m, "BLOCK_N": n, "BLOCK_K": k, "GROUP": 8}
    return triton.Config(tile, num_warps=warps, num_stages=stages, pre_hook=shape_operands)


CONFIGS = [
    setting(128, 128, 64, 8, 3),
    setting(128, 128, 128, 4, 4),
    setting(128, 128, 128, 8, 4),
    setting(128, 256, 128, 8, 4),
    setting(128, 256, 128, 8, 3),
    setting(256, 128, 128, 8, 4),
    setting(64, 256, 128, 4, 4),
    setting(64, 128, 128, 4, 5),
]


@triton.jit
def rows_tile(
    x_desc, w_desc, x_scale_ptr, w_scale_ptr, bias_ptr, residual_ptr, out_ptr, down, across, rows, columns, inner,
    x_scale_step, w_scale_step, residual_stride, INTEGER: tl.constexpr, BIAS: tl.constexpr, RESIDUAL: tl.constexpr,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """Product of one tile, scaled, with all that is added to it, stored."""
    acc = tl.zeros((BLOCK_M, BLOCK_N), tl.int32 if INTEGER else tl.float32)
    for k in range(0, inner, BLOCK_K):
        x = x_desc.load([down * BLOCK_M, k])
        w = w_desc.load([across * BLOCK_N, k])
        acc = tl.dot(x, w.T, acc, out_dtype=tl.int32 if INTEGER else tl.float32)
    row = down * BLOCK_M + tl.arange(0, BLOCK_M)
    column = across * BLOCK_N + tl.arange(0, BLOCK_N)
    finish_rows(
        acc, x_scale_ptr, w_scale_ptr, bias_ptr, residual_ptr, out_ptr, row, column, rows, columns, x_scale_step,
        w_scale_step, residual_stride, BIAS, RESIDUAL,
    )  # fmt: skip


@tuned(CONFIGS, key=["rows", "columns", "inner", "INTEGER"])
@triton.jit
def rows_gemm_kernel(
    x_desc, w_desc, x_scale_ptr, w_scale_ptr, bias_ptr, residual_ptr, out_ptr, rows, columns, inner, x_scale_step,
    w_scale_step, residual_stride, INTEGER: tl.constexpr, BIAS: tl.constexpr, RESIDUAL: tl.constexpr,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr, GROUP: tl.constexpr,
):  # fmt: skip
    down, across = tile_of(tl.program_id(0), rows, columns, BLOCK_M, BLOCK_N, GROUP)
    rows_tile(
        x_desc, w_desc, x_scale_ptr, w_scale_ptr, bias_ptr, residual_ptr, out_ptr, down, across, rows, columns, inner,
        x_scale_step, w_scale_step, residual_stride, INTEGER, BIAS, RESIDUAL, BLOCK_M, BLOCK_N, BLOCK_K,
    )  # fmt: skip


def has_accelerator(device: torch.device) -> bool:
    """Whether the card fetches tiles by descriptor (the interpreter does)."""
    return interpreting() or torch.cuda.get_device_capability(device) >= TMA_CAPABILITY


def rows_gemm(
    x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, residual: Tensor | None = None,
    dtype: torch.dtype = torch.bfloat16,
) -> Tensor:  # fmt: skip
    """``X Wᵀ``, scaled, plus bias and residual, in one kernel.

    Args:
        x, weight: ``fp8``, ``fp8_tensor`` (one may be of the one, one of the other) or both ``int8``; K a multiple of
            16.
        bias: (N,), contiguous. residual: (R, N), rows evenly spaced; both of any floating dtype.

    Returns:
        (R, N), contiguous.

    Raises:
        ValueError: other formats, shapes, devices or dtypes.
    """
    integer = x.format == "int8"
    known = ("int8",) if integer else ("fp8", "fp8_tensor")
    if x.format not in known or weight.format not in known:
        raise ValueError(f"{x.format} times {weight.format} is not what this kernel multiplies")
    check_operands(x, weight, bias, residual, dtype, 16)
    out = torch.empty(x.rows, weight.rows, dtype=dtype, device=x.codes.device)
    if not out.numel():
        return out
    assert x.scale is not None
    assert weight.scale is not None
    rest = (
        x.scale, weight.scale, out if bias is None else bias, out if residual is None else residual, out, x.rows,
        weight.rows, x.inner, int(x.scale.numel() > 1), int(weight.scale.numel() > 1),
        0 if residual is None else residual.stride(0),
    )  # fmt: skip
    constants = {"INTEGER": integer, "BIAS": bias is not None, "RESIDUAL": residual is not None}

    def grid(tile: dict[str, int]) -> tuple[int]:
        return (triton.cdiv(x.rows, tile["BLOCK_M"]) * triton.cdiv(weight.rows, tile["BLOCK_N"]),)

    if not has_accelerator(out.device):
        rows_gemm_pointers_kernel[grid](x.codes, weight.codes, *rest, **constants)
        return out
    # the descriptors' tiles are set by the chosen setting
    descriptors = (TensorDescriptor.from_tensor(m.codes, [1, 16]) for m in (x, weight))
    rows_gemm_kernel[grid](*descriptors, *rest, **constants)
    return out


class TritonRows:
    """The kernel above."""

    name = "triton_rows"
    native = True

    def abilities(self) -> dict[Format, Ability]:
        fp8 = Ability((8, 9), triton=(3, 4), inner=16)
        return {"fp8": fp8, "fp8_tensor": fp8, "int8": Ability((8, 0), triton=(3, 4), inner=16)}

    def multiply(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, dtype: torch.dtype = torch.bfloat16
    ) -> Tensor:
        return rows_gemm(x, weight, bias, None, dtype)
