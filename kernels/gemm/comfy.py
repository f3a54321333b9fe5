"""Adapter to comfy-kitchen, an optional package of compiled kernels. Nothing of it is imported until it is asked for,
and what it can do is what it reports itself.

Its linear maps ``int8_linear`` and ``convrot_w4a4_linear`` pack activations by themselves. Ours are packed already, so
what is called for these formats is the product inside them. A format is had where the package reports the map and holds
that product with the parameters that are passed here; written against version 0.2.40.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from sanacam.kernels.gemm.backend import Ability
from sanacam.kernels.quantize_formats import TURN, Format, PackedMatrix

PACKAGE = "comfy_kitchen"
COMPILED = "cuda"
"""The backend of that package which is worth having; its others are Triton and plain PyTorch."""
INSTALL = "pip install comfy-kitchen[cublas]"
INTEGER_FAMILIES = (7, 8)
"""From Hopper on the package multiplies int4 as int8, which gains nothing, and for int8 there is our own kernel, which
was timed there."""


@dataclass(frozen=True)
class Offer:
    """What the package has for a format.

    Attributes:
        reported: name under which it reports it.
        product: name of the product of packed matrices in its compiled back end; empty where that is what is reported.
        oldest: compute capability, where it reports none.
        families: majors of the compute capability that it is asked for; empty for all.
        inner: what K must be a multiple of.
    """

    reported: str
    product: str
    oldest: tuple[int, int]
    families: tuple[int, ...] = ()
    inner: int = 32


OFFERS: dict[Format, Offer] = {
    "nvfp4": Offer("scaled_mm_nvfp4", "", (10, 0)),
    "mxfp8": Offer("scaled_mm_mxfp8", "", (10, 0)),
    "int8": Offer("int8_linear", "_int4_linear_via_int8_values", (7, 5), INTEGER_FAMILIES),
    "int4": Offer("convrot_w4a4_linear", "int4_linear", (7, 5), INTEGER_FAMILIES, TURN),
}
PRODUCT_PARAMETERS = ("x_scale", "weight_scale", "bias", "out_dtype")
"""Of the integer products, behind the codes of both sides."""


class ComfyKitchen:
    """Products by the package's compiled kernels, which read block-scaled matrices as PyTorch's do, and int4 as
    `sanacam.kernels.quantize_formats` has it."""

    name = "comfy_kitchen"
    native = True

    def abilities(self) -> dict[Format, Ability]:
        if importlib.util.find_spec(PACKAGE) is None:
            return {}
        registry, reported = _reported()
        if not reported.get("available"):
            return {}
        abilities: dict[Format, Ability] = {}
        for form, offer in OFFERS.items():
            if offer.reported in reported["capabilities"] and _holds(offer.product):
                constraints = registry.get_constraints(COMPILED, offer.reported)
                oldest = getattr(constraints, "min_compute_capability", None) or offer.oldest
                abilities[form] = Ability(tuple(oldest), offer.families, inner=offer.inner, columns=8)
        return abilities

    def multiply(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, dtype: torch.dtype = torch.bfloat16
    ) -> Tensor:
        product = OFFERS[x.format].product
        if product:
            result: Tensor = getattr(_compiled(), product)(x.codes, weight.codes, x.scale, weight.scale, bias, dtype)
            return result
        kitchen: Any = importlib.import_module(PACKAGE)
        if x.format == "mxfp8":
            return kitchen.scaled_mm_mxfp8(x.codes, weight.codes, _tiled(x), _tiled(weight), bias=bias, out_dtype=dtype)
        return kitchen.scaled_mm_nvfp4(
            x.codes, weight.codes, x.scale, weight.scale, _tiled(x), _tiled(weight), bias=bias, out_dtype=dtype
        )


def absence(form: Format) -> str:
    """Why the package does not multiply a format that it could have, in a few words, and what helps; empty for the
    others."""
    if form not in OFFERS:
        return ""
    families = OFFERS[form].families
    cards = f" for cards of compute capability {' and '.join(f'{major}.x' for major in families)}" if families else ""
    if importlib.util.find_spec(PACKAGE) is None:
        return f"comfy-kitchen has one{cards} and is not installed ({INSTALL})"
    _, reported = _reported()
    if not reported.get("available"):
        why = reported.get("unavailable_reason") or "it does not say why"
        return f"comfy-kitchen has one{cards}, but reports that its compiled kernels do not run here: {why}"
    return f"the installed comfy-kitchen is without this product (0.2.40 has one{cards})"


def _reported() -> tuple[Any, dict[str, Any]]:
    """The package's registry, and what it says of the compiled back end."""
    registry: Any = importlib.import_module(f"{PACKAGE}.registry").registry
    importlib.import_module(PACKAGE)
    return registry, registry.list_backends().get(COMPILED, {})


def _compiled() -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.backends.{COMPILED}")


def _holds(product: str) -> bool:
    """Whether the compiled back end has a product with the parameters that :meth:`ComfyKitchen.multiply` passes."""
    if not product:
        return True
    found = getattr(_compiled(), product, None)
    return callable(found) and tuple(inspect.signature(found).parameters)[2:] == PRODUCT_PARAMETERS


def _tiled(packed: PackedMatrix) -> Tensor:
    """Its block scales, as the (Rₚ, Cₚ) shape in which the package expects the tiled bytes."""
    assert packed.block_scale is not None
    tall = -(-packed.rows // 128) * 128
    return packed.block_scale.view(tall, -1)
