"""Networks of a model put where and how they run: moved, cast, and packed as their precision says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from sanacam.model.checkpoint import cast_weights
from sanacam.model.chunk_sampler import fused_obstacle
from sanacam.model.errors import UserError
from sanacam.model.host_memory import keep_freed_memory
from sanacam.model.precision import Precision
from sanacam.model.quantisation.narrow import narrow_network, narrow_of, settled, widen
from sanacam.model.quantisation.stored import stored_network

if TYPE_CHECKING:
    from sanacam.model.zoo import ModelBundle


def place(
    bundle: ModelBundle, device: torch.device, precision: Precision, *, keep: bool = False, folder: Path | None = None
) -> str:
    """Put a model's networks on a device in a precision; nothing happens to what is there already. An adapter that is
    worn is taken off first.

    Weights of narrow layers go to main memory, or stay there: they are packed from it one by one, and where packed
    weights are stored they are not even read from the file that they lie in.

    Args:
        keep: read packed weights from the cache folder, or store them there.
        folder: another folder for them.

    Returns:
        where packed weights came from, in words; empty if there are none or they were there.

    Raises:
        UserError: narrow formats, and the fused kernels cannot run here.
    """
    dit = bundle.dit
    held = narrow_of(dit)
    weight = dit.x_embedder.proj.weight
    there = weight.device.type == device.type and device.index in (None, weight.device.index)
    placed = there and weight.dtype == precision.dtype
    if held is not None and placed and held.wished == dict(precision.formats):
        _freeze(bundle, device, precision.dtype)
        return ""
    bundle.adapters.wear(None)
    widen(dit)
    if not precision.narrow or precision.policy is None:
        cast_weights(dit, precision.dtype, device)
        _freeze(bundle, device, precision.dtype)
        return ""
    cast_weights(dit, precision.dtype, device, waiting=settled(dit.config, precision.formats, {}))
    _freeze(bundle, device, precision.dtype)
    if obstacle := fused_obstacle(dit):
        raise UserError(
            f"The precision {precision.name} needs the fused transformer: {obstacle}.", "Use --precision bf16 or fp32."
        )
    if keep:
        return stored_network(dit, bundle.config.name, precision.policy, folder)[1]
    narrow_network(dit, precision.formats)
    return "weights packed"


def _freeze(bundle: ModelBundle, device: torch.device, dtype: torch.dtype) -> None:
    if device.type == "cpu":
        keep_freed_memory()
    cast_weights(bundle.vae, dtype, device)
    for network in (bundle.dit, bundle.vae):
        network.eval().requires_grad_(False)
