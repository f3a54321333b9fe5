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


def pictures_to_tensor(
    pictures: Sequence[Pixels], size: tuple[int, int], device: torch.device, dtype: torch.dtype
) -> Tensor:
    """(1, T, 3, *size) in −1…1; pictures smaller than ``size`` (height, width) are padded right and below by repeating
    their last column and row."""
    height, width = pictures[0].shape[:2]
    staged = _staging((len(pictures), height, width, 3), device)
    for place, picture in zip(staged.numpy(), pictures, strict=True):
        np.copyto(place, picture)
    frames = staged.to(device, non_blocking=True).permute(0, 3, 1, 2).to(torch.float32) / 127.5 - 1.0
    if size != (height, width):
        frames = F.pad(frames, (0, size[1] - width, 0, size[0] - height), mode="replicate")
    return frames.to(dtype)[None]


def tensor_to_pictures(frames: Tensor, height: int, width: int) -> list[Pixels]:
    """(1, T, 3, H', W') -> T pictures cropped to the given size; values are clamped to −1…1 and rounded."""
    cropped = frames[0, :, :, :height, :width].float()
    scaled = ((cropped + 1.0) * 127.5).round().clamp(0, 255).to(torch.uint8)
    pictures = scaled.permute(0, 2, 3, 1).contiguous()
    if pictures.is_cuda:
        pictures = _staging(pictures.shape, pictures.device).copy_(pictures)
    return list(pictures.numpy())


def _staging(shape: Sequence[int], device: torch.device) -> Tensor:
    """Main memory for pictures that go to or come from ``device``. For a card it is pinned, and comes from PyTorch's
    cache of such memory, which takes it back once nothing looks at it any more: no page is touched for the first time,
    and the card copies by itself."""
    return torch.empty(*shape, dtype=torch.uint8, pin_memory=device.type == "cuda")
