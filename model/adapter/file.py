"""Adapter files: the factors of each layer in fp16 (safetensors), and what they belong to in the metadata."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from sanacam.model.errors import UserError

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = "1"
_KEY = "sanacam_adapter"
_ANOTHER = "Choose a file that `sanacam train finetune` wrote."


@dataclass(frozen=True)
class AdapterAbout:
    """What an adapter file says of itself; read without torch, so that listings stay quick.

    Attributes:
        name: as a preset's name.
        title: for people.
        prompt: the text that the adapter answers to; others do not change.
        base: name of the model it was made for.
        fingerprints: of that model's networks, see :func:`sanacam.model.adapter.shelf.fingerprint`.
        rank: of the factors.
        made: how it was made (steps, seconds, losses), for people.
    """

    name: str
    title: str
    prompt: str
    base: str
    fingerprints: dict[str, str]
    rank: int
    made: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Adapter:
    """``factors``: (down, up) by layer, (rank, in) and (out, rank)."""

    about: AdapterAbout
    factors: dict[str, tuple[Tensor, Tensor]]


def write_adapter(path: Path, adapter: Adapter) -> None:
    """Write the whole file or nothing.

    Raises:
        UserError: it cannot be written; what was there before is untouched.
    """
    from safetensors.torch import save

    tensors = {}
    for layer, (down, up) in adapter.factors.items():
        tensors[f"{layer}.down"], tensors[f"{layer}.up"] = down.half().contiguous(), up.half().contiguous()
    about = adapter.about
    metadata = {
        _KEY: FORMAT,
        "name": about.name,
        "title": about.title,
        "prompt": about.prompt,
        "base": about.base,
        "fingerprints": json.dumps(about.fingerprints),
        "rank": str(about.rank),
        "made": json.dumps(about.made),
    }
    beside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(save(tensors, metadata))
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UserError(
            f"The adapter cannot be written to {path} ({error.strerror}).", "Choose another place."
        ) from error


def read_about(path: Path) -> AdapterAbout:
    """
    Raises:
        UserError: no such file, damaged, or not an adapter.
    """
    if not path.is_file():
        raise UserError(f"There is no adapter at {path}.", _ANOTHER)
    try:
        with safe_open(path, "numpy") as file:
            metadata = dict(file.metadata() or {})
    except (SafetensorError, OSError) as error:
        raise UserError(f"{path} is damaged, or no safetensors file.", _ANOTHER) from error
    if _KEY not in metadata:
        raise UserError(f"{path} holds weights, but is not an adapter.", _ANOTHER)
    if metadata[_KEY] != FORMAT:
        raise UserError(f"The adapter {path} has the format {metadata[_KEY]}, not {FORMAT}.", "Update the program.")
    try:
        return AdapterAbout(
            metadata["name"],
            metadata["title"],
            metadata["prompt"],
            metadata["base"],
            json.loads(metadata["fingerprints"]),
            int(metadata["rank"]),
            json.loads(metadata["made"]),
        )
    except (KeyError, ValueError) as error:
        raise UserError(f"The adapter {path} is incomplete.", _ANOTHER) from error


def read_adapter(path: Path) -> Adapter:
    """
    Raises:
        UserError: see :func:`read_about`; or a factor lacks its partner.
    """
    from safetensors.torch import load_file

    about = read_about(path)
    tensors = load_file(path)
    layers = sorted({name.rpartition(".")[0] for name in tensors})
    try:
        factors = {layer: (tensors[f"{layer}.down"].float(), tensors[f"{layer}.up"].float()) for layer in layers}
    except KeyError as error:
        raise UserError(f"The adapter {path} lacks {error}.", _ANOTHER) from error
    return Adapter(about, factors)
