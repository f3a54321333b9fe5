"""Packed weights of the models in use: made at the first start in a precision, read at every later one.

One file (see `sanacam.model.quantisation.weights`) for each model and policy, in the cache folder; its name tells
weights and formats apart, and an outdated one goes when its successor is written.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from sanacam.model.cache_folder import cache_dir
from sanacam.model.dit.network import HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.quantisation.layers import first_row, layers_of
from sanacam.model.quantisation.narrow import NarrowNetwork, narrow_network
from sanacam.model.quantisation.policy import Policy
from sanacam.model.quantisation.weights import VERSION, PackedWeights, read_packed, save_packed

log = logging.getLogger(__name__)
_DIGITS = 16


def packed_folder() -> Path:
    """Where the files are."""
    return cache_dir() / "packed"


def packed_file(network: HybridDiT, model: str, policy: Policy, folder: Path | None = None) -> Path:
    """Where this network's packed weights are or will be.

    Args:
        network: with its own weights, on any device; few of their values are read.
        model: its name, for people who look into the folder.
    """
    digest = hashlib.sha256(VERSION.encode())
    digest.update(json.dumps(policy.formats(network.config), sort_keys=True).encode())
    # A row of each matrix and all vectors: no training leaves these as they were.
    parts = [first_row(network.get_submodule(layer.name)) for layer in layers_of(network.config)]
    parts += [value for _, value in sorted(network.named_parameters()) if value.ndim == 1]
    rows = [part.detach().to(torch.bfloat16).view(torch.int16).flatten() for part in parts]
    digest.update(torch.cat([row.to("cpu") for row in rows]).numpy().tobytes())
    name = f"{_plain(model)}-{_plain(policy.name)}-{digest.hexdigest()[:_DIGITS]}.safetensors"
    return (packed_folder() if folder is None else folder) / name


def stored_network(
    network: HybridDiT, model: str, policy: Policy, folder: Path | None = None, *, emulate: bool = False
) -> tuple[NarrowNetwork, str]:
    """The narrow matrices of a network on its device: from the file if there is one, else packed now and stored.

    Returns:
        them, and in words where they came from.

    Raises:
        UserError: the policy does not fit the network.
    """
    path, formats = packed_file(network, model, policy, folder), policy.formats(network.config)
    if path.is_file():
        try:
            weights = read_packed(path)
        except UserError as error:
            log.warning("%s %s", error, "The weights are packed again.")
        else:
            scales = dict(weights.input_scales)
            made = narrow_network(network, formats, scales, emulate=emulate, stored=weights.matrices)
            return made, f"packed weights read from {path}"
    narrow = narrow_network(network, formats, emulate=emulate)
    try:
        store(network, policy, narrow, path)
    except UserError as error:  # the model runs all the same
        log.warning("%s", error)
        return narrow, f"weights packed, but not kept: {error.message}"
    return narrow, f"weights packed and stored in {path}"


def store(network: HybridDiT, policy: Policy, narrow: NarrowNetwork, path: Path) -> None:
    """Write a network's packed weights, and remove what they replace.

    Raises:
        UserError: the file cannot be written.
    """
    save_packed(packed_weights(network, policy, narrow), path)
    series = path.stem.rpartition("-")[0]
    for other in path.parent.glob(f"{series}-{'?' * _DIGITS}.safetensors"):
        if other != path:
            other.unlink(missing_ok=True)


def packed_weights(network: HybridDiT, policy: Policy, narrow: NarrowNetwork) -> PackedWeights:
    """Everything that a file holds, on the processor but for what no policy packs."""
    taken = {f"{name}.weight" for name in narrow.formats}
    rest: Mapping[str, Tensor] = {key: t.detach() for key, t in network.state_dict().items() if key not in taken}
    return PackedWeights(network.config, policy, narrow.matrices(), rest, narrow.input_scales)


def _plain(name: str) -> str:
    """A name as part of a file's."""
    return "".join(letter if letter.isalnum() or letter in "._" else "_" for letter in Path(name).name)
