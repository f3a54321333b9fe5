"""Validation sheets: rows of pictures side by side in one PNG."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor


def save_rows(path: Path, rows: list[Tensor], most: int = 12) -> None:
    """Each row (N, 3, H, W) in −1…1; the first ``most`` pictures of every row, rows below each other."""
    stacked = torch.cat([torch.cat(list(row[:most].float().clamp(-1, 1)), dim=2) for row in rows], dim=1)
    pixels = ((stacked + 1) * 127.5).round().byte().permute(1, 2, 0).cpu().numpy()
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(pixels)).save(path)
