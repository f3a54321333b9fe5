"""Weights of others: only from a folder that is there, never fetched behind one's back."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch

from sanacam.model.errors import UserError


def weights_folder(model: str, what: str, library: str) -> Path:
    """
    Args:
        model: the folder, as the configuration has it. ``what``: what is in it, for people. ``library``: what reads it.

    Raises:
        UserError: no such folder, no description of a model in it, or the library is not installed.
    """
    folder = Path(model).expanduser()
    if not any((folder / name).is_file() for name in ("config.json", "model_index.json")):
        raise UserError(
            f"The weights of the {what} are not in {folder}.", "Download the model there, or choose another maker."
        )
    if find_spec(library) is None:
        raise UserError(f"The {what} needs {library}.", f"Install it: pip install {library}.")
    return folder


def best_device(device: str | None) -> torch.device:
    """The one named, or CUDA if there is one."""
    return torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))


def best_dtype(device: torch.device) -> torch.dtype:
    return torch.bfloat16 if device.type == "cuda" else torch.float32
