"""FP8 e4m3 with one scale a row or one for all, and int8 with one scale a row.

    scale = max(amax, 2⁻⁹⁰) / 448,   code = e4m3(x / scale)              (to nearest, ties to even)
    scale = max(amax, 2⁻⁹⁰) / 127,   code = round(x · (1 / scale))       (int8, ties to even, −127…127)

with ``amax`` the largest magnitude of the row or tensor; all in fp32. A row (or tensor) that holds NaN or an infinity
gets the scale NaN and zero codes: whatever is multiplied with it shows it. With a scale given from outside, values
beyond ±448 · scale saturate and NaN becomes the code 0x7F.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.kernels.quantize_formats import FP8_MAX, INT8_MAX, SMALLEST_AMAX, PackedMatrix

E4M3_NAN = 0x7F


def finite_amax(magnitudes: Tensor) -> Tensor:
    """Largest of the last axis; NaN where any is not finite."""
    amax = magnitudes.amax(-1)
    return torch.where(torch.isinf(amax), torch.nan, amax)


def over(x: Tensor, constant: float) -> Tensor:
    """``x / constant``, rounded to nearest on every device; by a Python number CUDA multiplies with its reciprocal, one
    unit of the last place beside that for about every second value."""
    return x / x.new_full((), constant)


def to_e4m3(x: Tensor) -> Tensor:
    """fp32 to the nearest e4m3, ties to even, saturating; NaN to 0x7F."""
    codes = x.clamp(-FP8_MAX, FP8_MAX).to(torch.float8_e4m3fn).view(torch.uint8)
    return torch.where(x.isnan(), E4M3_NAN, codes).view(torch.float8_e4m3fn)


def tensor_scale(x: Tensor) -> Tensor:
    """Scale () of the whole matrix for ``fp8_tensor``."""
    return over(finite_amax(x.float().abs().flatten()).clamp_min(SMALLEST_AMAX), FP8_MAX)


def quantise_fp8(x: Tensor) -> PackedMatrix:
    """(R, K) to ``fp8``."""
    x = x.float()
    scale = over(finite_amax(x.abs()).clamp_min(SMALLEST_AMAX), FP8_MAX)[:, None]
    return PackedMatrix("fp8", to_e4m3(torch.where(scale.isnan(), 0.0, x / scale)), scale)


def quantise_fp8_tensor(x: Tensor, scale: Tensor | None = None) -> PackedMatrix:
    """(R, K) to ``fp8_tensor``, with the matrix' own scale or a given one, positive, ()."""
    x = x.float()
    if scale is not None:
        return PackedMatrix("fp8_tensor", to_e4m3(x / scale), scale)
    scale = tensor_scale(x)
    return PackedMatrix("fp8_tensor", to_e4m3(torch.where(scale.isnan(), 0.0, x / scale)), scale)


def quantise_int8(x: Tensor) -> PackedMatrix:
    """(R, K) to ``int8``."""
    x = x.float()
    scale = over(finite_amax(x.abs()).clamp_min(SMALLEST_AMAX), INT8_MAX)[:, None]
    steps = torch.where(scale.isnan(), 0.0, x * (1.0 / scale))
    return PackedMatrix("int8", steps.round().clamp(-INT8_MAX, INT8_MAX).to(torch.int8), scale)
