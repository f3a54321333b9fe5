"""Drawn looks: lines and screens on a plain ground.

Pictures are (N, 3, H, W), float32, 0..1. Results may leave 0..1 slightly; the registry clamps.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.model.training.edits.filters import edge_strength, flatten, gaussian, ink_lines, smooth_along, tangent
from sanacam.model.training.edits.screens import grid_lines, hatching
from sanacam.model.training.edits.tone import (
    colour,
    contrast,
    gradient_map,
    luma,
    mix,
    saturate,
    soft_levels,
    soft_step,
)


def pencil(x: Tensor) -> Tensor:
    """Graphite on white paper: clear contours, shading by two directions of diagonal hatching."""
    height, width = x.shape[-2:]
    light = gaussian(luma(x), 1.0)
    dodge = ((light + 0.05) / (gaussian(light, 5.0) + 0.05)).clamp(0.0, 1.0)
    lines = ink_lines(luma(x), 1.1, gain=26.0, floor=0.010)
    tone = gaussian(light, 1.2)
    first = hatching(height, width, 8, 1, x.device) ** 1.5
    second = hatching(height, width, 8, -1, x.device) ** 1.5
    shade = torch.maximum(
        0.65 * soft_step(0.62 - tone, 0.0, 0.30) * first, 0.75 * soft_step(0.32 - tone, 0.0, 0.22) * second
    )
    shade = shade + 0.50 * soft_step(0.22 - tone, 0.0, 0.25)
    paper = (0.35 + 0.65 * dodge) * (1 - 0.75 * shade.clamp(0.0, 1.0)) * (1 - 0.80 * lines)
    return mix(colour("#2c2c31", x), colour("#faf9f5", x), paper.clamp(0.0, 1.0))


def charcoal(x: Tensor) -> Tensor:
    """Charcoal: three rubbed greys on pale paper, bold soft dark lines."""
    flat = luma(flatten(x, 3, 2)).clamp_min(0.0) ** 0.8
    wash = soft_levels(contrast(flat, 0.3).clamp(0.0, 0.999), 3, 5.0)
    wash = 0.22 + 0.78 * gaussian(wash, 1.2)
    lines = ink_lines(flat, 1.5, gain=30.0, floor=0.012, reach=4.0)
    tone = (wash * (1 - 0.92 * lines)).clamp(0.0, 1.0)
    return gradient_map(tone, ("#131316", "#58585c", "#a6a6a4", "#f2f0ea"))


def linocut(x: Tensor) -> Tensor:
    """Two-colour linocut: black-brown ink on ochre paper, half-tones cut as thick slanted lines."""
    height, width = x.shape[-2:]
    flat = gaussian(luma(flatten(x, 2, 1)), 0.6).clamp_min(0.0) ** 0.75
    screen = hatching(height, width, 8, 1, x.device)
    cut = soft_step(contrast(flat, 0.3) + 0.42 * (screen - 0.5), 0.47, 0.16)
    lines = ink_lines(flat, 1.1, gain=30.0, floor=0.014)
    return mix(colour("#1e120c", x), colour("#e9b765", x), cut * (1 - lines))


def blueprint(x: Tensor) -> Tensor:
    """Technical drawing: white lines on blueprint blue, a faint 16 px grid, a hint of the tones."""
    height, width = x.shape[-2:]
    flat = flatten(x, 2, 1)
    light = luma(flat)
    edges = smooth_along(edge_strength(light, 1.2, 0.045), tangent(light), 3.0)
    ground = mix(colour("#0c2f73", x), colour("#2a63b8", x), 0.75 * light)
    ground = ground + 0.10 * grid_lines(height, width, 16, x.device)
    return mix(ground, colour("#f2f8ff", x), (1.15 * edges).clamp(0.0, 1.0))


def neon(x: Tensor) -> Tensor:
    """Neon tubes in the dark: contours glow in cyan, violet and pink over a nearly black picture."""
    flat = flatten(x, 2, 1)
    light = luma(flat)
    edges = smooth_along(edge_strength(light, 1.3, 0.05), tangent(light), 3.0)
    warmth = soft_step(gaussian(flat[:, 0:1] - flat[:, 2:3], 3.0), 0.06, 0.22)
    tube = mix(colour("#14d8ff", x), colour("#ff2fb4", x), warmth)
    lit = edges * tube
    glow = gaussian(lit, 2.0) * 0.7 + gaussian(lit, 6.0) * 0.9
    core = (edges - 0.55).clamp_min(0.0) * 1.3
    return colour("#07030f", x) + 0.12 * saturate(flat, 1.3) * colour("#8060ff", x) + glow + 0.75 * lit + core
