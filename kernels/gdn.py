"""The stateful GDN operation between its projections, as three kernels (SANA-Streaming, hybrid linear attention).

    q ← relu(RMS(q) w_q),  k ← relu(RMS(k) w_k) · D^(−1/2) S^(−1/2)  (norms over the full width)
    q̃, k̃ = RoPE(q), RoPE(k)
    β = sigmoid(update[…, :h]),  g = exp(−exp(A_log) · softplus(mean_S update[…, h:] + dt_bias))
    per frame and head, columns are tokens:  M ← gM;  M ← M + ((V − M K̃) ⊙ β) K̃ᵀ;  z ← gz;  z ← z + K ((1 − zᵀK) ⊙ β)ᵀ
    out = (M Q̃ + M⁻ Q̃) / (zᵀQ + z⁻ᵀQ + 1e-8) ⊙ silu(gate)

``M, z`` run forward from the cached state, ``M⁻, z⁻`` backward inside the chunk from zero over strictly later frames.

Layout: tokens stay (frame, row, column, channel), channel = head · D + d; nothing is permuted or copied. Inputs may be
column slices of one wide projection. State and gates are fp32, products take operands of the activation dtype with fp32
sums; nothing is ever fp64. The kernels, in order: `gdn_prepare`, `gdn_frames`, `gdn_apply`. Twin:
`sanacam.kernels.reference.gdn_layer`.
"""

from __future__ import annotations

import torch
import triton
from torch import Tensor

from sanacam.kernels.gdn_apply import gdn_apply_kernel
from sanacam.kernels.gdn_frames import gdn_frames_kernel
from sanacam.kernels.gdn_prepare import gdn_prepare_kernel
from sanacam.kernels.gdn_products import MATRICES
from sanacam.kernels.gdn_scan import ROWS
from sanacam.kernels.launch import (
    check_device,
    check_dtype,
    check_float32,
    check_heads,
    check_shape,
    early_start,
    row_stride,
)
from sanacam.kernels.operations import count_number
from sanacam.kernels.quantize import empty_packed
from sanacam.kernels.quantize_formats import PackedMatrix
from sanacam.kernels.rows import row_blocks

NORM_EPS = 1e-5
DENOMINATOR_EPS = 1e-8
SPLIT_GRAIN = 64
"""Tokens; a split of a frame's tokens is a multiple of it."""


def gdn(
    q: Tensor, k: Tensor, v: Tensor, gate: Tensor, update: Tensor, q_weight: Tensor, k_weight: Tensor,
    cos: Tensor, sin: Tensor, a_log: Tensor, dt_bias: Tensor, m: Tensor, z: Tensor, counts: Tensor,
    into: tuple[Tensor, Tensor] | None = None, splits: int = 1,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """All frames of one chunk.

    Args:
        q, k, v, gate: projections (B, T, S, C), bf16 or fp32, before norm and SiLU.
        update: logits (B, T, S, 2h): update strength β of each head, then decay α of each head, both with their bias; α
            is averaged over a frame here (linear maps and means commute). Dtype of ``q``.
        q_weight, k_weight: RMSNorm weights (C,).
        cos, sin: rotary tables (T, S, D / 2), fp32.
        a_log, dt_bias: (h,).
        m, z: state before the first frame, (B, h, D, D) rows are values, and (B, h, D, 1), fp32; zeros at the start.
        counts: (B h + 1,), int32, 0 before and after; see `sanacam.kernels.stages`.
        into: take the state after the last frame; may be ``m`` and ``z`` themselves. Default new tensors.
        splits: programs among which a frame's tokens are divided.

    Returns:
        (B, T, S, C) in the dtype of ``q``, before the output projection, and the forward state after the last frame.

    Raises:
        ValueError: for another device, dtype, shape, alignment or head size (multiples of 16 up to 128).
    """
    out = torch.empty(q.shape, dtype=q.dtype, device=q.device)
    return out, *_launch(q, k, v, gate, update, q_weight, k_weight, cos, sin, a_log, dt_bias, m, z, counts, into,
                         splits, out, None)  # fmt: skip


def gdn_fp8(
    q: Tensor, k: Tensor, v: Tensor, gate: Tensor, update: Tensor, q_weight: Tensor, k_weight: Tensor,
    cos: Tensor, sin: Tensor, a_log: Tensor, dt_bias: Tensor, m: Tensor, z: Tensor, counts: Tensor,
    scale: Tensor, into: tuple[Tensor, Tensor] | None = None,
) -> tuple[PackedMatrix, Tensor, Tensor]:  # fmt: skip
    """The same, the first result packed as ``fp8_tensor`` with a fixed scale (), fp32: (B · T · S, C)."""
    packed = empty_packed(q.shape[:-1].numel(), q.shape[-1], "fp8_tensor", q.device, scale)
    return packed, *_launch(q, k, v, gate, update, q_weight, k_weight, cos, sin, a_log, dt_bias, m, z, counts, into,
                            1, packed.codes, scale)  # fmt: skip


def _launch(
    q: Tensor, k: Tensor, v: Tensor, gate: Tensor, update: Tensor, q_weight: Tensor, k_weight: Tensor,
    cos: Tensor, sin: Tensor, a_log: Tensor, dt_bias: Tensor, m: Tensor, z: Tensor, counts: Tensor,
    into: tuple[Tensor, Tensor] | None, splits: int, out: Tensor, out_scale: Tensor | None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Fills ``out`` and returns the state."""
    check_device(
        q=q, k=k, v=v, gate=gate, update=update, q_weight=q_weight, k_weight=k_weight, cos=cos, sin=sin, a_log=a_log,
        dt_bias=dt_bias, m=m, z=z, counts=counts,
    )  # fmt: skip
    check_dtype(q=q, k=k, v=v, gate=gate, update=update)
    check_float32(cos=cos, sin=sin, m=m, z=z)
    if q.ndim != 4 or 0 in q.shape:
        raise ValueError(f"q has shape {tuple(q.shape)}, expected (batch, frames, tokens, channels), none of them 0")
    batch, frames, tokens, width = q.shape
    heads = a_log.numel()
    head_dim = check_heads(width, heads)
    for name, tensor in (("k", k), ("v", v), ("gate", gate)):
        check_shape(name, tensor, q.shape)
    check_shape("update", update, (*q.shape[:-1], 2 * heads))
    for name, tensor in (("q_weight", q_weight), ("k_weight", k_weight)):
        check_shape(name, tensor, (width,))
    for name, tensor in (("cos", cos), ("sin", sin)):
        check_shape(name, tensor, (frames, tokens, head_dim // 2))
    for name, tensor in (("a_log", a_log), ("dt_bias", dt_bias)):
        check_shape(name, tensor, (heads,))
    check_shape("m", m, (batch, heads, head_dim, head_dim))
    check_shape("z", z, (batch, heads, head_dim, 1))
    check_shape("counts", counts, (count_number(batch, heads),))
    if counts.dtype != torch.int32:
        raise ValueError(f"counts must be int32, is {counts.dtype}")
    if into is not None:
        for name, tensor, like in (("into M", into[0], m), ("into z", into[1], z)):
            check_float32(**{name: tensor})
            check_shape(name, tensor, like.shape)
    for name, tensor in (("q_weight", q_weight), ("k_weight", k_weight), ("a_log", a_log), ("dt_bias", dt_bias)):
        if not tensor.is_contiguous() or tensor.dtype not in (torch.bfloat16, torch.float32):
            raise ValueError(f"{name} must be contiguous bfloat16 or float32, is {tensor.dtype}")
    strides = {name: row_stride(name, tensor) for name, tensor in (("q", q), ("k", k), ("v", v), ("gate", gate))}
    update_stride = row_stride("update", update, aligned=False)

    def fp32(*shape: int) -> Tensor:
        return torch.empty(shape, dtype=torch.float32, device=q.device)

    block_d, early = max(16, triton.next_power_of_2(head_dim)), early_start(q.device)
    rows, frame_heads = batch * frames * tokens, batch * frames * heads
    per_split = triton.cdiv(triton.cdiv(tokens, splits), SPLIT_GRAIN) * SPLIT_GRAIN
    keys, keys_rot, values = (torch.empty(q.shape, dtype=q.dtype, device=q.device) for _ in range(3))
    gate_block = triton.next_power_of_2(2 * heads)
    q_factor, shares, gates = fp32(rows), fp32(rows, gate_block), fp32(batch, frames, 2 * heads, tokens)
    gdn_prepare_kernel[(rows,)](
        q, k, v, update, k_weight, cos, sin, keys, keys_rot, values, q_factor, shares, gates, frames, tokens,
        strides["q"], strides["k"], strides["v"], update_stride, NORM_EPS, (head_dim * tokens) ** -0.5,
        WIDTH=width, HEADS=heads, GATE_BLOCK=gate_block, **row_blocks(width), **early,
    )  # fmt: skip
    erase, write, erase_z = (fp32(frame_heads, splits, head_dim, head_dim) for _ in range(3))
    write_z, alpha = fp32(frame_heads, splits, head_dim), fp32(frame_heads, splits)
    states = torch.empty(frame_heads, head_dim, head_dim, dtype=q.dtype, device=q.device)
    later = fp32(frame_heads, head_dim, head_dim)
    z_sums, z_later = fp32(frame_heads, head_dim), fp32(frame_heads, head_dim)
    m_out, z_out = into or (torch.empty_like(m), torch.empty_like(z))

    def grid(setting: dict[str, int]) -> tuple[int]:
        products = MATRICES.value * triton.cdiv(head_dim, setting["PART"]) * splits
        return (batch * heads * (frames * products + head_dim // ROWS + 2),)

    gdn_frames_kernel[grid](
        keys, keys_rot, values, gates, a_log, dt_bias, m, z, erase, write, erase_z, write_z, alpha, later, states,
        z_sums, z_later, m_out, z_out, counts, batch, frames, tokens, per_split,
        HEADS=heads, D=head_dim, BLOCK_D=block_d, ROWS=ROWS, SPLITS=splits, **early,
    )  # fmt: skip
    gdn_apply_kernel[lambda setting: (triton.cdiv(tokens, setting["BLOCK_S"]), frame_heads)](
        q, gate, q_weight, q_factor, cos, sin, states, z_sums, z_later, out,
        q if out_scale is None else out_scale, frames, tokens, strides["q"], strides["gate"], DENOMINATOR_EPS,
        NARROW=out_scale is not None, HEADS=heads, D=head_dim, BLOCK_D=block_d, **early,
    )  # fmt: skip
    return m_out, z_out
