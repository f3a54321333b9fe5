"""Weights as training hands them on: one module's moving average in fp16 in one safetensors file, written atomically,
with stage, step and the network's configuration in its metadata. What travels and what ships. (What a run goes on from
is in ``run_state``.)
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from sanacam.model.errors import UserError


def named_state(modules: dict[str, nn.Module]) -> dict[str, Tensor]:
    """All parameters and buffers as ``module.name``."""
    return {f"{part}.{name}": t for part, module in modules.items() for name, t in module.state_dict().items()}


def write_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Writes beside ``path``, then renames: a reader never sees half a file, a full disk never costs the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".partial")
    try:
        save_file({k: t.detach().to("cpu").contiguous() for k, t in tensors.items()}, beside, metadata)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def save_slim(path: Path, ema: dict[str, Tensor], part: str, metadata: dict[str, str]) -> None:
    """One module's moving average as fp16 (buffers of statistics stay fp32)."""
    prefix = f"{part}."
    tensors = {
        k.removeprefix(prefix): t if "latents_" in k else t.half() for k, t in ema.items() if k.startswith(prefix)
    }
    write_tensors(path, tensors, metadata)


def read_metadata(path: Path) -> dict[str, str]:
    """What a slim file says of itself: stage, step and the JSON of its network's configuration."""
    if not path.is_file():
        raise UserError(f"There are no weights at {path}.", "Run the training stage that makes them first.")
    try:
        with safe_open(path, "pt") as file:
            return dict(file.metadata() or {})
    except SafetensorError as error:
        raise UserError(f"{path} is damaged, or no safetensors file: {error}.", "Make it again.") from error


def stored_config(path: Path) -> dict[str, Any]:
    """The configuration of the network in a slim file.

    Raises:
        UserError: there is no such file, or it carries none (as files of a packed model).
    """
    try:
        config: dict[str, Any] = json.loads(read_metadata(path)["config"])
    except (KeyError, ValueError) as error:
        raise UserError(
            f"{path} does not say how its network is made.", "Give the file that a training stage wrote."
        ) from error
    return config


def load_slim(path: Path, module: nn.Module) -> dict[str, str]:
    """Loads a slim file strictly into ``module``; returns its metadata.

    Raises:
        UserError: there is no such file, or its tensors are not those of the module.
    """
    metadata = read_metadata(path)
    with safe_open(path, "pt") as file:
        tensors = {k: file.get_tensor(k).float() for k in file.keys()}  # noqa: SIM118 - safe_open has no iterator
    try:
        module.load_state_dict(tensors)
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        raise UserError(
            f"The weights in {path} do not fit the configuration: {reason[:200]}.", "Use the sizes they were made with."
        ) from error
    return metadata
