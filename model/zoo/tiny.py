"""A random model of a few thousand parameters with the embedded model's structure: for tests and trials, not for
looking at."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.vae import MiniVAE, MiniVAEConfig
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.config import BundleConfig
from sanacam.model.zoo.toy_text import ToyTextEncoder

TINY_DIT = DiTConfig(
    hidden_size=24,
    depth=2,
    self_heads=2,
    cross_heads=2,
    mlp_ratio=1.5,
    in_channels=4,
    source_channels=4,
    out_channels=4,
    softmax_ratio=0.5,
    caption_channels=16,
    max_text_tokens=8,
    sink=False,
    num_cached_blocks=2,
)
TINY_VAE = MiniVAEConfig(
    latent_channels=4,
    encoder_quarter=8,
    encoder_quarter_blocks=1,
    encoder_eighth=8,
    encoder_eighth_blocks=1,
    decoder_eighth=8,
    decoder_eighth_blocks=1,
    decoder_quarter=8,
    decoder_quarter_blocks=2,
)


def tiny_bundle(seed: int = 0, **overrides: object) -> ModelBundle:
    """A bundle with random weights, the same for the same seed; every layer that starts at zero is filled, so that
    prompt, source, noise and memory all show in the output.

    Args:
        overrides: fields of :class:`BundleConfig` to change, for example ``chunk_latents=2``.
    """
    config = replace(
        BundleConfig("tiny", TINY_DIT, TINY_VAE, text_kind="toy", licence="Apache-2.0"),
        **overrides,  # type: ignore[arg-type]
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        dit, vae = HybridDiT(config.dit), MiniVAE(config.vae)
        for parameter in dit.parameters():
            if not parameter.any():
                nn.init.normal_(parameter, std=0.2)
        for parameter in vae.parameters():
            if not parameter.any():
                nn.init.normal_(parameter, std=0.1)
    for network in (dit, vae):
        network.eval().requires_grad_(False)
    text = ToyTextEncoder(config.dit.max_text_tokens, config.dit.caption_channels)
    return ModelBundle(dit, vae, text, config)
