"""A model as it runs, and the folder it is kept in: ``config.json``, ``dit.safetensors``, ``vae.safetensors``,
``text/``."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from sanacam.model.checkpoint import FP32_SUFFIXES, assign_weights, read_weights
from sanacam.model.dit import HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.text import MiniLMEncoder, TextEncoder
from sanacam.model.vae import MiniVAE
from sanacam.model.zoo.config import BundleConfig
from sanacam.model.zoo.registry import find_model
from sanacam.model.zoo.toy_text import ToyTextEncoder

EMBEDDED = ("mini",)
"""Models that come with the program, in ``sanacam.assets``."""
CONFIG_FILE, DIT_FILE, VAE_FILE, TEXT_FOLDER = "config.json", "dit.safetensors", "vae.safetensors", "text"
REINSTALL = "Install the model again."


@dataclass
class ModelBundle:
    """Networks, text encoder and how to run them."""

    dit: HybridDiT
    vae: MiniVAE
    text_encoder: TextEncoder
    config: BundleConfig


def bundle_folder(name_or_path: str | Path) -> Path:
    """Folder of an embedded model, by name, or of any other, by path.

    Raises:
        UserError: neither exists, or the registry knows the model and this version cannot run it.
    """
    if str(name_or_path) in EMBEDDED:
        folder = Path(str(resources.files("sanacam.assets") / "models" / str(name_or_path)))
        hint = "The installation is incomplete; install the program again."
    else:
        known = find_model(str(name_or_path))
        if known is not None:
            known.require_runnable()
        folder = Path(name_or_path)
        hint = f"Use one of: {', '.join(EMBEDDED)}, or the path of a model folder."
    if not (folder / CONFIG_FILE).is_file():
        raise UserError(f"There is no model “{name_or_path}”.", hint)
    return folder


def read_config(folder: Path) -> BundleConfig:
    """``config.json`` of a model folder.

    Raises:
        UserError: it is damaged or from another version of the program.
    """
    try:
        return BundleConfig.from_dict(json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise UserError(f"The model description {folder / CONFIG_FILE} cannot be used ({error}).", REINSTALL) from error


def load_text_encoder(folder: Path, config: BundleConfig) -> TextEncoder:
    """The text encoder of a model folder.

    Raises:
        UserError: an unknown kind, or files missing.
    """
    width, tokens = config.dit.caption_channels, config.dit.max_text_tokens
    if config.text_kind == "minilm":
        encoder: TextEncoder = MiniLMEncoder.load(folder / TEXT_FOLDER, tokens)
    elif config.text_kind == "toy":
        encoder = ToyTextEncoder(tokens, width)
    else:
        raise UserError(
            f"This version cannot read text encoders of the kind “{config.text_kind}”.", "Update the program."
        )
    if encoder.width != width:
        raise UserError(f"The text encoder gives {encoder.width} features, the model wants {width}.", REINSTALL)
    return encoder


def load_bundle(
    name_or_path: str | Path, device: str | torch.device = "cpu", dtype: torch.dtype = torch.float32
) -> ModelBundle:
    """Load a model, ready for inference.

    Args:
        name_or_path: ``mini`` or the path of a model folder.
        device, dtype: where the networks go and what their weights become (the text encoder stays on the CPU).

    Raises:
        UserError: no such model, or its files are damaged or do not fit each other.
    """
    folder = bundle_folder(name_or_path)
    config = read_config(folder)
    # On the meta device nothing is initialised that the file overwrites anyway.
    with torch.device("meta"):
        dit, vae = HybridDiT(config.dit), MiniVAE(config.vae)
    for network, file in ((dit, DIT_FILE), (vae, VAE_FILE)):
        assign_weights(network, read_weights(folder / file), origin=str(folder / file), dtype=dtype, device=device)
        network.eval().requires_grad_(False)
    vae.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return ModelBundle(dit, vae, load_text_encoder(folder, config), config)


def save_bundle(
    bundle: ModelBundle,
    folder: str | Path,
    *,
    text_folder: str | Path | None = None,
    dtype: torch.dtype = torch.float16,
) -> None:
    """Write a model folder; an existing one is replaced only once the new one is complete.

    Args:
        text_folder: folder of the text encoder's files, copied; not needed for a toy encoder. Default: keep what
            ``folder/text`` holds.
        dtype: of stored weights; statistics and decays stay fp32.

    Raises:
        OSError: the folder cannot be written; nothing of the old one is lost.
    """
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    text = Path(text_folder) if text_folder is not None else folder / TEXT_FOLDER
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        fresh = Path(scratch) / folder.name
        fresh.mkdir()
        _save_weights(bundle.dit, fresh / DIT_FILE, dtype)
        _save_weights(bundle.vae, fresh / VAE_FILE, dtype)
        (fresh / CONFIG_FILE).write_text(json.dumps(bundle.config.to_dict(), indent=2) + "\n", encoding="utf-8")
        if text.is_dir():
            shutil.copytree(text, fresh / TEXT_FOLDER)
        if folder.exists():
            for other in folder.iterdir():
                if not (fresh / other.name).exists():
                    copy = shutil.copytree if other.is_dir() else shutil.copy2
                    copy(other, fresh / other.name)
            os.replace(folder, Path(scratch) / "old")
        os.replace(fresh, folder)


def _save_weights(network: nn.Module, path: Path, dtype: torch.dtype) -> None:
    tensors = {
        key: value.detach().to("cpu", torch.float32 if key.endswith(FP32_SUFFIXES) else dtype).contiguous()
        for key, value in network.state_dict().items()
    }
    save_file(tensors, path)
