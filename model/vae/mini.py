"""The embedded model's video autoencoder: 8×8×4 pixels a latent, causal, source-conditioned decoding on request.

Every group of 4 frames becomes one latent frame; there is no special first frame. Encoder and decoder each see the
group before through what :class:`MiniVAEState` keeps of it, so a stream can be cut anywhere between groups without
changing the result.

The decoder draws the whole picture from the latents alone. Given the source frames it may also take colour, motion and
continuity from them (:mod:`sanacam.model.vae.source_mix`). Training drops the source for a share of the samples, so it
cannot replace drawing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.vae.layers import CausalMix, ChannelRMSNorm, ResidualBlock
from sanacam.model.vae.source_mix import MAP_CHANNELS, SeamMemory, initial_map_bias, mix_source

FRAMES_PER_LATENT = 4
SPATIAL_STRIDE = 8


@dataclass(frozen=True)
class MiniVAEConfig:
    """Widths of the mini VAE. ``*_quarter`` layers run at 1/4 of the picture's size, ``*_eighth`` layers at 1/8."""

    latent_channels: int = 64
    encoder_quarter: int = 128
    encoder_quarter_blocks: int = 1
    encoder_eighth: int = 224
    encoder_eighth_blocks: int = 2
    decoder_eighth: int = 256
    decoder_eighth_blocks: int = 2
    decoder_quarter: int = 64
    decoder_quarter_blocks: int = 3

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class MiniVAEState:
    """What the last group leaves to the next, made once per stream and overwritten in place.

    What its features add (:class:`CausalMix`): ``encoder`` (B, encoder_eighth, H/8, W/8), ``decoder`` (B,
    decoder_eighth, H/8, W/8), ``frames`` two tensors (B, decoder_quarter, H/4, W/4). ``seam``: the last pixels. All
    zero at the start of a stream.
    """

    encoder: Tensor
    decoder: Tensor
    frames: tuple[Tensor, Tensor]
    seam: SeamMemory

    def reset(self) -> None:
        for tensor in (self.encoder, self.decoder, *self.frames, *self.seam.tensors()):
            tensor.zero_()


class Encoder(nn.Module):
    """(B, T, 3, H, W) in −1…1 → (B, T/4, latent_channels, H/8, W/8), plus what to keep."""

    def __init__(self, config: MiniVAEConfig) -> None:
        super().__init__()
        quarter, eighth = config.encoder_quarter, config.encoder_eighth
        self.stem = nn.Conv2d(FRAMES_PER_LATENT * 48, quarter, 1)
        self.quarter = nn.Sequential(*(ResidualBlock(quarter) for _ in range(config.encoder_quarter_blocks)))
        self.down = nn.Conv2d(4 * quarter, eighth, 1)
        self.mix = CausalMix(eighth)
        self.eighth = nn.Sequential(*(ResidualBlock(eighth) for _ in range(config.encoder_eighth_blocks)))
        self.norm = ChannelRMSNorm(eighth)
        self.head = nn.Conv2d(eighth, config.latent_channels, 3, padding=1)

    def forward(self, frames: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
        batch, count, _, height, width = frames.shape
        groups = frames.reshape(batch * count // FRAMES_PER_LATENT, FRAMES_PER_LATENT * 3, height, width)
        x = F.pixel_unshuffle(groups, 4).contiguous(memory_format=torch.channels_last)
        x = self.quarter(self.stem(x))
        x = self.down(F.pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last))
        x, last = self.mix(x, before)
        x = self.head(F.silu(self.norm(self.eighth(x))))
        return x.unflatten(0, (batch, -1)), last


class Decoder(nn.Module):
    """(B, T, latent_channels, H/8, W/8) → drawn picture (B, 4T, 3, H, W) and source maps (B·4T, 23, H/4, W/4)."""

    def __init__(self, config: MiniVAEConfig) -> None:
        super().__init__()
        eighth, quarter = config.decoder_eighth, config.decoder_quarter
        self.stem = nn.Conv2d(config.latent_channels, eighth, 3, padding=1)
        self.mix = CausalMix(eighth)
        self.eighth = nn.Sequential(*(ResidualBlock(eighth) for _ in range(config.decoder_eighth_blocks)))
        self.up = nn.Conv2d(eighth, FRAMES_PER_LATENT * quarter * 4, 1)
        self.frame_mix = nn.ModuleList(CausalMix(quarter) for _ in range(2))
        self.quarter = nn.ModuleList(ResidualBlock(quarter) for _ in range(config.decoder_quarter_blocks))
        self.norm = ChannelRMSNorm(quarter)
        self.head = nn.Conv2d(quarter, 48 + MAP_CHANNELS, 3, padding=1)
        with torch.no_grad():
            self.head.weight[48:].zero_()
        self.head.bias = nn.Parameter(torch.cat([torch.zeros(48), initial_map_bias()]))

    def forward(
        self, latents: Tensor, before: Tensor, frames_before: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor, Tensor, tuple[Tensor, Tensor]]:
        batch = latents.shape[0]
        x = self.stem(latents.flatten(0, 1).contiguous(memory_format=torch.channels_last))
        x, last = self.mix(x, before)
        x = F.pixel_shuffle(self.up(self.eighth(x)), 2)
        x = x.unflatten(1, (FRAMES_PER_LATENT, -1)).flatten(0, 1).contiguous(memory_format=torch.channels_last)
        kept = []
        for index, block in enumerate(self.quarter):
            if index < 2:
                x, frame_last = self.frame_mix[index](x, frames_before[index])
                kept.append(frame_last)
            x = block(x)
        x = self.head(F.silu(self.norm(x)))
        picture = F.pixel_shuffle(x[:, :48], 4).unflatten(0, (batch, -1))
        return picture, x[:, 48:], last, (kept[0], kept[1])


class MiniVAE(nn.Module):
    """Causal streaming video autoencoder (see the module's text). Pixel values are −1…1, latents have about unit
    variance."""

    frames_per_latent = FRAMES_PER_LATENT
    spatial_stride = SPATIAL_STRIDE

    latents_mean: Tensor
    latents_std: Tensor

    def __init__(self, config: MiniVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.latent_channels = config.latent_channels
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.register_buffer("latents_mean", torch.zeros(config.latent_channels))
        self.register_buffer("latents_std", torch.ones(config.latent_channels))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def new_state(
        self,
        batch: int,
        height: int,
        width: int,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> MiniVAEState:
        """Zero state for a stream of ``height × width`` pixels (multiples of 8)."""
        if height % SPATIAL_STRIDE or width % SPATIAL_STRIDE:
            raise ValueError(f"height and width must be multiples of {SPATIAL_STRIDE}, got {height}×{width}")
        device = device if device is not None else self.latents_mean.device
        dtype = dtype if dtype is not None else self.encoder.stem.weight.dtype
        c = self.config

        def zeros(channels: int, stride: int) -> Tensor:
            return torch.zeros(batch, channels, height // stride, width // stride, device=device, dtype=dtype)

        frames = (zeros(c.decoder_quarter, 4), zeros(c.decoder_quarter, 4))
        # Pixels stay fp32: in bf16 the fade itself would show steps.
        shown, source = (torch.zeros(batch, 3, height, width, device=device) for _ in range(2))
        seam = SeamMemory(shown, source, torch.zeros((), device=device))
        return MiniVAEState(zeros(c.encoder_eighth, 8), zeros(c.decoder_eighth, 8), frames, seam)

    def encode(self, frames: Tensor, state: MiniVAEState) -> Tensor:
        """(B, T, 3, H, W), T a multiple of 4 → (B, C, T/4, H/8, W/8). Advances ``state``."""
        if frames.shape[1] % FRAMES_PER_LATENT:
            raise ValueError(f"the number of frames must be a multiple of {FRAMES_PER_LATENT}, got {frames.shape[1]}")
        latents, last = self.encoder(frames, state.encoder)
        state.encoder.copy_(last.detach())
        return self.normalise(latents).transpose(1, 2)

    def decode(self, latents: Tensor, state: MiniVAEState, source: Tensor | None = None) -> Tensor:
        """(B, C, T, h, w) → (B, 4T, 3, 8h, 8w), not clamped, fp32 if mixed with a source. Advances ``state``.

        Args:
            source: the source frames of the same time, or None to draw everything from the latents; the same choice
                for a whole stream.
        """
        raw = self.denormalise(latents.transpose(1, 2))
        picture, maps, last, frames_last = self.decoder(raw, state.decoder, state.frames)
        state.decoder.copy_(last.detach())
        for kept, new in zip(state.frames, frames_last, strict=True):
            kept.copy_(new.detach())
        if source is None:
            return picture
        shown = mix_source(picture, maps, source, state.seam, FRAMES_PER_LATENT)
        state.seam.remember(shown, source)
        return shown

    def normalise(self, latents: Tensor) -> Tensor:
        """(B, T, C, h, w) raw → unit variance per channel."""
        mean, std = (s.view(1, 1, -1, 1, 1).to(latents.dtype) for s in (self.latents_mean, self.latents_std))
        return (latents - mean) / std

    def denormalise(self, latents: Tensor) -> Tensor:
        """Inverse of :meth:`normalise`."""
        mean, std = (s.view(1, 1, -1, 1, 1).to(latents.dtype) for s in (self.latents_mean, self.latents_std))
        return latents * std + mean
