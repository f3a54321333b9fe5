"""Norms and modulation written out."""

from __future__ import annotations

import torch
from torch import Tensor


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """``weight · x / sqrt(mean(x²) + eps)`` over the last axis."""
    return weight * x / torch.sqrt(x.square().mean(-1, keepdim=True) + eps)


def modulated_layer_norm(x: Tensor, shift: Tensor, scale: Tensor, eps: float) -> Tensor:
    """``(x − mean) / sqrt(var + eps) · (1 + scale) + shift`` over the last axis, biased variance."""
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt(centred.square().mean(-1, keepdim=True) + eps) * (1 + scale) + shift
