"""Building blocks of the mini VAE. Tensors are channels-last (N, C, H, W) with video frames folded into N."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ChannelRMSNorm(nn.Module):
    """RMS norm over the channels of each pixel: ``w · x / sqrt(mean_c(x²) + eps)``, computed in fp32, returned in the
    input dtype."""

    def __init__(self, channels: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        pixels = x.float().permute(0, 2, 3, 1)
        normed = F.rms_norm(pixels, pixels.shape[-1:], self.weight.float(), self.eps)
        return normed.permute(0, 3, 1, 2).to(x.dtype)


def shrink(conv: nn.Conv2d, factor: float) -> None:
    """Scales a fresh convolution's weights and clears its bias: a branch that starts out quiet."""
    with torch.no_grad():
        conv.weight.mul_(factor)
        if conv.bias is not None:
            conv.bias.zero_()


class ResidualBlock(nn.Module):
    """``x + conv3×3(silu(conv3×3(norm(x))))``; the second convolution starts near zero, so the block starts as the
    identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = ChannelRMSNorm(channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        shrink(self.conv2, 0.1)

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.conv1(self.norm(x))
        if torch.is_grad_enabled():
            return x + self.conv2(F.silu(hidden))
        # In place: on a CPU fresh memory costs as much as the arithmetic.
        return self.conv2(F.silu(hidden, inplace=True)).add_(x)


class CausalMix(nn.Module):
    """Adds a linear view of the present and the previous step in time to the present one.

    Called with (B·T, C, H, W), the steps of a stream folded into the batch. ``before`` (B, C, H, W) is what the step
    before the first one adds to it (zeros at the start of a stream); what the last step adds to the next is returned
    so that the caller can keep it.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2 * channels, channels, 1)
        shrink(self.conv, 0.2)

    def forward(self, x: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
        batch, channels = before.shape[:2]
        # One product of each step for itself and for its successor: nothing is joined along the channels.
        weight = torch.cat(self.conv.weight.split(channels, dim=1))
        own = self.conv.bias
        bias = None if own is None else torch.cat([own, torch.zeros_like(own)])
        now, later = F.conv2d(x, weight, bias).split(channels, dim=1)
        added = later.unflatten(0, (batch, -1))
        earlier = torch.cat([before.to(x.dtype).unsqueeze(1), added[:, :-1]], dim=1).flatten(0, 1)
        return (x + now + earlier).contiguous(memory_format=torch.channels_last), added[:, -1]
