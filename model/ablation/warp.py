"""Warp error: what changes in a picture besides what moves, with the motion taken from the source.

The source's optical flow (OpenCV's DIS) says where each pixel was one frame ago. The edit of that frame is carried
along it and compared with the edit of the next, where the flow can be trusted: where carrying the source itself works.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

TRUSTED = 0.06
"""Largest error of the carried source, 0…1, in any channel; beyond it the place was hidden, or the flow is wrong."""


@dataclass(frozen=True)
class Flow:
    """Motion of a clip of T frames.

    Attributes:
        grid: (T−1, H, W, 2) where each pixel of frame t+1 is in frame t, as ``grid_sample`` counts (−1…1).
        trusted: (T−1, 1, H, W) bool.
    """

    grid: Tensor
    trusted: Tensor


def source_flow(frames: Tensor, device: torch.device | str) -> Flow:
    """Flow of a clip (T, 3, H, W) uint8, T ≥ 2."""
    grey = [cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in frames.permute(0, 2, 3, 1).cpu().numpy()]
    # The stub forgets that there may be no flow to begin with.
    finder: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    backward = np.stack([finder.calc(now, before, None) for before, now in pairwise(grey)])
    height, width = grey[0].shape
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    place = torch.stack([x, y], -1) + torch.from_numpy(backward)
    grid = ((2 * place + 1) / torch.tensor([width, height]) - 1).to(device)
    pictures = frames.to(device).float() / 255
    error = (pictures[1:] - _carry(pictures[:-1], grid)).abs().amax(1, keepdim=True)
    inside = (grid.abs() <= 1).all(-1).unsqueeze(1)
    return Flow(grid, (error < TRUSTED) & inside)


def warp_error(frames: Tensor, flow: Flow) -> float:
    """Mean |frame − frame before carried along the source's motion| of (T, 3, H, W) in 0…1, over trusted pixels; 0
    where there are none."""
    error = (frames[1:] - _carry(frames[:-1], flow.grid)).abs().mean(1, keepdim=True)
    return float((error * flow.trusted).sum() / flow.trusted.sum().clamp_min(1))


def _carry(frames: Tensor, grid: Tensor) -> Tensor:
    return F.grid_sample(frames, grid.to(frames.dtype), mode="bilinear", padding_mode="border", align_corners=False)
