"""The tiny video autoencoder (TAEHV) for LTX-2 latents. Its latents are the network's normalised ones; its pictures
are 0…1 inside, −1…1 outside."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.checkpoint import assign_weights, read_weights
from sanacam.model.vae.streams import StreamShape
from sanacam.model.vae.tiny.config import BLOCKS, STAGES, TinyConfig
from sanacam.model.vae.tiny.layers import FrameMemories, MemoryBlock, SoftClamp, TemporalGrow, TemporalPool, conv3x3


class TinyCoder(nn.Sequential):
    """Layers in one flat sequence, numbered as in the released weights; each memory block has a frame of memory."""

    def run(self, x: Tensor, memories: FrameMemories) -> Tensor:
        """(B·T, C, H, W), frames folded into the batch, through all layers; moves the memories on."""
        kept = iter(memories.frames)
        for layer in self:
            x = layer(x, next(kept)) if isinstance(layer, MemoryBlock) else layer(x)
        return x

    def new_memories(self, shape: StreamShape) -> FrameMemories:
        """For a stream of this shape, at its start."""
        return FrameMemories((layer for layer in self if isinstance(layer, MemoryBlock)), shape)


def encoder_layers(config: TinyConfig) -> list[nn.Module]:
    """Packed pixels → latents: 3 × (temporal pool, stride-2 convolution, 3 memory blocks)."""
    width, scale = config.encoder_width, config.patch_size
    layers: list[nn.Module] = [conv3x3(3 * config.patch_size**2, width), nn.ReLU(inplace=True)]
    for _ in range(STAGES):
        scale *= 2
        layers += [TemporalPool(width), conv3x3(width, width, stride=2, bias=False)]
        layers += [MemoryBlock(width, scale) for _ in range(BLOCKS)]
    return [*layers, conv3x3(width, config.latent_channels)]


def decoder_layers(config: TinyConfig) -> list[nn.Module]:
    """Latents → packed pixels: 3 × (3 memory blocks, nearest ×2, temporal grow, convolution to the next width)."""
    widths, scale = config.decoder_widths, config.spatial_stride
    layers: list[nn.Module] = [SoftClamp(), conv3x3(config.latent_channels, widths[0]), nn.ReLU(inplace=True)]
    for width, following in pairwise(widths):
        layers += [MemoryBlock(width, scale) for _ in range(BLOCKS)]
        layers += [nn.Upsample(scale_factor=2), TemporalGrow(width), conv3x3(width, following, bias=False)]
        scale //= 2
    return [*layers, nn.ReLU(inplace=True), conv3x3(widths[-1], 3 * config.patch_size**2)]


class TinyNetwork(nn.Module):
    """Encoder and decoder. Packed pixel channels are ``(c·p + ih)·p + iw`` (``torch.pixel_unshuffle``)."""

    def __init__(self, config: TinyConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = TinyCoder(*encoder_layers(config))
        self.decoder = TinyCoder(*decoder_layers(config))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @property
    def dtype(self) -> torch.dtype:
        """Of the weights."""
        return next(self.parameters()).dtype

    def encode_frames(self, frames: Tensor, memories: FrameMemories) -> Tensor:
        """(B, 8k, 3, H, W) in −1…1 → normalised latents (B, C, k, h, w); moves the memories on."""
        pixels = (frames.flatten(0, 1) + 1) / 2
        packed = F.pixel_unshuffle(pixels, self.config.patch_size).contiguous(memory_format=torch.channels_last)
        latents = self.encoder.run(packed, memories)
        return latents.unflatten(0, (frames.shape[0], -1)).transpose(1, 2)

    def decode_latents(self, latents: Tensor, memories: FrameMemories) -> Tensor:
        """Normalised latents (B, C, k, h, w) → (B, 8k, 3, H, W) in −1…1; moves the memories on."""
        flat = latents.transpose(1, 2).flatten(0, 1).contiguous(memory_format=torch.channels_last)
        packed = self.decoder.run(flat, memories)
        pixels = F.pixel_shuffle(packed, self.config.patch_size).clamp(0, 1)
        return pixels.unflatten(0, (latents.shape[0], -1)) * 2 - 1


def tiny_network(
    weights: Mapping[str, Tensor],
    *,
    origin: str,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> TinyNetwork:
    """A network with these weights, strictly; sizes are read off them.

    Raises:
        UserError: the weights are of another kind; the message names what differs.
    """
    config = TinyConfig.from_weights(weights, origin)
    with torch.device("meta"):
        network = TinyNetwork(config)
    assign_weights(network, weights, origin=origin, dtype=dtype, device=device)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network.eval().requires_grad_(False)


def load_tiny(
    file: str | Path, *, dtype: torch.dtype = torch.bfloat16, device: torch.device | str = "cpu"
) -> TinyNetwork:
    """From ``taeltx_2``'s ``.safetensors`` or ``.pth``.

    Raises:
        UserError: missing, damaged or of another kind.
    """
    return tiny_network(read_weights(file), origin=str(file), dtype=dtype, device=device)
