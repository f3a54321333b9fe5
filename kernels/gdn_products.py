"""Second kernel of the GDN operation: products of each frame with itself, per head.

    P = k̃ᵀ (β ⊙ k̃)      A = vᵀ (β ⊙ k̃)      P_z = kᵀ (β ⊙ k)      b = Σ β k      Σα          rows are tokens

The weighted keys are rounded to the activation dtype, sums are fp32. A program takes some rows of ``P`` and of ``A``,
which share the weighted keys, or some of ``P_z``. Tokens may be divided among ``splits`` programs, whose partial sums
the scan adds up, so that few heads and frames still fill a card.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

from sanacam.kernels.launch import await_inputs, tuned

CONFIGS = [
    triton.Config({"BLOCK_S": 64}, num_warps=8, num_stages=3),
    triton.Config({"BLOCK_S": 32}, num_warps=8, num_stages=3),
    triton.Config({"BLOCK_S": 32}, num_warps=4, num_stages=3),
    triton.Config({"BLOCK_S": 32}, num_warps=4, num_stages=4),
    triton.Config({"BLOCK_S": 64}, num_warps=4, num_stages=2),
]


@tuned(CONFIGS, key=["tokens", "D", "HEADS", "PART"])
@triton.jit
def gdn_products_kernel(
    keys_ptr, keys_rot_ptr, v_ptr, gates_ptr, erase_ptr, write_ptr, erase_z_ptr, write_z_ptr, alpha_ptr, tokens,
    tokens_per_split, splits, v_stride, EARLY: tl.constexpr, HEADS: tl.constexpr, D: tl.constexpr,
    BLOCK_D: tl.constexpr, PART: tl.constexpr, BLOCK_S: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    frame_head, which, split = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    frame, head = frame_head // HEADS, frame_head % HEADS
    parts: tl.constexpr = (D + PART - 1) // PART
    first_row = (which % parts) * PART
    columns, rows = tl.arange(0, BLOCK_D), first_row + tl.arange(0, PART)
    real_columns, real_rows = columns < D, rows < D
    offset = frame * tokens * (HEADS * D) + head * D
    v_ptr += frame * tokens * v_stride + head * D
    beta_ptr = gates_ptr + (frame * 2 * HEADS + head) * tokens
    first = split * tokens_per_split
    end = tl.minimum(first + tokens_per_split, tokens)
    place = frame_head * splits + split
    square = place * D * D + rows[:, None] * D + columns[None, :]
    square_mask = real_rows[:, None] & real_columns[None, :]
    product = tl.zeros((PART, BLOCK_D), tl.float32)
    if which < parts:
        write = tl.zeros((PART, BLOCK_D), tl.float32)
        alpha = tl.zeros((BLOCK_S,), tl.float32)
        for start in range(first, end, BLOCK_S):
            token = start + tl.arange(0, BLOCK_S)
            real = token < end
            key_row = keys_rot_ptr + offset + token[:, None] * (HEADS * D)
            keys = tl.load(key_row + columns[None, :], real[:, None] & real_columns[None, :], 0.0)
            part_mask = real[:, None] & real_rows[None, :]
            part = tl.load(key_row + rows[None, :], part_mask, 0.0)
            values = tl.load(v_ptr + token[:, None] * v_stride + rows[None, :], part_mask, 0.0)
            beta = tl.load(beta_ptr + token, real, 0.0)
            alpha += tl.load(beta_ptr + HEADS * tokens + token, real, 0.0)
            weighted = (keys.to(tl.float32) * beta[:, None]).to(keys.dtype)
            product = tl.dot(tl.trans(part), weighted, product, input_precision="tf32x3")
            write = tl.dot(tl.trans(values), weighted, write, input_precision="tf32x3")
        tl.store(erase_ptr + square, product, square_mask)
        tl.store(write_ptr + square, write, square_mask)
        tl.store(alpha_ptr + place, tl.sum(alpha, 0), which == 0)
    else:
        vector = tl.zeros((BLOCK_D,), tl.float32)
        for start in range(first, end, BLOCK_S):
            token = start + tl.arange(0, BLOCK_S)
            real = token < end
            key_row = keys_ptr + offset + token[:, None] * (HEADS * D)
            keys = tl.load(key_row + columns[None, :], real[:, None] & real_columns[None, :], 0.0)
            part = tl.load(key_row + rows[None, :], real[:, None] & real_rows[None, :], 0.0)
            weighted = keys.to(tl.float32) * tl.load(beta_ptr + token, real, 0.0)[:, None]
            vector += tl.sum(weighted, 0)
            product = tl.dot(tl.trans(part), weighted.to(keys.dtype), product, input_precision="tf32x3")
        tl.store(erase_z_ptr + square, product, square_mask)
        tl.store(write_z_ptr + place * D + columns, vector, real_columns & (which == parts))
