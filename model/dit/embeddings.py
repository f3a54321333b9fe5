"""Timestep, caption and patch embeddings, and the final layer."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.dit.config import BLOCK_NORM_EPS, TIMESTEP_EMBEDDING_WIDTH, DiTConfig
from sanacam.model.dit.layers import modulate, pointwise

ROUNDED_UP = 13
"""The rate whose exact value, 0.47 of the way between two fp32 numbers, the reference's exp in fp32 rounds up: with it
so, every golden vector agrees four times closer."""


@lru_cache(maxsize=8)
def sinusoid_rates(device: torch.device) -> Tensor:
    """``ω_k = exp(−ln(10000) · k / 128)``, fp32."""
    half = TIMESTEP_EMBEDDING_WIDTH // 2
    with torch.inference_mode(False):
        exponent = torch.arange(half, dtype=torch.float32) * (-math.log(10000.0) / half)
        # At t = 1000 a last bit of the rate is 6e-5 of an angle, and exp in fp32 differs by that between machines.
        rates = exponent.double().exp().float()
        rates[ROUNDED_UP] = rates[ROUNDED_UP].nextafter(rates.new_tensor(1.0))
        return rates.to(device)


def timestep_features(timestep: Tensor) -> Tensor:
    """Sinusoid ``[cos(tω), sin(tω)]`` in fp32, shape (…, 256); ``timestep`` in 0…1000 is truncated to an integer
    first."""
    angle = timestep.float().trunc()[..., None] * sinusoid_rates(timestep.device)
    return torch.cat((angle.cos(), angle.sin()), -1)


class TimestepEmbedder(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(TIMESTEP_EMBEDDING_WIDTH, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, timestep: Tensor) -> Tensor:
        """(B, T) -> (B, T, C)."""
        embedded: Tensor = self.mlp(timestep_features(timestep).to(next(self.mlp.parameters()).dtype))
        return embedded


class CaptionProjection(nn.Module):
    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.fc1 = nn.Linear(config.caption_channels, config.hidden_size)
        self.fc2 = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, text: Tensor) -> Tensor:
        hidden = F.gelu(self.fc1(text), approximate="tanh")
        projected: Tensor = self.fc2(hidden)
        return projected


class CaptionEmbedder(nn.Module):
    """Projects text tokens; ``y_embedding`` (max tokens, caption channels) stands for "no caption" in training."""

    y_embedding: Tensor

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.y_proj = CaptionProjection(config)
        null = torch.randn(config.max_text_tokens, config.caption_channels) / config.caption_channels**0.5
        self.register_buffer("y_embedding", null)

    def forward(self, text: Tensor) -> Tensor:
        """(B, L, caption channels) -> (B, L, C)."""
        projected: Tensor = self.y_proj(text)
        return projected


class PatchEmbedder(nn.Module):
    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.proj = nn.Conv3d(config.in_channels + config.source_channels, config.hidden_size, 1)

    def forward(self, x: Tensor, source: Tensor) -> Tensor:
        """Noisy and source latents (B, C, T, h, w), noisy first, -> tokens (B, T, h · w, hidden)."""
        both = torch.cat((x, source), 1).permute(0, 2, 3, 4, 1).flatten(2, 3)
        return pointwise(both.to(self.proj.weight.dtype), self.proj)


class FinalLayer(nn.Module):
    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.linear = nn.Linear(config.hidden_size, config.out_channels)
        self.scale_shift_table = nn.Parameter(torch.zeros(2, config.hidden_size))

    def forward(self, x: Tensor, t_emb: Tensor) -> Tensor:
        """Tokens (B, T, S, C) and raw timestep embedding (B, T or 1, C) -> (B, T, S, out channels)."""
        shift, scale = (self.scale_shift_table + t_emb[:, :, None]).unsqueeze(2).unbind(3)
        out: Tensor = self.linear(modulate(x, shift, scale, BLOCK_NORM_EPS))
        return out
