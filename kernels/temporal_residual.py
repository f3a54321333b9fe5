"""Temporal convolution's sum, gated residual and modulated norm as one pass.

    y_f = r_f + p1_f + p0_{f−1} + p2_{f+1}          p0, p1, p2 = W₀ r, W₁ r, W₂ r beside each other, from one product
    x' = x + gate · y;   a = LayerNorm(x') · (1 + scale) + shift

A convolution over frames is linear, so the frames are brought together after the weights: nothing is copied between
them, the product reads each frame once, and what a stream keeps of a chunk is its last frame's p0 (zero at the start).
Behind a chunk's last frame stands zero. A program takes a token through all frames. Arithmetic in fp32, the norm of x'
as stored. Twin: `sanacam.kernels.reference.operations.temporal_residual`.
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
    tuned,
)
from sanacam.kernels.modulate import EPS, MAX_WIDTH, finish_residual, packed_pointers
from sanacam.kernels.quantize import empty_packed
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.quantize_store import FORMAT_NUMBER
from sanacam.kernels.rows import load_row, load_row_if, row_blocks, store_row_parts

CONFIGS = [triton.Config({}, num_warps=warps) for warps in (4, 8, 2)]


@tuned(CONFIGS, key=["width", "FORMAT"], restore=["tail_ptr"])
@triton.jit
def temporal_residual_kernel(
    x_ptr, r_ptr, parts_ptr, tail_ptr, gate_ptr, shift_ptr, scale_ptr, sum_ptr, out_ptr, codes_ptr, code_scale_ptr,
    block_ptr, frames, tokens, width, eps,
    EARLY: tl.constexpr, TAPS: tl.constexpr, SAVE: tl.constexpr, PLAIN: tl.constexpr, FORMAT: tl.constexpr,
    MAIN: tl.constexpr, REST: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    token = tl.program_id(0)
    before_a, before_b = load_row(tail_ptr + token * width, width, MAIN, REST)
    for frame in range(frames):
        row = frame * tokens + token
        part_ptr = parts_ptr + row * (TAPS * width)
        r_a, r_b = load_row(r_ptr + row * width, width, MAIN, REST)
        y_a, y_b = load_row(part_ptr + width, width, MAIN, REST)
        y_a += r_a + before_a
        y_b += r_b + before_b
        before_a, before_b = load_row(part_ptr, width, MAIN, REST)
        if TAPS == 3:
            after_ptr = part_ptr + tokens * (TAPS * width) + 2 * width
            after_a, after_b = load_row_if(after_ptr, frame + 1 < frames, width, MAIN, REST)
            y_a += after_a
            y_b += after_b
        finish_residual(
            x_ptr + row * width, y_a, y_b, gate_ptr, shift_ptr, scale_ptr, sum_ptr, out_ptr, codes_ptr, code_scale_ptr,
            block_ptr, row, width, eps, True, PLAIN, FORMAT, MAIN, REST,
        )  # fmt: skip
    if SAVE:
        store_row_parts(tail_ptr + token * width, before_a, before_b, width, MAIN, REST)


def temporal_residual(
    x: Tensor, r: Tensor, parts: Tensor, tail: Tensor, gate: Tensor, shift: Tensor, scale: Tensor, save: bool
) -> tuple[Tensor, Tensor]:
    """
    Args:
        x, r: (T, S, C), contiguous, bf16 or fp32.
        parts: (T, S, 3C), contiguous: ``p0 | p1 | p2``; for a single frame (T = 1) also (1, S, 2C).
        tail: (S, C), contiguous, ``p0`` of the frame before the first; with ``save`` the last frame's takes its place.
        gate, shift, scale: (C,), contiguous, bf16 or fp32.

    Returns:
        ``x'`` and its modulated norm, (T, S, C).

    Raises:
        ValueError: for another device, dtype, shape or alignment.
    """
    out = torch.empty_like(x)
    return _launch(x, r, parts, tail, gate, shift, scale, save, out, None), out


def temporal_residual_pack(
    x: Tensor, r: Tensor, parts: Tensor, tail: Tensor, gate: Tensor, shift: Tensor, scale: Tensor, save: bool,
    form: Format, *, keep: bool = False,
) -> tuple[Tensor, Tensor | None, PackedMatrix]:  # fmt: skip
    """The same with the norm packed as ``fp8``, ``mxfp8`` or ``int8``, (T · S, C); the ordinary one if it is kept."""
    out = torch.empty_like(x) if keep else None
    packed = empty_packed(x.shape[:-1].numel(), x.shape[-1], form, x.device, None)
    return _launch(x, r, parts, tail, gate, shift, scale, save, out, packed), out, packed


def _launch(
    x: Tensor, r: Tensor, parts: Tensor, tail: Tensor, gate: Tensor, shift: Tensor, scale: Tensor, save: bool,
    out: Tensor | None, packed: PackedMatrix | None,
) -> Tensor:  # fmt: skip
    check_device(x=x, r=r, parts=parts, tail=tail, gate=gate, shift=shift, scale=scale)
    check_dtype(x=x, r=r, parts=parts, tail=tail)
    check_dtype(gate=gate, shift=shift, scale=scale)
    if x.ndim != 3 or x.shape[2] % ALIGNMENT or not 0 < x.shape[2] <= MAX_WIDTH:
        raise ValueError(f"x has shape {tuple(x.shape)}, expected (frames, tokens, channels), channels a multiple of "
                         f"{ALIGNMENT} up to {MAX_WIDTH}")  # fmt: skip
    frames, tokens, width = x.shape
    taps = 2 if frames == 1 and parts.shape[-1] == 2 * width else 3
    for name, tensor, shape in (
        ("r", r, (frames, tokens, width)), ("parts", parts, (frames, tokens, taps * width)),
        ("tail", tail, (tokens, width)), ("gate", gate, (width,)), ("shift", shift, (width,)),
        ("scale", scale, (width,)),
    ):  # fmt: skip
        check_shape(name, tensor, shape)
    for name, tensor in {"x": x, "r": r, "parts": parts, "tail": tail, "gate": gate, "shift": shift,
                         "scale": scale}.items():  # fmt: skip
        if not tensor.is_contiguous() or tensor.data_ptr() % 16:
            raise ValueError(f"{name} must be contiguous and start at a 16-byte boundary")
    summed = torch.empty_like(x)
    if summed.numel():
        temporal_residual_kernel[(tokens,)](
            x, r, parts, tail, gate, shift, scale, summed, summed if out is None else out,
            *packed_pointers(packed, summed), frames, tokens, width, EPS, TAPS=taps, SAVE=save, PLAIN=out is not None,
            FORMAT=0 if packed is None else FORMAT_NUMBER[packed.format], **row_blocks(width),
            **early_start(x.device),
        )  # fmt: skip
    return summed
