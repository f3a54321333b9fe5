"""Layers of the tiny autoencoder: 2-D convolutions on frames folded into the batch, (B·T, C, H, W), plus three ways to
look along time. Submodules keep the key names of the released weights."""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.vae.streams import StreamShape

LIMIT = 3.0


def conv3x3(in_channels: int, out_channels: int, *, stride: int = 1, bias: bool = True) -> nn.Conv2d:
    """Zero-padded 3×3 convolution."""
    return nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=bias)


class SoftClamp(nn.Module):
    """``3 · tanh(x / 3)``: latents stay within what the decoder was trained for."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(x / LIMIT) * LIMIT


class MemoryBlock(nn.Module):
    """``relu(f([x_t, x_{t−1}]) + x_t)``; ``f`` is three 3×3 convolutions with relu between them, on the present and
    the previous input frame stacked along the channels in that order.

    Attributes:
        scale: picture pixels a position, for the size of the memory.
    """

    def __init__(self, channels: int, scale: int) -> None:
        super().__init__()
        self.channels = channels
        self.scale = scale
        self.conv = nn.Sequential(
            conv3x3(2 * channels, channels),
            nn.ReLU(inplace=True),
            conv3x3(channels, channels),
            nn.ReLU(inplace=True),
            conv3x3(channels, channels),
        )

    def forward(self, x: Tensor, before: Tensor) -> Tensor:
        """(B·T, C, H, W) with the frame before the first one, (B, C, H, W), zero at the start of a stream; that one is
        overwritten by the last."""
        steps = x.unflatten(0, (before.shape[0], -1))
        previous = torch.cat([before.unsqueeze(1), steps[:, :-1]], dim=1).flatten(0, 1)
        before.copy_(steps[:, -1].detach())
        return F.relu(self.conv(torch.cat([x, previous], dim=1)).add_(x), inplace=True)


class TemporalPool(nn.Module):
    """Two frames become one: a 1×1 convolution on channels ``t · C + c`` (frame slow), without bias."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2 * channels, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        pairs = x.unflatten(0, (-1, 2)).flatten(1, 2)
        return self.conv(pairs.contiguous(memory_format=torch.channels_last))


class TemporalGrow(nn.Module):
    """One frame becomes two: a 1×1 convolution to channels ``t · C + c`` (frame slow), without bias."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, 2 * channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        frames = self.conv(x).unflatten(1, (2, -1)).flatten(0, 1)
        return frames.contiguous(memory_format=torch.channels_last)


class FrameMemories:
    """The previous input frame of every memory block, (B, C, H, W) each, stored as (B, H, W, C). Made once, written in
    place; zero at the start of a stream."""

    def __init__(self, blocks: Iterable[MemoryBlock], shape: StreamShape) -> None:
        self.frames = [
            shape.zeros(shape.height // block.scale, shape.width // block.scale, block.channels).permute(0, 3, 1, 2)
            for block in blocks
        ]

    def reset(self) -> None:
        for frame in self.frames:
            frame.zero_()
