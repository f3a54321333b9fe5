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

CONFIGS = [
    triton.Config({"BLOCK": block}, num_warps=warps) for block, warps in ((1024, 4), (512, 2), (2048, 4), (4096, 4))
]


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
def mean_square(row_ptr, WIDTH: tl.constexpr, BLOCK: tl.constexpr):
    squares = tl.zeros((BLOCK,), tl.float32)
    for start in tl.static_range(0, WIDTH, BLOCK):
        columns = start + tl.arange(0, BLOCK)
        x = tl.load(row_ptr + columns, columns < WIDTH, 0.0).to(tl.float32)
        squares += x * x
    return tl.sum(squares, 0) / WIDTH


@tuned(CONFIGS, key=["WIDTH"])
@triton.jit
def gdn_prepare_kernel(
    q_ptr, k_ptr, v_ptr, update_ptr, k_weight_ptr, cos_ptr, sin_ptr, keys_ptr, keys_rot_ptr, values_ptr, q_factor_ptr,
    gates_ptr, frames, tokens, q_stride, k_stride, v_stride, update_stride, eps, k_scale,
    EARLY: tl.constexpr, WIDTH: tl.constexpr, HEADS: tl.constexpr, GATE_BLOCK: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    row = tl.program_id(0)
    update_ptr += row * update_stride
    tl.store(q_factor_ptr + row, tl.rsqrt(mean_square(q_ptr + row * q_stride, WIDTH, BLOCK) + eps))
    scale = tl.rsqrt(mean_square(k_ptr + row * k_stride, WIDTH, BLOCK) + eps) * k_scale
    pairs: tl.constexpr = WIDTH // HEADS // 2
    angle_row = (row % (frames * tokens)) * pairs
    for start in tl.static_range(0, WIDTH, BLOCK):
        columns = start + tl.arange(0, BLOCK)
        real = columns < WIDTH
        share = root_sigmoid(tl.load(update_ptr + columns // (2 * pairs), real, 0.0).to(tl.float32))
        v = tl.load(v_ptr + row * v_stride + columns, real, 0.0).to(tl.float32) * share
        tl.store(values_ptr + row * WIDTH + columns, v.to(values_ptr.dtype.element_ty), real)
        x = tl.load(k_ptr + row * k_stride + columns, real, 0.0).to(tl.float32)
        x = tl.maximum(x * tl.load(k_weight_ptr + columns, real, 0.0).to(tl.float32), 0.0) * (scale * share)
        tl.store(keys_ptr + row * WIDTH + columns, x.to(keys_ptr.dtype.element_ty), real)
        pair = start // 2 + tl.arange(0, BLOCK // 2)
        angle = angle_row + pair % pairs
        cos = tl.load(cos_ptr + angle, pair * 2 < WIDTH, 0.0)
        sin = tl.load(sin_ptr + angle, pair * 2 < WIDTH, 0.0)
        x = tl.reshape(turn_pairs(x[None, :], cos[None, :], sin[None, :]), (BLOCK,))
        tl.store(keys_rot_ptr + row * WIDTH + columns, x.to(keys_rot_ptr.dtype.element_ty), real)
    gate = tl.arange(0, GATE_BLOCK)
    real = gate < 2 * HEADS
    logits = tl.load(update_ptr + gate, real, 0.0).to(tl.float32)
    position = ((row // tokens) * (2 * HEADS) + gate) * tokens + row % tokens
    tl.store(gates_ptr + position, tl.where(gate < HEADS, root_sigmoid(logits), logits), real)
