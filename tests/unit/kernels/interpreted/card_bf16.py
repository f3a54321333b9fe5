"""Gives Triton's interpreter the bfloat16 of a card: its own multiplies raw bits in ``tl.dot`` and cuts off where cards
round to nearest even."""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl
from triton.runtime.interpreter import InterpreterBuilder, TensorHandle

_plain_cast, _plain_dot = InterpreterBuilder.cast_impl, InterpreterBuilder.create_dot


def _widened(handle: Any) -> Any:
    if handle.dtype.scalar != tl.bfloat16:
        return handle
    bits = handle.data.view(np.uint16).astype(np.uint32) << 16
    return TensorHandle(bits.view(np.float32), tl.float32)


def _rounded(handle: Any) -> Any:
    bits = np.ascontiguousarray(handle.data).view(np.uint32).astype(np.uint64)
    return TensorHandle(((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype(np.uint16), tl.bfloat16)


def _cast(self: Any, handle: Any, kind: Any) -> Any:
    kinds = handle.dtype.scalar, kind.scalar
    if kinds == (tl.float32, tl.bfloat16):
        return _rounded(handle)
    return _widened(handle) if kinds == (tl.bfloat16, tl.float32) else _plain_cast(self, handle, kind)


def _dot(self: Any, a: Any, b: Any, *rest: Any) -> Any:
    return _plain_dot(self, _widened(a), _widened(b), *rest)


def install() -> None:
    """For this process."""
    InterpreterBuilder.cast_impl, InterpreterBuilder.create_dot = _cast, _dot
