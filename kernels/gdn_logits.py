"""First stage of the GDN operation's first kernel, where β and α are not part of a wider product: their logits.

    partial_p = x[:, p] · W[:, p]ᵀ          p: a part of the inner width;   logits = Σ_p partial_p + bias

A few dozen outputs would leave most of the card idle as a product of its own; here a program takes some rows and a part
of the inner width, so that there are enough of them, and whoever reads a row adds the parts up. Sums are fp32 and are
not rounded between.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

PARTS = 4
"""Parts of the inner width."""
MIN_BLOCK = 16
"""Outputs that a tensor core takes at least."""


@triton.jit
def logits_tile(
    x_ptr, weight_ptr, partial_ptr, tile, part, rows, WIDTH: tl.constexpr, OUTPUTS: tl.constexpr,
    BLOCK_N: tl.constexpr, PARTS: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """x (rows, WIDTH), W (OUTPUTS or more, WIDTH), both contiguous -> partial (PARTS, rows, BLOCK_N), fp32."""
    a_part: tl.constexpr = (WIDTH + PARTS * BLOCK_K - 1) // (PARTS * BLOCK_K) * BLOCK_K
    row, output = tile * BLOCK_M + tl.arange(0, BLOCK_M), tl.arange(0, BLOCK_N)
    depth = tl.arange(0, BLOCK_K)
    real_row, real_output = (row < rows)[:, None], (output < OUTPUTS)[:, None]
    acc = tl.zeros((BLOCK_M, BLOCK_N), tl.float32)
    for start in range(part * a_part, tl.minimum((part + 1) * a_part, WIDTH), BLOCK_K):
        inner = start + depth[None, :]
        x = tl.load(x_ptr + row[:, None] * WIDTH + inner, real_row & (inner < WIDTH), 0.0)
        weight = tl.load(weight_ptr + output[:, None] * WIDTH + inner, real_output & (inner < WIDTH), 0.0)
        acc = tl.dot(x, tl.trans(weight), acc, input_precision="tf32x3")
    tl.store(partial_ptr + (part * rows + row[:, None]) * BLOCK_N + output[None, :], acc, real_row)


@triton.jit
def logits_of_row(
    partial_ptr, bias_ptr, row, rows, output, real, BIAS: tl.constexpr, PARTS: tl.constexpr, BLOCK_N: tl.constexpr
):
    """(BLOCK_N,) fp32, meaningless beyond the outputs."""
    total = tl.load(partial_ptr + row * BLOCK_N + output)
    for part in tl.static_range(1, PARTS):
        total += tl.load(partial_ptr + (part * rows + row) * BLOCK_N + output)
    if BIAS:
        total += tl.load(bias_ptr + output, real, 0.0).to(tl.float32)
    return total
