"""Colour and tone looks: each pixel for itself, some with a soft glow or a light blur.

Pictures are (N, 3, H, W), float32, 0..1. Results may leave 0..1 slightly; the registry clamps.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.model.training.edits.filters import edge_strength, gaussian
from sanacam.model.training.edits.tone import (
    colour,
    contrast,
    gradient_map,
    luma,
    mix,
    recolour,
    saturate,
    soft_step,
)


def _vegetation(x: Tensor) -> Tensor:
    """How green a pixel is, 0..1 (N, 1, H, W): green above the mean of red and blue, relative to brightness."""
    red, green, blue = x[:, 0:1], x[:, 1:2], x[:, 2:3]
    excess = (green - torch.maximum(0.85 * red + 0.15 * blue, blue)) / (luma(x) + 0.35)
    return soft_step(gaussian(excess, 1.0), 0.085, 0.09)


def noir(x: Tensor) -> Tensor:
    """Film noir: black and white, deep shadows, bright skin, a faint glow around lights."""
    light = 0.45 * x[:, 0:1] + 0.45 * x[:, 1:2] + 0.10 * x[:, 2:3]
    glow = gaussian((light - 0.65).clamp_min(0.0), 5.0)
    light = contrast(light * 1.02 - 0.04, 1.0)
    return (contrast(light, 0.3) + 0.35 * glow).expand(-1, 3, -1, -1)


def sepia(x: Tensor) -> Tensor:
    """Sepia print: brown shadows, cream highlights, gentle contrast."""
    return gradient_map(contrast(luma(x), 0.25), ("#1c0f06", "#6b4526", "#bd9261", "#f6e6c4"))


def golden_hour(x: Tensor) -> Tensor:
    """Low evening sun: warm amber light, glowing highlights, soft brown shadows."""
    warm = recolour(x, ((1.06, 0.16, 0.0), (0.12, 0.86, 0.0), (0.04, 0.12, 0.52)))
    light = luma(x)
    glow = gaussian((light - 0.45).clamp_min(0.0), 7.0)
    warm = contrast(warm, 0.15) + glow * 0.55 * colour("#ffb04a", x)
    return warm + 0.05 * (1 - light) * colour("#ff7a20", x)


def moonlit_night(x: Tensor) -> Tensor:
    """Night under a full moon: dark, blue, almost without colour, highlights kept as moonlight."""
    dim = saturate(x, 0.35)
    light = luma(dim)
    dim = dim * (0.16 + 0.50 * light)
    return dim * colour("#7fa6ff", x) * 1.15 + 0.022 * colour("#3050a0", x)


def night_vision(x: Tensor) -> Tensor:
    """Image intensifier: phosphor green, lifted shadows, blooming lights."""
    light = luma(x).clamp(0.0, 1.0)
    light = contrast(1.15 * light / (0.35 + light), 0.6)
    glow = gaussian((light - 0.70).clamp_min(0.0), 4.0)
    return gradient_map(
        (0.04 + light * 0.80 + 0.7 * glow).clamp(0.0, 1.0), ("#001505", "#06501a", "#25ad40", "#c4ffbe")
    )


def winter(x: Tensor) -> Tensor:
    """Frost: greens turn white and icy, colours drain, the light is cold and bright."""
    green = _vegetation(x)
    light = luma(x)
    cold = recolour(saturate(x, 0.38), ((0.86, 0.04, 0.02), (0.02, 0.96, 0.04), (0.02, 0.10, 1.06)))
    frost = gradient_map((0.30 + 1.05 * light).clamp(0.0, 1.0), ("#54708c", "#9db8d0", "#dcebf6", "#ffffff"))
    return mix(0.12 + 0.88 * contrast(cold, -0.1) + 0.06 * light, frost, 0.9 * green)


def vintage(x: Tensor) -> Tensor:
    """Faded seventies film: milky blacks, teal shadows, peach highlights, low contrast."""
    faded = saturate(x, 0.62)
    light = luma(faded)
    faded = faded + mix(colour("#0c2a2e", x), colour("#241000", x), light) * 0.7
    faded = 0.13 + 0.74 * contrast(faded, 0.15)
    return faded * colour("#fff2d6", x) + 0.02


def thermal(x: Tensor) -> Tensor:
    """Thermal camera: smooth brightness as heat, violet cold to yellow-white hot."""
    heat = contrast(gaussian(luma(x), 2.0), 0.45)
    stops = ("#05021c", "#30067a", "#8a0fa0", "#d83a5a", "#f87b1a", "#fbc52b", "#fffbd0")
    return gradient_map(heat, stops)


def underwater(x: Tensor) -> Tensor:
    """Below the surface: red is swallowed, everything drifts to teal, lights diffuse."""
    soft = mix(x, gaussian(x, 2.5), 0.45)
    sea = recolour(soft, ((0.22, 0.10, 0.02), (0.12, 0.70, 0.06), (0.10, 0.26, 0.62)))
    glow = gaussian((luma(x) - 0.5).clamp_min(0.0), 6.0)
    return 0.85 * sea + 0.22 * colour("#0a7d99", x) + 0.5 * glow * colour("#8ff5ee", x)


def autumn(x: Tensor) -> Tensor:
    """Autumn: foliage turns orange and red, the rest gets a muted brown warmth."""
    green = _vegetation(x)
    light = luma(x)
    leaves = gradient_map((light * 1.45).clamp(0.0, 1.0), ("#260a02", "#a8330c", "#f08a1c", "#ffdf7a"))
    rest = recolour(saturate(x, 0.75), ((1.10, 0.04, 0.0), (0.14, 0.68, 0.0), (0.08, 0.08, 0.38)))
    return mix(contrast(rest * 0.93, 0.3), leaves, 0.95 * green)


def cyberpunk(x: Tensor) -> Tensor:
    """Neon city grade: indigo shadows, cyan mid-tones, hot magenta lights, some of the own colour left."""
    light = contrast(luma(x), 0.5)
    grade = gradient_map(light, ("#0a0420", "#22197a", "#0f86b8", "#f03cc0", "#ffd9fa"))
    glow = gaussian((light - 0.6).clamp_min(0.0), 4.0)
    return mix(grade, contrast(saturate(x, 1.6), 0.3), 0.28) + 0.6 * glow * colour("#ff3ec8", x)


def xray(x: Tensor) -> Tensor:
    """X-ray plate: inverted, cold blue-white on black, edges shine."""
    light = 1.0 - gaussian(luma(x), 0.8)
    rim = edge_strength(luma(x), 1.5, 0.06)
    return gradient_map(
        (contrast(light, 0.5) * 0.82 + 0.30 * rim).clamp(0.0, 1.0), ("#00040c", "#123a5e", "#6fb4d8", "#effcff")
    )


def pop_duotone(x: Tensor) -> Tensor:
    """Two-colour poster print: royal blue shadows, coral pink lights."""
    return gradient_map(contrast(luma(x), 0.6), ("#0a1a8c", "#7a4aa8", "#ff7a80", "#ffc9b8"))
