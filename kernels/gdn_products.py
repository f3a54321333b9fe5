"""Second kernel of the GDN operation: products of each frame with itself, per head.

    P = K̃ᵀ (β ⊙ K̃)   (D × D)         A = Vᵀ (β ⊙ K̃)   (D values × D keys)         Σα over the tokens

K̃, V are (tokens, D) here. The weighted keys are shared by both products and rounded to the activation dtype, sums are
fp32. The normaliser's ``KᵀβK`` is not formed: the scan absorbs its one vector directly, for a hundredth of the
arithmetic. Tokens may be divided among ``splits`` programs, whose partial sums the scan adds up, so that few heads and
frames still fill a card.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

from sanacam.kernels.launch import tuned

CONFIGS = [
    triton.Config({"BLOCK_S": 64}, num_warps=8, num_stages=3),
    triton.Config({"BLOCK_S": 32}, num_warps=8, num_stages=3),
    triton.Config({"BLOCK_S": 32}, num_warps=4, num_stages=3),
    triton.Config({"BLOCK_S": 32}, num_warps=8, num_stages=2),
]


@tuned(CONFIGS, key=["tokens", "D", "HEADS", "PART"])
@triton.jit
def gdn_products_kernel(
    keys_rot_ptr, v_ptr, gates_ptr, erase_ptr, write_ptr, alpha_ptr, tokens, tokens_per_split, splits, v_stride,
    HEADS: tl.constexpr, D: tl.constexpr, BLOCK_D: tl.constexpr, PART: tl.constexpr, BLOCK_S: tl.constexpr,
):  # fmt: skip
    frame_head, first_row, split = tl.program_id(0), tl.program_id(1) * PART, tl.program_id(2)
    frame, head = frame_head // HEADS, frame_head % HEADS
    columns, rows = tl.arange(0, BLOCK_D), first_row + tl.arange(0, PART)
    real_columns, real_rows = columns < D, rows < D
    keys_ptr = keys_rot_ptr + frame * tokens * (HEADS * D) + head * D
    v_ptr += frame * tokens * v_stride + head * D
    beta_ptr = gates_ptr + (frame * 2 * HEADS + head) * tokens
    erase, write = tl.zeros((PART, BLOCK_D), tl.float32), tl.zeros((PART, BLOCK_D), tl.float32)
    alpha = tl.zeros((BLOCK_S,), tl.float32)
    end = tl.minimum((split + 1) * tokens_per_split, tokens)
    for start in range(split * tokens_per_split, end, BLOCK_S):
        token = start + tl.arange(0, BLOCK_S)
        real = token < end
        key_row = keys_ptr + token[:, None] * (HEADS * D)
        keys = tl.load(key_row + columns[None, :], real[:, None] & real_columns[None, :], 0.0)
        part_mask = real[:, None] & real_rows[None, :]
        part = tl.load(key_row + rows[None, :], part_mask, 0.0)
        values = tl.load(v_ptr + token[:, None] * v_stride + rows[None, :], part_mask, 0.0)
        beta = tl.load(beta_ptr + token, real, 0.0)
        alpha += tl.load(beta_ptr + HEADS * tokens + token, real, 0.0)
        weighted = (keys.to(tl.float32) * beta[:, None]).to(keys.dtype)
        erase = tl.dot(tl.trans(part), weighted, erase, input_precision="tf32x3")
        write = tl.dot(tl.trans(values), weighted, write, input_precision="tf32x3")
    place = frame_head * splits + split
    offsets = place * D * D + rows[:, None] * D + columns[None, :]
    mask = real_rows[:, None] & real_columns[None, :]
    tl.store(erase_ptr + offsets, erase, mask)
    tl.store(write_ptr + offsets, write, mask)
    tl.store(alpha_ptr + place, tl.sum(alpha, 0), first_row == 0)
