"""Does a converted checkpoint still hold what its conversion put there?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from sanacam.model.checkpoint import centre_taps_only, differences, read_weights
from sanacam.model.dit import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.released import meta_network, read_header
from sanacam.model.zoo.file_check import broken_weights


class BrokenConversionError(Exception):
    """What is wrong with a converted file, in words."""


def check_conversion(
    converted: Path,
    config: DiTConfig,
    sha256: str,
    source: Path | None,
    on_bytes: Callable[[int], None] = lambda count: None,
) -> str:
    """Look at all that can be known of a converted file: its form, what it says it was made from, every name, shape and
    number. Beside a sound checkpoint each number is compared with what it was made from; without, they are only looked
    at whether they are finite.

    Args:
        config: the network that it must hold (``softmax_kernel`` 1).
        sha256: of the checkpoint that belongs here, hexadecimal; empty where nothing tells.
        source: that checkpoint, if it is here and its checksum was found right.
        on_bytes: hears of each tensor read.

    Returns:
        What was checked, in words.

    Raises:
        BrokenConversionError: it does not hold the checkpoint's network.
        OSError: a file cannot be read.
    """
    if trouble := broken_weights(converted):
        raise BrokenConversionError(trouble)
    try:
        header = read_header(converted)
    except UserError as error:
        raise BrokenConversionError("it says nothing of what it was made from") from error
    if sha256 and header.source_sha256 != sha256:
        raise BrokenConversionError(
            f"it was made from a {header.source_file} with the SHA-256 {header.source_sha256[:12]}…, not {sha256[:12]}…"
        )
    wanted = None if source is None else centre_taps_only(read_weights(source), config.softmax_indices)
    _check_tensors(converted, config, wanted, on_bytes)
    if source is not None:
        return f"every number is that of {source.name}"
    origin = "made from that checkpoint" if sha256 else f"made from a {header.source_file} that nothing here tells of"
    return f"{origin}; every number is there and finite, but there is no sound checkpoint here to compare with"


def _check_tensors(
    converted: Path, config: DiTConfig, wanted: dict[str, Tensor] | None, on_bytes: Callable[[int], None]
) -> None:
    """One tensor in memory at a time."""
    shapes = {}
    with safe_open(converted, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 (the file is no mapping)
            value = file.get_tensor(name)
            shapes[name] = torch.empty_like(value, device="meta")
            # an unknown name is told of below
            if wanted is not None and name in wanted and not _same(value, wanted[name]):
                raise BrokenConversionError(f"{name} is not what it was made from")
            if not value.isfinite().all():
                raise BrokenConversionError(f"{name} holds numbers that are not finite")
            on_bytes(value.nbytes)
    if lines := differences(meta_network(config), shapes):
        raise BrokenConversionError(f"it does not hold the network ({'; '.join(lines)})")


def _same(one: Tensor, other: Tensor) -> bool:
    return one.dtype == other.dtype and one.shape == other.shape and torch.equal(one, other)
