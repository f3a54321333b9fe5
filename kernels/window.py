"""Queries, keys and values of a softmax block made ready for attention, keys and values straight into the window.

    q ← RoPE(RMS(q) w_q);   window keys[place + n] ← RoPE(RMS(k) w_k);   window values[place + n] ← v

Norms over the full width. The order of keys does not matter to attention, so the window is a ring that nothing is
shifted in: a chunk overwrites the one that has left sight, and ``place`` is read on the card, so that a captured graph
serves every chunk. One program a token. Twin: `sanacam.kernels.reference.operations.write_window`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.gdn_prepare import turn_pairs
from sanacam.kernels.launch import (
    await_inputs,
    check_device,
    check_dtype,
    check_float32,
    check_heads,
    check_shape,
    check_vector,
    early_start,
    row_stride,
    tuned,
)

NORM_EPS = 1e-5
CONFIGS = [triton.Config({"BLOCK": block}, num_warps=warps) for block, warps in ((1024, 4), (512, 4), (512, 2))]


@triton.jit
def mean_square(row_ptr, WIDTH: tl.constexpr, BLOCK: tl.constexpr):
    squares = tl.zeros((BLOCK,), tl.float32)
    for start in tl.static_range(0, WIDTH, BLOCK):
        columns = start + tl.arange(0, BLOCK)
        x = tl.load(row_ptr + columns, columns < WIDTH, 0.0).to(tl.float32)
        squares += x * x
    return tl.sum(squares, 0) / WIDTH


@triton.jit
def place_row(x_ptr, weight_ptr, out_ptr, factor, columns, real, cos, sin, BLOCK: tl.constexpr):
    x = tl.load(x_ptr + columns, real, 0.0).to(tl.float32) * factor
    x *= tl.load(weight_ptr + columns, real, 0.0).to(tl.float32)
    x = tl.reshape(turn_pairs(x[None, :], cos[None, :], sin[None, :]), (BLOCK,))
    tl.store(out_ptr + columns, x.to(out_ptr.dtype.element_ty), real)


@tuned(CONFIGS, key=["WIDTH"])
@triton.jit
def window_kernel(
    q_ptr, k_ptr, v_ptr, q_weight_ptr, k_weight_ptr, cos_ptr, sin_ptr, place_ptr, out_ptr, keys_ptr, values_ptr,
    q_stride, k_stride, v_stride, eps,
    EARLY: tl.constexpr, WIDTH: tl.constexpr, HEADS: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    row = tl.program_id(0)
    place = tl.load(place_ptr) + row
    q_ptr += row * q_stride
    k_ptr += row * k_stride
    q_factor = tl.rsqrt(mean_square(q_ptr, WIDTH, BLOCK) + eps)
    k_factor = tl.rsqrt(mean_square(k_ptr, WIDTH, BLOCK) + eps)
    pairs: tl.constexpr = WIDTH // HEADS // 2
    for start in range(0, WIDTH, BLOCK):
        columns = start + tl.arange(0, BLOCK)
        real = columns < WIDTH
        pair = start // 2 + tl.arange(0, BLOCK // 2)
        angle = row * pairs + pair % pairs
        cos = tl.load(cos_ptr + angle, pair * 2 < WIDTH, 0.0)
        sin = tl.load(sin_ptr + angle, pair * 2 < WIDTH, 0.0)
        place_row(q_ptr, q_weight_ptr, out_ptr + row * WIDTH, q_factor, columns, real, cos, sin, BLOCK)
        place_row(k_ptr, k_weight_ptr, keys_ptr + place * WIDTH, k_factor, columns, real, cos, sin, BLOCK)
        v = tl.load(v_ptr + row * v_stride + columns, real, 0.0)
        tl.store(values_ptr + place * WIDTH + columns, v, real)


def write_window(
    q: Tensor, k: Tensor, v: Tensor, q_weight: Tensor, k_weight: Tensor, cos: Tensor, sin: Tensor, place: Tensor,
    keys: Tensor, values: Tensor,
) -> Tensor:  # fmt: skip
    """Place this chunk's keys and values, return its queries.

    Args:
        q, k, v: projections (rows, C) before the norm, bf16 or fp32; columns of a wider product will do.
        q_weight, k_weight: RMSNorm weights (C,), contiguous.
        cos, sin: rotary tables (rows, D / 2), fp32; D follows from them.
        place: (1,), int32: row of the window that takes the first token. It must leave room for all of them, which
            nothing checks: it is known on the card only.
        keys, values: the window (window rows, C), contiguous, written in place.

    Returns:
        Queries (rows, C).

    Raises:
        ValueError: for another device, dtype, shape, alignment or head size.
    """
    check_device(q=q, k=k, v=v, q_weight=q_weight, k_weight=k_weight, cos=cos, sin=sin, place=place, keys=keys,
                 values=values)  # fmt: skip
    check_dtype(q=q, k=k, v=v, keys=keys, values=values)
    check_float32(cos=cos, sin=sin)
    rows, width = q.shape
    heads = width // (2 * cos.shape[-1])
    check_heads(width, heads)
    for name, tensor in (("k", k), ("v", v)):
        check_shape(name, tensor, (rows, width))
    for name, tensor in (("q_weight", q_weight), ("k_weight", k_weight)):
        check_vector(name, tensor, width)
    for name, tensor in (("cos", cos), ("sin", sin)):
        check_shape(name, tensor, (rows, width // heads // 2))
    check_shape("values", values, keys.shape)
    if keys.ndim != 2 or keys.shape[0] < rows or not (keys.is_contiguous() and values.is_contiguous()):
        raise ValueError(f"the window {tuple(keys.shape)} must be contiguous and have room for {rows} rows")
    if place.dtype != torch.int32 or place.numel() != 1:
        raise ValueError(f"place must be one int32, is {tuple(place.shape)} {place.dtype}")
    out = torch.empty(rows, width, dtype=q.dtype, device=q.device)
    window_kernel[(rows,)](
        q, k, v, q_weight, k_weight, cos, sin, place, out, keys, values, row_stride("q", q), row_stride("k", k),
        row_stride("v", v), NORM_EPS, WIDTH=width, HEADS=heads, **early_start(q.device),
    )  # fmt: skip
    return out
