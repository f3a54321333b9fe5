"""NVFP4: e2m1 values, an e4m3 scale for every 16 of a row and one fp32 scale for the matrix.

    tensor = max(amax of the matrix, 2⁻⁹⁰) / (448 · 6), unless given
    block  = e4m3(clamp(amax of the block / 6 / tensor, 2⁻⁶, 448))
    code   = e2m1(clamp(x · ((1 / tensor) / block), −6, 6))               (to nearest, ties to even)

all in fp32, in this order. 2⁻⁶ is the smallest normal e4m3. A block that holds NaN or an infinity, or whose matrix does
(with a tensor scale of its own), gets the block scale NaN (0x7F) and zero codes.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor

from sanacam.kernels.quantize_formats import BLOCK, FP4_MAX, FP8_MAX, SMALLEST_AMAX, PackedMatrix, check_width
from sanacam.kernels.reference.quantize_fp8 import finite_amax, over, to_e4m3
from sanacam.kernels.reference.quantize_layout import tile_scales, untile_scales

SIZE = BLOCK["nvfp4"]
SMALLEST_BLOCK_SCALE = 2.0**-6
LEVELS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
"""Magnitudes of the codes 0…7."""


def nvfp4_tensor_scale(x: Tensor) -> Tensor:
    """Scale () that lets the largest block scale be 448."""
    return over(finite_amax(x.float().abs().flatten()).clamp_min(SMALLEST_AMAX), FP8_MAX * FP4_MAX)


def to_e2m1(x: Tensor) -> Tensor:
    """fp32 within ±6 to the nearest e2m1 code, uint8 0…15; a tie goes to the even code."""
    magnitude = x.abs()
    code = torch.zeros_like(x, dtype=torch.uint8)
    for below, (low, high) in enumerate(itertools.pairwise(LEVELS)):
        middle = (low + high) / 2
        code += (magnitude > middle) | ((magnitude == middle) & (below % 2 == 1))
    return code + 8 * torch.signbit(x).to(torch.uint8)


def from_e2m1(codes: Tensor) -> Tensor:
    """Codes 0…15 to fp32."""
    return torch.tensor((*LEVELS, *(-level for level in LEVELS)), device=codes.device)[codes.long()]


def quantise_nvfp4(x: Tensor, scale: Tensor | None = None) -> PackedMatrix:
    """(R, K) to ``nvfp4``.

    Args:
        scale: tensor scale (), positive, if it is fixed beforehand; blocks beyond 2688 times it saturate.

    Raises:
        ValueError: K is no multiple of 16.
    """
    check_width(x.shape[1], "nvfp4")
    scale = nvfp4_tensor_scale(x) if scale is None else scale
    blocks = x.float().unflatten(1, (-1, SIZE))
    amax = finite_amax(blocks.abs())
    block_scale = to_e4m3((over(amax, FP4_MAX) / scale).clamp(SMALLEST_BLOCK_SCALE, FP8_MAX))
    factor = ((1.0 / scale) / block_scale.float())[..., None]
    scaled = torch.where(factor.isnan(), 0.0, blocks * factor).clamp(-FP4_MAX, FP4_MAX)
    codes = to_e2m1(scaled).flatten(1)
    packed = codes[:, ::2] | codes[:, 1::2] << 4
    return PackedMatrix("nvfp4", packed, scale, tile_scales(block_scale))


def dequantise_nvfp4(packed: PackedMatrix) -> Tensor:
    """fp32 (R, K); code · block scale is exact, then one rounding by the tensor scale."""
    assert packed.block_scale is not None
    assert packed.scale is not None
    codes = torch.stack((packed.codes & 15, packed.codes >> 4), -1).flatten(1)
    block_scale = untile_scales(packed.block_scale, packed.rows, packed.inner // SIZE).float()
    blocks = from_e2m1(codes).unflatten(1, (-1, SIZE)) * block_scale[..., None]
    return blocks.flatten(1) * packed.scale
