"""Whole clips through either video autoencoder, for training in latent space."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.training.checkpoint import load_slim
from sanacam.model.vae import MiniVAE, MiniVAEConfig
from sanacam.model.vae.codec import VideoVAE, frame_timing
from sanacam.model.vae.ltx2 import Ltx2VAE, load_ltx2_vae


def load_vae(config: dict[str, Any], path: Path, device: torch.device) -> VideoVAE:
    """The embedded model's autoencoder from a file of an earlier stage, or LTX-2's from its folder."""
    if path.is_dir():
        return load_ltx2_vae(path, decoder="window", device=device, dtype=torch.float32)
    vae = MiniVAE(MiniVAEConfig(**config))
    load_slim(path, vae)
    return vae.to(device)


def latent_length(vae: VideoVAE, frames: int) -> int:
    """Latent frames of a clip.

    Raises:
        UserError: the clip does not end with a whole latent.
    """
    timing = frame_timing(vae)
    length, rest = divmod(frames - timing.first_frames, timing.frames_per_latent)
    if rest or length < 0:
        raise UserError(
            f"A clip of {frames} frames is no whole number of latent frames.",
            f"This autoencoder takes {timing.first_frames} + n · {timing.frames_per_latent} frames.",
        )
    return length + 1


def encode_clip(vae: VideoVAE, frames: Tensor) -> Tensor:
    """(B, T, 3, H, W) in −1…1, from a stream's start, → fp32 latents (B, C, t, h, w)."""
    batch, _, _, height, width = frames.shape
    if isinstance(vae, Ltx2VAE):
        return vae.encode(frames, vae.new_state(batch, height, width, parts=("encoder",))).float()
    return vae.encode(frames, vae.new_state(batch, height, width)).float()


def decode_clip(vae: VideoVAE, latents: Tensor) -> Tensor:
    """(B, C, t, h, w) of a stream's start → (B, T, 3, H, W), drawn from the latents alone."""
    batch, _, _, height, width = latents.shape
    size = height * vae.spatial_stride, width * vae.spatial_stride
    if isinstance(vae, Ltx2VAE):
        state = vae.new_state(batch, *size, parts=("decoder",))
        return torch.cat([vae.decode(latents, state), vae.finish_decode(state)], 1)
    return vae.decode(latents, vae.new_state(batch, *size))


def image_latent(vae: VideoVAE, latents: Tensor) -> Tensor | None:
    """The last picture of ``latents`` (B, C, t, h, w) as a clip of its own, (B, C, 1, h, w): LTX-2's first latent
    stands for one picture, so a window cut out of a stream has to begin with such a one. ``None`` where the
    autoencoder treats all latents alike."""
    if not isinstance(vae, Ltx2VAE):
        return None
    return encode_clip(vae, decode_clip(vae, latents)[:, -1:])
