"""Output gate of self-attention: ``out = x · silu(gate)``, in fp32 with one rounding. Twin:
`sanacam.kernels.reference.operations.output_gate`."""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import await_inputs, check_device, check_dtype, check_shape, early_start, row_stride, tuned
from sanacam.kernels.quantize import empty_packed
from sanacam.kernels.quantize_formats import PackedMatrix
from sanacam.kernels.quantize_store import quotient, to_e4m3

CONFIGS = [triton.Config({"BLOCK": block}, num_warps=4) for block in (1024, 2048)]


@tuned(CONFIGS, key=["WIDTH", "NARROW"])
@triton.jit
def output_gate_kernel(
    x_ptr, gate_ptr, out_ptr, scale_ptr, count, x_stride, gate_stride,
    EARLY: tl.constexpr, WIDTH: tl.constexpr, NARROW: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    index = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    real = index < count
    row, column = index // WIDTH, index % WIDTH
    x = tl.load(x_ptr + row * x_stride + column, real, 0.0).to(tl.float32)
    gate = tl.load(gate_ptr + row * gate_stride + column, real, 0.0).to(tl.float32)
    out = (x * gate * tl.sigmoid(gate)).to(x_ptr.dtype.element_ty)
    if NARROW:
        scale = tl.load(scale_ptr)
        out = to_e4m3(quotient(out.to(tl.float32), scale, tl.math.div_rn(1.0, scale)))
    tl.store(out_ptr + index, out, real)


def output_gate(x: Tensor, gate: Tensor) -> Tensor:
    """``x · silu(gate)``.

    Args:
        x, gate: (rows, C), bf16 or fp32, channels innermost, rows evenly spaced.

    Returns:
        (rows, C), contiguous.

    Raises:
        ValueError: for another device, dtype, shape or alignment.
    """
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    _launch(x, gate, out, None)
    return out


def output_gate_fp8(x: Tensor, gate: Tensor, scale: Tensor) -> PackedMatrix:
    """The same packed as ``fp8_tensor`` with a fixed scale (), fp32."""
    packed = empty_packed(x.shape[0], x.shape[1], "fp8_tensor", x.device, scale)
    _launch(x, gate, packed.codes, scale)
    return packed


def _launch(x: Tensor, gate: Tensor, out: Tensor, scale: Tensor | None) -> None:
    check_device(x=x, gate=gate)
    check_dtype(x=x, gate=gate)
    check_shape("gate", gate, x.shape)
    x_stride, gate_stride = row_stride("x", x), row_stride("gate", gate)
    if out.numel():
        output_gate_kernel[lambda meta: (triton.cdiv(out.numel(), meta["BLOCK"]),)](
            x, gate, out, x if scale is None else scale, out.numel(), x_stride, gate_stride, WIDTH=x.shape[-1],
            NARROW=scale is not None, **early_start(x.device),
        )  # fmt: skip
