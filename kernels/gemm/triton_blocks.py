"""Our product of block-scaled matrices: MXFP8 and NVFP4 on Blackwell's tensor cores, by Triton's ``dot_scaled``.

    Y[r, n] = (Σ_b Σ_{k in block b} X[r, k] · W[n, k] · x_block[r, b] · w_block[n, b]) · x_scale · w_scale + bias[n]
              + residual[r, n]

The tensor core applies the block scales; the sum is fp32. Block scales are read in the tiled order in which they are
stored, so that a program's share of four blocks a row is one run of 512 bytes. Compiles to
``tcgen05.mma…kind::mxf4nvf4`` on 10.x and to ``mma.sync…kind::mxf4nvf4`` on 12.x (``mxf8f6f4`` for MXFP8).
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor
from triton.tools.tensor_descriptor import TensorDescriptor

from sanacam.kernels.gemm.backend import Ability
from sanacam.kernels.gemm.triton_tiles import check_operands, finish_tile, tile_of
from sanacam.kernels.launch import tuned
from sanacam.kernels.quantize_formats import Format, PackedMatrix

E2M1, E4M3 = tl.constexpr("e2m1"), tl.constexpr("e4m3")


def shape_descriptors(arguments) -> None:
    """Gives the operand descriptors the tile of the setting that is about to run, in bytes."""
    width = arguments["BLOCK_K"] // (2 if arguments["FP4"] else 1)
    arguments["x_desc"].block_shape = [arguments["BLOCK_M"], width]
    arguments["w_desc"].block_shape = [arguments["BLOCK_N"], width]


def setting(m: int, n: int, k: int, warps: int, stages: int) -> triton.Config:
    tile = {"BLOCK_M": m, "BLOCK_N": n, "BLOCK_K": k, "GROUP": 8}
    return triton.Config(tile, num_warps=warps, num_stages=stages, pre_hook=shape_descriptors)


CONFIGS = [
    setting(128, 128, 128, 8, 2),
    setting(128, 128, 128, 8, 3),
    setting(128, 128, 256, 8, 2),
    setting(128, 64, 256, 4, 2),
]


@triton.jit
def tiled_rows(row, columns):
    """Byte number of block 0 of each row; see `quantize_formats`."""
    return (row // 128) * ((columns + 3) // 4) * 512 + (row % 32) * 16 + (row % 128) // 32 * 4


@tuned(CONFIGS, key=["rows", "columns", "inner", "FP4"])
@triton.jit
def blocks_gemm_kernel(
    x_desc, w_desc, x_block_ptr, w_block_ptr, x_scale_ptr, w_scale_ptr, bias_ptr, residual_ptr, out_ptr, rows, columns,
    inner, residual_stride, FP4: tl.constexpr, BIAS: tl.constexpr, RESIDUAL: tl.constexpr,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr, GROUP: tl.constexpr,
):  # fmt: skip
    SIZE: tl.constexpr = 16 if FP4 else 32
    PACKED: tl.constexpr = 2 if FP4 else 1
    FORM: tl.constexpr = E2M1 if FP4 else E4M3
    down, across = tile_of(tl.program_id(0), rows, columns, BLOCK_M, BLOCK_N, GROUP)
    row = down * BLOCK_M + tl.arange(0, BLOCK_M)
    column = across * BLOCK_N + tl.arange(0, BLOCK_N)
    blocks = inner // SIZE
    x_rows, w_rows = tiled_rows(row, blocks), tiled_rows(column, blocks)
    acc = tl.zeros((BLOCK_M, BLOCK_N), tl.float32)
    for k in range(0, inner, BLOCK_K):
        x = x_desc.load([down * BLOCK_M, k // PACKED])
        w = w_desc.load([across * BLOCK_N, k // PACKED])
        block = k // SIZE + tl.arange(0, BLOCK_K // SIZE)
        place = block // 4 * 512 + block % 4
        # beyond the matrix the codes are 0, and the scale must not be NaN
        x_block = tl.load(x_block_ptr + x_rows[:, None] + place[None, :], (row < rows)[:, None] & (block < blocks), 0.0)
        w_block = tl.load(
            w_block_ptr + w_rows[:, None] + place[None, :], (column < columns)[:, None] & (block < blocks), 0.0
        )
        acc = tl.dot_scaled(x, x_block, FORM, w.T, w_block, FORM, acc)
    if FP4:
        acc *= tl.load(x_scale_ptr) * tl.load(w_scale_ptr)
    finish_tile(acc, bias_ptr, residual_ptr, out_ptr, row, column, rows, columns, residual_stride, BIAS, RESIDUAL)


def blocks_gemm(
    x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, residual: Tensor | None = None,
    dtype: torch.dtype = torch.bfloat16,
) -> Tensor:  # fmt: skip
    """``X Wᵀ``, scaled, plus bias and residual, in one kernel.

    Args:
        x, weight: both ``mxfp8`` or both ``nvfp4``; K a multiple of 32.
        bias: (N,), contiguous. residual: (R, N), rows evenly spaced; both of any floating dtype.

    Returns:
        (R, N), contiguous.

    Raises:
        ValueError: other formats, shapes, devices or dtypes.
    """
    if x.format != weight.format or x.format not in ("mxfp8", "nvfp4"):
        raise ValueError(f"{x.format} times {weight.format} is not what this kernel multiplies")
    check_operands(x, weight, bias, residual, dtype, 32)
    out = torch.empty(x.rows, weight.rows, dtype=dtype, device=x.codes.device)
    if not out.numel():
        return out
    assert x.block_scale is not None
    assert weight.block_scale is not None
    fp4 = x.format == "nvfp4"
    # the descriptors' tiles are set by the chosen setting; e8m0 scales travel as bytes
    x_desc = TensorDescriptor.from_tensor(x.codes, [1, 16])
    w_desc = TensorDescriptor.from_tensor(weight.codes, [1, 16])
    x_block, w_block = (scale if fp4 else scale.view(torch.uint8) for scale in (x.block_scale, weight.block_scale))

    def grid(tile: dict[str, int]) -> tuple[int]:
        return (triton.cdiv(x.rows, tile["BLOCK_M"]) * triton.cdiv(weight.rows, tile["BLOCK_N"]),)

    blocks_gemm_kernel[grid](
        x_desc, w_desc, x_block, w_block, out if x.scale is None else x.scale,
        out if weight.scale is None else weight.scale, out if bias is None else bias,
        out if residual is None else residual, out, x.rows, weight.rows, x.inner,
        0 if residual is None else residual.stride(0), FP4=fp4, BIAS=bias is not None, RESIDUAL=residual is not None,
    )  # fmt: skip
    return out


class TritonBlocks:
    """The kernel above."""

    name = "triton_blocks"
    native = True

    def abilities(self) -> dict[Format, Ability]:
        # 12.x: the native instruction comes with Triton 3.7; before it, ``dot_scaled`` multiplied in bf16 there
        native = Ability((10, 0), families=(10, 12), triton=(3, 7), inner=32)
        return {"mxfp8": native, "nvfp4": native}

    def multiply(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, dtype: torch.dtype = torch.bfloat16
    ) -> Tensor:
        return blocks_gemm(x, weight, bias, None, dtype)
