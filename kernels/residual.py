"""Gated residual: ``x + gate · y`` with one gate a channel, in fp32 with one rounding. Twin:
`sanacam.kernels.reference.operations.residual`."""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import await_inputs, check_device, check_dtype, check_shape, early_start, row_stride, tuned
from sanacam.kernels.modulate import packed_pointers
from sanacam.kernels.quantize import empty_packed
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.quantize_store import FORMAT_NUMBER, store_row
from sanacam.kernels.rows import load_row, row_blocks, store_row_parts

ROW_CONFIGS = [triton.Config({}, num_warps=warps) for warps in (4, 8)]
CONFIGS = [triton.Config({"BLOCK": block}, num_warps=4) for block in (1024, 2048)]


@tuned(CONFIGS, key=["WIDTH"])
@triton.jit
def residual_kernel(
    x_ptr, y_ptr, gate_ptr, out_ptr, count, x_stride, y_stride,
    EARLY: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    index = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    real = index < count
    row, column = index // WIDTH, index % WIDTH
    x = tl.load(x_ptr + row * x_stride + column, real, 0.0).to(tl.float32)
    y = tl.load(y_ptr + row * y_stride + column, real, 0.0).to(tl.float32)
    gate = tl.load(gate_ptr + column, real, 0.0).to(tl.float32)
    tl.store(out_ptr + index, (x + gate * y).to(out_ptr.dtype.element_ty), real)


def residual(x: Tensor, y: Tensor, gate: Tensor) -> Tensor:
    """``x + gate · y``.

    Args:
        x, y: (rows, C), bf16 or fp32, channels innermost, rows evenly spaced.
        gate: (C,), bf16 or fp32.

    Returns:
        (rows, C), contiguous, dtype of ``x``.

    Raises:
        ValueError: for another device, dtype, shape or alignment.
    """
    check_device(x=x, y=y, gate=gate)
    check_dtype(x=x, y=y)
    check_dtype(gate=gate)
    check_shape("y", y, x.shape)
    check_shape("gate", gate, x.shape[-1:])
    x_stride, y_stride = row_stride("x", x), row_stride("y", y)
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    if out.numel():
        residual_kernel[lambda meta: (triton.cdiv(out.numel(), meta["BLOCK"]),)](
            x, y, gate.contiguous(), out, out.numel(), x_stride, y_stride, WIDTH=x.shape[-1], **early_start(x.device)
        )
    return out


@tuned(ROW_CONFIGS, key=["width", "FORMAT"])
@triton.jit
def residual_pack_kernel(
    x_ptr, y_ptr, gate_ptr, out_ptr, codes_ptr, scale_ptr, block_ptr, x_stride, y_stride, width,
    EARLY: tl.constexpr, FORMAT: tl.constexpr, MAIN: tl.constexpr, REST: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    row = tl.program_id(0)
    x_a, x_b = load_row(x_ptr + row * x_stride, width, MAIN, REST)
    y_a, y_b = load_row(y_ptr + row * y_stride, width, MAIN, REST)
    gate_a, gate_b = load_row(gate_ptr, width, MAIN, REST)
    a = (x_a + gate_a * y_a).to(out_ptr.dtype.element_ty)
    b = (x_b + gate_b * y_b).to(out_ptr.dtype.element_ty)
    store_row_parts(out_ptr + row * width, a, b, width, MAIN, REST)
    store_row(a.to(tl.float32), b.to(tl.float32), codes_ptr, scale_ptr, block_ptr, row, width, FORMAT, MAIN, REST)


def residual_pack(x: Tensor, y: Tensor, gate: Tensor, form: Format) -> tuple[Tensor, PackedMatrix]:
    """The same, and the same packed as ``fp8``, ``mxfp8`` or ``int8`` for the product that follows."""
    check_device(x=x, y=y, gate=gate)
    check_dtype(x=x, y=y)
    check_dtype(gate=gate)
    check_shape("y", y, x.shape)
    check_shape("gate", gate, x.shape[-1:])
    rows, width = x.shape
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    packed = empty_packed(rows, width, form, x.device, None)
    if out.numel():
        residual_pack_kernel[(rows,)](
            x, y, gate.contiguous(), out, *packed_pointers(packed, out), row_stride("x", x), row_stride("y", y), width,
            FORMAT=FORMAT_NUMBER[form], **row_blocks(width), **early_start(x.device),
        )  # fmt: skip
    return out, packed
