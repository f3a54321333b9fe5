"""What a distilled decoder is judged by: Charbonnier, LPIPS, Haar high bands, features of the teacher (the paper's
section on the causal decoder). Pictures are (B, T, 3, H, W), −1…1."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.training.config import DecoderTraining
from sanacam.model.training.losses import charbonnier

CHARBONNIER_EPS = 1e-3
"""``sqrt(d² + 10⁻⁶)``."""


def haar_bands(pictures: Tensor) -> Tensor:
    """(…, H, W), even sides, → the three high bands LH, HL, HH of one level of the orthonormal Haar transform,
    (3, …, H/2, W/2)."""
    a, b = pictures[..., 0::2, 0::2], pictures[..., 0::2, 1::2]
    c, d = pictures[..., 1::2, 0::2], pictures[..., 1::2, 1::2]
    return torch.stack([a + b - c - d, a - b + c - d, a - b - c + d]) / 2


def haar_l1(a: Tensor, b: Tensor) -> Tensor:
    """L1 between high bands: edges and texture without their brightness."""
    return (haar_bands(a) - haar_bands(b)).abs().mean()


class FeatureMatch(nn.Module):
    """Mean squared error between a student's and its teacher's features, level by level; where widths differ, a 1×1×1
    map that is trained along and thrown away goes between them.

    Args:
        widths: (student, teacher) channels of each level.
    """

    def __init__(self, widths: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self.maps = nn.ModuleList(
            nn.Identity() if own == taught else nn.Conv3d(own, taught, 1) for own, taught in widths
        )

    def forward(self, own: Sequence[Tensor], taught: Sequence[Tensor]) -> Tensor:
        """Features (B, C, T, H, W); each level counts in units of the teacher's own mean square."""
        errors = [
            F.mse_loss(fit(a).float(), b.detach().float()) / b.detach().float().square().mean().clamp_min(1e-6)
            for fit, a, b in zip(self.maps, own, taught, strict=True)
        ]
        return torch.stack(errors).mean()


def decoder_loss(
    pictures: Tensor,
    frames: Tensor,
    distilled: Tensor,
    weights: DecoderTraining,
    perceptual: Callable[[Tensor, Tensor], Tensor],
) -> tuple[Tensor, dict[str, Tensor]]:
    """The four parts, weighted, and each by itself for the log.

    Args:
        pictures, frames: what the student drew and what was encoded.
        distilled: value of :class:`FeatureMatch`.
    """
    pictures, frames = pictures.float(), frames.float()
    parts = {
        "charbonnier": charbonnier(pictures, frames, CHARBONNIER_EPS),
        "lpips": perceptual(pictures.flatten(0, 1), frames.flatten(0, 1)).float().mean(),
        "haar": haar_l1(pictures, frames),
        "distill": distilled,
    }
    total = torch.stack([getattr(weights, name) * value for name, value in parts.items()]).sum()
    parts["psnr"] = -10 * torch.log10(F.mse_loss(pictures.detach().clamp(-1, 1), frames) / 4)
    return total, {name: value.detach() for name, value in parts.items()}
