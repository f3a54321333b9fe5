"""int4: every 64 values of a row turned by a Hadamard matrix, then 15 steps with one scale a row.

    y = x H                                                       (in blocks of 64; the order of sums: :func:`turned`)
    scale = max(amax of the row of y, 2⁻⁹⁰) / 7
    code = round(y / scale)                                                                       (ties to even, −7…7)

all in fp32, in this order. A row that holds NaN or an infinity gets the scale NaN and zero codes.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.kernels.quantize_formats import INT4_MAX, SMALLEST_AMAX, TURN, PackedMatrix, check_width
from sanacam.kernels.reference.quantize_fp8 import finite_amax, over

NIBBLE = 15
SIGN = 8
DIGITS = 3
"""A block has 4 · 4 · 4 values: what is turned is each digit of their number."""


def turned(x: Tensor) -> Tensor:
    """``x H``, fp32, for (…, K); H is its own inverse, so twice is not at all.

    The factor 1/8 first; then each digit of a value's number, the last one first, is turned by h with eight additions::

        s = x₀ + x₁,  d = x₀ − x₁,  t = x₂ + x₃,  e = x₂ − x₃;      s + e,  s − e,  t + d,  t − d

    Raises:
        ValueError: K is no multiple of 64.
    """
    check_width(x.shape[-1], "int4")
    y = (x.float() * 0.125).unflatten(-1, (-1, TURN // 4, 4))
    for _ in range(DIGITS):
        even, odd = y.unflatten(-1, (2, 2)).unbind(-1)
        (s, t), (d, e) = (even + odd).unbind(-1), (even - odd).unbind(-1)
        y = torch.stack((s + e, s - e, t + d, t - d), -1)
        # the digit that is done goes to the front: after three times all are where they were
        y = y.transpose(-1, -2).reshape(y.shape)
    return y.flatten(-3)


def row_codes(y: Tensor) -> tuple[Tensor, Tensor]:
    """(R, K) as it is to codes, int8 (R, K), and scales, fp32 (R, 1)."""
    y = y.float()
    scale = over(finite_amax(y.abs()).clamp_min(SMALLEST_AMAX), INT4_MAX)[:, None]
    steps = torch.where(scale.isnan(), 0.0, y / scale)
    return steps.round().clamp(-INT4_MAX, INT4_MAX).to(torch.int8), scale


def pair_codes(codes: Tensor) -> Tensor:
    """Codes −8…7, int8 (R, K), to int8 (R, K / 2): the even one low."""
    return codes[:, ::2] & NIBBLE | codes[:, 1::2] << 4


def unpair_codes(pairs: Tensor) -> Tensor:
    """Inverse of :func:`pair_codes`."""
    low = ((pairs & NIBBLE) ^ SIGN) - SIGN
    return torch.stack((low, pairs >> 4), -1).flatten(1)


def quantise_int4(x: Tensor) -> PackedMatrix:
    """(R, K) to ``int4``.

    Raises:
        ValueError: K is no multiple of 64.
    """
    codes, scale = row_codes(turned(x))
    return PackedMatrix("int4", pair_codes(codes), scale)


def dequantise_int4(packed: PackedMatrix) -> Tensor:
    """fp32 (R, K), turned back."""
    assert packed.scale is not None
    return turned(unpair_codes(packed.codes).float() * packed.scale)


def product_int4(x: PackedMatrix, weight: PackedMatrix) -> Tensor:
    """``X Wᵀ``, fp32 (R, N). Both sides are turned alike, so nothing is turned back; sums of codes are whole numbers
    below 2²⁴ up to K = 342,000, so but for the two scales nothing is rounded."""
    assert x.scale is not None
    assert weight.scale is not None
    whole = F.linear(unpair_codes(x.codes).float(), unpair_codes(weight.codes).float())
    return whole * x.scale * weight.scale.t()
