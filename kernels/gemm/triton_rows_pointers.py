"""`triton_rows` for cards without a tensor memory accelerator (8.x): the same product, operands fetched by asynchronous
copies from plain addresses."""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

from sanacam.kernels.gemm.triton_tiles import finish_rows, tile_of
from sanacam.kernels.launch import tuned


def setting(m: int, n: int, k: int, warps: int, stages: int) -> triton.Config:
    return triton.Config({"BLOCK_M": m, "BLOCK_N": n, "BLOCK_K": k, "GROUP": 8}, num_warps=warps, num_stages=stages)


CONFIGS = [
    setting(128, 128, 64, 8, 3),
    setting(128, 128, 128, 8, 3),
    setting(128, 64, 128, 4, 3),
    setting(64, 128, 128, 4, 3),
]


@tuned(CONFIGS, key=["rows", "columns", "inner", "INTEGER"])
@triton.jit
def rows_gemm_pointers_kernel(
    x_ptr, w_ptr, x_scale_ptr, w_scale_ptr, bias_ptr, residual_ptr, out_ptr, rows, columns, inner, x_scale_step,
    w_scale_step, residual_stride, INTEGER: tl.constexpr, BIAS: tl.constexpr, RESIDUAL: tl.constexpr,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr, GROUP: tl.constexpr,
):  # fmt: skip
    down, across = tile_of(tl.program_id(0), rows, columns, BLOCK_M, BLOCK_N, GROUP)
    row = down * BLOCK_M + tl.arange(0, BLOCK_M)
    column = across * BLOCK_N + tl.arange(0, BLOCK_N)
    depth = tl.arange(0, BLOCK_K)
    # rows past the end repeat earlier ones and are not stored
    x_place = x_ptr + (row % rows)[:, None] * inner + depth[None, :]
    w_place = w_ptr + (column % columns)[:, None] * inner + depth[None, :]
    acc = tl.zeros((BLOCK_M, BLOCK_N), tl.int32 if INTEGER else tl.float32)
    for k in range(0, inner, BLOCK_K):
        real = (depth < inner - k)[None, :]
        x = tl.load(x_place, real, 0.0)
        w = tl.load(w_place, real, 0.0)
        acc = tl.dot(x, w.T, acc, out_dtype=tl.int32 if INTEGER else tl.float32)
        x_place += BLOCK_K
        w_place += BLOCK_K
    finish_rows(
        acc, x_scale_ptr, w_scale_ptr, bias_ptr, residual_ptr, out_ptr, row, column, rows, columns, x_scale_step,
        w_scale_step, residual_stride, BIAS, RESIDUAL,
    )  # fmt: skip
