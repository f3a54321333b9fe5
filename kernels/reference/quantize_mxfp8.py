"""MXFP8: e4m3 values, a power of two for every 32 of a row (OCP Microscaling v1.0; scale rounded up, as cuBLAS does).

    descale = amax / 448 (fp32),   e = ⌈log₂ descale⌉,   code = e4m3(x · 2⁻ᵉ)

stored as e8m0: e + 127. Rounded up, no value of the block saturates. Below 2⁻¹²⁶ the stored exponent is 0 and the
block's codes come from the values themselves, that is, they are zeros. A block that holds NaN or an infinity gets the
exponent 255 (NaN) and zero codes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.kernels.quantize_formats import BLOCK, FP8_MAX, PackedMatrix, check_width
from sanacam.kernels.reference.quantize_fp8 import finite_amax, over, to_e4m3
from sanacam.kernels.reference.quantize_layout import tile_scales, untile_scales

E8M0_NAN = 255
SMALLEST_NORMAL = 2.0**-126
SIZE = BLOCK["mxfp8"]


def block_exponents(amax: Tensor) -> Tensor:
    """Stored exponents, int32, of blocks with this largest magnitude."""
    descale = over(amax, FP8_MAX)
    mantissa, exponent = torch.frexp(descale)  # descale = mantissa · 2^exponent, mantissa in ½…1
    up = exponent - (mantissa == 0.5).int()
    stored = torch.where(descale < SMALLEST_NORMAL, 0, up + 127)
    return torch.where(descale.isnan(), E8M0_NAN, stored)


def quantise_mxfp8(x: Tensor) -> PackedMatrix:
    """(R, K) to ``mxfp8``.

    Raises:
        ValueError: K is no multiple of 32.
    """
    check_width(x.shape[1], "mxfp8")
    blocks = x.float().unflatten(1, (-1, SIZE))
    amax = finite_amax(blocks.abs())
    stored = block_exponents(amax)
    power = torch.ldexp(torch.ones_like(amax), 127 - stored)
    power = torch.where(stored == 0, 1.0, power)[..., None]
    codes = to_e4m3(torch.where(stored[..., None] == E8M0_NAN, 0.0, blocks * power)).flatten(1)
    return PackedMatrix("mxfp8", codes, None, tile_scales(stored.to(torch.uint8).view(torch.float8_e8m0fnu)))


def dequantise_mxfp8(packed: PackedMatrix) -> Tensor:
    """fp32 (R, K)."""
    assert packed.block_scale is not None
    stored = untile_scales(packed.block_scale, packed.rows, packed.inner // SIZE).view(torch.uint8).int()
    power = torch.ldexp(torch.ones_like(stored, dtype=torch.float32), stored - 127)
    power = torch.where(stored == E8M0_NAN, torch.nan, power)[..., None]
    return (packed.codes.float().unflatten(1, (-1, SIZE)) * power).flatten(1)
