"""Released checkpoints of the transformer: checked and converted once, afterwards only the conversion is read.

A converted file is a ``.safetensors`` with the network's tensors in the number format they came in, without the dead
outer taps of the softmax kernels, and with this metadata: ``format``, ``source_file``, ``source_sha256``, ``licence``
and ``config`` (JSON, :meth:`DiTConfig.to_dict`)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from sanacam.model.checkpoint import centre_taps_only, check_fit, differences, read_weights
from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.errors import UserError

FORMAT = "sanacam-dit-1"
RELEASED: dict[str, DiTConfig] = {
    "sana_streaming_ar.pth": DiTConfig.sana_streaming_2b(),
    "sana_bidirectional_short.pth": DiTConfig.sana_bidirectional_2b(),
}
"""Networks of the files that the publisher offers."""
ABANDONED_SECONDS = 24 * 3600
"""Age at which what a killed conversion left behind is cleared away."""


@dataclass(frozen=True)
class ConvertedHeader:
    """What a converted file says about itself.

    Attributes:
        config: the network in this file (``softmax_kernel`` 1).
        source_file: name of the file it was made from, without folder.
        source_sha256: of that file, hexadecimal.
        licence: of the weights.
    """

    config: DiTConfig
    source_file: str
    source_sha256: str
    licence: str

    def metadata(self) -> dict[str, str]:
        """As kept in the file."""
        return {
            "format": FORMAT,
            "source_file": self.source_file,
            "source_sha256": self.source_sha256,
            "licence": self.licence,
            "config": json.dumps(self.config.to_dict()),
        }


def meta_network(config: DiTConfig) -> HybridDiT:
    """A network without storage: names and shapes only."""
    with torch.device("meta"):
        return HybridDiT(config)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def convert(
    source: str | Path, target: str | Path, config: DiTConfig, *, licence: str, sha256: str | None = None
) -> ConvertedHeader:
    """Check a released checkpoint and write it as a converted file.

    The target appears complete or not at all; one that exists is replaced.

    Args:
        source: ``.pth`` (read with ``weights_only=True``) or ``.safetensors``.
        config: the network that the file must hold, name for name and shape for shape.
        licence: of the weights, kept with them.
        sha256: of the source where it is already known; computed otherwise.

    Raises:
        UserError: the source is missing, damaged, holds code, does not fit (each difference on its own line) or has
            numbers that are not finite; or the disk is too full, or takes nothing.
    """
    source, target = Path(source), Path(target)
    weights = read_weights(source)
    check_fit(meta_network(config), weights, str(source), _hint(weights, config))
    spoilt = [key for key, value in weights.items() if not value.isfinite().all()]
    if spoilt:
        raise UserError(
            "\n  ".join((f"The weights in {source} are damaged:", *(f"not finite: {key}" for key in spoilt))) + "\n",
            "Get the file again.",
        )
    kept = own_storage(centre_taps_only(weights, config.softmax_indices))
    header = ConvertedHeader(replace(config, softmax_kernel=1), source.name, sha256 or sha256_of(source), licence)
    try:
        _write(kept, target, header, source.name)
    except (OSError, SafetensorError) as error:  # a quota or a broken disk, which the free space does not tell of
        raise UserError(
            f"What {source.name} converts to cannot be written to {target} ({error}).",
            "Make room, check that the folder is yours, or choose another one.",
        ) from error
    return header


def _write(kept: dict[str, Tensor], target: Path, header: ConvertedHeader, source_name: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    clear_abandoned(target)
    needed, free = sum(value.nbytes for value in kept.values()), shutil.disk_usage(target.parent).free
    if free < needed:
        raise UserError(
            f"Converting {source_name} needs {needed / 1e9:.1f} GB in {target.parent}, {free / 1e9:.1f} GB are free.",
            "Make room, or choose another folder.",
        )
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as scratch:
        part = Path(scratch) / target.name
        save_file(kept, part, metadata=header.metadata())
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, target)


def read_header(path: str | Path) -> ConvertedHeader:
    """Metadata of a converted file; its tensors are not read.

    Raises:
        UserError: missing, damaged, or not made by :func:`convert`.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"The weights file {path} does not exist.", "Convert the released checkpoint first.")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
        if metadata.get("format") != FORMAT:
            raise ValueError(f"format {metadata.get('format')} is not {FORMAT}")
        config = DiTConfig.from_dict(json.loads(metadata["config"]))
        return ConvertedHeader(config, metadata["source_file"], metadata["source_sha256"], metadata["licence"])
    except (SafetensorError, ValueError, KeyError, TypeError, OSError) as error:
        raise UserError(
            f"The converted weights {path} are damaged or of another kind ({error}).",
            "Delete the file and convert the released checkpoint again.",
        ) from error


def own_storage(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Contiguous tensors of which no two share memory, as safetensors wants them."""
    seen: set[int] = set()
    own = {}
    for key, value in weights.items():
        value = value.contiguous()
        storage = value.untyped_storage()
        if storage.data_ptr() in seen or storage.nbytes() != value.nbytes:
            value = value.clone()
        seen.add(value.untyped_storage().data_ptr())
        own[key] = value
    return own


def clear_abandoned(target: Path) -> None:
    """Remove what conversions to ``target`` that were killed long ago left beside it."""
    for scratch in target.parent.glob(f".{target.name}-*"):
        if scratch.is_dir() and time.time() - scratch.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(scratch)


def _hint(weights: dict[str, Tensor], config: DiTConfig) -> str:
    """Next step for weights that do not fit ``config``: which other released network they are, if one."""
    width = weights["t_block.1.bias"].numel() // 6 if "t_block.1.bias" in weights else 0
    for name, other in RELEASED.items():
        if other != config and other.hidden_size == width and not differences(meta_network(other), weights):
            return f"It is the network of {name}; choose that model."
    return "Get the file again, or choose the model it belongs to."
