"""Gated residual followed by the next modulated norm, written out."""

from __future__ import annotations

from torch import Tensor

from sanacam.kernels.reference.norm import modulated_layer_norm


def residual_modulated(
    x: Tensor, y: Tensor, gate: Tensor | None, shift: Tensor, scale: Tensor, eps: float
) -> tuple[Tensor, Tensor]:
    """``x' = x + gate · y`` (a gate of ``None`` is 1) and ``LayerNorm(x') · (1 + scale) + shift``."""
    summed = x + y if gate is None else x + gate * y
    return summed, modulated_layer_norm(summed, shift, scale, eps)
