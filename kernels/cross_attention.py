"""Attention from picture tokens to the tokens of a prompt, queries normed on the way.

    ρ_n = 1 / sqrt(mean(q_n²) + eps)  over the full width
    out_n = softmax_l(ρ_n · q_n · k_l / sqrt(D) + bias_l) · v_l,  l < length,  per head

Keys carry both norm weights (that of the queries is folded into them once a prompt). The number of text tokens is read
on the card: a prompt of another length, or a blend of several, changes buffers and no launch; padding costs nothing.
Queries stay as the projection left them; ρ scales scores. One launch in two stages: the first programs compute row
factors, the others attention, and wait for the factors with their queries already loaded.
Twin: `sanacam.kernels.reference.operations.cross_attention`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import (
    await_inputs,
    check_device,
    check_dtype,
    check_float32,
    check_heads,
    check_shape,
    early_start,
    row_stride,
    tuned,
)
from sanacam.kernels.quantize import empty_packed
from sanacam.kernels.quantize_formats import PackedMatrix
from sanacam.kernels.quantize_store import quotient, to_e4m3
from sanacam.kernels.stages import arrive, await_count, leave

NORM_EPS = 1e-6
LOG2_E = 1.4426950408889634
FACTOR_ROWS, FACTOR_COLUMNS = tl.constexpr(8), tl.constexpr(512)
"""What a program of the first stage reads at once."""
COUNTS = 2
CONFIGS = [
    triton.Config({"BLOCK_M": rows, "BLOCK_N": text}, num_warps=warps, num_stages=stages, maxnreg=most)
    for rows, text, warps, stages, most in (
        (128, 64, 8, 2, None), (64, 64, 4, 2, None), (64, 64, 4, 2, 128), (64, 32, 4, 3, 128), (128, 32, 8, 3, 128),
        (128, 64, 8, 2, 128), (64, 128, 4, 2, None), (64, 64, 4, 3, 168), (128, 128, 8, 2, None),
    )
]  # fmt: skip


@triton.jit
def attend(
    q_ptr, factor_ptr, keys_ptr, values_ptr, bias_ptr, length_ptr, out_ptr, out_scale_ptr, counts_ptr, factor_programs,
    block, head, rows, q_stride, scale, log2_e, NARROW: tl.constexpr, HEADS: tl.constexpr, D: tl.constexpr,
    BLOCK_D: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr,
):  # fmt: skip
    """One head's attention of ``BLOCK_M`` rows, with a running maximum."""
    row = block * BLOCK_M + tl.arange(0, BLOCK_M)
    columns = tl.arange(0, BLOCK_D)
    real, real_columns = row < rows, columns < D
    mask = real[:, None] & real_columns[None, :]
    q = tl.load(q_ptr + row[:, None] * q_stride + head * D + columns[None, :], mask, 0.0)
    length = tl.load(length_ptr)
    await_count(counts_ptr, factor_programs)
    factor = tl.load(factor_ptr + row, real, 0.0) * (scale * log2_e)
    top = tl.full((BLOCK_M,), float("-inf"), tl.float32)
    total = tl.zeros((BLOCK_M,), tl.float32)
    out = tl.zeros((BLOCK_M, BLOCK_D), tl.float32)
    for start in range(0, length, BLOCK_N):
        text = start + tl.arange(0, BLOCK_N)
        real_text = text < length
        place = text * (HEADS * D) + head * D
        text_mask = real_text[:, None] & real_columns[None, :]
        keys = tl.load(keys_ptr + place[:, None] + columns[None, :], text_mask, 0.0)
        bias = tl.load(bias_ptr + text, real_text, float("-inf")) * log2_e
        scores = tl.dot(q, tl.trans(keys), input_precision="tf32x3") * factor[:, None] + bias[None, :]
        new_top = tl.maximum(top, tl.max(scores, 1))
        weights = tl.exp2(scores - new_top[:, None])
        kept = tl.exp2(top - new_top)
        total = total * kept + tl.sum(weights, 1)
        values = tl.load(values_ptr + place[:, None] + columns[None, :], text_mask, 0.0)
        out = tl.dot(weights.to(values.dtype), values, out * kept[:, None], input_precision="tf32x3")
        top = new_top
    out = (out / total[:, None]).to(q_ptr.dtype.element_ty)
    if NARROW:
        out_scale = tl.load(out_scale_ptr)
        out = to_e4m3(quotient(out.to(tl.float32), out_scale, tl.math.div_rn(1.0, out_scale)))
    tl.store(out_ptr + row[:, None] * (HEADS * D) + head * D + columns[None, :], out, mask)


@tuned(CONFIGS, key=["D", "HEADS", "NARROW"])
@triton.jit
def cross_attention_kernel(
    q_ptr, factor_ptr, keys_ptr, values_ptr, bias_ptr, length_ptr, out_ptr, out_scale_ptr, counts_ptr, rows, q_stride,
    eps, scale, log2_e, EARLY: tl.constexpr, NARROW: tl.constexpr, HEADS: tl.constexpr, D: tl.constexpr,
    BLOCK_D: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    program, factor_programs = tl.program_id(0), tl.cdiv(rows, FACTOR_ROWS)
    if program < factor_programs:
        row = program * FACTOR_ROWS + tl.arange(0, FACTOR_ROWS)
        squares = tl.zeros((FACTOR_ROWS, FACTOR_COLUMNS), tl.float32)
        for start in range(0, HEADS * D, FACTOR_COLUMNS):
            columns = start + tl.arange(0, FACTOR_COLUMNS)
            mask = (row < rows)[:, None] & (columns < HEADS * D)[None, :]
            x = tl.load(q_ptr + row[:, None] * q_stride + columns[None, :], mask, 0.0).to(tl.float32)
            squares += x * x
        tl.store(factor_ptr + row, tl.rsqrt(tl.sum(squares, 1) / (HEADS * D) + eps), row < rows)
        arrive(counts_ptr)
    else:
        task = program - factor_programs
        attend(
            q_ptr, factor_ptr, keys_ptr, values_ptr, bias_ptr, length_ptr, out_ptr, out_scale_ptr, counts_ptr,
            factor_programs, task // HEADS, task % HEADS, rows, q_stride, scale, log2_e, NARROW, HEADS, D, BLOCK_D,
            BLOCK_M, BLOCK_N,
        )  # fmt: skip
        leave(counts_ptr, counts_ptr + 1, tl.cdiv(rows, BLOCK_M) * HEADS, 1)


def cross_attention(
    q: Tensor, keys: Tensor, values: Tensor, bias: Tensor, length: Tensor, heads: int, counts: Tensor
) -> Tensor:
    """Attend to the first ``length`` text tokens.

    Args:
        q: queries (rows, C) before their norm, bf16 or fp32, rows evenly spaced.
        keys: (L, C), normed and times both norm weights. values: (L, C). Contiguous.
        bias: (L,), fp32, added to the scores.
        length: (1,), int32, 1…L; read on the card, unchecked.
        counts: (2,), int32, 0 before and after; see `sanacam.kernels.stages`.

    Returns:
        (rows, C), contiguous.

    Raises:
        ValueError: for another device, dtype, shape, alignment or head size.
    """
    out = torch.empty(q.shape, dtype=q.dtype, device=q.device)
    _launch(q, keys, values, bias, length, heads, counts, out, None)
    return out


def cross_attention_fp8(
    q: Tensor, keys: Tensor, values: Tensor, bias: Tensor, length: Tensor, heads: int, counts: Tensor,
    scale: Tensor,
) -> PackedMatrix:  # fmt: skip
    """The same packed as ``fp8_tensor`` with a fixed scale (), fp32."""
    packed = empty_packed(q.shape[0], q.shape[1], "fp8_tensor", q.device, scale)
    _launch(q, keys, values, bias, length, heads, counts, packed.codes, scale)
    return packed


def _launch(
    q: Tensor, keys: Tensor, values: Tensor, bias: Tensor, length: Tensor, heads: int, counts: Tensor,
    out: Tensor, scale: Tensor | None,
) -> None:  # fmt: skip
    check_device(q=q, keys=keys, values=values, bias=bias, length=length, counts=counts)
    check_dtype(q=q, keys=keys, values=values)
    check_float32(bias=bias)
    rows, width = q.shape
    head_dim = check_heads(width, heads)
    check_shape("keys", keys, (keys.shape[0], width))
    check_shape("values", values, keys.shape)
    check_shape("bias", bias, keys.shape[:1])
    if not (keys.is_contiguous() and values.is_contiguous()):
        raise ValueError("keys and values must be contiguous")
    for name, tensor, size in (("length", length, 1), ("counts", counts, COUNTS)):
        if tensor.dtype != torch.int32 or tensor.numel() != size:
            raise ValueError(f"{name} must be {size} int32, is {tuple(tensor.shape)} {tensor.dtype}")
    factor = torch.empty(rows, dtype=torch.float32, device=q.device)
    first_stage = triton.cdiv(rows, FACTOR_ROWS.value)
    cross_attention_kernel[lambda meta: (first_stage + triton.cdiv(rows, meta["BLOCK_M"]) * heads,)](
        q, factor, keys, values, bias, length, out, bias if scale is None else scale, counts, rows, row_stride("q", q),
        NORM_EPS, head_dim**-0.5, LOG2_E, NARROW=scale is not None, HEADS=heads, D=head_dim,
        BLOCK_D=max(16, triton.next_power_of_2(head_dim)), **early_start(q.device),
    )  # fmt: skip
