"""A model as it runs: loaded from its files, and saved into a folder."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save_file
from torch import nn

from sanacam.model.adapter.shelf import AdapterShelf
from sanacam.model.checkpoint import FP32_SUFFIXES, assign_weights, read_weights
from sanacam.model.dit import HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.vae import MiniVAE
from sanacam.model.vae.codec import VideoVAE, choose_coders
from sanacam.model.vae.ltx2 import Ltx2Config, Ltx2VAE, load_ltx2_vae
from sanacam.model.vae.ltx2.network import WEIGHTS_FILE
from sanacam.model.zoo.config import BundleConfig
from sanacam.model.zoo.model_files import (
    CONFIG_FILE,
    DIT_FILE,
    EMBEDDED,
    REINSTALL,
    TEXT_FOLDER,
    TINY_VAE_FILE,
    VAE_FILE,
    VAE_FOLDER,
    ModelFiles,
    find_files,
)
from sanacam.model.zoo.toy_text import ToyTextEncoder

if TYPE_CHECKING:
    from sanacam.model.text import TextEncoder

__all__ = ["EMBEDDED", "ModelBundle", "load_bundle", "save_bundle"]

_SMALL_WIDTH = 512
"""Of a DiT that is initialised within a second."""

LATENT_SIZES = {
    "latent_channels": "latent channels",
    "spatial_stride": "pixels along a latent",
    "frames_per_latent": "frames in a latent",
}
"""What a model's networks have to agree on."""


@dataclass
class ModelBundle:
    """Networks, text encoder and how to run them. ``adapters``: looks that can be put on the networks; none at
    first."""

    dit: HybridDiT
    vae: VideoVAE
    text_encoder: TextEncoder
    config: BundleConfig
    adapters: AdapterShelf = field(init=False)

    def __post_init__(self) -> None:
        self.adapters = AdapterShelf({"dit": self.dit, "vae": self.vae}, self.config.name)


def load_bundle(
    name_or_path: str | Path,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
    *,
    encoder: str | None = None,
    decoder: str | None = None,
    every_coder: bool = False,
    text_device: str | torch.device = "cpu",
    text_precision: str = "bf16",
    text_kept: bool = False,
) -> ModelBundle:
    """Load a model, ready for inference.

    Args:
        name_or_path: ``mini``, the name of a downloaded model, or the path of a model folder.
        device, dtype: where the networks go and what their weights become.
        encoder, decoder: of an LTX-2 VAE, see :data:`~sanacam.model.vae.ltx2.ENCODERS` and ``DECODERS``; only what is
            chosen is loaded. Default: ``full`` and ``window``.
        every_coder: load all encoders and decoders that are there, to change between them.
        text_device, text_precision: where Gemma encodes a new prompt and how it holds its weights (``bf16``, ``int8``);
            small text encoders stay on the CPU.
        text_kept: keep Gemma's layers there between prompts.

    Raises:
        UserError: no such model, its files are damaged or do not fit each other, or the model has no such choice.
    """
    files = find_files(name_or_path)
    config = files.config
    # first, since a choice that is not here is known at once
    vae = _load_vae(files, device, dtype, encoder, decoder, every_coder)
    with _unfilled(small=config.dit.hidden_size <= _SMALL_WIDTH):
        dit = HybridDiT(config.dit)
    assign_weights(dit, read_weights(files.dit), origin=str(files.dit), dtype=dtype, device=device)
    dit.eval().requires_grad_(False)
    return ModelBundle(dit, vae, _load_text_encoder(files, text_device, text_precision, text_kept), config)


@contextmanager
def _unfilled(*, small: bool) -> Iterator[None]:
    """Where networks are built whose weights a file replaces. The meta device saves memory and time for the large ones;
    but initialising there imports torch._dynamo, which takes longer than initialising a small one for nothing."""
    with torch.device("cpu" if small else "meta"), torch.random.fork_rng(devices=[]):
        yield


def _load_vae(
    files: ModelFiles,
    device: str | torch.device,
    dtype: torch.dtype,
    encoder: str | None,
    decoder: str | None,
    every_coder: bool,
) -> VideoVAE:
    vae: VideoVAE
    if isinstance(files.config.vae, Ltx2Config):
        encoder = encoder or "full"
        decoder = decoder or ("causal" if files.config.causal_decoder else "window")
        files.check_coders(encoder, decoder)
        vae = load_ltx2_vae(
            files.vae,
            files.tiny_vae,
            causal_folder=files.causal_vae,
            encoder=encoder,
            decoder=decoder,
            every_part=every_coder,
            device=device,
            dtype=dtype,
        )
        for size, unit in LATENT_SIZES.items():
            has, wanted = getattr(vae, size), getattr(files.config.vae, size)
            if has != wanted:
                raise UserError(f"The VAE has {has} {unit}, the model wants {wanted}.", REINSTALL)
        return vae
    with _unfilled(small=True):
        vae = MiniVAE(files.config.vae)
    assign_weights(vae, read_weights(files.vae), origin=str(files.vae), dtype=dtype, device=device)
    vae.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    choose_coders(vae, encoder, decoder)
    return vae.eval().requires_grad_(False)


def _load_text_encoder(files: ModelFiles, device: str | torch.device, precision: str, kept: bool) -> TextEncoder:
    """
    Raises:
        UserError: an unknown kind, or files missing.
    """
    kind, width, tokens = files.config.text_kind, files.config.dit.caption_channels, files.config.dit.max_text_tokens
    encoder: TextEncoder
    # Imported here, since a program that encodes no text need not have what reads it.
    if kind == "minilm":
        from sanacam.model.text import MiniLMEncoder

        encoder = MiniLMEncoder.load(files.text, tokens)
    elif kind == "gemma":
        from sanacam.model.text.gemma import GemmaEncoder

        encoder = GemmaEncoder.load(files.text, tokens, device=device, precision=precision, kept=kept)
    elif kind == "toy":
        encoder = ToyTextEncoder(tokens, width)
    else:
        raise UserError(f"This version cannot read text encoders of the kind “{kind}”.", "Update the program.")
    if encoder.width != width:
        raise UserError(f"The text encoder gives {encoder.width} features, the model wants {width}.", REINSTALL)
    return encoder


def save_bundle(
    bundle: ModelBundle,
    folder: str | Path,
    *,
    text_folder: str | Path | None = None,
    dtype: torch.dtype = torch.float16,
) -> None:
    """Write a model folder, without an adapter that it may wear; an existing one is replaced only once the new one is
    complete.

    Args:
        text_folder: folder of the text encoder's files, copied; not needed for a toy encoder. Default: keep what
            ``folder/text`` holds.
        dtype: of stored weights; statistics and decays stay fp32.

    Raises:
        OSError: the folder cannot be written; nothing of the old one is lost.
    """
    bundle.adapters.wear(None)
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    text = Path(text_folder) if text_folder is not None else folder / TEXT_FOLDER
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        fresh = Path(scratch) / folder.name
        fresh.mkdir()
        _save_weights(bundle.dit, fresh / DIT_FILE, dtype)
        _save_vae(bundle.vae, fresh, dtype)
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


def _save_vae(vae: VideoVAE, folder: Path, dtype: torch.dtype) -> None:
    if not isinstance(vae, Ltx2VAE):
        _save_weights(vae, folder / VAE_FILE, dtype)
        return
    if vae.full is not None:
        inner = folder / VAE_FOLDER
        inner.mkdir()
        _save_weights(vae.full, inner / WEIGHTS_FILE, dtype)
        (inner / CONFIG_FILE).write_text(json.dumps(vae.full.config.to_dict(), indent=2) + "\n", encoding="utf-8")
    if vae.tiny is not None:
        _save_weights(vae.tiny, folder / TINY_VAE_FILE, dtype)


def _save_weights(network: nn.Module, path: Path, dtype: torch.dtype) -> None:
    tensors = {
        key: value.detach().to("cpu", torch.float32 if key.endswith(FP32_SUFFIXES) else dtype).contiguous()
        for key, value in network.state_dict().items()
    }
    save_file(tensors, path)
