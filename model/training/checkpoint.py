"""Checkpoints: weights, moving average, optimiser and step in one safetensors file, written atomically.

Layout: ``model.NAME``, ``ema.NAME`` and for each parameter ``exp_avg.NAME``, ``exp_avg_sq.NAME``; NAME is
``module.parameter``. The metadata holds the step, the seconds trained and the stage's config as JSON. ``slim`` files
hold ``ema``
only, as fp16: what travels and what ships.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
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


def save_checkpoint(
    path: Path,
    modules: dict[str, nn.Module],
    ema: dict[str, Tensor],
    optimiser: torch.optim.Optimizer,
    progress: dict[str, Any],
) -> None:
    tensors = {f"model.{k}": t for k, t in named_state(modules).items()}
    tensors |= {f"ema.{k}": t for k, t in ema.items()}
    names = {id(p): f"{part}.{name}" for part, m in modules.items() for name, p in m.named_parameters()}
    for parameter, moments in optimiser.state.items():
        for key in ("exp_avg", "exp_avg_sq"):
            tensors[f"{key}.{names[id(parameter)]}"] = moments[key]
    write_tensors(path, tensors, {"progress": json.dumps(progress)})


def load_checkpoint(
    path: Path, modules: dict[str, nn.Module], ema: dict[str, Tensor], optimiser: torch.optim.Optimizer
) -> dict[str, Any]:
    """Restores everything :func:`save_checkpoint` wrote, in place, and returns its ``progress``."""
    names = {f"{part}.{name}": p for part, m in modules.items() for name, p in m.named_parameters()}
    with safe_open(path, "pt") as file:
        progress: dict[str, Any] = json.loads(file.metadata()["progress"])
        keys = set(file.keys())
        for key, tensor in named_state(modules).items():
            tensor.copy_(file.get_tensor(f"model.{key}"))
        for key, tensor in ema.items():
            tensor.copy_(file.get_tensor(f"ema.{key}"))
        for key, parameter in names.items():
            if f"exp_avg.{key}" in keys:
                optimiser.state[parameter] = {
                    "step": torch.tensor(float(progress["step"]), device=parameter.device),
                    **{m: file.get_tensor(f"{m}.{key}").to(parameter.device) for m in ("exp_avg", "exp_avg_sq")},
                }
    return progress


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
    with safe_open(path, "pt") as file:
        return dict(file.metadata() or {})


def load_slim(path: Path, module: nn.Module) -> dict[str, str]:
    """Loads a slim file strictly into ``module``; returns its metadata."""
    metadata = read_metadata(path)
    with safe_open(path, "pt") as file:
        tensors = {k: file.get_tensor(k).float() for k in file.keys()}  # noqa: SIM118 - safe_open has no iterator
    module.load_state_dict(tensors)
    return metadata
