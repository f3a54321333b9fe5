"""Row-wise int8 storage of a network's weights.

Layout contract (``text.safetensors``, metadata ``format = sanacam.rowwise-int8``, ``version = 1``):

* a matrix ``NAME`` (R, C) is stored as ``NAME`` int8 (R, C) and ``NAME.scale`` float16 (R,);
  value[r, c] = NAME[r, c] · NAME.scale[r], with NAME in −127…127 (−128 is not used);
* every other tensor (biases, norms) is stored under its own name as float16;
* names are those of the module's ``state_dict``; nothing else is in the file.

Scales are rounded to float16 *before* the rows are divided by them, so that storing adds no second rounding.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

FORMAT = "sanacam.rowwise-int8"
VERSION = "1"
SCALE = ".scale"
_BLOCK_ROWS = 512


def quantise_rows(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """(R, C) float to int8 (R, C) and float16 scales (R,); a row's largest entry becomes ±127. Zero rows stay zero."""
    codes = torch.empty(matrix.shape, dtype=torch.int8, device=matrix.device)
    scale = torch.empty(matrix.shape[0], dtype=torch.float16, device=matrix.device)
    # A block's intermediate results stay in the processor's cache: many times faster than the matrix in one go.
    for rows in range(0, matrix.shape[0], _BLOCK_ROWS):
        block = slice(rows, rows + _BLOCK_ROWS)
        codes[block], scale[block] = _quantised_block(matrix[block].float())
    return codes, scale


def _quantised_block(block: Tensor) -> tuple[Tensor, Tensor]:
    scale = (block.abs().amax(dim=1) / 127).half()
    # The smallest float16 is the floor: below it a row would be divided by zero.
    scale = torch.where(scale == 0, torch.full_like(scale, 2.0**-24), scale)
    return torch.round(block / scale.float()[:, None]).clamp_(-127, 127).to(torch.int8), scale


def dequantise_rows(codes: Tensor, scale: Tensor) -> Tensor:
    """int8 (R, C) and scales (R,) to float32 (R, C)."""
    return codes.float() * scale.float()[:, None]


def save_quantised(weights: dict[str, Tensor], path: Path) -> None:
    """Write a ``state_dict`` in the layout above: matrices as int8, everything else as float16."""
    stored: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        if tensor.ndim == 2:
            codes, scale = quantise_rows(tensor)
            stored[name] = codes.contiguous()
            stored[name + SCALE] = scale.contiguous()
        else:
            stored[name] = tensor.half().contiguous()
    save_file(stored, str(path), metadata={"format": FORMAT, "version": VERSION})


def load_quantised(path: Path) -> dict[str, Tensor]:
    """Read a file in the layout above as float32 tensors under their ``state_dict`` names.

    Raises:
        ValueError: the file is not in this layout, or is damaged.
    """
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != FORMAT or metadata.get("version") != VERSION:
                raise ValueError(f"{path} is not a {FORMAT} file of version {VERSION}")
            stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (safe_open is no mapping)
    except SafetensorError as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    weights: dict[str, Tensor] = {}
    for name, tensor in stored.items():
        if name.endswith(SCALE):
            continue
        if tensor.dtype == torch.int8:
            if name + SCALE not in stored:
                raise ValueError(f"{path} is damaged: {name} has no scales")
            weights[name] = dequantise_rows(tensor, stored[name + SCALE])
        else:
            weights[name] = tensor.float()
    return weights
