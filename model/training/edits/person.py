"""Looks that tell the person from the background.

Pictures (N, 3, H, W), mask (N, 1, H, W) person probability; float32, 0..1. Where there is no person the whole picture
is background.
"""

from __future__ import annotations

from torch import Tensor

from sanacam.model.training.edits.filters import gaussian
from sanacam.model.training.edits.tone import colour, contrast, gradient_map, luma, mix, soft_step


def _matte(mask: Tensor) -> Tensor:
    """Mask as coverage: smoothed by a pixel, steepened so that neither side is half transparent."""
    return ((gaussian(mask, 1.0) - 0.5) * 1.6 + 0.5).clamp(0.0, 1.0)


def bg_blur(x: Tensor, mask: Tensor) -> Tensor:
    """Portrait lens: the background melts into soft blur, the person stays sharp."""
    matte = _matte(mask)
    # Blur the background without the person, or the person's colour would bleed out as a halo.
    keep = 1.0 - matte + 1e-3
    far = gaussian(x * keep, 8.0) / gaussian(keep, 8.0)
    return mix(far, x, matte)


def green_screen(x: Tensor, mask: Tensor) -> Tensor:
    """Chroma key: the background is one flat green."""
    return mix(colour("#00b140", x), x, _matte(mask))


def bg_mono(x: Tensor, mask: Tensor) -> Tensor:
    """Colour pop: the background turns black and white, the person keeps full colour."""
    return mix(luma(x).expand(-1, 3, -1, -1), x, _matte(mask))


def bg_studio(x: Tensor, mask: Tensor) -> Tensor:
    """Studio portrait: a soft grey backdrop, lit around the person, who keeps a soft edge."""
    # The edge is as soft as a mask is uncertain: an error of a pixel or two shows as light, not as a cut.
    matte = soft_step(gaussian(mask, 2.0), 0.5, 0.42)
    lit = gaussian(matte, 24.0)
    room = 0.10 * (gaussian(luma(x), 24.0) - 0.5)
    backdrop = mix(colour("#8d9196", x), colour("#cdd0d2", x), 0.2 + 0.8 * lit) + room
    return mix(backdrop, x, matte)


def person_gold(x: Tensor, mask: Tensor) -> Tensor:
    """The person from hair to toe as a statue of polished gold; the background stays."""
    light = gaussian(luma(x), 0.7)
    # Shape and shine: middle tones stretched, and what is brighter than its surroundings gleams.
    form = contrast((0.16 + 1.04 * light).clamp(0.0, 1.0), 0.5)
    gleam = (light - gaussian(light, 5.0)).clamp(-0.15, 0.25)
    tone = (form + 1.7 * gleam).clamp(0.0, 1.0)
    gold = gradient_map(tone, ("#1c0f02", "#6b3f06", "#b97d14", "#eebf3f", "#fff4c4"))
    return mix(x, gold, _matte(mask))
