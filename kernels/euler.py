"""Euler step of the sampler in token layout: ``x ← x + Δσ · v`` in fp32, and the result rounded into the columns that
the patch embedding reads. Twin: `sanacam.kernels.reference.operations.euler_step`."""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import (
    await_inputs,
    check_device,
    check_dtype,
    check_float32,
    check_shape,
    early_start,
    row_stride,
)

BLOCK = 1024


@triton.jit
def euler_kernel(
    x_ptr, velocity_ptr, input_ptr, count, input_stride, delta,
    EARLY: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    index = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    real = index < count
    x = tl.load(x_ptr + index, real, 0.0) + delta * tl.load(velocity_ptr + index, real, 0.0).to(tl.float32)
    tl.store(x_ptr + index, x, real)
    place = (index // WIDTH) * input_stride + index % WIDTH
    tl.store(input_ptr + place, x.to(input_ptr.dtype.element_ty), real)


def euler_step(x: Tensor, velocity: Tensor, delta: float, into: Tensor) -> None:
    """One step, in place.

    Args:
        x: latents (rows, channels), fp32, contiguous; overwritten.
        velocity: (rows, channels), contiguous.
        delta: Δσ, negative on the way to the clean picture.
        into: (rows, channels), dtype of ``velocity``, rows evenly spaced at any distance; takes the rounded result.

    Raises:
        ValueError: for another device, dtype, shape or layout.
    """
    check_device(x=x, velocity=velocity, into=into)
    check_float32(x=x)
    check_dtype(velocity=velocity, into=into)
    for name, tensor in (("velocity", velocity), ("into", into)):
        check_shape(name, tensor, x.shape)
    if not velocity.is_contiguous():
        raise ValueError("velocity must be contiguous")
    if x.numel():
        euler_kernel[(triton.cdiv(x.numel(), BLOCK),)](
            x,
            velocity,
            into,
            x.numel(),
            row_stride("into", into, aligned=False),
            delta,
            WIDTH=x.shape[-1],
            BLOCK=BLOCK,
            **early_start(x.device),
        )
