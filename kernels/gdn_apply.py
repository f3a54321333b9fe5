"""Last kernel of the GDN operation: queries against the states of their frame, merged, gated.

    q = relu(w_q · q · ρ_q);   q̃ = RoPE(q)
    out = (q̃ Mᵀ) / (q z + q z⁻ + eps) · silu(gate),   M = forward + backward state of the frame

Norm, ReLU, rotation, division and gate in fp32 registers; the product takes operands in the activation dtype and sums
in fp32. Reads and writes tokens as (tokens, C), channel = head · D + d.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

from sanacam.kernels.gdn_prepare import turn_pairs
from sanacam.kernels.launch import await_inputs, tuned
from sanacam.kernels.quantize_store import quotient, to_e4m3

CONFIGS = [
    triton.Config({"BLOCK_S": tokens, "BLOCK_V": values}, num_warps=warps, num_stages=stages)
    for tokens, values, warps, stages in (
        (64, 32, 4, 2), (64, 64, 4, 2), (128, 64, 8, 2), (128, 32, 8, 3), (64, 128, 4, 1), (64, 128, 8, 1),
    )
]  # fmt: skip


@tuned(CONFIGS, key=["tokens", "D", "HEADS", "NARROW"])
@triton.jit
def gdn_apply_kernel(
    q_ptr, gate_ptr, q_weight_ptr, q_rstd_ptr, cos_ptr, sin_ptr, states_ptr, z_sums_ptr, z_later_ptr, out_ptr,
    out_scale_ptr, frames, tokens, q_stride, gate_stride, eps,
    EARLY: tl.constexpr, NARROW: tl.constexpr, HEADS: tl.constexpr, D: tl.constexpr, BLOCK_D: tl.constexpr,
    BLOCK_S: tl.constexpr, BLOCK_V: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    frame_head = tl.program_id(1)
    frame, head = frame_head // HEADS, frame_head % HEADS
    token = tl.program_id(0) * BLOCK_S + tl.arange(0, BLOCK_S)
    columns, pairs = tl.arange(0, BLOCK_D), tl.arange(0, BLOCK_D // 2)
    real, real_columns = token < tokens, columns < D
    mask = real[:, None] & real_columns[None, :]
    row = frame * tokens + token
    q = tl.load(q_ptr + row[:, None] * q_stride + head * D + columns[None, :], mask, 0.0).to(tl.float32)
    q *= tl.load(q_weight_ptr + head * D + columns, real_columns, 0.0).to(tl.float32)[None, :]
    q = tl.maximum(q, 0.0) * tl.load(q_rstd_ptr + row, real, 0.0)[:, None]
    z = tl.load(z_sums_ptr + frame_head * D + columns, real_columns, 0.0)
    z += tl.load(z_later_ptr + frame_head * D + columns, real_columns, 0.0)
    denominator = tl.sum(q * z[None, :], 1) + eps
    angle = ((frame % frames) * tokens + token)[:, None] * (D // 2) + pairs[None, :]
    angle_mask = real[:, None] & (pairs < D // 2)[None, :]
    cos, sin = tl.load(cos_ptr + angle, angle_mask, 0.0), tl.load(sin_ptr + angle, angle_mask, 0.0)
    q = turn_pairs(q, cos, sin).to(states_ptr.dtype.element_ty)
    for start in range(0, D, BLOCK_V):
        value = start + tl.arange(0, BLOCK_V)
        real_values = value < D
        state_mask = real_columns[:, None] & real_values[None, :]
        state_t = tl.load(states_ptr + frame_head * (D * D) + value[None, :] * D + columns[:, None], state_mask, 0.0)
        numerator = tl.dot(q, state_t, input_precision="tf32x3")
        out_mask = real[:, None] & real_values[None, :]
        channel = head * D + value
        gate = tl.load(gate_ptr + row[:, None] * gate_stride + channel[None, :], out_mask, 0.0).to(tl.float32)
        # Rows beyond the frame hold 0 / eps; they are not stored.
        out = numerator / denominator[:, None] * (gate * tl.sigmoid(gate))
        out = out.to(q_ptr.dtype.element_ty)
        if NARROW:
            out_scale = tl.load(out_scale_ptr)
            out = to_e4m3(quotient(out.to(tl.float32), out_scale, tl.math.div_rn(1.0, out_scale)))
        tl.store(out_ptr + row[:, None] * (HEADS * D) + channel[None, :], out, out_mask)
