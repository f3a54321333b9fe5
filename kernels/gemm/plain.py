"""Back ends that PyTorch itself brings: bf16, fp8 and block-scaled products by cuBLAS, and the exact emulation."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.kernels.gemm.backend import Ability
from sanacam.kernels.quantize_formats import FORMATS, WIDTH_MULTIPLE, Format, PackedMatrix
from sanacam.kernels.reference.quantize import dequantise
from sanacam.kernels.reference.quantize_int4 import product_int4


class TorchBf16:
    """``F.linear`` in bf16."""

    name = "torch_bf16"
    native = True

    def abilities(self) -> dict[Format, Ability]:
        return {"bf16": Ability(None)}

    def multiply(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, dtype: torch.dtype = torch.bfloat16
    ) -> Tensor:
        return F.linear(x.codes, weight.codes, None if bias is None else bias.to(torch.bfloat16)).to(dtype)


class TorchScaled:
    """``torch._scaled_mm`` for fp8 and ``F.scaled_mm`` for block scales: cuBLASLt, for some cards CUTLASS."""

    name = "torch_scaled_mm"
    native = True

    def abilities(self) -> dict[Format, Ability]:
        # K and N: 16 bytes of codes. PyTorch's Windows builds come without the row-wise kernels.
        return {
            "fp8_tensor": Ability((8, 9), inner=16, columns=16),
            "fp8": Ability((8, 9), inner=16, columns=16, not_on=("win32",)),
            "mxfp8": Ability((10, 0), pytorch=(2, 10), cuda=(12, 8), inner=32, columns=16),
            "nvfp4": Ability((10, 0), pytorch=(2, 10), cuda=(12, 8), inner=32, columns=16),
        }

    def multiply(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, dtype: torch.dtype = torch.bfloat16
    ) -> Tensor:
        if x.format in ("fp8", "fp8_tensor"):
            assert x.scale is not None
            assert weight.scale is not None
            return torch._scaled_mm(
                x.codes, weight.codes.t(), scale_a=x.scale, scale_b=weight.scale.t(), bias=bias, out_dtype=dtype,
                use_fast_accum=True,
            )  # fmt: skip
        return self._block_scaled(x, weight, bias, dtype)

    def _block_scaled(self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None, dtype: torch.dtype) -> Tensor:
        recipe, swizzle = F.ScalingType, F.SwizzleType
        assert x.block_scale is not None
        assert weight.block_scale is not None
        if x.format == "mxfp8":
            return F.scaled_mm(
                x.codes, weight.codes.t(), x.block_scale, recipe.BlockWise1x32, weight.block_scale,
                recipe.BlockWise1x32, swizzle.SWIZZLE_32_4_4, swizzle.SWIZZLE_32_4_4, bias, dtype,
            )  # fmt: skip
        assert x.scale is not None
        assert weight.scale is not None
        a, b = x.codes.view(torch.float4_e2m1fn_x2), weight.codes.view(torch.float4_e2m1fn_x2)
        recipes, swizzles = [recipe.BlockWise1x16, recipe.TensorWise], [swizzle.SWIZZLE_32_4_4, swizzle.NO_SWIZZLE]
        return F.scaled_mm(
            a, b.t(), [x.block_scale, x.scale], recipes, [weight.block_scale, weight.scale], recipes, swizzles,
            swizzles, bias, dtype,
        )  # fmt: skip


class Emulated:
    """The format's exact numbers, multiplied in fp32: for the quality of a format on a machine that lacks it."""

    name = "emulated"
    native = False

    def abilities(self) -> dict[Format, Ability]:
        return {form: Ability(None, inner=WIDTH_MULTIPLE[form]) for form in FORMATS}

    def multiply(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, dtype: torch.dtype = torch.bfloat16
    ) -> Tensor:
        if x.format == "int4":
            product = product_int4(x, weight)
            return (product if bias is None else product + bias.float()).to(dtype)
        return F.linear(dequantise(x), dequantise(weight), None if bias is None else bias.float()).to(dtype)
