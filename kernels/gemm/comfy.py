"""Adapter to comfy-kitchen, an optional package of compiled kernels. Nothing of it is imported until it is asked for,
and what it can do is what it reports itself."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import torch
from torch import Tensor

from sanacam.kernels.gemm.backend import Ability
from sanacam.kernels.quantize_formats import Format, PackedMatrix

PACKAGE = "comfy_kitchen"
FUNCTIONS: dict[Format, str] = {"nvfp4": "scaled_mm_nvfp4", "mxfp8": "scaled_mm_mxfp8"}
COMPILED = "cuda"
"""The backend of that package which is worth having; its others are Triton and plain PyTorch."""


class ComfyKitchen:
    """NVFP4 and MXFP8 products by the package's compiled kernels, which read the same bytes as PyTorch's."""

    name = "comfy_kitchen"
    native = True

    def abilities(self) -> dict[Format, Ability]:
        if importlib.util.find_spec(PACKAGE) is None:
            return {}
        registry: Any = importlib.import_module(f"{PACKAGE}.registry").registry
        importlib.import_module(PACKAGE)
        reported = registry.list_backends().get(COMPILED, {})
        if not reported.get("available"):
            return {}
        abilities: dict[Format, Ability] = {}
        for form, function in FUNCTIONS.items():
            if function in reported["capabilities"]:
                constraints = registry.get_constraints(COMPILED, function)
                oldest = getattr(constraints, "min_compute_capability", None) or (10, 0)
                abilities[form] = Ability(tuple(oldest), inner=32, columns=8)
        return abilities

    def multiply(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, dtype: torch.dtype = torch.bfloat16
    ) -> Tensor:
        kitchen: Any = importlib.import_module(PACKAGE)
        if x.format == "mxfp8":
            return kitchen.scaled_mm_mxfp8(x.codes, weight.codes, _tiled(x), _tiled(weight), bias=bias, out_dtype=dtype)
        return kitchen.scaled_mm_nvfp4(
            x.codes, weight.codes, x.scale, weight.scale, _tiled(x), _tiled(weight), bias=bias, out_dtype=dtype
        )


def _tiled(packed: PackedMatrix) -> Tensor:
    """Its block scales, as the (Rₚ, Cₚ) shape in which the package expects the tiled bytes."""
    assert packed.block_scale is not None
    tall = -(-packed.rows // 128) * 128
    return packed.block_scale.view(tall, -1)
