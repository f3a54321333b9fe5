"""Between pictures of the outside (uint8, any size) and tensors of the model (−1…1, sizes a multiple of the VAE's
stride)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

Pixels = NDArray[np.uint8]
"""RGB, shape (H, W, 3)."""


def check_picture(picture: Pixels) -> tuple[int, int]:
    """Height and width of a picture.

    Raises:
        ValueError: it is not uint8 of shape (H, W, 3).
    """
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
        raise ValueError(f"a picture must be uint8 of shape (H, W, 3), got {picture.dtype} {picture.shape}")
    return picture.shape[0], picture.shape[1]


def padded_size(height: int, width: int, multiple: int) -> tuple[int, int]:
    """Smallest multiples that hold the picture."""
    return -height % multiple + height, -width % multiple + width


def pictures_to_tensor(pictures: Sequence[Pixels], multiple: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """(1, T, 3, H', W') in −1…1, padded right and below by repeating the last column and row."""
    height, width = pictures[0].shape[:2]
    stacked = torch.from_numpy(np.stack(pictures)).to(device).permute(0, 3, 1, 2)
    frames = stacked.to(torch.float32) / 127.5 - 1.0
    tall, wide = padded_size(height, width, multiple)
    if (tall, wide) != (height, width):
        frames = F.pad(frames, (0, wide - width, 0, tall - height), mode="replicate")
    return frames.to(dtype)[None]


def tensor_to_pictures(frames: Tensor, height: int, width: int) -> list[Pixels]:
    """(1, T, 3, H', W') -> T pictures cropped to the given size; values are clamped to −1…1 and rounded."""
    cropped = frames[0, :, :, :height, :width].float()
    scaled = ((cropped + 1.0) * 127.5).round().clamp(0, 255).to(torch.uint8)
    array = scaled.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return list(array)
