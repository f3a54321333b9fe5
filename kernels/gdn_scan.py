"""Second stage of the GDN operation's second kernel: the state through the frames of a chunk, both ways, all in fp32.

    forward:   M ← g_f (M − M P_f) + A_f,   z ← g_f (z − P_z,f z) + b_f   from the cached state
    backward:  the same updates from zero, frames T−1 … 1; frame f−1 reads what frames f … T−1 have left
    g_f = exp(−exp(A_log) · softplus(mean α_f + dt_bias))

The rows of M (values) never meet, so each program carries ROWS of them through all frames in registers, backward first.
Two more programs a head carry z, one each way. Per frame the sum of both matrices is stored in the activation dtype for
the queries, the vectors fp32 in two parts; the forward state after the last frame fp32, written by the program that
read it, so that it may replace the one before.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

ROWS = 16
"""Rows of M that one program carries."""


@triton.jit
def sum_splits(base_ptr, place, size, offsets, mask, SPLITS: tl.constexpr):
    total = tl.load(base_ptr + place * SPLITS * size + offsets, mask, 0.0)
    for split in tl.static_range(1, SPLITS):
        total += tl.load(base_ptr + (place * SPLITS + split) * size + offsets, mask, 0.0)
    return total


@triton.jit
def frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS: tl.constexpr):
    total = tl.load(alpha_ptr + place * SPLITS)
    for split in tl.static_range(1, SPLITS):
        total += tl.load(alpha_ptr + place * SPLITS + split)
    x = total / tokens + dt_bias
    softplus = tl.maximum(x, 0.0) + tl.log(1.0 + tl.exp(-tl.abs(x)))
    return tl.exp(-tl.exp(a_log) * softplus)


@triton.jit
def absorb_m(
    m, erase_ptr, write_ptr, decay, place, offsets, mask,
    D: tl.constexpr, SPLITS: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Rows of M after one frame."""
    inner, columns = tl.arange(0, m.shape[1]), tl.arange(0, m.shape[1])
    square = (inner < D)[:, None] & (columns < D)[None, :]
    erase = sum_splits(erase_ptr, place, D * D, inner[:, None] * D + columns[None, :], square, SPLITS)
    moved = tl.dot(m, erase, input_precision=PRECISION)
    return decay * (m - moved) + sum_splits(write_ptr, place, D * D, offsets, mask, SPLITS)


@triton.jit
def absorb_z(z, erase_z_ptr, write_z_ptr, decay, place, D: tl.constexpr, SPLITS: tl.constexpr):
    """z after one frame; ``P_z`` is symmetric."""
    rows, columns = tl.arange(0, z.shape[0]), tl.arange(0, z.shape[0])
    square = (rows < D)[:, None] & (columns < D)[None, :]
    erase = sum_splits(erase_z_ptr, place, D * D, rows[:, None] * D + columns[None, :], square, SPLITS)
    moved = tl.sum(erase * z[None, :], 1)
    return decay * (z - moved) + sum_splits(write_z_ptr, place, D, columns, columns < D, SPLITS)


@triton.jit
def scan_frames(
    erase_ptr, write_ptr, erase_z_ptr, write_z_ptr, alpha_ptr, a_log_ptr, dt_bias_ptr, m_ptr, z_ptr, later_ptr,
    states_ptr, z_sums_ptr, z_later_ptr, m_out_ptr, z_out_ptr, batch, head, role, frames, tokens,
    HEADS: tl.constexpr, D: tl.constexpr, BLOCK_D: tl.constexpr, ROWS: tl.constexpr, SPLITS: tl.constexpr,
    PRECISION: tl.constexpr,
):  # fmt: skip
    a_log, dt_bias = tl.load(a_log_ptr + head).to(tl.float32), tl.load(dt_bias_ptr + head).to(tl.float32)
    columns = tl.arange(0, BLOCK_D)
    real = columns < D
    first = batch * frames * HEADS + head
    last = first + (frames - 1) * HEADS
    state = batch * HEADS + head
    if role < D // ROWS:
        rows = role * ROWS + tl.arange(0, ROWS)
        offsets = rows[:, None] * D + columns[None, :]
        mask = (rows < D)[:, None] & real[None, :]
        if frames > 1:
            m = sum_splits(write_ptr, last, D * D, offsets, mask, SPLITS)
            tl.store(later_ptr + (last - HEADS) * (D * D) + offsets, m, mask)
            for back in tl.range(1, frames - 1, num_stages=1):
                place = last - back * HEADS
                decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
                m = absorb_m(m, erase_ptr, write_ptr, decay, place, offsets, mask, D, SPLITS, PRECISION)
                tl.store(later_ptr + (place - HEADS) * (D * D) + offsets, m, mask)
            tl.debug_barrier()  # read below, perhaps by other threads
        m = tl.load(m_ptr + state * (D * D) + offsets, mask, 0.0)
        for frame in tl.range(frames, num_stages=1):
            place = first + frame * HEADS
            decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
            m = absorb_m(m, erase_ptr, write_ptr, decay, place, offsets, mask, D, SPLITS, PRECISION)
            later = tl.load(later_ptr + place * (D * D) + offsets, mask & (frame + 1 < frames), 0.0)
            tl.store(states_ptr + place * (D * D) + offsets, (m + later).to(states_ptr.dtype.element_ty), mask)
        tl.store(m_out_ptr + state * (D * D) + offsets, m, mask)
    elif role == D // ROWS:
        z = tl.load(z_ptr + state * D + columns, real, 0.0)
        for frame in tl.range(frames, num_stages=1):
            place = first + frame * HEADS
            decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
            z = absorb_z(z, erase_z_ptr, write_z_ptr, decay, place, D, SPLITS)
            tl.store(z_sums_ptr + place * D + columns, z, real)
        tl.store(z_out_ptr + state * D + columns, z, real)
    else:
        z = tl.zeros((BLOCK_D,), tl.float32)
        for back in tl.range(frames, num_stages=1):
            place = last - back * HEADS
            tl.store(z_later_ptr + place * D + columns, z, real)
            if back + 1 < frames:
                decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
                z = absorb_z(z, erase_z_ptr, write_z_ptr, decay, place, D, SPLITS)
