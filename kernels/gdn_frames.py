"""Second kernel of the GDN operation, two stages in one launch: `gdn_products`, then `gdn_scan`.

Programs are numbered stage by stage, within a stage head by head, so that a head's scan can begin while later heads are
still multiplied. Counts (see `stages`): one of products a head, and one of scans that have ended. Both stages want many
registers; the queries' kernel wants many programs, and stays apart: with it as a third stage the operation took 124 µs
on an H200.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

from sanacam.kernels.gdn_products import MATRICES, frame_products
from sanacam.kernels.gdn_scan import scan_frames
from sanacam.kernels.launch import await_inputs, tuned
from sanacam.kernels.stages import arrive, await_count, leave

CONFIGS = [
    triton.Config(
        {"PART": part, "BLOCK_P": tokens, "PRECISION": "tf32x3"}, num_warps=warps, num_stages=stages, maxnreg=most,
    )
    for part, tokens, warps, stages, most in (
        (128, 32, 8, 4, None), (128, 64, 8, 3, 128), (128, 32, 8, 4, 128), (128, 64, 8, 3, None), (128, 64, 4, 3, None),
        (64, 64, 8, 3, 128),
    )
]  # fmt: skip
"""Three products of tensor cores are as exact as fp32. With 128 registers two programs fit a multiprocessor: all
products of a chunk run at once, and so do all scans, which then spill a little."""


@tuned(CONFIGS, key=["tokens", "D", "HEADS", "SPLITS"], restore=["m_out_ptr", "z_out_ptr"])
@triton.jit
def gdn_frames_kernel(
    keys_ptr, keys_rot_ptr, values_ptr, gates_ptr, a_log_ptr, dt_bias_ptr, m_ptr, z_ptr, erase_ptr, write_ptr,
    erase_z_ptr, write_z_ptr, alpha_ptr, later_ptr, states_ptr, z_sums_ptr, z_later_ptr, m_out_ptr, z_out_ptr,
    counts_ptr, batches, frames, tokens, tokens_per_split,
    EARLY: tl.constexpr, HEADS: tl.constexpr, D: tl.constexpr, BLOCK_D: tl.constexpr, ROWS: tl.constexpr,
    SPLITS: tl.constexpr, PART: tl.constexpr, BLOCK_P: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    program = tl.program_id(0)
    heads = batches * HEADS
    a_head: tl.constexpr = MATRICES * ((D + PART - 1) // PART) * SPLITS
    roles: tl.constexpr = D // ROWS + 2
    products = heads * frames * a_head
    if program < products:
        state, task = program // (frames * a_head), program % (frames * a_head)
        frame_products(
            keys_ptr, keys_rot_ptr, values_ptr, gates_ptr, erase_ptr, write_ptr, erase_z_ptr, write_z_ptr, alpha_ptr,
            state // HEADS * frames + task // a_head, state % HEADS, task % a_head // SPLITS, task % SPLITS, tokens,
            tokens_per_split, SPLITS, HEADS, D, BLOCK_D, PART, BLOCK_P,
        )  # fmt: skip
        arrive(counts_ptr + state)
    else:
        state, role = (program - products) // roles, (program - products) % roles
        await_count(counts_ptr + state, frames * a_head)
        scan_frames(
            erase_ptr, write_ptr, erase_z_ptr, write_z_ptr, alpha_ptr, a_log_ptr, dt_bias_ptr, m_ptr, z_ptr, later_ptr,
            states_ptr, z_sums_ptr, z_later_ptr, m_out_ptr, z_out_ptr, state // HEADS, state % HEADS, role, frames,
            tokens, HEADS, D, BLOCK_D, ROWS, SPLITS, PRECISION,
        )  # fmt: skip
        leave(counts_ptr, counts_ptr + heads, heads * roles, heads)
