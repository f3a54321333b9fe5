"""Convolution and residual block of the LTX-2 VAE. Tensors are (B, C, T, H, W), channels last in memory."""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.vae.ltx2.time_edges import KEPT, ConvHistories, TimeEdges
from sanacam.model.vae.streams import StreamShape

RMS_EPS = 1e-8


def rms_norm(x: Tensor) -> Tensor:
    """``x / sqrt(mean_c(x²) + 1e-8)`` at each position; no parameters. The mean is taken in fp32."""
    squares = torch.linalg.vector_norm(x, dim=1, keepdim=True, dtype=torch.float32).square()
    return x * torch.rsqrt(squares / x.shape[1] + RMS_EPS).to(x.dtype)


def norm_silu(x: Tensor) -> Tensor:
    """``silu(rms_norm(x))``."""
    return F.silu(rms_norm(x), inplace=True)


class CausalConv3d(nn.Module):
    """3×3×3 convolution with bias, stride 1; same size out as in.

    Space is padded by one position with zeros or by reflection, time by what the edges say. Both pads are written
    straight into one channels-last buffer.

    Args:
        scale: picture pixels a position at the input, for the size of the history.
        padding: ``zeros`` or ``reflect``.

    Attributes:
        slot: number within the encoder or decoder; see :func:`number_convolutions`.
    """

    def __init__(self, in_channels: int, out_channels: int, scale: int, padding: str) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.scale = scale
        self.reflect = padding == "reflect"
        pad = 0 if self.reflect else 1
        self.conv = nn.Conv3d(in_channels, out_channels, 3, padding=(0, pad, pad))
        self.slot = -1

    def forward(self, x: Tensor, edges: TimeEdges) -> Tensor:
        """(B, C, T, H, W) → (B, C', T, H, W), T ≥ 1; H and W ≥ 2 with reflection."""
        batch, channels, frames, height, width = x.shape
        if self.reflect and min(height, width) < 2:
            raise ValueError(f"reflection needs at least 2×2 positions, got {height}×{width}")
        pad = 1 if self.reflect else 0
        room = torch.empty(
            (batch, channels, frames + KEPT, height + 2 * pad, width + 2 * pad),
            device=x.device,
            dtype=x.dtype,
            memory_format=torch.channels_last_3d,
        )
        if not self.reflect:
            edges.enclose(self.slot, x, room)
            return self.conv(room)
        edges.enclose(self.slot, x, room[..., 1:-1, 1:-1])
        room[..., 0, 1:-1] = room[..., 2, 1:-1]
        room[..., -1, 1:-1] = room[..., -3, 1:-1]
        room[..., 0] = room[..., 2]
        room[..., -1] = room[..., -3]
        return self.conv(room)


def number_convolutions(network: nn.Module) -> list[CausalConv3d]:
    """Gives each convolution its slot; returns them by slot."""
    convolutions = [module for module in network.modules() if isinstance(module, CausalConv3d)]
    for slot, convolution in enumerate(convolutions):
        convolution.slot = slot
    return convolutions


def conv_histories(convolutions: Iterable[CausalConv3d], shape: StreamShape) -> ConvHistories:
    """Memory of these convolutions, in this order, for a stream of this shape."""
    grids = ((conv.in_channels, shape.height // conv.scale, shape.width // conv.scale) for conv in convolutions)
    return ConvHistories(grids, shape)


class ResidualBlock(nn.Module):
    """``shortcut(x) + conv2(norm_silu(conv1(norm_silu(x))))``. The shortcut is the identity, or where the width changes
    a layer norm over the channels and a 1×1×1 convolution."""

    def __init__(self, in_channels: int, out_channels: int, scale: int, padding: str, eps: float) -> None:
        super().__init__()
        self.conv1 = CausalConv3d(in_channels, out_channels, scale, padding)
        self.conv2 = CausalConv3d(out_channels, out_channels, scale, padding)
        self.norm3: nn.LayerNorm | None = None
        self.conv_shortcut: nn.Conv3d | None = None
        if in_channels != out_channels:
            self.norm3 = nn.LayerNorm(in_channels, eps=eps)
            self.conv_shortcut = nn.Conv3d(in_channels, out_channels, 1)

    def forward(self, x: Tensor, edges: TimeEdges) -> Tensor:
        branch = self.conv1(norm_silu(x), edges)
        branch = self.conv2(norm_silu(branch), edges)
        if self.norm3 is not None and self.conv_shortcut is not None:
            x = self.conv_shortcut(self.norm3(x.movedim(1, -1)).movedim(-1, 1))
        return branch.add_(x)


class ResidualBlocks(nn.Module):
    """``resnets``: several residual blocks of one width, one after the other."""

    def __init__(self, channels: int, count: int, scale: int, padding: str, eps: float) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(ResidualBlock(channels, channels, scale, padding, eps) for _ in range(count))

    def forward(self, x: Tensor, edges: TimeEdges) -> Tensor:
        for block in self.resnets:
            x = block(x, edges)
        return x
