"""Output gate of self-attention: ``out = x · silu(gate)``, in fp32 with one rounding. Twin:
`sanacam.kernels.reference.operations.output_gate`."""
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from sanacam.kernels.launch import await_inputs, check_device, check_dtype, check_shape, early_start, row_stride, tuned

CONFIGS = [triton.Config({"BLOCK": block}, num_warps=4) for block in (1024, 2048)]


@tuned(CONFIGS, key=["WIDTH"])
@triton.jit
def output_gate_kernel(
    x_ptr, gate_ptr, out_ptr, count, x_stride, gate_stride,
    EARLY: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    await_inputs(EARLY)
    index = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    real = index < count
    row, column = index // WIDTH, index % WIDTH
    x = tl.load(x_ptr + row * x_stride + column, real, 0.0).to(tl.float32)
    gate = tl.load(gate_ptr + row * gate_stride + column, real, 0.0).to(tl.float32)
    tl.store(out_ptr + index, (x * gate * tl.sigmoid(gate)).to(out_ptr.dtype.element_ty), real)


def output_gate(x: Tensor, gate: Tensor) -> Tensor:
    """``x · silu(gate)``.

    Args:
        x, gate: (rows, C), bf16 or fp32, channels innermost, rows evenly spaced.

    Returns:
        (rows, C), contiguous.

    Raises:
        ValueError: for another device, dtype, shape or alignment.
    """
    check_device(x=x, gate=gate)
    check_dtype(x=x, gate=gate)
    check_shape("gate", gate, x.shape)
    x_stride, gate_stride = row_stride("x", x), row_stride("gate", gate)
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    if out.numel():
        output_gate_kernel[lambda meta: (triton.cdiv(out.numel(), meta["BLOCK"]),)](
            x, gate, out, out.numel(), x_stride, gate_stride, WIDTH=x.shape[-1], **early_start(x.device)
        )
    return out
