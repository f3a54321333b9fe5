"""Looks that tell the person from the background.

Pictures (N, 3, H, W), mask (N, 1, H, W) person probability; float32, 0..1. Where there is no person the whole picture
is background.
"""

from __future__ import annotations

from torch import Tensor

from sanacam.model.training.edits.filters import gaussian
from sanacam.model.training.edits.tone import colour, luma, mix


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
