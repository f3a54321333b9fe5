"""Per-pixel tone and colour operations shared by the teacher edits.

Pictures are (N, 3, H, W) or (N, 1, H, W), float32, 0..1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]


@lru_cache(maxsize=256)
def _constant(values: tuple[float, ...], shape: tuple[int, ...], device: torch.device) -> Tensor:
    return torch.tensor(values, dtype=torch.float32).reshape(shape).to(device)


@lru_cache(maxsize=256)
def _parse_hex(code: str) -> tuple[float, float, float]:
    return int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255


def colour(code: str, like: Tensor) -> Tensor:
    """``"#rrggbb"`` as a (1, 3, 1, 1) tensor on the device of ``like``; made once per device."""
    return _constant(_parse_hex(code), (1, 3, 1, 1), like.device)


def luma(x: Tensor) -> Tensor:
    """Luminance (N, 1, H, W) with BT.709 weights, taken on the encoded values."""
    return 0.2126 * x[:, 0:1] + 0.7152 * x[:, 1:2] + 0.0722 * x[:, 2:3]


def saturate(x: Tensor, amount: float) -> Tensor:
    """Scale the distance from grey: 0 is grey, 1 unchanged."""
    light = luma(x)
    return light + (x - light) * amount


def recolour(x: Tensor, matrix: Matrix) -> Tensor:
    """Mix the channels by ``matrix`` (rows give red, green, blue of the result)."""
    rows = [row[0] * x[:, 0:1] + row[1] * x[:, 1:2] + row[2] * x[:, 2:3] for row in matrix]
    return torch.cat(rows, dim=1)


def mix(a: Tensor, b: Tensor, share: Tensor | float) -> Tensor:
    """``a`` where ``share`` is 0, ``b`` where it is 1."""
    return a + (b - a) * share


def soft_step(x: Tensor, edge: float, width: float) -> Tensor:
    """Smooth 0→1 step at ``edge``; 12 % to 88 % lie within ``width``."""
    return torch.sigmoid((x - edge) * (4.0 / width))


def contrast(x: Tensor, amount: float) -> Tensor:
    """S-curve that keeps 0, ½ and 1: blend with the cubic smooth step; amount 0..1 (negative flattens)."""
    x = x.clamp(0.0, 1.0)
    return x + amount * (x * x * (3 - 2 * x) - x)


def gradient_map(light: Tensor, codes: Sequence[str]) -> Tensor:
    """Map a plane 0..1 through evenly spaced colours, linear between them: (N, 3, H, W)."""
    stops = [colour(code, light) for code in codes]
    position = light * (len(stops) - 1)
    out = stops[0] + (stops[1] - stops[0]) * position.clamp(0.0, 1.0)
    for index in range(1, len(stops) - 1):
        out = out + (stops[index + 1] - stops[index]) * (position - index).clamp(0.0, 1.0)
    return out


def soft_levels(x: Tensor, count: int, hardness: float = 5.0) -> Tensor:
    """Posterise to the levels 0, 1/count, … 1 with tanh ramps halfway between them, steeper for larger ``hardness``."""
    position = x * count
    whole = torch.floor(position)
    inside = torch.tanh((position - whole - 0.5) * hardness) / (2 * math.tanh(hardness / 2))
    return (whole + 0.5 + inside) / count


def with_luma(x: Tensor, light: Tensor, target: Tensor) -> Tensor:
    """Give a picture of luminance ``light`` the luminance ``target``, keeping hue and saturation."""
    return x * ((target + 0.02) / (light + 0.02))
