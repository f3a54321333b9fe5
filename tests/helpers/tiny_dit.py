"""Networks of a few thousand parameters in which every layer does something; sizes from ``sanacam.model.zoo.tiny``."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.zoo.tiny import TINY_DIT


def filled(config: DiTConfig = TINY_DIT, seed: int = 0) -> HybridDiT:
    """A random network whose zero-initialised layers are filled too, so that everything shows in the output."""
    torch.manual_seed(seed)
    network = HybridDiT(config)
    for parameter in network.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.3)
    return network


def frozen(config: DiTConfig = TINY_DIT, seed: int = 0) -> HybridDiT:
    """:func:`filled`, for inference."""
    return filled(config, seed).eval().requires_grad_(False)


def random_text(seed: int, config: DiTConfig = TINY_DIT) -> Tensor:
    """Features of a prompt of four tokens, (1, 4, D)."""
    return torch.randn(1, 4, config.caption_channels, generator=torch.Generator().manual_seed(seed))
