"""Where pixels and frames become channels and back, with the channel order of each packed tensor.

``P = st·sh·sw`` is the product of a resampler's strides (time, height, width); ``it``, ``ih``, ``iw`` are offsets
within a cell. Packed channel numbers, slowest part first:

* patches: ``(c·p + iw)·p + ih`` – the *horizontal* offset is the slow one (other than in
  ``torch.pixel_unshuffle``);
* resamplers: ``((c·st + it)·sh + ih)·sw + iw``;
* mean shortcut of a downsampler: output channel ``j`` is the mean of packed channels ``j·g … j·g + g − 1``;
* tiled shortcut of an upsampler: output channel ``j`` reads unpacked channel ``j mod (C / P)``.
"""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor, nn

from sanacam.model.vae.ltx2.config import Stride
from sanacam.model.vae.ltx2.layers import CausalConv3d
from sanacam.model.vae.ltx2.time_edges import TimeEdges


def patchify(frames: Tensor, size: int) -> Tensor:
    """Pixels (B, T, c, H, W) → (B, c·size², T, H/size, W/size)."""
    cells = frames.unflatten(4, (-1, size)).unflatten(3, (-1, size))  # B T c h ih w iw
    packed = cells.permute(0, 1, 3, 5, 2, 6, 4).flatten(4)  # B T h w (c iw ih)
    return packed.permute(0, 4, 1, 2, 3)


def unpatchify(packed: Tensor, size: int) -> Tensor:
    """Inverse of :func:`patchify`: (B, c·size², T, h, w) → (B, T, c, size·h, size·w)."""
    cells = packed.unflatten(1, (-1, size, size))  # B c iw ih T h w
    return cells.permute(0, 4, 1, 5, 3, 6, 2).flatten(5).flatten(3, 4)


def space_to_depth(x: Tensor, stride: Stride) -> Tensor:
    """(B, C, T, H, W) → (B, C·P, T/st, H/sh, W/sw)."""
    st, sh, sw = stride
    cells = x.unflatten(4, (-1, sw)).unflatten(3, (-1, sh)).unflatten(2, (-1, st))  # B C t it h ih w iw
    packed = cells.permute(0, 2, 4, 6, 1, 3, 5, 7).flatten(4)
    return packed.permute(0, 4, 1, 2, 3)


def depth_to_space(x: Tensor, stride: Stride) -> Tensor:
    """Inverse of :func:`space_to_depth`: (B, C·P, t, h, w) → (B, C, t·st, h·sh, w·sw)."""
    cells = x.unflatten(1, (-1, *stride))  # B C it ih iw t h w
    spread = cells.permute(0, 5, 2, 6, 3, 7, 4, 1).flatten(5, 6).flatten(3, 4).flatten(1, 2)
    return spread.permute(0, 4, 1, 2, 3)


class Downsampler(nn.Module):
    """Convolution to ``out/P`` channels, then space to depth; plus the mean of groups of the packed input.

    With a temporal stride the first frame of a stream is doubled, so that it makes a cell of its own.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: Stride, scale: int, padding: str) -> None:
        super().__init__()
        self.stride = stride
        self.out_channels = out_channels
        self.conv = CausalConv3d(in_channels, out_channels // prod(stride), scale, padding)

    def forward(self, x: Tensor, edges: TimeEdges) -> Tensor:
        if self.stride[0] > 1 and edges.first:
            x = torch.cat([x[:, :, :1], x], dim=2)
        shortcut = space_to_depth(x, self.stride).unflatten(1, (self.out_channels, -1)).mean(dim=2)
        return space_to_depth(self.conv(x, edges), self.stride).add_(shortcut)


class Upsampler(nn.Module):
    """Convolution to ``out·P`` channels, then depth to space; where ``residual``, plus the unpacked input, tiled along
    the channels. With a temporal stride the first frame of a stream is dropped: it stands before the stream's start.
    """

    def __init__(
        self, in_channels: int, out_channels: int, stride: Stride, scale: int, padding: str, *, residual: bool
    ) -> None:
        super().__init__()
        self.stride = stride
        self.residual = residual
        self.conv = CausalConv3d(in_channels, out_channels * prod(stride), scale, padding)

    def forward(self, x: Tensor, edges: TimeEdges) -> Tensor:
        out = depth_to_space(self.conv(x, edges), self.stride)
        if self.residual:
            shortcut = depth_to_space(x, self.stride)
            out.unflatten(1, (-1, shortcut.shape[1])).add_(shortcut.unsqueeze(1))
        return out[:, :, self.stride[0] - 1 :] if edges.first else out
