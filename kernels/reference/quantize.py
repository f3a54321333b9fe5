"""Any matrix to any format of `sanacam.kernels.quantize_formats` and back: what defines the numbers, bit for bit."""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.kernels.quantize_formats import Format, PackedMatrix, check_width
from sanacam.kernels.reference.quantize_fp8 import quantise_fp8, quantise_fp8_tensor, quantise_int8
from sanacam.kernels.reference.quantize_int4 import dequantise_int4, quantise_int4
from sanacam.kernels.reference.quantize_mxfp8 import dequantise_mxfp8, quantise_mxfp8
from sanacam.kernels.reference.quantize_nvfp4 import dequantise_nvfp4, quantise_nvfp4


def quantise(x: Tensor, form: Format, scale: Tensor | None = None) -> PackedMatrix:
    """Pack a matrix.

    Args:
        x: (R, K), any floating dtype.
        scale: fixed tensor scale () for ``fp8_tensor`` and ``nvfp4``; by default it follows the matrix.

    Raises:
        ValueError: not a matrix, K does not suit the format, or the format has no tensor scale.
    """
    if x.ndim != 2:
        raise ValueError(f"a matrix has 2 axes, this has shape {tuple(x.shape)}")
    if scale is not None and form not in ("fp8_tensor", "nvfp4"):
        raise ValueError(f"{form} has no tensor scale to be fixed")
    check_width(x.shape[1], form)
    if form == "bf16":
        return PackedMatrix("bf16", x.to(torch.bfloat16).contiguous())
    if form == "fp8":
        return quantise_fp8(x)
    if form == "fp8_tensor":
        return quantise_fp8_tensor(x, scale)
    if form == "mxfp8":
        return quantise_mxfp8(x)
    if form == "nvfp4":
        return quantise_nvfp4(x, scale)
    if form == "int4":
        return quantise_int4(x)
    return quantise_int8(x)


def dequantise(packed: PackedMatrix) -> Tensor:
    """The values that a packed matrix stands for, fp32 (R, K)."""
    if packed.format == "mxfp8":
        return dequantise_mxfp8(packed)
    if packed.format == "nvfp4":
        return dequantise_nvfp4(packed)
    if packed.format == "int4":
        return dequantise_int4(packed)
    values = packed.codes.float()
    return values if packed.scale is None else values * packed.scale


def rounded(x: Tensor, form: Format, scale: Tensor | None = None) -> Tensor:
    """What is left of ``x`` after packing: fp32, shape of ``x`` (…, K); every row of the last axis is a row."""
    return dequantise(quantise(x.reshape(-1, x.shape[-1]), form, scale)).view(x.shape)
