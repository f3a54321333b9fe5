"""Random models of a few thousand parameters, the same for the same seed: for tests and trials, not for looking at."""

from __future__ import annotations

from dataclasses import replace

from sanacam.model.dit import DiTConfig
from sanacam.model.vae import MiniVAEConfig
from sanacam.model.vae.ltx2 import Ltx2Config
from sanacam.model.zoo.bundle import ModelBundle
from sanacam.model.zoo.config import BundleConfig
from sanacam.model.zoo.random_weights import random_bundle

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


TINY = BundleConfig("tiny", TINY_DIT, TINY_VAE, text_kind="toy", licence="Apache-2.0")
TINY_STREAMING = BundleConfig(
    "tiny-streaming",
    replace(TINY_DIT, sink=True),
    Ltx2Config(
        latent_channels=4,
        block_out_channels=(8, 16, 32, 32),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1,) * 5,
        decoder_layers_per_block=(1,) * 4,
        decoder_causal=False,
    ),
    text_kind="toy",
    chunk_latents=2,
    first_chunk_latents=3,
    steps=2,
    cache="cache_pass",
    initial_noise="fresh",
    decoder_source=False,
    native_width=96,
    native_height=64,
    native_fps=16.0,
    licence="Apache-2.0",
)
TINY_CLIP = replace(
    TINY_STREAMING,
    name="tiny-clip",
    dit=replace(TINY_DIT, num_cached_blocks=0),
    sampler="clip",
    chunk_latents=4,
    first_chunk_latents=0,
    steps=3,
)
TINY_MODELS = {config.name: config for config in (TINY, TINY_STREAMING, TINY_CLIP)}


def tiny_bundle(seed: int = 0, **overrides: object) -> ModelBundle:
    """With the embedded model's structure.

    Args:
        overrides: fields of :class:`BundleConfig` to change, for example ``chunk_latents=2``.
    """
    return random_bundle(replace(TINY, **overrides), seed)  # type: ignore[arg-type]


def tiny_streaming_bundle(seed: int = 0, **overrides: object) -> ModelBundle:
    """With the structure of the released streaming model: a sink, an LTX-2 VAE and a tiny one."""
    return random_bundle(replace(TINY_STREAMING, **overrides), seed)  # type: ignore[arg-type]


def tiny_clip_bundle(seed: int = 0, **overrides: object) -> ModelBundle:
    """With the structure of the released model for clips, in windows of 25 pictures."""
    return random_bundle(replace(TINY_CLIP, **overrides), seed)  # type: ignore[arg-type]
