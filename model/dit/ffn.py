"""Feed-forward layer: gated convolution in space, then a three-tap convolution over latent frames."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.layers import pointwise


class ConvHolder(nn.Module):
    """Gives a convolution the extra ``conv.`` that its name has in the released checkpoint."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.conv = conv


class TemporalKernel(nn.Module):
    """Weight (C, C, 3, 1) of the bias-free temporal convolution."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width, width, 3, 1))


class GatedConvFFN(nn.Module):
    """GLU-MBConv with temporal convolution (``CachedGLUMBConvTemp``); parameter names as in the released checkpoint."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width, hidden = config.hidden_size, config.ffn_hidden
        self.inverted_conv = ConvHolder(nn.Conv2d(width, 2 * hidden, 1))
        self.depth_conv = ConvHolder(nn.Conv2d(2 * hidden, 2 * hidden, 3, padding=1, groups=2 * hidden))
        self.point_conv = ConvHolder(nn.Conv2d(hidden, width, 1, bias=False))
        self.t_conv = TemporalKernel(width)

    def spatial(self, x: Tensor, height: int, width: int) -> Tensor:
        """The part within each frame: (B, T, S, C) -> (B, T, S, C)."""
        batch, frames = x.shape[:2]
        # In place where no gradient needs the input: on a CPU fresh memory costs more than the arithmetic.
        inplace = not torch.is_grad_enabled()
        expanded = F.silu(pointwise(x, self.inverted_conv.conv), inplace=inplace)
        # Channels stay innermost in memory: the picture view is channels-last and nothing is copied.
        picture = expanded.view(batch * frames, height, width, -1).permute(0, 3, 1, 2)
        picture = self.depth_conv.conv(picture)
        value, gate = picture.permute(0, 2, 3, 1).reshape(batch, frames, height * width, -1).chunk(2, -1)
        return pointwise(F.silu(gate, inplace=inplace) * value, self.point_conv.conv)

    def temporal(self, r: Tensor, lengths: tuple[int, ...], tail: Tensor | None) -> Tensor:
        """``r_f + W₀ r_{f−1} + W₁ r_f + W₂ r_{f+1}``; the frame after a chunk's end counts as zero, before the stream
        too."""
        weight = self.t_conv.weight[..., 0]
        before = torch.zeros_like(r[:, :1]) if tail is None else tail.to(r.dtype)
        taps = [torch.cat((before, r[:, :-1]), 1), r]
        if max(lengths) > 1:
            parts = []
            for chunk in r.split(list(lengths), 1):
                parts += [chunk[:, 1:], torch.zeros_like(chunk[:, :1])]
            taps.append(torch.cat(parts, 1))
        weight = weight[:, :, : len(taps)].transpose(1, 2).flatten(1)
        return r + F.linear(torch.cat(taps, -1), weight)

    def forward(self, x: Tensor, layout: ChunkLayout, tail: Tensor | None) -> tuple[Tensor, Tensor]:
        """
        Args:
            x: modulated input (B, T, S, C).
            tail: last frame of the previous chunk before the temporal convolution, (B, 1, S, C), or ``None`` at the
                start.

        Returns:
            Output (B, T, S, C) and this call's own tail (B, 1, S, C).
        """
        r = self.spatial(x, layout.height, layout.width)
        return self.temporal(r, layout.lengths, tail), r[:, -1:]
