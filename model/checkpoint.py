"""Reading weights: safetensors or a released ``.pth``, strict, with mismatches named."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from sanacam.model.errors import UserError

DEAD_BUFFERS = ("pos_embed",)
"""Entries that some checkpoints carry and nothing reads."""
FP32_SUFFIXES = ("A_log", "dt_bias", "latents_mean", "latents_std")
"""Kept in fp32 whatever the other weights are: decays near 1 and channel statistics do not survive 8 bits of
mantissa."""
SHOWN = 24
"""Differences of one kind that an error message lists before it counts the rest."""
UNSAFE_SHOWN = 3
FROM_PUBLISHER = "Get the file from the model's publisher, or as safetensors."


def unwrap(loaded: Mapping[str, Any]) -> dict[str, Tensor]:
    """The bare state dict inside a released training checkpoint.

    Descends into ``generator`` and then ``state_dict`` where present; a bare dict has the prefixes ``model.`` and
    ``module.`` stripped from its keys, each at most once and in that order.

    Raises:
        TypeError: what should be a state dict holds something else than named tensors.
    """
    if "generator" in loaded:
        loaded = loaded["generator"]
    if "state_dict" in loaded:
        bare = dict(loaded["state_dict"])
    else:
        bare = {key.removeprefix("model.").removeprefix("module."): value for key, value in loaded.items()}
    if not all(isinstance(key, str) and isinstance(value, Tensor) for key, value in bare.items()):
        raise TypeError("a state dict holds named tensors only")
    return {key: value for key, value in bare.items() if key not in DEAD_BUFFERS}


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """Tensors of a ``.safetensors`` or ``.pth`` file, on the CPU.

    Pickles are read with ``weights_only=True``: one that names anything but tensors is refused, and nothing of it runs.
    The tensors of a ``.pth`` stay in the file until they are used.

    Raises:
        UserError: the file is missing, holds code, or is not readable as weights.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"The weights file {path} does not exist.", "Check the path, or install the model again.")
    try:
        if path.suffix == ".safetensors":
            return unwrap(load_file(path))
        return unwrap(torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path)))
    except MemoryError:
        raise
    except Exception as error:  # a foreign pickle fails in a dozen ways, from UnicodeDecodeError to IndexError
        unsafe = _named_code(path)
        if unsafe:
            raise UserError(
                f"The weights file {path} holds Python code ({unsafe}) and was refused; nothing of it was run.",
                FROM_PUBLISHER,
            ) from error
        if isinstance(error, UnpicklingError):  # an old file without a table of what it calls
            raise UserError(
                f"The weights file {path} is damaged, or holds something else than tensors, perhaps code;"
                " it was refused and nothing of it was run.",
                FROM_PUBLISHER,
            ) from error
        raise UserError(
            f"The weights file {path} is damaged or of another kind ({type(error).__name__}).", "Get the file again."
        ) from error


def _named_code(path: Path) -> str:
    """What a pickle in a ``.pth`` archive would call besides making tensors; read without running it, empty if
    nothing."""
    if not zipfile.is_zipfile(path):
        return ""
    try:
        names = sorted(torch.serialization.get_unsafe_globals_in_checkpoint(path))
    except Exception:  # too damaged to tell; the caller reports the damage
        return ""
    return ", ".join(names[:UNSAFE_SHOWN]) + (", …" if len(names) > UNSAFE_SHOWN else "")


def centre_taps_only(weights: Mapping[str, Tensor], softmax_indices: tuple[int, ...]) -> dict[str, Tensor]:
    """Streaming weights for a network with ``softmax_kernel=1``: the outer taps of softmax q and k are never used."""
    names = {f"blocks.{index}.attn.{part}.weight" for index in softmax_indices for part in "qk"}
    return {
        key: value[:, :, value.shape[2] // 2].contiguous() if key in names and value.ndim == 3 else value
        for key, value in weights.items()
    }


def centre_taps_from_linear(weights: Mapping[str, Tensor], softmax_indices: tuple[int, ...]) -> dict[str, Tensor]:
    """The other way: bidirectional weights for a network with ``softmax_kernel=3``, outer taps zero."""
    names = {f"blocks.{index}.attn.{part}.weight" for index in softmax_indices for part in "qk"}
    return {
        key: nn.functional.pad(value[:, :, None], (1, 1)) if key in names and value.ndim == 2 else value
        for key, value in weights.items()
    }


def differences(module: nn.Module, weights: Mapping[str, Tensor]) -> list[str]:
    """What differs between a module and weights, a line each; empty when they fit."""
    wanted = module.state_dict()
    common = [key for key in wanted if key in weights]
    kinds = (
        ("missing", [key for key in wanted if key not in weights]),
        ("unknown", [key for key in weights if key not in wanted]),
        (
            "wrong shape",
            [
                f"{key} is {tuple(weights[key].shape)} instead of {tuple(wanted[key].shape)}"
                for key in common
                if weights[key].shape != wanted[key].shape
            ],
        ),
        (
            "wrong type",
            [
                f"{key} holds {str(weights[key].dtype).removeprefix('torch.')}"
                for key in common
                if wanted[key].is_floating_point() != weights[key].is_floating_point() or weights[key].itemsize == 1
            ],
        ),
    )
    lines = []
    for kind, names in kinds:
        lines += [f"{kind}: {name}" for name in names[:SHOWN]]
        if len(names) > SHOWN:
            lines.append(f"{kind}: {len(names) - SHOWN} more")
    return lines


def check_fit(module: nn.Module, weights: Mapping[str, Tensor], origin: str, hint: str) -> None:
    """
    Raises:
        UserError: names or shapes differ; the message names them, a line each.
    """
    lines = differences(module, weights)
    if lines:
        raise UserError("\n  ".join((f"The weights in {origin} do not fit this model:", *lines)) + "\n", hint)


def assign_weights(
    module: nn.Module, weights: Mapping[str, Tensor], *, origin: str, dtype: torch.dtype, device: torch.device | str
) -> None:
    """Give ``module`` (possibly on the meta device) these tensors, strictly.

    Floating tensors become ``dtype``, except those in :data:`FP32_SUFFIXES`.

    Raises:
        UserError: names or shapes differ; the message names them.
    """
    check_fit(module, weights, origin, "Get the model's files again.")
    placed = {
        key: value.to(device, torch.float32 if key.endswith(FP32_SUFFIXES) else dtype)
        if value.is_floating_point()
        else value.to(device)
        for key, value in weights.items()
    }
    module.load_state_dict(placed, assign=True)


def cast_weights(
    module: nn.Module, dtype: torch.dtype, device: torch.device | str, *, waiting: Collection[str] = ()
) -> None:
    """Move a module and round its weights to ``dtype``, except those in :data:`FP32_SUFFIXES`.

    Args:
        waiting: layers whose ``weight`` goes to main memory instead, or stays there unread.
    """
    aside = {name: _take_aside(module.get_submodule(name), dtype) for name in waiting}
    kept = {
        key: value.detach().to(device, torch.float32)
        for key, value in module.state_dict().items()
        if key.endswith(FP32_SUFFIXES)
    }
    module.to(device=device, dtype=dtype)
    for key, value in kept.items():
        owner, _, name = key.rpartition(".")
        holder = module.get_submodule(owner)
        if name in holder._parameters:
            parameter = holder.get_parameter(name)
            parameter.data = value
        else:
            setattr(holder, name, value)
    for name, weight in aside.items():
        module.get_submodule(name).register_parameter("weight", weight)


def _take_aside(layer: nn.Module, dtype: torch.dtype) -> nn.Parameter:
    """A layer's weight in main memory; the layer is left without."""
    weight = layer.get_parameter("weight")
    layer.register_parameter("weight", None)
    return nn.Parameter(weight.data.to("cpu", dtype), weight.requires_grad)
