"""Other designs of the fused forward beside the one in use, on the same card in the same run.

Each composes an operation of more launches, or starts kernels later. The same numbers come out but for the rounding
between the launches.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.kernels.operations import Operations
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.model.dit.network import HybridDiT
from sanacam.model.quantisation.linear import PackedLinear, pack_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanacam.model.dit.fused.bench import Bench
    from sanacam.model.dit.fused.pack import PackedNetwork

LATE, WAITING, LETTING_IN = 0, 1, 2
"""Kernels start after the one before; wait for it on the card; also let the next one in to wait."""


def _table(row: Tensor) -> Tensor:
    return row.view(1, 1, 1, -1)


def norm_apart(ops: Any) -> dict[str, Callable[..., Any]]:
    """Cross-attention's output projection by cuBLAS, residual and norm behind it."""

    def linear_modulate(
        x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, shift: Tensor, scale: Tensor, counts: Tensor
    ) -> tuple[Tensor, Tensor]:
        product = F.linear(y, weight, bias)[None, None]
        summed, normed = ops.residual_modulate(x[None, None], product, None, _table(shift), _table(scale))
        return summed[0, 0], normed[0, 0]

    def linear_modulate_pack(
        x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, shift: Tensor, scale: Tensor, counts: Tensor,
        form: Format,
    ) -> tuple[Tensor, PackedMatrix]:  # fmt: skip
        product = F.linear(y, weight, bias)[None, None]
        summed, _, narrow = ops.residual_modulate_pack(x[None, None], product, None, _table(shift), _table(scale), form)
        return summed[0, 0], narrow

    return {"linear_modulate": linear_modulate, "linear_modulate_pack": linear_modulate_pack}


def residual_apart(ops: Any) -> dict[str, Callable[..., Any]]:
    """Self-attention's output projection by cuBLAS, gate and residual behind it."""

    def residual_linear(x: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, gate: Tensor) -> Tensor:
        result: Tensor = ops.residual(x, F.linear(y, weight, bias), gate)
        return result

    return {"residual_linear": residual_linear}


def packing_apart(ops: Any) -> dict[str, Callable[..., Any]]:
    """The FFN's last product by the registry's back end, its result packed behind it."""

    def linear_pack(
        x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None, counts: Tensor, form: Format,
        dtype: torch.dtype = torch.bfloat16,
    ) -> tuple[Tensor, PackedMatrix]:  # fmt: skip
        # emulated only where no card is
        product = PackedLinear(weight, bias, emulate=x.codes.device.type == "cpu")(x, dtype)
        return product, pack_rows(product, form)

    return {"linear_pack": linear_pack}


DESIGNS: dict[str, tuple[tuple[Callable[[Any], dict[str, Callable[..., Any]]], ...], int]] = {
    "in use": ((), LETTING_IN),
    "next kernel not let in": ((), WAITING),
    "kernels start late": ((), LATE),
    "norm behind cross-attention apart": ((norm_apart,), LETTING_IN),
    "gate and residual apart": ((residual_apart,), LETTING_IN),
    "FFN's last product and its packing apart": ((packing_apart,), LETTING_IN),
    "all apart, not let in": ((norm_apart, residual_apart, packing_apart), WAITING),
}


def composed(ops: Any, others: tuple[Callable[[Any], dict[str, Callable[..., Any]]], ...]) -> Operations:
    """``ops`` with some operations composed otherwise."""
    functions = dict(vars(ops))
    for other in others:
        functions |= other(ops)
    return cast(Operations, SimpleNamespace(**functions))


@contextmanager
def started(level: int) -> Iterator[None]:
    """How kernels that are launched meanwhile start."""
    from sanacam.kernels import launch

    usual = launch.EARLY_START, launch.EARLY_START_CAPABILITY
    launch.EARLY_START, launch.EARLY_START_CAPABILITY = (level, usual[1]) if level else (usual[0], (99, 0))
    try:
        yield
    finally:
        launch.EARLY_START, launch.EARLY_START_CAPABILITY = usual


def compare(bench: Bench, network: HybridDiT, packed: PackedNetwork) -> None:
    """Time, kernels and idle share of a chunk by each design."""
    from sanacam.kernels import triton_operations
    from sanacam.model.dit.fused.bench import CHUNK, GRID

    for name, (others, level) in DESIGNS.items():
        bench.operations = composed(triton_operations, others)
        try:
            with started(level):
                found: dict[str, Any] = bench.steady(network, GRID, CHUNK, "graph", packed)
        finally:
            bench.operations = None
        bench.found[f"design: {name}"] = found
        profile = found["profile"]
        print(
            f"{name:40} {found['chunk_ms']:7.2f} ms a chunk, {profile['kernels_per_forward']:6.1f} kernels a forward, "
            f"idle {profile['idle']:.2%}",
            flush=True,
        )
