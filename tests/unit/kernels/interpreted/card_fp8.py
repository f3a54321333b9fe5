"""Gives Triton's interpreter the fp8 conversions, the fused multiply-add and the block-scaled product of a card.

Its own e4m3 cast cuts off and lets exponents wrap, its ``tl.fma`` rounds twice, and it has no ``tl.dot_scaled``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import triton.language as tl
from triton.runtime.interpreter import InterpreterBuilder, TensorHandle

_plain_convert = InterpreterBuilder.create_fp_to_fp
LEVELS = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6], np.float32)


def _e4m3_values(data: Any) -> Any:
    return torch.from_numpy(np.ascontiguousarray(data).view(np.uint8)).view(torch.float8_e4m3fn).float().numpy()


def _convert(self: Any, handle: Any, kind: Any, rounding: Any) -> Any:
    source, target = handle.dtype.scalar, kind.scalar
    if (source, target) == (tl.float32, tl.float8e4nv):
        values = torch.from_numpy(np.ascontiguousarray(handle.data))
        codes = values.clamp(-448, 448).to(torch.float8_e4m3fn).view(torch.uint8)
        return TensorHandle(torch.where(values.isnan(), 0x7F, codes).numpy(), target)
    if (source, target) == (tl.float8e4nv, tl.float32):
        return TensorHandle(_e4m3_values(handle.data), target)
    return _plain_convert(self, handle, kind, rounding)


def _dot_or(others: Any) -> Any:
    """The product of narrow operands; ``others`` is that of all others."""

    def dot(self: Any, a: Any, b: Any, acc: Any, *rest: Any) -> Any:
        if a.dtype.scalar == tl.float8e4nv:
            return TensorHandle(_e4m3_values(a.data) @ _e4m3_values(b.data) + acc.data, acc.dtype.scalar)
        if a.dtype.scalar == tl.int8:
            product = a.data.astype(np.int32) @ b.data.astype(np.int32) + acc.data
            return TensorHandle(product.astype(np.int32), acc.dtype.scalar)
        return others(self, a, b, acc, *rest)

    return dot


def _fma(self: Any, a: Any, b: Any, c: Any) -> Any:
    # a product of two fp32 numbers is exact in fp64
    exact = a.data.astype(np.float64) * b.data.astype(np.float64) + c.data.astype(np.float64)
    return TensorHandle(exact.astype(np.float32), c.dtype.scalar)


def _operand(handle: Any, scale: Any, k_axis: int) -> Any:
    """Values of an operand, K last; ``scale`` is (rows, blocks)."""
    data = handle.data if k_axis == 1 else handle.data.T
    if data.shape[1] // scale.data.shape[1] == 8:  # 16 packed values
        codes = np.ascontiguousarray(data).view(np.uint8)
        values = LEVELS[np.stack((codes & 15, codes >> 4), -1).reshape(len(codes), -1)]
        scales = _e4m3_values(scale.data)
    else:
        values = _e4m3_values(data)
        exponents = np.ascontiguousarray(scale.data).view(np.uint8).astype(np.int32)
        scales = np.where(exponents == 255, np.nan, np.ldexp(1.0, exponents - 127)).astype(np.float32)
    return values * np.repeat(scales, values.shape[1] // scales.shape[1], 1)


def _dot_scaled(self: Any, a: Any, a_scale: Any, _a: Any, b: Any, b_scale: Any, _b: Any, *rest: Any) -> Any:
    acc = rest[-1]
    return TensorHandle(_operand(a, a_scale, 1) @ _operand(b, b_scale, 0).T + acc.data, acc.dtype.scalar)


def install() -> None:
    """For this process; a product installed before stays for its own operands."""
    InterpreterBuilder.create_fp_to_fp = _convert
    InterpreterBuilder.create_dot = _dot_or(InterpreterBuilder.create_dot)
    InterpreterBuilder.create_dot_scaled, InterpreterBuilder.create_fma = _dot_scaled, _fma
