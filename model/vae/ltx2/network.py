"""The LTX-2 video VAE's networks and latent statistics, with diffusers' key names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from sanacam.model.checkpoint import assign_weights, read_weights
from sanacam.model.errors import UserError
from sanacam.model.vae.ltx2.config import Ltx2Config
from sanacam.model.vae.ltx2.decoder import Decoder
from sanacam.model.vae.ltx2.encoder import Encoder
from sanacam.model.vae.ltx2.time_edges import WholeClip

CONFIG_FILE, WEIGHTS_FILE = "config.json", "diffusion_pytorch_model.safetensors"
PARTS = ("encoder", "decoder")


class Ltx2Network(nn.Module):
    """Encoder, decoder, and ``latents_mean``, ``latents_std`` (latent_channels,).

    Args:
        parts: which of ``encoder`` and ``decoder`` to build; the other is None.
    """

    latents_mean: Tensor
    latents_std: Tensor

    def __init__(self, config: Ltx2Config, parts: tuple[str, ...] = PARTS) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config) if "encoder" in parts else None
        self.decoder = Decoder(config) if "decoder" in parts else None
        self.register_buffer("latents_mean", torch.zeros(config.latent_channels))
        self.register_buffer("latents_std", torch.ones(config.latent_channels))
        self.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]

    @property
    def dtype(self) -> torch.dtype:
        """Of the weights; the statistics stay fp32."""
        return next(self.parameters()).dtype

    def normalise(self, encoded: Tensor) -> Tensor:
        """What the encoder gives (B, latent_channels + 1, t, h, w) → ``(mean − μ) · s / σ`` (B, latent_channels, t, h,
        w). The posterior's mode is used, never a sample."""
        mean, std = self._statistics(encoded)
        return (encoded[:, : self.config.latent_channels] - mean) * self.config.scaling_factor / std

    def denormalise(self, latents: Tensor) -> Tensor:
        """``z · σ / s + μ``."""
        mean, std = self._statistics(latents)
        return latents * std / self.config.scaling_factor + mean

    def _statistics(self, like: Tensor) -> tuple[Tensor, Tensor]:
        mean, std = (s.view(1, -1, 1, 1, 1).to(like.dtype) for s in (self.latents_mean, self.latents_std))
        return mean, std

    def encode_clip(self, frames: Tensor) -> Tensor:
        """A whole clip (B, 8k + 1, 3, H, W) → normalised latents (B, C, k + 1, h, w), without memory."""
        assert self.encoder is not None
        return self.normalise(self.encoder(frames, WholeClip(causal=True)))

    def decode_clip(self, latents: Tensor, *, causal: bool | None = None) -> Tensor:
        """A whole clip (B, C, k + 1, h, w) → (B, 8k + 1, 3, H, W), without memory.

        Args:
            causal: default what the weights were trained for.
        """
        assert self.decoder is not None
        causal = self.config.decoder_causal if causal is None else causal
        return self.decoder(self.denormalise(latents), WholeClip(causal=causal))


def ltx2_network(
    config: Ltx2Config,
    weights: Mapping[str, Tensor],
    *,
    origin: str,
    parts: tuple[str, ...] = PARTS,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> Ltx2Network:
    """A network with these weights, strictly; entries of parts that are not wanted are left out unread.

    Raises:
        UserError: names or shapes differ; the message names them.
    """
    unwanted = tuple(f"{part}." for part in PARTS if part not in parts)
    wanted = {key: value for key, value in weights.items() if not key.startswith(unwanted)} if unwanted else weights
    with torch.device("meta"):
        network = Ltx2Network(config, parts)
    assign_weights(network, wanted, origin=origin, dtype=dtype, device=device)
    network.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]
    return network.eval().requires_grad_(False)


def load_ltx2(
    folder: str | Path,
    *,
    parts: tuple[str, ...] = PARTS,
    dtype: torch.dtype = torch.bfloat16,
    device: torch.device | str = "cpu",
) -> Ltx2Network:
    """From a folder with ``config.json`` and ``diffusion_pytorch_model.safetensors``, or with both in ``vae/``.

    Raises:
        UserError: files missing or damaged, or they describe something else.
    """
    folder = Path(folder)
    holder = next((place for place in (folder, folder / "vae") if (place / WEIGHTS_FILE).is_file()), None)
    if holder is None:
        raise UserError(f"There is no VAE in {folder}.", f"It needs {CONFIG_FILE} and {WEIGHTS_FILE}.")
    config, file = Ltx2Config.load(holder / CONFIG_FILE), holder / WEIGHTS_FILE
    return ltx2_network(config, read_weights(file), origin=str(file), parts=parts, dtype=dtype, device=device)
