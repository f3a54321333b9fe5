"""Neighbours in time beside each other, so that a convolution over frames is one matrix product.

    taps[f, s] = [ r[f−1, s] | r[f, s] | r[f+1, s] ]

Before the first frame stands the tail of the chunk before, behind the last one zero. With a single frame there is no
third part. Twin: `sanacam.kernels.reference.operations.temporal_taps`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import await_inputs, check_device, check_dtype, check_shape, early_start, tuned
from sanacam.kernels.quantize import empty_packed
from sanacam.kernels.quantize_formats import PackedMatrix
from sanacam.kernels.quantize_store import amax_scale, finite_amax, quotient, to_e4m3

ROW_CONFIGS = [triton.Config({}, num_warps=warps) for warps in (4, 8)]
CONFIGS = [triton.Config({"BLOCK": block}, num_warps=4) for block in (1024, 2048)]


@tuned(CONFIGS, key=["WIDTH"], restore=["tail_ptr"])
@triton.jit
def temporal_taps_kernel(
    r_ptr, tail_ptr, out_ptr, frames, tokens,
    EARLY: tl.constexpr, WIDTH: tl.constexpr, TAPS: tl.constexpr, SAVE: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """A program takes a stretch of a frame through all frames; each value is read once."""
    await_inputs(EARLY)
    index = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    real = index < tokens * WIDTH
    out_ptr += (index // WIDTH) * (TAPS * WIDTH) + index % WIDTH
    before = tl.load(tail_ptr + index, real, 0.0)
    for frame in range(frames):
        x = tl.load(r_ptr + frame * tokens * WIDTH + index, real, 0.0)
        place = out_ptr + frame * tokens * (TAPS * WIDTH)
        tl.store(place, before, real)
        tl.store(place + WIDTH, x, real)
        if TAPS == 3:
            # what comes after the frame before; the frame before the first has no row
            tl.store(place - tokens * (TAPS * WIDTH) + 2 * WIDTH, x, real & (frame > 0))
        before = x
    if TAPS == 3:
        last = out_ptr + (frames - 1) * tokens * (TAPS * WIDTH)
        tl.store(last + 2 * WIDTH, tl.zeros_like(before), real)
    if SAVE:
        tl.store(tail_ptr + index, before, real)


@triton.jit
def rounded_row(ptr, columns, real):
    x = tl.load(ptr + columns, real, 0.0).to(tl.float32)
    return x, finite_amax(x, 0)


@triton.jit
def store_codes(codes_ptr, x, scale, inverse, columns, real):
    codes = to_e4m3(tl.where(scale == scale, quotient(x, scale, inverse), 0.0))
    tl.store(codes_ptr + columns, codes, real)


@tuned(ROW_CONFIGS, key=["WIDTH"], restore=["tail_ptr"])
@triton.jit
def temporal_taps_fp8_kernel(
    r_ptr, tail_ptr, codes_ptr, scale_ptr, frames, tokens,
    EARLY: tl.constexpr, WIDTH: tl.constexpr, SAVE: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """A program takes a token through all frames. The scale of a row of taps is that of its largest part."""
    await_inputs(EARLY)
    token = tl.program_id(0)
    columns = tl.arange(0, BLOCK)
    real = columns < WIDTH
    before, before_amax = rounded_row(tail_ptr + token * WIDTH, columns, real)
    x, amax = rounded_row(r_ptr + token * WIDTH, columns, real)
    if SAVE:
        last, _ = rounded_row(r_ptr + ((frames - 1) * tokens + token) * WIDTH, columns, real)
        tl.store(tail_ptr + token * WIDTH + columns, last.to(tail_ptr.dtype.element_ty), real)
    for frame in range(frames):
        inside = frame + 1 < frames
        after, after_amax = rounded_row(r_ptr + ((frame + 1) * tokens + token) * WIDTH, columns, real & inside)
        row = frame * tokens + token
        # comparisons with NaN are false, sums are not
        largest = tl.maximum(tl.maximum(before_amax, amax), after_amax) + 0.0 * (before_amax + amax + after_amax)
        scale = amax_scale(largest, 448.0)
        inverse = tl.math.div_rn(1.0, scale)
        tl.store(scale_ptr + row, scale)
        place = codes_ptr + row * (3 * WIDTH)
        store_codes(place, before, scale, inverse, columns, real)
        store_codes(place + WIDTH, x, scale, inverse, columns, real)
        store_codes(place + 2 * WIDTH, after, scale, inverse, columns, real)
        before, before_amax = x, amax
        x, amax = after, after_amax


def temporal_taps(r: Tensor, tail: Tensor, save: bool) -> Tensor:
    """Each token with its neighbours in time.

    Args:
        r: (T, S, C), contiguous, bf16 or fp32.
        tail: (S, C), contiguous, the frame before the first; zeros at the start of a stream.
        save: the last frame of ``r`` then takes the place of ``tail``.

    Returns:
        (T, S, 3C), or (T, S, 2C) for a single frame.

    Raises:
        ValueError: for another device, dtype or shape.
    """
    frames, tokens, width = _checked(r, tail)
    taps = 3 if frames > 1 else 2
    out = torch.empty(frames, tokens, taps * width, dtype=r.dtype, device=r.device)
    if out.numel():
        temporal_taps_kernel[lambda meta: (triton.cdiv(tokens * width, meta["BLOCK"]),)](
            r, tail, out, frames, tokens, WIDTH=width, TAPS=taps, SAVE=save, **early_start(r.device)
        )
    return out


def temporal_taps_fp8(r: Tensor, tail: Tensor, save: bool) -> PackedMatrix:
    """The same packed as ``fp8``: (T · S, 3C) with a scale a row; the third part of a single frame is zero."""
    frames, tokens, width = _checked(r, tail)
    packed = empty_packed(frames * tokens, 3 * width, "fp8", r.device, None)
    if packed.codes.numel():
        temporal_taps_fp8_kernel[(tokens,)](
            r, tail, packed.codes, packed.scale, frames, tokens, WIDTH=width, SAVE=save,
            BLOCK=triton.next_power_of_2(width), **early_start(r.device),
        )  # fmt: skip
    return packed


def _checked(r: Tensor, tail: Tensor) -> tuple[int, int, int]:
    """Frames, tokens, channels."""
    check_device(r=r, tail=tail)
    check_dtype(r=r, tail=tail)
    if r.ndim != 3 or not r.is_contiguous() or not tail.is_contiguous():
        raise ValueError(f"r and tail must be contiguous (frames, tokens, channels), r is {tuple(r.shape)}")
    frames, tokens, width = r.shape
    check_shape("tail", tail, (tokens, width))
    return frames, tokens, width
