"""Second stage of the GDN operation's second kernel: the state through the frames of a chunk, both ways, all in fp32.

    forward:   M ← g_f (M − M P_f) + A_f,   z ← g_f (z − P_z,f z) + b_f   from the cached state
    backward:  the same updates from zero, frames T−1 … 1; frame f−1 reads what frames f … T−1 have left
    g_f = exp(−exp(A_log) · softplus(mean α_f + dt_bias))

The rows of M (values) never meet, so each program carries ROWS of them through all frames in registers, backward first.
Two more programs a head carry z, one each way. Per frame the sum of both matrices is stored in the activation dtype for
the queries, the vectors fp32 in two parts; the forward state after the last frame fp32, written by the program that
read it, so that it may replace the one before.

Rows and vectors are held in two halves, and P is read in quarters: as a whole, cut in three for the tensor cores, it
would fill the registers that the first stage wants for a second program on each multiprocessor.
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
def store_halves(base_ptr, place, offsets, left, right, mask_left, mask_right, D: tl.constexpr, HALF: tl.constexpr):
    tl.store(base_ptr + place * (D * D) + offsets, left, mask_left)
    tl.store(base_ptr + place * (D * D) + offsets + HALF, right, mask_right)


@triton.jit
def quarter(base_ptr, place, DOWN: tl.constexpr, ACROSS: tl.constexpr, D: tl.constexpr, HALF: tl.constexpr,
            SPLITS: tl.constexpr):  # fmt: skip
    """One quarter of a frame's P, 0 beyond D."""
    rows, columns = DOWN * HALF + tl.arange(0, HALF), ACROSS * HALF + tl.arange(0, HALF)
    mask = (rows < D)[:, None] & (columns < D)[None, :]
    return sum_splits(base_ptr, place, D * D, rows[:, None] * D + columns[None, :], mask, SPLITS)


@triton.jit
def absorb_m(
    left, right, erase_ptr, write_ptr, decay, place, offsets, mask_left, mask_right,
    D: tl.constexpr, HALF: tl.constexpr, SPLITS: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Rows of M after one frame."""
    moved_left = tl.dot(left, quarter(erase_ptr, place, 0, 0, D, HALF, SPLITS), input_precision=PRECISION)
    moved_right = tl.dot(left, quarter(erase_ptr, place, 0, 1, D, HALF, SPLITS), input_precision=PRECISION)
    lower = quarter(erase_ptr, place, 1, 0, D, HALF, SPLITS)
    moved_left = tl.dot(right, lower, moved_left, input_precision=PRECISION)
    lower = quarter(erase_ptr, place, 1, 1, D, HALF, SPLITS)
    moved_right = tl.dot(right, lower, moved_right, input_precision=PRECISION)
    write_left = sum_splits(write_ptr, place, D * D, offsets, mask_left, SPLITS)
    write_right = sum_splits(write_ptr, place, D * D, offsets + HALF, mask_right, SPLITS)
    return decay * (left - moved_left) + write_left, decay * (right - moved_right) + write_right


@triton.jit
def absorb_z(
    upper, lower, erase_z_ptr, write_z_ptr, decay, place, half, mask_upper, mask_lower,
    D: tl.constexpr, HALF: tl.constexpr, SPLITS: tl.constexpr,
):  # fmt: skip
    """z after one frame; ``P_z`` is symmetric."""
    moved_upper = tl.sum(quarter(erase_z_ptr, place, 0, 0, D, HALF, SPLITS) * upper[None, :], 1)
    moved_upper += tl.sum(quarter(erase_z_ptr, place, 0, 1, D, HALF, SPLITS) * lower[None, :], 1)
    moved_lower = tl.sum(quarter(erase_z_ptr, place, 1, 0, D, HALF, SPLITS) * upper[None, :], 1)
    moved_lower += tl.sum(quarter(erase_z_ptr, place, 1, 1, D, HALF, SPLITS) * lower[None, :], 1)
    write_upper = sum_splits(write_z_ptr, place, D, half, mask_upper, SPLITS)
    write_lower = sum_splits(write_z_ptr, place, D, half + HALF, mask_lower, SPLITS)
    return decay * (upper - moved_upper) + write_upper, decay * (lower - moved_lower) + write_lower


@triton.jit
def scan_frames(
    erase_ptr, write_ptr, erase_z_ptr, write_z_ptr, alpha_ptr, a_log_ptr, dt_bias_ptr, m_ptr, z_ptr, later_ptr,
    states_ptr, z_sums_ptr, z_later_ptr, m_out_ptr, z_out_ptr, batch, head, role, frames, tokens,
    HEADS: tl.constexpr, D: tl.constexpr, BLOCK_D: tl.constexpr, ROWS: tl.constexpr, SPLITS: tl.constexpr,
    PRECISION: tl.constexpr,
):  # fmt: skip
    a_log, dt_bias = tl.load(a_log_ptr + head).to(tl.float32), tl.load(dt_bias_ptr + head).to(tl.float32)
    # a tensor core takes no less than 16; of a head of 16 the right half is masked
    HALF: tl.constexpr = BLOCK_D // 2 if BLOCK_D >= 32 else 16
    half = tl.arange(0, HALF)
    real_left, real_right = half < D, half + HALF < D
    first = batch * frames * HEADS + head
    last = first + (frames - 1) * HEADS
    state = batch * HEADS + head
    if role < D // ROWS:
        rows = role * ROWS + tl.arange(0, ROWS)
        offsets = rows[:, None] * D + half[None, :]
        mask_left = (rows < D)[:, None] & real_left[None, :]
        mask_right = (rows < D)[:, None] & real_right[None, :]
        if frames > 1:
            left = sum_splits(write_ptr, last, D * D, offsets, mask_left, SPLITS)
            right = sum_splits(write_ptr, last, D * D, offsets + HALF, mask_right, SPLITS)
            store_halves(later_ptr, last - HEADS, offsets, left, right, mask_left, mask_right, D, HALF)
            for back in tl.range(1, frames - 1, num_stages=1):
                place = last - back * HEADS
                decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
                left, right = absorb_m(left, right, erase_ptr, write_ptr, decay, place, offsets, mask_left, mask_right,
                                       D, HALF, SPLITS, PRECISION)  # fmt: skip
                store_halves(later_ptr, place - HEADS, offsets, left, right, mask_left, mask_right, D, HALF)
            tl.debug_barrier()  # read below, perhaps by other threads
        left = tl.load(m_ptr + state * (D * D) + offsets, mask_left, 0.0)
        right = tl.load(m_ptr + state * (D * D) + offsets + HALF, mask_right, 0.0)
        for frame in tl.range(frames, num_stages=1):
            place = first + frame * HEADS
            decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
            left, right = absorb_m(left, right, erase_ptr, write_ptr, decay, place, offsets, mask_left, mask_right,
                                   D, HALF, SPLITS, PRECISION)  # fmt: skip
            more = frame + 1 < frames
            later_left = tl.load(later_ptr + place * (D * D) + offsets, mask_left & more, 0.0)
            later_right = tl.load(later_ptr + place * (D * D) + offsets + HALF, mask_right & more, 0.0)
            kind: tl.constexpr = states_ptr.dtype.element_ty
            store_halves(states_ptr, place, offsets, (left + later_left).to(kind), (right + later_right).to(kind),
                         mask_left, mask_right, D, HALF)  # fmt: skip
        store_halves(m_out_ptr, state, offsets, left, right, mask_left, mask_right, D, HALF)
    elif role == D // ROWS:
        upper = tl.load(z_ptr + state * D + half, real_left, 0.0)
        lower = tl.load(z_ptr + state * D + half + HALF, real_right, 0.0)
        for frame in tl.range(frames, num_stages=1):
            place = first + frame * HEADS
            decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
            upper, lower = absorb_z(upper, lower, erase_z_ptr, write_z_ptr, decay, place, half, real_left, real_right,
                                    D, HALF, SPLITS)  # fmt: skip
            tl.store(z_sums_ptr + place * D + half, upper, real_left)
            tl.store(z_sums_ptr + place * D + half + HALF, lower, real_right)
        tl.store(z_out_ptr + state * D + half, upper, real_left)
        tl.store(z_out_ptr + state * D + half + HALF, lower, real_right)
    else:
        upper, lower = tl.zeros((HALF,), tl.float32), tl.zeros((HALF,), tl.float32)
        for back in tl.range(frames, num_stages=1):
            place = last - back * HEADS
            tl.store(z_later_ptr + place * D + half, upper, real_left)
            tl.store(z_later_ptr + place * D + half + HALF, lower, real_right)
            if back + 1 < frames:
                decay = frame_decay(alpha_ptr, a_log, dt_bias, place, tokens, SPLITS)
                upper, lower = absorb_z(upper, lower, erase_z_ptr, write_z_ptr, decay, place, half, real_left,
                                        real_right, D, HALF, SPLITS)  # fmt: skip
