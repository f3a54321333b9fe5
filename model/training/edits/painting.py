"""Painted looks: flat or patchy colour areas, some with outlines.

Pictures are (N, 3, H, W), float32, 0..1. Results may leave 0..1 slightly; the registry clamps.
"""

from __future__ import annotations

from torch import Tensor

from sanacam.model.training.edits.filters import edge_strength, flatten, gaussian, ink_lines, restore_detail
from sanacam.model.training.edits.screens import straight_dots
from sanacam.model.training.edits.strokes import dabs
from sanacam.model.training.edits.tone import (
    colour,
    contrast,
    gradient_map,
    luma,
    mix,
    saturate,
    soft_levels,
    soft_step,
    with_luma,
)


def comic(x: Tensor) -> Tensor:
    """Printed comic: flat loud colours, black ink and solid blacks, 8 px dots in the half-tones, cream lights."""
    height, width = x.shape[-2:]
    flat = flatten(x, 3, 2, keep=0.08)
    light = luma(flat)
    bright = contrast((light * 1.3).clamp(0.0, 0.999), 0.3)
    paint = saturate(with_luma(flat, light, soft_levels(bright, 3, 6.0) * 0.9 + 0.10), 1.8)
    paint = paint * mix(colour("#ffffff", x), colour("#fff0c4", x), soft_step(bright, 0.6, 0.4))
    dots = straight_dots(height, width, 8, x.device)
    half = soft_step(0.74 - bright, 0.0, 0.25)
    paint = paint * (1 - 0.34 * soft_step(dots, 0.55, 0.30) * half)
    ink = ink_lines(luma(flatten(x, 2, 1)), 1.2, gain=34.0, floor=0.012)
    black = soft_step(0.16 - light, 0.0, 0.10)
    return mix(paint, colour("#0b0a10", x), 1 - (1 - ink) * (1 - black))


def anime(x: Tensor) -> Tensor:
    """Cel animation: bright flat areas in few soft steps, violet shadows, clean thin dark outlines."""
    flat = flatten(x, 3, 3, hardness=6.0, keep=0.16)
    light = luma(flat)
    lifted = (light.clamp_min(0.0) + 1e-4) ** 0.72
    cel = soft_levels(lifted.clamp(0.0, 0.999), 4, 5.0)
    paint = saturate(with_luma(flat, light, cel), 1.6)
    shadow = soft_step(0.50 - cel, 0.0, 0.2)
    paint = mix(paint, paint * colour("#b4a0f0", x) + 0.14 * colour("#5040a0", x), 0.8 * shadow)
    paint = paint * 0.96 + 0.07 * colour("#ffe0f4", x)
    outline = ink_lines(luma(flatten(x, 2, 1, keep=0.14)), 0.9, gain=34.0, floor=0.014, reach=4.0)
    return mix(paint, paint * 0.15 + 0.03 * colour("#402060", x), 0.95 * outline)


def oil(x: Tensor) -> Tensor:
    """Oil painting: visible brush dabs along the forms with lit and shaded flanks, deep warm colour."""
    ground = flatten(x, 3, 2, hardness=5.0, keep=0.12)
    rich = contrast(saturate(ground, 1.6) * 0.94, 0.5) * colour("#ffe6bc", x) + 0.02 * colour("#ff9040", x)
    broad = dabs(rich, rich, 8, 10.0, 4.4, 0.10)
    fine = dabs(rich, broad, 4, 5.0, 2.3, 0.07)
    # Broad dabs where the picture is calm, fine ones where they would lose its forms.
    lost = luma(gaussian(rich, 1.5) - gaussian(broad, 1.5)).abs()
    painted = mix(broad, fine, soft_step(gaussian(lost, 3.0), 0.02, 0.02))
    return restore_detail(painted, rich, 0.14)


def watercolor(x: Tensor) -> Tensor:
    """Watercolour: pale transparent washes that fade to white paper, pigment gathered dark along their borders."""
    wash = flatten(x, 4, 2, keep=0.14)
    light = luma(wash)
    # Wet pigment runs over the drawn borders: brightness stays sharp, colour bleeds.
    wash = light + 1.75 * gaussian(wash - light, 3.0)
    tone = soft_levels(light.clamp(0.0, 0.999), 4, 5.0)
    rim = edge_strength(mix(light, tone, 0.5), 1.0, 0.045)
    wash = with_luma(wash, light, mix(light, tone, 0.7) * 0.95 + 0.05)
    pale = 1 - 0.72 * (1 - wash.clamp(0.0, 1.0))
    pale = mix(pale, colour("#fffdf8", x), soft_step(light, 0.70, 0.35) * 0.85)
    pigment = saturate(wash, 1.3).clamp(0.0, 1.0) * 0.62 + 0.03
    return mix(pale, pigment, 0.62 * rim)


def posterize(x: Tensor) -> Tensor:
    """Screen print: five flat loud inks laid by brightness, navy, teal, pink, yellow, cream."""
    flat = luma(flatten(x, 4, 3, keep=0.16))
    tone = gaussian(soft_levels(contrast(flat, 0.4).clamp(0.0, 0.999), 4, 8.0), 0.7)
    return gradient_map(tone, ("#1a1a5e", "#0fa3a3", "#ff4fa0", "#ffe14d", "#fffbe0"))
