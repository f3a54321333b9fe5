"""Gemma's weights at rest: left in their files, or as int8 in memory, and brought out a few matrices at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.text.card_upload import CardUpload
from sanacam.model.text.quantised import quantise_rows

Precision = Literal["bf16", "fp32", "int8"]

INDEX_FILE, SINGLE_FILE = "model.safetensors.index.json", "model.safetensors"
GET_AGAIN = "Get it again: `sanacam models verify` names what is wrong, `sanacam models download` fetches it."
EMBEDDING = "embed_tokens.weight"
UNUSED = ("lm_head.weight",)
"""Entries of the language model that the features do not need."""
SAMPLES, SAMPLE_BYTES = 64, 4096
SHOWN = 8


class _Int8Matrix(NamedTuple):
    codes: Tensor
    scale: Tensor


def check_precision(precision: str) -> Precision:
    """
    Raises:
        UserError: it is none of ``bf16``, ``fp32``, ``int8``.
    """
    if precision not in get_args(Precision):
        raise UserError(
            f"The text encoder has no precision “{precision}”.", f"Choose one of: {', '.join(get_args(Precision))}."
        )
    return precision  # type: ignore[return-value]


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a published model, whole or in shards, each looked at from outside.

    Raises:
        UserError: one is missing, cut off or not in this format.
    """
    index = folder / INDEX_FILE
    names = [SINGLE_FILE]
    if index.is_file():
        try:
            names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
            paths = [folder / Path(name).name for name in names]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(f"The text encoder's file {index} is damaged.", GET_AGAIN) from error
    else:
        paths = [folder / SINGLE_FILE]
    for path in paths:
        if not path.is_file():
            raise UserError(f"The text encoder's file {path} is missing.", GET_AGAIN)
        _open(path)
    return paths


def fingerprint(paths: list[Path]) -> str:
    """Hex that tells these files from others: sizes and 64 samples of each, not a checksum of every byte.

    Hashing 5 GB would take longer than encoding a prompt; other weights differ everywhere, so samples tell.

    Raises:
        UserError: a file cannot be read.
    """
    hasher = hashlib.sha256()
    for path in paths:
        try:
            size = path.stat().st_size
            hasher.update(size.to_bytes(8, "little"))
            with path.open("rb") as stream:
                for sample in range(SAMPLES):
                    stream.seek(max(0, size - SAMPLE_BYTES) * sample // (SAMPLES - 1))
                    hasher.update(stream.read(SAMPLE_BYTES))
        except OSError as error:
            raise UserError(f"The text encoder's file {path} cannot be read: {error.strerror}.", GET_AGAIN) from error
    return hasher.hexdigest()


class GemmaWeights:
    """Named tensors of the decoder stack.

    ``bf16`` and ``fp32`` stay in the files, mapped into memory: the system reads them when they are asked for and may
    let go of them. ``int8`` rounds the layers' matrices row-wise (:mod:`sanacam.model.text.quantised`) and holds them:
    half the memory, and half the traffic to a card. The embedding stays in its file, since a prompt needs a few rows.

    Args:
        paths: from :func:`weight_files`.
        shapes: every tensor that is wanted and its shape; names without the leading ``model.``.
        precision: how the layers' matrices are held.
        device: where int8 is computed; it is held on the CPU.

    Raises:
        UserError: names or shapes differ from what is wanted, or a file is damaged.
    """

    def __init__(
        self, paths: list[Path], shapes: dict[str, torch.Size], precision: Precision, device: torch.device
    ) -> None:
        self._stored: dict[str, Tensor | _Int8Matrix] = {}
        self._upload: CardUpload | None = None
        for path, name, tensor in _named_tensors(paths):
            if name in UNUSED:
                continue
            if not tensor.is_floating_point():
                raise UserError(f"{path} holds {name} as {tensor.dtype}, which no Gemma 2 does.", GET_AGAIN)
            if precision == "int8" and tensor.ndim == 2 and name.startswith("layers."):
                codes, scale = quantise_rows(tensor.to(device))
                self._stored[name] = _Int8Matrix(codes.cpu(), scale.cpu())
            else:
                self._stored[name] = tensor
        found = {name: _shape(stored) for name, stored in self._stored.items()}
        wrong = [
            *(f"missing: {name}" for name in shapes if name not in found),
            *(f"unknown: {name}" for name in found if name not in shapes),
            *(
                f"wrong shape: {name} is {tuple(shape)} instead of {tuple(shapes[name])}"
                for name, shape in found.items()
                if name in shapes and shape != shapes[name]
            ),
        ]
        if wrong:
            more = [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
            lines = "\n  ".join([f"The weights in {paths[0].parent} are not those of its config.json:", *wrong[:SHOWN]])
            raise UserError("\n  ".join([lines, *more]) + "\n", GET_AGAIN)

    @torch.inference_mode()
    def put(self, name: str, target: Tensor) -> None:
        """Write a whole tensor into ``target``, which has its shape, in the dtype and on the device of that. Towards a
        card this returns early; what is launched on the same stream afterwards finds the values there."""
        stored = self._stored[name]
        codes = stored.codes if isinstance(stored, _Int8Matrix) else stored
        self._copy(codes, target)
        if isinstance(stored, _Int8Matrix):
            scale = torch.empty(stored.scale.shape, device=target.device)
            self._copy(stored.scale, scale)
            target.mul_(scale[:, None])

    def _copy(self, source: Tensor, target: Tensor) -> None:
        if target.device.type != "cuda":
            target.copy_(source)
            return
        if self._upload is None:
            layers = (held for name, held in self._stored.items() if name != EMBEDDING)
            self._upload = CardUpload(max(_held_bytes(held) for held in layers))
        self._upload.send(source, target)

    def embedding_rows(self, index: Tensor) -> Tensor:
        """Rows of the embedding in the order of ``index`` (n,): (n, D), as stored."""
        table = self._stored[EMBEDDING]
        assert isinstance(table, Tensor)
        return table[index]


def _held_bytes(stored: Tensor | _Int8Matrix) -> int:
    return stored.nbytes if isinstance(stored, Tensor) else stored.codes.nbytes


def _shape(stored: Tensor | _Int8Matrix) -> torch.Size:
    return stored.shape if isinstance(stored, Tensor) else stored.codes.shape


def _named_tensors(paths: list[Path]) -> Iterator[tuple[Path, str, Tensor]]:
    for path in paths:
        file = _open(path)
        for name in file.keys():  # noqa: SIM118 (safe_open is no mapping)
            yield path, name.removeprefix("model."), file.get_tensor(name)


def _open(path: Path) -> Any:
    try:
        return safe_open(str(path), framework="pt")
    except (SafetensorError, OSError) as error:
        raise UserError(
            f"The text encoder's file {path} is damaged or not a safetensors file ({error}).", GET_AGAIN
        ) from error
