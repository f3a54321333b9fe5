"""How the released 2B models are run (SANA-Streaming, arXiv 2605.30409): their shapes, chunks and schedules."""

from __future__ import annotations

from dataclasses import replace

from sanacam.model.clip_sampling import CLIP_FLOW_SHIFT, CLIP_LATENTS, CLIP_STEPS
from sanacam.model.dit import DiTConfig
from sanacam.model.vae.ltx2 import Ltx2Config
from sanacam.model.vae.ltx2.window_decode import RELEASE_STRIDE, RELEASE_WINDOW
from sanacam.model.zoo.config import BundleConfig

LTX2 = Ltx2Config(decoder_causal=False)
"""The public LTX-2 video VAE."""
STREAMING_2B = BundleConfig(
    name="sana-streaming-2b",
    dit=replace(DiTConfig.sana_streaming_2b(), softmax_kernel=1),
    vae=LTX2,
    text_kind="gemma",
    chunk_latents=3,
    # Training always began with 5 latent frames, so that is the sink which the network knows.
    first_chunk_latents=5,
    steps=4,
    cache="cache_pass",
    initial_noise="fresh",
    decoder_source=False,
    flow_shift=8.0,
    native_width=1280,
    native_height=704,
    native_fps=16.0,
)
BIDIRECTIONAL_2B = replace(
    STREAMING_2B,
    name="sana-bidirectional-2b",
    dit=DiTConfig.sana_bidirectional_2b(),
    sampler="clip",
    chunk_latents=CLIP_LATENTS,
    first_chunk_latents=0,
    steps=CLIP_STEPS,
    flow_shift=CLIP_FLOW_SHIFT,
)
RELEASED_MODELS = {config.name: config for config in (STREAMING_2B, BIDIRECTIONAL_2B)}


def frames_behind(config: BundleConfig, encoder: str = "auto", decoder: str = "auto") -> int:
    """Of a released model: picture frames between a frame's arrival and its edit, at most and without computing time.
    A chunk has to fill, and coders with look-ahead wait for what follows."""
    chunk = config.chunk_latents * LTX2.frames_per_latent
    window = RELEASE_WINDOW - RELEASE_STRIDE if decoder in ("auto", "window") else 0
    return chunk + window + (LTX2.frames_per_latent - 1 if encoder == "tiny" else 0)
