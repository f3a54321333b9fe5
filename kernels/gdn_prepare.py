"""First kernel of the GDN operation: what needs whole tokens or is cheapest once a token.

    ρ_q = 1 / sqrt(mean(q²) + eps) over the full width, per token (applied later, where the queries are read)
    b = sqrt(sigmoid(update logits));   k = relu(w_k · k · ρ_k) · k_scale
    κ = b k,   κ̃ = b RoPE(k),   ν = b v;   b and the α logits are passed on

Every product over the tokens weighs them with β = b², so with b in both operands nothing is left to do between memory
and tensor core. The three are written in the activation dtype, (tokens, C) like the input; b and α go out head-major in
fp32, so that later kernels read them in order. One program a token.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

from sanacam.kernels.launch import await_inputs, tuned
from sanacam.kernels.rows import load_row

CONFIGS = [triton.Config({}, num_warps=warps) for warps in (4, 8, 2)]


@triton.jit
def turn_pairs(x, cos, sin):
    """Interleaved pairs along the last axis of x (R, D) turned by cos, sin (R, D / 2)."""
    even, odd = tl.split(tl.reshape(x, (x.shape[0], x.shape[1] // 2, 2)))
    turned = tl.join(even * cos - odd * sin, even * sin + odd * cos)
    return tl.reshape(turned, (x.shape[0], x.shape[1]))


@triton.jit
def root_sigmoid(x):
    return tl.rsqrt(1.0 + tl.exp(-x))


@triton.jit
def finish_part(
    k, v, scale, row, angle_row, k_weight_ptr, cos_ptr, sin_ptr, share_ptr, keys_ptr, keys_rot_ptr, values_ptr,
    FIRST: tl.constexpr, WIDTH: tl.constexpr, PAIRS: tl.constexpr, LENGTH: tl.constexpr,
):  # fmt: skip
    """The columns of a token from ``FIRST`` on; ``share_ptr`` has b of each head."""
    columns = FIRST + tl.arange(0, LENGTH)
    real = columns < WIDTH
    share = tl.load(share_ptr + columns // (2 * PAIRS), real, 0.0)
    kind: tl.constexpr = keys_ptr.dtype.element_ty
    tl.store(values_ptr + row * WIDTH + columns, (v * share).to(kind), real)
    weight = tl.load(k_weight_ptr + columns, real, 0.0).to(tl.float32)
    x = tl.maximum(k * weight, 0.0) * (scale * share)
    tl.store(keys_ptr + row * WIDTH + columns, x.to(kind), real)
    pair = FIRST // 2 + tl.arange(0, LENGTH // 2)
    cos = tl.load(cos_ptr + angle_row + pair % PAIRS, pair * 2 < WIDTH, 0.0)
    sin = tl.load(sin_ptr + angle_row + pair % PAIRS, pair * 2 < WIDTH, 0.0)
    x = tl.reshape(turn_pairs(x[None, :], cos[None, :], sin[None, :]), (LENGTH,))
    tl.store(keys_rot_ptr + row * WIDTH + columns, x.to(kind), real)


@tuned(CONFIGS, key=["WIDTH"])
@triton.jit
def gdn_prepare_kernel(
    q_ptr, k_ptr, v_ptr, update_ptr, k_weight_ptr, cos_ptr, sin_ptr, keys_ptr, keys_rot_ptr, values_ptr, q_factor_ptr,
    shares_ptr, gates_ptr, frames, tokens, q_stride, k_stride, v_stride, update_stride, eps, k_scale,
    EARLY: tl.constexpr, WIDTH: tl.constexpr, HEADS: tl.constexpr, GATE_BLOCK: tl.constexpr, MAIN: tl.constexpr,
    REST: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    row = tl.program_id(0)
    q_a, q_b = load_row(q_ptr + row * q_stride, WIDTH, MAIN, REST)
    k_a, k_b = load_row(k_ptr + row * k_stride, WIDTH, MAIN, REST)
    v_a, v_b = load_row(v_ptr + row * v_stride, WIDTH, MAIN, REST)
    square = (tl.sum(q_a * q_a, 0) + tl.sum(q_b * q_b, 0)) / WIDTH
    tl.store(q_factor_ptr + row, tl.rsqrt(square + eps))
    square = (tl.sum(k_a * k_a, 0) + tl.sum(k_b * k_b, 0)) / WIDTH
    scale = tl.rsqrt(square + eps) * k_scale
    gate = tl.arange(0, GATE_BLOCK)
    real = gate < 2 * HEADS
    logits = tl.load(update_ptr + row * update_stride + gate, real, 0.0).to(tl.float32)
    share = root_sigmoid(logits)
    position = ((row // tokens) * (2 * HEADS) + gate) * tokens + row % tokens
    tl.store(gates_ptr + position, tl.where(gate < HEADS, share, logits), real)
    shares_ptr += row * GATE_BLOCK
    tl.store(shares_ptr + gate, share)
    tl.debug_barrier()  # read below, by other threads
    pairs: tl.constexpr = WIDTH // HEADS // 2
    angle_row = (row % (frames * tokens)) * pairs
    finish_part(k_a, v_a, scale, row, angle_row, k_weight_ptr, cos_ptr, sin_ptr, shares_ptr, keys_ptr, keys_rot_ptr,
                values_ptr, 0, WIDTH, pairs, MAIN)  # fmt: skip
    finish_part(k_b, v_b, scale, row, angle_row, k_weight_ptr, cos_ptr, sin_ptr, shares_ptr, keys_ptr, keys_rot_ptr,
                values_ptr, MAIN, WIDTH, pairs, REST)  # fmt: skip
