"""A number drawn into a picture as black and white blocks, readable after scaling and JPEG."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

COLUMNS = 16
ROWS = 8
"""Four rows of blocks in the upper half of eight: 16 high bits, 16 low bits, and both inverted as a check."""


def milliseconds() -> int:
    """The monotonic clock, which all processes of a machine share, cut to 32 bits."""
    return time.monotonic_ns() // 1_000_000 & 0xFFFF_FFFF


def draw(pixels: NDArray[np.uint8], number: int) -> None:
    """Write the lowest 32 bits of ``number`` over the upper half of ``pixels`` (H, W, 3), H ≥ 32 and W ≥ 64."""
    high, low = number >> 16 & 0xFFFF, number & 0xFFFF
    words = np.array([high, low, high ^ 0xFFFF, low ^ 0xFFFF])
    bits = words[:, None] >> np.arange(COLUMNS - 1, -1, -1) & 1
    tall, wide = pixels.shape[0] // ROWS, pixels.shape[1] // COLUMNS
    blocks = np.where(bits, 235, 16).astype(np.uint8).repeat(tall, 0).repeat(wide, 1)
    pixels[: blocks.shape[0], : blocks.shape[1]] = blocks[..., None]


def read(grey: NDArray[np.uint8]) -> int | None:
    """The number in a grey picture (H, W) of any size; None when there is none, or a torn one."""
    tall, wide = grey.shape[0] / ROWS, grey.shape[1] / COLUMNS
    rows = ((np.arange(4) + 0.5) * tall).astype(int)
    columns = ((np.arange(COLUMNS) + 0.5) * wide).astype(int)
    bits = grey[np.ix_(rows, columns)] > 110
    high, low, not_high, not_low = (int("".join("1" if bit else "0" for bit in row), 2) for row in bits)
    if high ^ 0xFFFF != not_high or low ^ 0xFFFF != not_low:
        return None
    return high << 16 | low
