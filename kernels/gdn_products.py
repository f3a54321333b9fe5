"""First stage of the GDN operation's second kernel: products of each frame with itself, per head.

    P = κ̃ᵀ κ̃      A = νᵀ κ̃      P_z = κᵀ κ      b = Σ b κ      Σα          rows are tokens, weighed by b already

Operands of the activation dtype, sums fp32. A program takes some rows of one of the matrices: with a single sum in
registers two programs fit a multiprocessor, each of which multiplies while the other waits for memory. Tokens may be
divided among ``splits`` programs, whose partial sums the scan adds up.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

MATRICES = tl.constexpr(3)
ERASE, WRITE = tl.constexpr(0), tl.constexpr(1)
"""P and A; the third is P_z."""


@triton.jit
def head_rows(base_ptr, token, columns, real, D: tl.constexpr, HEADS: tl.constexpr):
    """One head's columns of some tokens."""
    mask = real[:, None] & (columns < D)[None, :]
    return tl.load(base_ptr + token[:, None] * (HEADS * D) + columns[None, :], mask, 0.0)


@triton.jit
def frame_products(
    keys_ptr, keys_rot_ptr, values_ptr, gates_ptr, erase_ptr, write_ptr, erase_z_ptr, write_z_ptr, alpha_ptr, frame,
    head, which, split, tokens, tokens_per_split, splits, HEADS: tl.constexpr, D: tl.constexpr, BLOCK_D: tl.constexpr,
    PART: tl.constexpr, BLOCK_S: tl.constexpr,
):  # fmt: skip
    parts: tl.constexpr = (D + PART - 1) // PART
    matrix = which // parts
    columns, rows = tl.arange(0, BLOCK_D), (which % parts) * PART + tl.arange(0, PART)
    offset = frame * tokens * (HEADS * D) + head * D
    share_ptr = gates_ptr + (frame * 2 * HEADS + head) * tokens
    first = split * tokens_per_split
    end = tl.minimum(first + tokens_per_split, tokens)
    place = (frame * HEADS + head) * splits + split
    square = place * D * D + rows[:, None] * D + columns[None, :]
    square_mask = (rows < D)[:, None] & (columns < D)[None, :]
    product = tl.zeros((PART, BLOCK_D), tl.float32)
    if matrix == ERASE:
        alpha = tl.zeros((BLOCK_S,), tl.float32)
        for start in range(first, end, BLOCK_S):
            token = start + tl.arange(0, BLOCK_S)
            real = token < end
            alpha += tl.load(share_ptr + HEADS * tokens + token, real, 0.0)
            keys = head_rows(keys_rot_ptr + offset, token, columns, real, D, HEADS)
            part = keys if PART == BLOCK_D else head_rows(keys_rot_ptr + offset, token, rows, real, D, HEADS)
            product = tl.dot(tl.trans(part), keys, product, input_precision="tf32x3")
        tl.store(erase_ptr + square, product, square_mask)
        tl.store(alpha_ptr + place, tl.sum(alpha, 0), which == 0)
    elif matrix == WRITE:
        for start in range(first, end, BLOCK_S):
            token = start + tl.arange(0, BLOCK_S)
            real = token < end
            keys = head_rows(keys_rot_ptr + offset, token, columns, real, D, HEADS)
            values = head_rows(values_ptr + offset, token, rows, real, D, HEADS)
            product = tl.dot(tl.trans(values), keys, product, input_precision="tf32x3")
        tl.store(write_ptr + square, product, square_mask)
    else:
        vector = tl.zeros((BLOCK_D,), tl.float32)
        for start in range(first, end, BLOCK_S):
            token = start + tl.arange(0, BLOCK_S)
            real = token < end
            keys = head_rows(keys_ptr + offset, token, columns, real, D, HEADS)
            share = tl.load(share_ptr + token, real, 0.0)
            vector += tl.sum(keys.to(tl.float32) * share[:, None], 0)
            part = keys if PART == BLOCK_D else head_rows(keys_ptr + offset, token, rows, real, D, HEADS)
            product = tl.dot(tl.trans(part), keys, product, input_precision="tf32x3")
        tl.store(erase_z_ptr + square, product, square_mask)
        tl.store(write_z_ptr + place * D + columns, vector, (columns < D) & (which % parts == 0))
