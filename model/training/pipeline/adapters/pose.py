"""A pose estimator of transformers (ViTPose) and the skeletons that control a video generator."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.adapters.weights import best_device, best_dtype, weights_folder
from sanacam.model.training.pipeline.pictures import Clip, as_tensor

_MEAN, _SCALE = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
BONES = (
    (0, 1), (0, 2), (1, 3), (2, 4), (5, 6), (5, 7), (7, 9), (6, 8), (8, 10), (5, 11), (6, 12), (11, 12), (11, 13),
    (13, 15), (12, 14), (14, 16),
)  # fmt: skip
"""Between COCO's 17 points: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; left before right."""
_BATCH = 8


class PoseControl:
    """Skeletons of the person whom the mask shows (of whoever fills the picture, without one), on black.

    Args:
        model: folder of a ``VitPoseForPoseEstimation``.
        sure: least height of a point's heat map.

    Raises:
        UserError: the weights are not there.
    """

    def __init__(self, model: str, device: str | None = None, sure: float = 0.3) -> None:
        self.folder = weights_folder(model, "pose estimator", "transformers")
        self.device, self.sure = best_device(device), sure
        self._net: Any = None

    @torch.no_grad()
    def points(self, clip: Clip) -> tuple[Tensor, Tensor]:
        """(T, 17, 2) x and y in pixels, and (T, 17) how sure."""
        if self._net is None:
            from transformers import VitPoseForPoseEstimation

            net = VitPoseForPoseEstimation.from_pretrained(self.folder, dtype=best_dtype(self.device))
            self._net = net.to(self.device).eval()
        height, width = self._net.config.backbone_config.image_size
        boxes = torch.tensor([_box(clip, index, height / width) for index in range(len(clip.frames))])
        frames = as_tensor(clip.frames)
        mean, scale = (torch.tensor(v).view(1, 3, 1, 1) for v in (_MEAN, _SCALE))
        maps = []
        for start in range(0, len(frames), _BATCH):
            views = _cut((frames[start : start + _BATCH] - mean) / scale, boxes[start : start + _BATCH], height, width)
            maps.append(self._net(views.to(self.device, best_dtype(self.device))).heatmaps.float().cpu())
        heat = torch.cat(maps)
        best, place = heat.flatten(2).max(dim=2)
        rows, columns = heat.shape[-2:]
        across, down = (place % columns + 0.5) / columns, (place // columns + 0.5) / rows
        left, top, wide, high = (side[:, None] for side in boxes.unbind(1))
        return torch.stack([left + across * wide, top + down * high], dim=2), best

    def draw(self, clip: Clip) -> Picture:
        places, sure = self.points(clip)
        thick = max(2, min(clip.frames.shape[1:3]) // 80)
        drawn = np.zeros_like(clip.frames)
        for frame, points, certain in zip(drawn, places.round().int().tolist(), sure.tolist(), strict=True):
            for number, (a, b) in enumerate(BONES):
                if min(certain[a], certain[b]) >= self.sure:
                    hue = np.array([[[number * 180 // len(BONES), 255, 255]]], np.uint8)
                    colour = cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0].tolist()
                    cv2.line(frame, points[a], points[b], colour, thick, cv2.LINE_AA)
        return drawn


def _box(clip: Clip, index: int, shape: float) -> tuple[float, float, float, float]:
    """Left, top, width and height around the person, a quarter wider, with height / width = ``shape``."""
    rows, columns = clip.frames.shape[1:3]
    top, bottom, left, right = 0.0, float(rows), 0.0, float(columns)
    if clip.mask is not None:
        where = np.argwhere(clip.mask[index] > 127)
        if len(where):
            (top, left), (bottom, right) = where.min(axis=0), where.max(axis=0) + 1
    wide = 1.25 * max(right - left, (bottom - top) / shape)
    return (left + right - wide) / 2, (top + bottom - wide * shape) / 2, wide, wide * shape


def _cut(pictures: Tensor, boxes: Tensor, height: int, width: int) -> Tensor:
    """Each picture's box as (height, width); zero outside the picture."""
    rows, columns = pictures.shape[-2:]
    left, top, wide, high = boxes.unbind(1)
    theta = torch.zeros(len(boxes), 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = wide / columns, high / rows
    theta[:, 0, 2] = (2 * left + wide) / columns - 1
    theta[:, 1, 2] = (2 * top + high) / rows - 1
    grid = F.affine_grid(theta, [len(boxes), 3, height, width], align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="zeros", align_corners=False)
