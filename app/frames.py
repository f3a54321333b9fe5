"""The frame: the one thing that travels from a source to a sink."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""One picture: uint8 RGB, shape (H, W, 3), C-contiguous."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture and where it came from. Nobody writes into ``pixels`` once the frame exists.

    Attributes:
        pixels: uint8 RGB, shape (H, W, 3), C-contiguous.
        captured_ns: ``time.monotonic_ns()`` at capture. An edited frame keeps the stamp of the frame it was made from,
            so that ``now − captured_ns`` at the sink is the measured latency.
        sequence: counts the frames of one source from 0.
        epoch: which prompt made it; grows by at least one with every prompt change. 0 for unedited frames.
        media_ns: place in the film in nanoseconds, whatever speed it is played at; None for live sources.
    """

    pixels: Pixels
    captured_ns: int
    sequence: int
    epoch: int = 0
    media_ns: int | None = None

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    def with_pixels(self, pixels: Pixels, epoch: int | None = None) -> Frame:
        """The same moment with another picture (and, if given, another epoch)."""
        return Frame(pixels, self.captured_ns, self.sequence, self.epoch if epoch is None else epoch, self.media_ns)


def as_pixels(picture: NDArray[np.generic]) -> Pixels:
    """``picture`` as contiguous pixels.

    Raises:
        ValueError: not uint8, not (H, W, 3), or empty. That is a bug of the caller, not of the user.
    """
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
        raise ValueError(f"pixels must be non-empty uint8 (H, W, 3), not {picture.dtype} {picture.shape}")
    return np.ascontiguousarray(picture, dtype=np.uint8)
