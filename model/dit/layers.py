"""Small layers whose parameter shapes follow the released checkpoint while the arithmetic is plain matrix products."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """``weight · x / sqrt(mean(x²) + eps)`` over the last axis, in fp32, returned in the input's dtype."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), (x.shape[-1],), self.weight.float(), self.eps).to(x.dtype)


class CentreTap(nn.Module):
    """Bias-free linear map stored as a temporal convolution kernel of which only the centre tap is used.

    Args:
        taps: 0 stores (C, C); otherwise (C, C, taps).
    """

    def __init__(self, width: int, taps: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, width, taps) if taps else torch.empty(width, width))

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight if self.weight.ndim == 2 else self.weight[:, :, self.weight.shape[2] // 2]
        return F.linear(x, weight)


def pointwise(x: Tensor, conv: nn.Conv2d | nn.Conv3d) -> Tensor:
    """A kernel-1 convolution applied to channels-last tokens (..., in) -> (..., out)."""
    return F.linear(x, conv.weight.flatten(1), conv.bias)


def modulate(x: Tensor, shift: Tensor, scale: Tensor, eps: float) -> Tensor:
    """``LayerNorm(x) · (1 + scale) + shift``; x (B, T, S, C), shift and scale (B, T or 1, 1, C).

    Cast to the autocast dtype at the end, so that the several linear maps reading it do not each cast it again.
    """
    normed = F.layer_norm(x, (x.shape[-1],), eps=eps)
    return torch.addcmul(shift, normed, 1 + scale).to(matmul_dtype(x))


def matmul_dtype(x: Tensor) -> torch.dtype:
    """What linear layers will compute in: the autocast dtype where autocast is on, else ``x``'s own."""
    kind = x.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else x.dtype
