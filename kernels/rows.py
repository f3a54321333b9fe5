"""Rows of channels in registers, cut in two so that few threads idle.

Triton's tensors have a power of two of elements: a row of 2240 in one of 4096 would leave half of the arithmetic to
masked lanes. Here it is 2048 + 256.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

from sanacam.kernels.quantize_formats import BLOCK, TURN


def row_blocks(width: int) -> dict[str, int]:
    """Launch options of every kernel that uses these functions: ``MAIN``, the largest power of two below ``width``, and
    ``REST``, the smallest that takes what remains. Rows of a single block of mxfp8, or of what int4 turns together,
    stay whole, with an empty part of that size behind them."""
    if width in (BLOCK["mxfp8"], TURN):
        return {"MAIN": width, "REST": width}
    main = max(1, triton.next_power_of_2(width) // 2)
    return {"MAIN": main, "REST": triton.next_power_of_2(max(1, width - main))}


@triton.jit
def load_row(ptr, width, MAIN: tl.constexpr, REST: tl.constexpr):
    """Both parts in fp32, 0 beyond the width."""
    rest = MAIN + tl.arange(0, REST)
    return tl.load(ptr + tl.arange(0, MAIN)).to(tl.float32), tl.load(ptr + rest, rest < width, 0.0).to(tl.float32)


@triton.jit
def load_row_if(ptr, wanted, width, MAIN: tl.constexpr, REST: tl.constexpr):
    """The same, 0 altogether unless ``wanted``."""
    main, rest = tl.arange(0, MAIN), MAIN + tl.arange(0, REST)
    a = tl.load(ptr + main, (main < width) & wanted, 0.0).to(tl.float32)
    return a, tl.load(ptr + rest, (rest < width) & wanted, 0.0).to(tl.float32)


@triton.jit
def store_row_parts(ptr, a, b, width, MAIN: tl.constexpr, REST: tl.constexpr):
    """Rounded to the pointer's type."""
    rest = MAIN + tl.arange(0, REST)
    tl.store(ptr + tl.arange(0, MAIN), a.to(ptr.dtype.element_ty))
    tl.store(ptr + rest, b.to(ptr.dtype.element_ty), rest < width)


@triton.jit
def modulated(a, b, shift_a, shift_b, scale_a, scale_b, width, eps, MAIN: tl.constexpr, REST: tl.constexpr):
    """``LayerNorm · (1 + scale) + shift`` of a row, in fp32; meaningless beyond the width."""
    real = MAIN + tl.arange(0, REST) < width
    mean = (tl.sum(a, 0) + tl.sum(b, 0)) / width
    a -= mean
    b = tl.where(real, b - mean, 0.0)
    factor = tl.rsqrt((tl.sum(a * a, 0) + tl.sum(b * b, 0)) / width + eps)
    return a * factor * (1.0 + scale_a) + shift_a, b * factor * (1.0 + scale_b) + shift_b


@triton.jit
def modulated_norm(a, b, shift_ptr, scale_ptr, width, eps, MAIN: tl.constexpr, REST: tl.constexpr):
    """The same, its tables in memory."""
    scale_a, scale_b = load_row(scale_ptr, width, MAIN, REST)
    shift_a, shift_b = load_row(shift_ptr, width, MAIN, REST)
    return modulated(a, b, shift_a, shift_b, scale_a, scale_b, width, eps, MAIN, REST)
