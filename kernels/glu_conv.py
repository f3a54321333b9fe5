"""SiLU + depthwise 3×3 + GLU as one kernel over channels-last tokens.

    u[n, y, x, c] = bias[c] + Σ_{dy, dx ∈ −1…1} weight[c, 0, dy + 1, dx + 1] · silu(input[n, y + dy, x + dx, c])
    out[n, y, x, c] = u[n, y, x, c] · silu(u[n, y, x, c + hidden]),   c < hidden

Outside the picture the input counts as zero, and ``silu(0) = 0``. Arithmetic in fp32, one rounding at the end.

A program owns a few columns and channels of both halves and walks down the rows. A row of activated inputs adds to
three output rows; two of them wait in registers, so that SiLU is evaluated for each input once a column shift (three
times) instead of once a tap (nine). Twin: `sanacam.kernels.reference.depth_glu`.
"""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import ALIGNMENT, check_device, check_dtype, check_shape, row_stride, tuned

CONFIGS = [
    triton.Config({"BLOCK_X": 8, "BLOCK_Y": 8, "BLOCK_C": 64}, num_warps=4),
    triton.Config({"BLOCK_X": 8, "BLOCK_Y": 22, "BLOCK_C": 64}, num_warps=4),
    triton.Config({"BLOCK_X": 8, "BLOCK_Y": 11, "BLOCK_C": 32}, num_warps=2),
    triton.Config({"BLOCK_X": 4, "BLOCK_Y": 11, "BLOCK_C": 128}, num_warps=4),
]


@triton.jit
def silu(x):
    return x * tl.sigmoid(x)


@triton.jit
def load_taps(weight_ptr, channels, mask):
    """Nine weights a channel, row by row."""
    base = weight_ptr + channels * 9
    return (
        tl.load(base, mask, 0.0).to(tl.float32),
        tl.load(base + 1, mask, 0.0).to(tl.float32),
        tl.load(base + 2, mask, 0.0).to(tl.float32),
        tl.load(base + 3, mask, 0.0).to(tl.float32),
        tl.load(base + 4, mask, 0.0).to(tl.float32),
        tl.load(base + 5, mask, 0.0).to(tl.float32),
        tl.load(base + 6, mask, 0.0).to(tl.float32),
        tl.load(base + 7, mask, 0.0).to(tl.float32),
        tl.load(base + 8, mask, 0.0).to(tl.float32),
    )


@triton.jit
def absorb_row(row_ptr, columns, width, pixel_stride, channels, mask, taps, done, next_done, bias):
    """Add one input row: to the output row above it (then complete), to its own and to the one below (then begun)."""
    below = tl.zeros_like(done) + bias[None, :]
    for shift in tl.static_range(3):
        source = columns + (shift - 1)
        inside = mask & ((source >= 0) & (source < width))[:, None]
        x = tl.load(row_ptr + source[:, None] * pixel_stride + channels[None, :], inside, 0.0)
        x = silu(x.to(tl.float32))
        done += taps[6 + shift][None, :] * x
        next_done += taps[3 + shift][None, :] * x
        below += taps[shift][None, :] * x
    return done, next_done, below


@tuned(CONFIGS, key=["height", "width", "hidden"])
@triton.jit
def glu_conv_kernel(
    x_ptr, weight_ptr, bias_ptr, out_ptr, height, width, hidden, pixel_stride,
    BLOCK_X: tl.constexpr, BLOCK_Y: tl.constexpr, BLOCK_C: tl.constexpr,
):  # fmt: skip
    strips = tl.cdiv(height, BLOCK_Y)
    frame = tl.program_id(2) // strips
    top = (tl.program_id(2) % strips) * BLOCK_Y
    columns = tl.program_id(1) * BLOCK_X + tl.arange(0, BLOCK_X)
    channels = tl.program_id(0) * BLOCK_C + tl.arange(0, BLOCK_C)
    real = channels < hidden
    taps, gate_taps = load_taps(weight_ptr, channels, real), load_taps(weight_ptr, channels + hidden, real)
    bias = tl.load(bias_ptr + channels, real, 0.0).to(tl.float32)
    gate_bias = tl.load(bias_ptr + channels + hidden, real, 0.0).to(tl.float32)
    value, value_next = tl.zeros((BLOCK_X, BLOCK_C), tl.float32), tl.zeros((BLOCK_X, BLOCK_C), tl.float32)
    gate, gate_next = value, value_next
    out_mask = (columns < width)[:, None] & real[None, :]
    for step in range(BLOCK_Y + 2):
        y = top - 1 + step
        row_ptr = x_ptr + (frame * height + y) * width * pixel_stride
        mask = real[None, :] & ((y >= 0) & (y < height))
        value, value_next, value_below = absorb_row(
            row_ptr, columns, width, pixel_stride, channels, mask, taps, value, value_next, bias
        )
        gate, gate_next, gate_below = absorb_row(
            row_ptr, columns, width, pixel_stride, channels + hidden, mask, gate_taps, gate, gate_next, gate_bias
        )
        out_row = out_ptr + (frame * height + y - 1) * width * hidden
        stored = out_mask & ((step >= 2) & (y - 1 < height))
        result = (value * silu(gate)).to(out_ptr.dtype.element_ty)
        tl.store(out_row + columns[:, None] * hidden + channels[None, :], result, stored)
        value, value_next, gate, gate_next = value_next, value_below, gate_next, gate_below


def glu_conv(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """``silu → depthwise 3×3 → first half · silu(second half)`` on channels-last tokens.

    Args:
        x: (…, H, W, 2·hidden), bf16 or fp32, before the SiLU; the leading axes are frames. Channels innermost, pixels
            evenly spaced (a slice of a wider tensor will do).
        weight: (2·hidden, 1, 3, 3) as the checkpoint has it. bias: (2·hidden,). Both contiguous, dtype of ``x``.

    Returns:
        (…, H, W, hidden), contiguous, dtype of ``x``.

    Raises:
        ValueError: for another device, dtype, shape or alignment; ``hidden`` must be a multiple of 16.
    """
    check_device(x=x, weight=weight, bias=bias)
    check_dtype(x=x, weight=weight, bias=bias)
    if x.ndim < 4:
        raise ValueError(f"x has shape {tuple(x.shape)}, expected (…, height, width, 2 · hidden)")
    *frames, height, width, doubled = x.shape
    if doubled % (2 * ALIGNMENT):
        raise ValueError(f"x has {doubled} channels; each half must be a multiple of {ALIGNMENT}")
    hidden = doubled // 2
    check_shape("weight", weight, (doubled, 1, 3, 3))
    check_shape("bias", bias, (doubled,))
    if not (weight.is_contiguous() and bias.is_contiguous()):
        raise ValueError("weight and bias must be contiguous")
    pixel_stride = row_stride("x", x)
    out = torch.empty(*frames, height, width, hidden, dtype=x.dtype, device=x.device)
    count = x.numel() // max(height * width * doubled, 1)
    if out.numel():
        glu_conv_kernel[
            lambda meta: (
                triton.cdiv(hidden, meta["BLOCK_C"]),
                triton.cdiv(width, meta["BLOCK_X"]),
                count * triton.cdiv(height, meta["BLOCK_Y"]),
            )
        ](x, weight, bias, out, height, width, hidden, pixel_stride)
    return out
