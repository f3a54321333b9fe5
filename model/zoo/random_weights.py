"""Models with random weights: for measuring speed and memory without the real files, and for tests."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from sanacam.model.dit import HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.vae import MiniVAE
from sanacam.model.vae.codec import VideoVAE
from sanacam.model.vae.ltx2 import Ltx2Config, Ltx2Network, Ltx2VAE
from sanacam.model.vae.tiny import TinyConfig, TinyNetwork
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.config import BundleConfig
from sanacam.model.zoo.released_models import RELEASED_MODELS
from sanacam.model.zoo.toy_text import ToyTextEncoder

DIT_STD, VAE_STD, NARROW = 0.2, 0.1, 32
"""Spread of what initialisation leaves at zero, in networks up to ``NARROW`` wide; less in wider ones."""
SMALL_CODERS = TinyConfig(encoder_width=8, decoder_widths=(16, 8, 8, 8))


def random_bundle(
    model: str | BundleConfig,
    seed: int = 0,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> ModelBundle:
    """Networks of a model's real shapes (of an LTX-2 VAE all, tiny ones included) and a toy text encoder.

    Weights are random, the same for the same seed, device and dtype. Every layer that starts at zero is filled, so that
    prompt, source, noise and memory all show in the output.

    Args:
        model: ``sana-streaming-2b``, ``sana-bidirectional-2b``, or shapes of any other.

    Raises:
        UserError: another name.
    """
    if isinstance(model, str):
        if model not in RELEASED_MODELS:
            raise UserError(f"The shapes of “{model}” are not known.", f"Known: {', '.join(RELEASED_MODELS)}.")
        model = RELEASED_MODELS[model]
    device = torch.device(device)
    before = torch.get_default_dtype()
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []), device:
        torch.manual_seed(seed)
        torch.set_default_dtype(dtype)
        try:
            dit, vae = HybridDiT(model.dit), _random_vae(model)
        finally:
            torch.set_default_dtype(before)
        shrink = min(1.0, (NARROW / model.dit.hidden_size) ** 0.5)
        for network, std in ((dit, DIT_STD), (vae, VAE_STD)):
            for parameter in network.parameters():
                if not parameter.any():
                    nn.init.normal_(parameter, std=std * shrink)
            network.eval().requires_grad_(False)
    text = ToyTextEncoder(model.dit.max_text_tokens, model.dit.caption_channels)
    return ModelBundle(dit, vae, text, replace(model, text_kind="toy"))


def _random_vae(model: BundleConfig) -> VideoVAE:
    if not isinstance(model.vae, Ltx2Config):
        return MiniVAE(model.vae)
    channels = model.vae.latent_channels
    coders = TinyConfig() if channels == TinyConfig.latent_channels else replace(SMALL_CODERS, latent_channels=channels)
    return Ltx2VAE(Ltx2Network(model.vae), TinyNetwork(coders))
