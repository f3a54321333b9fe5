"""Raster looks: blocks, tiles, dots and scan lines fixed to the picture grid.

Pictures are (N, 3, H, W), float32, 0..1. Results may leave 0..1 slightly; the registry clamps.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from sanacam.model.training.edits.filters import block_mean, enlarge_blocks, gaussian, shifted
from sanacam.model.training.edits.screens import bevel, checker, dots, grid_lines, hatching
from sanacam.model.training.edits.tone import colour, contrast, luma, mix, saturate, soft_levels, soft_step


def pixel(x: Tensor) -> Tensor:
    """Pixel art: 4 px blocks, few loud colour levels, 2 × 2 ordered dither."""
    height, width = x.shape[-2:]
    cells = contrast(saturate(block_mean(x, 4), 1.6), 0.4).clamp(0.0, 1.0)
    threshold = checker(cells.shape[-2], cells.shape[-1], 1, x.device) - 0.5
    levels = soft_levels((cells + threshold * 0.10).clamp(0.0, 0.999), 3, 6.0)
    return enlarge_blocks(levels, 4, height, width)


def mosaic(x: Tensor) -> Tensor:
    """Stone mosaic: 8 px square tiles with a lit and a shaded edge, set in dark grout."""
    height, width = x.shape[-2:]
    cells = contrast(saturate(block_mean(x, 8), 1.35), 0.2)
    tiles = enlarge_blocks(cells, 8, height, width)
    tiles = tiles * 0.92 + 0.28 * (bevel(height, width, 8, x.device) - 0.5) + 0.04
    return mix(tiles, 0.35 * tiles + 0.06 * colour("#ffe8d0", x), grid_lines(height, width, 8, x.device))


def halftone(x: Tensor) -> Tensor:
    """Newspaper: black dots of growing size on off-white paper, screen turned by 45°."""
    height, width = x.shape[-2:]
    light = contrast(gaussian(luma(x), 1.2), 0.35)
    ink = soft_step(dots(height, width, 8, x.device) - light * 1.1 + 0.05, 0.0, 0.28)
    return mix(colour("#f4efe2", x), colour("#16151a", x), ink)


def crt(x: Tensor) -> Tensor:
    """Old colour tube: dark scan lines every 4 px, red and blue slightly apart, blooming lights."""
    height, width = x.shape[-2:]
    soft = gaussian(x, 0.9)
    padded = F.pad(soft, (2, 2, 2, 2), mode="replicate")
    red = shifted(padded[:, 0:1], 2, 0, -2, height, width)
    blue = shifted(padded[:, 2:3], 2, 0, 2, height, width)
    apart = contrast(saturate(torch.cat([red, soft[:, 1:2], blue], dim=1), 1.25), 0.2)
    glow = gaussian((apart - 0.5).clamp_min(0.0), 4.0)
    lines = hatching(height, width, 4, 0, x.device)
    return apart * (1.12 - 0.72 * lines) + 0.45 * glow + 0.02 * colour("#60ffb0", x)
