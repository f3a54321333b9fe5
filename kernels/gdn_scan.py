"""Third kernel of the GDN operation: the state through the frames of a chunk, forward and backward, all in fp32.

    forward:   M ← g_f (M − M P_f) + A_f from the cached state;   z ← g_f z;  z ← z + Kᵀ ((1 − K z) ⊙ β)
    backward:  the same updates from zero, frames T−1 … 1; frame f−1 reads what frames f … T−1 have left
    g_f = exp(−exp(A_log) · softplus(mean α_f + dt_bias))

The rows of M (values) never meet, so each program carries ROWS of them through all frames, its state between two frames
in global memory (that is, in cache), which keeps shared memory small enough for every card. Two more programs a head
carry z, one each way, straight over the keys. Per frame the sum of both matrices is stored in the activation dtype for
the queries, the vectors fp32 in two parts; the forward state after the last frame fp32.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

from sanacam.kernels.launch import tuned

ROWS = 16
CONFIGS = [
    triton.Config({"BLOCK_K": 16, "BLOCK_S": 64}, num_warps=4, num_stages=3),
    triton.Config({"BLOCK_K": 16, "BLOCK_S": 32}, num_warps=2, num_stages=4),
    triton.Config({"BLOCK_K": 32, "BLOCK_S": 64}, num_warps=8, num_stages=2),
]


@triton.jit
def frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS: tl.constexpr):
    total = tl.load(alpha_ptr + place * SPLITS)
    for split in tl.static_range(1, SPLITS):
        total += tl.load(alpha_ptr + place * SPLITS + split)
    x = total / tokens + dt_bias
    softplus = tl.maximum(x, 0.0) + tl.log(1.0 + tl.exp(-tl.abs(x)))
    return tl.exp(-tl.exp(a_log) * softplus)


@triton.jit
def sum_splits(base_ptr, offsets, mask, place, D: tl.constexpr, SPLITS: tl.constexpr):
    total = tl.load(base_ptr + place * (SPLITS * D * D) + offsets, mask, 0.0)
    for split in tl.static_range(1, SPLITS):
        total += tl.load(base_ptr + (place * SPLITS + split) * (D * D) + offsets, mask, 0.0)
    return total


@triton.jit
def absorb_m(
    state_ptr, erase_ptr, write_ptr, decay, place, rows, columns,
    D: tl.constexpr, SPLITS: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """Rows of M after one frame, from those at ``state_ptr`` (D × D)."""
    real = columns < D
    offsets = rows[:, None] * D + columns[None, :]
    moved = tl.zeros((rows.shape[0], columns.shape[0]), tl.float32)
    for start in range(0, D, BLOCK_K):
        inner = start + tl.arange(0, BLOCK_K)
        m = tl.load(state_ptr + rows[:, None] * D + inner[None, :], (inner < D)[None, :], 0.0)
        erase_mask = (inner < D)[:, None] & real[None, :]
        erase = sum_splits(erase_ptr, inner[:, None] * D + columns[None, :], erase_mask, place, D, SPLITS)
        moved = tl.dot(m, erase, moved, input_precision="tf32x3")
    kept = tl.load(state_ptr + offsets, real[None, :], 0.0) - moved
    return decay * kept + sum_splits(write_ptr, offsets, real[None, :], place, D, SPLITS)


@triton.jit
def absorb_z(
    z, keys_ptr, gates_ptr, decay, place, tokens, columns,
    HEADS: tl.constexpr, D: tl.constexpr, BLOCK_S: tl.constexpr,
):  # fmt: skip
    """z after one frame; every token's prediction uses the decayed z of before."""
    frame, head = place // HEADS, place % HEADS
    keys_ptr += frame * tokens * (HEADS * D) + head * D
    gates_ptr += (frame * 2 * HEADS + head) * tokens
    z *= decay
    added = tl.zeros_like(z)
    for start in range(0, tokens, BLOCK_S):
        token = start + tl.arange(0, BLOCK_S)
        mask = (token < tokens)[:, None] & (columns < D)[None, :]
        keys = tl.load(keys_ptr + token[:, None] * (HEADS * D) + columns[None, :], mask, 0.0).to(tl.float32)
        beta = tl.load(gates_ptr + token, token < tokens, 0.0)
        surprise = (1.0 - tl.sum(keys * z[None, :], 1)) * beta
        added += tl.sum(keys * surprise[:, None], 0)
    return z + added


@tuned(CONFIGS, key=["tokens", "D", "HEADS", "SPLITS"])
@triton.jit
def gdn_scan_kernel(
    erase_ptr, write_ptr, alpha_ptr, keys_ptr, gates_ptr, a_log_ptr, dt_bias_ptr, m_ptr, z_ptr, later_ptr, states_ptr,
    z_sums_ptr, z_later_ptr, m_out_ptr, z_out_ptr, frames, tokens,
    HEADS: tl.constexpr, D: tl.constexpr, BLOCK_D: tl.constexpr, ROWS: tl.constexpr, SPLITS: tl.constexpr,
    BLOCK_K: tl.constexpr, BLOCK_S: tl.constexpr,
):  # fmt: skip
    batch, head = tl.program_id(0) // HEADS, tl.program_id(0) % HEADS
    role = tl.program_id(1)
    a_log, dt_bias = tl.load(a_log_ptr + head).to(tl.float32), tl.load(dt_bias_ptr + head).to(tl.float32)
    columns = tl.arange(0, BLOCK_D)
    real = columns < D
    first = batch * frames * HEADS + head
    last = first + (frames - 1) * HEADS
    if role < D // ROWS:
        rows = role * ROWS + tl.arange(0, ROWS)
        offsets = rows[:, None] * D + columns[None, :]
        mask = real[None, :]
        # Barriers: the next step reads, through other threads, what this program has just written.
        if frames > 1:
            write = sum_splits(write_ptr, offsets, mask, last, D, SPLITS)
            tl.store(later_ptr + (last - HEADS) * (D * D) + offsets, write, mask)
            tl.debug_barrier()
            for back in range(1, frames - 1):
                place = last - back * HEADS
                decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
                state_ptr = later_ptr + place * (D * D)
                m = absorb_m(state_ptr, erase_ptr, write_ptr, decay, place, rows, columns, D, SPLITS, BLOCK_K)
                tl.store(state_ptr - HEADS * D * D + offsets, m, mask)
                tl.debug_barrier()
        m_out_ptr += (batch * HEADS + head) * (D * D)
        m = tl.load(m_ptr + (batch * HEADS + head) * (D * D) + offsets, mask, 0.0)
        tl.store(m_out_ptr + offsets, m, mask)
        tl.debug_barrier()
        for frame in range(frames):
            place = first + frame * HEADS
            decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
            m = absorb_m(m_out_ptr, erase_ptr, write_ptr, decay, place, rows, columns, D, SPLITS, BLOCK_K)
            tl.debug_barrier()  # all have read the old state
            tl.store(m_out_ptr + offsets, m, mask)
            later = tl.load(later_ptr + place * (D * D) + offsets, mask & (frame + 1 < frames), 0.0)
            tl.store(states_ptr + place * (D * D) + offsets, (m + later).to(states_ptr.dtype.element_ty), mask)
            tl.debug_barrier()
    elif role == D // ROWS:
        z = tl.load(z_ptr + (batch * HEADS + head) * D + columns, real, 0.0)
        for frame in range(frames):
            place = first + frame * HEADS
            decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
            z = absorb_z(z, keys_ptr, gates_ptr, decay, place, tokens, columns, HEADS, D, BLOCK_S)
            tl.store(z_sums_ptr + place * D + columns, z, real)
        tl.store(z_out_ptr + (batch * HEADS + head) * D + columns, z, real)
    else:
        z = tl.zeros((BLOCK_D,), tl.float32)
        for back in range(frames):
            place = last - back * HEADS
            tl.store(z_later_ptr + place * D + columns, z, real)
            if back + 1 < frames:
                decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
                z = absorb_z(z, keys_ptr, gates_ptr, decay, place, tokens, columns, HEADS, D, BLOCK_S)
