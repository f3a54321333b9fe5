"""SiLU + depthwise 3×3 + GLU as one kernel over channels-last tokens.

    u[n, y, x, c] = bias[c] + Σ_{dy, dx ∈ −1…1} weight[c, 0, dy + 1, dx + 1] · silu(input[n, y + dy, x + dx, c])
    out[n, y, x, c] = u[n, y, x, c] · silu(u[n, y, x, c + hidden]),   c < hidden

Outside the picture the input counts as zero, and ``silu(0) = 0``. Arithmetic in fp32, one rounding at the end.

A program owns four columns and some channels of both halves and walks down the rows. A row of activated inputs adds to
three output rows, two of which wait in registers. The columns are spelled out one by one: each thread then has its
channels of all of them, a shift to the side is another register, and SiLU is evaluated 1.5 times for each input (six
columns for four) instead of nine times. Twin: `sanacam.kernels.reference.depth_glu`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import (
    ALIGNMENT,
    await_inputs,
    check_device,
    check_dtype,
    check_shape,
    early_start,
    interpreting,
    row_stride,
    tuned,
)
from sanacam.kernels.quantize import empty_packed
from sanacam.kernels.quantize_formats import PackedMatrix
from sanacam.kernels.quantize_store import quotient, to_e4m3

COLUMNS = 4
CONFIGS = [
    triton.Config({"BLOCK_Y": rows, "BLOCK_C": channels}, num_warps=warps)
    for rows, channels, warps in ((11, 128, 2), (22, 128, 2), (8, 256, 4), (11, 256, 2))
]
CONFIGS += [
    triton.Config({"BLOCK_Y": rows, "BLOCK_C": 128}, num_warps=2, maxnreg=registers)
    for rows, registers in ((11, 128), (22, 128))
]


SILU_ASM = tl.constexpr(
    "{ .reg .f32 t; mul.f32 t, $1, 0fBFB8AA3B; ex2.approx.ftz.f32 t, t; add.f32 t, t, 0f3F800000;"
    " rcp.approx.ftz.f32 t, t; mul.f32 $0, $1, t; }"
)
"""``x / (1 + 2^(−x log₂ e))`` with the two approximate instructions and none of the care for subnormal numbers."""


@triton.jit
def silu(x, EXACT: tl.constexpr):
    if EXACT:  # the interpreter knows no machine instructions
        return x / (1.0 + tl.exp(-x))
    else:
        return tl.inline_asm_elementwise(SILU_ASM, "=f,f", [x], dtype=tl.float32, is_pure=True, pack=1)


@triton.jit
def load_taps(weight_ptr, channels, channel_stride, tap_stride, mask):
    """Nine weights a channel, row by row."""
    base = weight_ptr + channels * channel_stride
    return (
        tl.load(base, mask, 0.0).to(tl.float32),
        tl.load(base + tap_stride, mask, 0.0).to(tl.float32),
        tl.load(base + 2 * tap_stride, mask, 0.0).to(tl.float32),
        tl.load(base + 3 * tap_stride, mask, 0.0).to(tl.float32),
        tl.load(base + 4 * tap_stride, mask, 0.0).to(tl.float32),
        tl.load(base + 5 * tap_stride, mask, 0.0).to(tl.float32),
        tl.load(base + 6 * tap_stride, mask, 0.0).to(tl.float32),
        tl.load(base + 7 * tap_stride, mask, 0.0).to(tl.float32),
        tl.load(base + 8 * tap_stride, mask, 0.0).to(tl.float32),
    )


@triton.jit
def activated(row_ptr, column, width, pixel_stride, channels, mask, EXACT: tl.constexpr):
    """``silu`` of one column's input, 0 outside the picture."""
    inside = mask & ((column >= 0) & (column < width))
    return silu(tl.load(row_ptr + column * pixel_stride + channels, inside, 0.0).to(tl.float32), EXACT)


@triton.jit
def add_three(total, w0, w1, w2, a, b, c):
    return total + w0 * a + w1 * b + w2 * c


@triton.jit
def absorb_row(
    row_ptr, column, width, pixel_stride, channels, mask, taps, bias, done0, done1, done2, done3, next0, next1, next2,
    next3, EXACT: tl.constexpr,
):  # fmt: skip
    """Add one input row: to the output row above it (then complete), to its own, and to the one below (then begun)."""
    w00, w01, w02, w10, w11, w12, w20, w21, w22 = taps
    a = activated(row_ptr, column - 1, width, pixel_stride, channels, mask, EXACT)
    b = activated(row_ptr, column, width, pixel_stride, channels, mask, EXACT)
    c = activated(row_ptr, column + 1, width, pixel_stride, channels, mask, EXACT)
    d = activated(row_ptr, column + 2, width, pixel_stride, channels, mask, EXACT)
    e = activated(row_ptr, column + 3, width, pixel_stride, channels, mask, EXACT)
    f = activated(row_ptr, column + 4, width, pixel_stride, channels, mask, EXACT)
    return (
        add_three(done0, w20, w21, w22, a, b, c),
        add_three(done1, w20, w21, w22, b, c, d),
        add_three(done2, w20, w21, w22, c, d, e),
        add_three(done3, w20, w21, w22, d, e, f),
        add_three(next0, w10, w11, w12, a, b, c),
        add_three(next1, w10, w11, w12, b, c, d),
        add_three(next2, w10, w11, w12, c, d, e),
        add_three(next3, w10, w11, w12, d, e, f),
        add_three(bias, w00, w01, w02, a, b, c),
        add_three(bias, w00, w01, w02, b, c, d),
        add_three(bias, w00, w01, w02, c, d, e),
        add_three(bias, w00, w01, w02, d, e, f),
    )


@triton.jit
def store_column(
    out_ptr, column, width, hidden, channels, mask, value, gate, scale, inverse, EXACT: tl.constexpr,
    NARROW: tl.constexpr, ROUNDED: tl.constexpr,
):  # fmt: skip
    out = value * silu(gate, EXACT)
    if NARROW:
        out = to_e4m3(quotient(out.to(ROUNDED).to(tl.float32), scale, inverse))
    else:
        out = out.to(out_ptr.dtype.element_ty)
    tl.store(out_ptr + column * hidden + channels, out, mask & (column < width))


@tuned(CONFIGS, key=["height", "width", "hidden", "NARROW"])
@triton.jit
def glu_conv_kernel(
    x_ptr, weight_ptr, bias_ptr, out_ptr, scale_ptr, height, width, hidden, pixel_stride, channel_stride, tap_stride,
    EARLY: tl.constexpr, EXACT: tl.constexpr, NARROW: tl.constexpr,
    BLOCK_Y: tl.constexpr, BLOCK_C: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    strips = tl.cdiv(height, BLOCK_Y)
    frame = tl.program_id(2) // strips
    top = (tl.program_id(2) % strips) * BLOCK_Y
    column = tl.program_id(1) * 4
    channels = tl.program_id(0) * BLOCK_C + tl.arange(0, BLOCK_C)
    real = channels < hidden
    value_taps = load_taps(weight_ptr, channels, channel_stride, tap_stride, real)
    gate_taps = load_taps(weight_ptr, channels + hidden, channel_stride, tap_stride, real)
    bias = tl.load(bias_ptr + channels, real, 0.0).to(tl.float32)
    gate_bias = tl.load(bias_ptr + channels + hidden, real, 0.0).to(tl.float32)
    kind: tl.constexpr = x_ptr.dtype.element_ty
    zero = tl.zeros((BLOCK_C,), tl.float32)
    scale, inverse = 1.0, 1.0
    if NARROW:
        scale = tl.load(scale_ptr)
        inverse = tl.math.div_rn(1.0, scale)
    v0, v1, v2, v3 = zero, zero, zero, zero
    g0, g1, g2, g3 = zero, zero, zero, zero
    next_v0, next_v1, next_v2, next_v3 = zero, zero, zero, zero
    next_g0, next_g1, next_g2, next_g3 = zero, zero, zero, zero
    for step in range(BLOCK_Y + 2):
        y = top - 1 + step
        row_ptr = x_ptr + (frame * height + y) * width * pixel_stride
        mask = real & ((y >= 0) & (y < height))
        v0, v1, v2, v3, next_v0, next_v1, next_v2, next_v3, below_v0, below_v1, below_v2, below_v3 = absorb_row(
            row_ptr, column, width, pixel_stride, channels, mask, value_taps, bias,
            v0, v1, v2, v3, next_v0, next_v1, next_v2, next_v3, EXACT,
        )  # fmt: skip
        g0, g1, g2, g3, next_g0, next_g1, next_g2, next_g3, below_g0, below_g1, below_g2, below_g3 = absorb_row(
            row_ptr, column, width, pixel_stride, channels + hidden, mask, gate_taps, gate_bias,
            g0, g1, g2, g3, next_g0, next_g1, next_g2, next_g3, EXACT,
        )  # fmt: skip
        if (step >= 2) & (y - 1 < height):
            out_row = out_ptr + (frame * height + y - 1) * width * hidden
            store_column(out_row, column, width, hidden, channels, real, v0, g0, scale, inverse, EXACT, NARROW, kind)
            store_column(
                out_row, column + 1, width, hidden, channels, real, v1, g1, scale, inverse, EXACT, NARROW, kind
            )
            store_column(
                out_row, column + 2, width, hidden, channels, real, v2, g2, scale, inverse, EXACT, NARROW, kind
            )
            store_column(
                out_row, column + 3, width, hidden, channels, real, v3, g3, scale, inverse, EXACT, NARROW, kind
            )
        v0, v1, v2, v3 = next_v0, next_v1, next_v2, next_v3
        g0, g1, g2, g3 = next_g0, next_g1, next_g2, next_g3
        next_v0, next_v1, next_v2, next_v3 = below_v0, below_v1, below_v2, below_v3
        next_g0, next_g1, next_g2, next_g3 = below_g0, below_g1, below_g2, below_g3


def glu_conv(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """``silu → depthwise 3×3 → first half · silu(second half)`` on channels-last tokens.

    Args:
        x: (…, H, W, 2·hidden), bf16 or fp32, before the SiLU; the leading axes are frames. Channels innermost, pixels
            evenly spaced (a slice of a wider tensor will do).
        weight: (2·hidden, 1, 3, 3), taps evenly spaced; fastest with channels innermost in memory (nine rows of
            them). bias: (2·hidden,), contiguous. Both of the dtype of ``x``.

    Returns:
        (…, H, W, hidden), contiguous, dtype of ``x``.

    Raises:
        ValueError: for another device, dtype, shape or alignment; ``hidden`` must be a multiple of 16.
    """
    out = torch.empty(*x.shape[:-1], x.shape[-1] // 2, dtype=x.dtype, device=x.device)
    _launch(x, weight, bias, out, None)
    return out


def glu_conv_fp8(x: Tensor, weight: Tensor, bias: Tensor, scale: Tensor) -> PackedMatrix:
    """The same packed as ``fp8_tensor`` for the product that follows, (pixels, hidden).

    Args:
        scale: fixed, fp32 (); values beyond 448 · scale saturate.
    """
    packed = empty_packed(x.shape[:-1].numel(), x.shape[-1] // 2, "fp8_tensor", x.device, scale)
    _launch(x, weight, bias, packed.codes, scale)
    return packed


def _launch(x: Tensor, weight: Tensor, bias: Tensor, out: Tensor, scale: Tensor | None) -> None:
    check_device(x=x, weight=weight, bias=bias)
    check_dtype(x=x, weight=weight, bias=bias)
    if x.ndim < 4:
        raise ValueError(f"x has shape {tuple(x.shape)}, expected (…, height, width, 2 · hidden)")
    *_, height, width, doubled = x.shape
    if doubled % (2 * ALIGNMENT):
        raise ValueError(f"x has {doubled} channels; each half must be a multiple of {ALIGNMENT}")
    hidden = doubled // 2
    check_shape("weight", weight, (doubled, 1, 3, 3))
    check_shape("bias", bias, (doubled,))
    if weight.stride(2) != 3 * weight.stride(3) or not bias.is_contiguous():
        raise ValueError(f"taps must follow each other evenly, strides are {weight.stride()}; bias must be contiguous")
    count = x.numel() // max(height * width * doubled, 1)
    if out.numel():
        glu_conv_kernel[
            lambda meta: (
                triton.cdiv(hidden, meta["BLOCK_C"]),
                triton.cdiv(width, COLUMNS),
                count * triton.cdiv(height, meta["BLOCK_Y"]),
            )
        ](
            x, weight, bias, out, bias if scale is None else scale, height, width, hidden, row_stride("x", x),
            weight.stride(0), weight.stride(3), EXACT=interpreting(), NARROW=scale is not None,
            **early_start(x.device),
        )  # fmt: skip
