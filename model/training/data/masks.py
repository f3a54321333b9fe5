"""Person masks for training data: selfie segmentation, cleaned by a guided filter and smoothed over time.

The segmenter (MediaPipe, Apache-2.0) is a tool of the data preparation only; the trained model does its edits without
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.training.data.carrier import Picture

Probability = npt.NDArray[np.float32]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


class PersonSegmenter:
    """Person probability of single pictures, from MediaPipe's TFLite files.

    The selfie model sees the whole picture; a person who fills little of it is looked at again, close up, by the pose
    model, which knows whole bodies.

    Args:
        selfie: ``selfie_segmentation.tflite``.
        pose: ``pose_landmark_full.tflite``, for its segmentation output.

    Raises:
        UserError: the TFLite runtime is not installed.
    """

    def __init__(self, selfie: bytes, pose: bytes) -> None:
        self._selfie = _Network(selfie)
        self._pose = _Network(pose)
        self._body: Box | None = None

    def restart(self) -> None:
        """Forgets where the person was: the next picture belongs to another clip."""
        self._body = None

    def __call__(self, picture: Picture) -> Probability:
        """Probability (H, W) of a picture (H, W, 3) that follows the one before."""
        image = Image.fromarray(picture)
        size = (image.height, image.width)
        near = self._body
        if near is None:
            first = resize(self._selfie(image)[(1, 256, 256, 1)][0, :, :, 0].clip(0, 1), size)
            near = _person_box(first)
            if near is None or first.mean() > 0.15:
                return first
        outputs = self._pose(image.crop(near))
        if outputs[1, 1].item() < 0.7:
            self._body = None
            return self._paste_selfie(image, near)
        logits = outputs[1, 256, 256, 1][0, :, :, 0].clip(-30, 30)
        mask = _paste(1 / (1 + np.exp(-logits)), near, size)
        self._body = _person_box(mask)
        return mask

    def _paste_selfie(self, image: Image.Image, box: Box) -> Probability:
        part = self._selfie(image.crop(box))[(1, 256, 256, 1)][0, :, :, 0].clip(0, 1)
        return _paste(part, box, (image.height, image.width))


class _Network:
    """A TFLite network of one square picture; its outputs are found by their shapes."""

    def __init__(self, model: bytes) -> None:
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError:
            raise UserError(
                "Person masks need the TFLite runtime.", "Install it: pip install ai-edge-litert."
            ) from None
        self._net: Any = Interpreter(model_content=model, num_threads=2)
        self._net.allocate_tensors()
        self._input = self._net.get_input_details()[0]

    def __call__(self, image: Image.Image) -> dict[tuple[int, ...], Probability]:
        _, height, width, _ = self._input["shape"]
        small = image.resize((width, height), Image.Resampling.BILINEAR)
        self._net.set_tensor(self._input["index"], np.asarray(small, np.float32)[None] / 255)
        self._net.invoke()
        return {
            tuple(int(n) for n in d["shape"]): self._net.get_tensor(d["index"]) for d in self._net.get_output_details()
        }


def _paste(part: Probability, box: Box, size: tuple[int, int]) -> Probability:
    """A mask of the square ``box``, which may reach over the border, in a picture of ``size`` (height, width)."""
    left, top, right, bottom = box
    scaled = resize(part.astype(np.float32), (bottom - top, right - left))
    whole = np.zeros(size, np.float32)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(size[1], right), min(size[0], bottom)
    whole[y0:y1, x0:x1] = scaled[y0 - top : y1 - top, x0 - left : x1 - left]
    return whole


def _person_box(mask: Probability, margin: float = 0.3) -> Box | None:
    """Square around what is probably a person, or None if nobody is there."""
    rows, columns = np.where(mask > 0.3)
    if rows.size < 0.002 * mask.size:
        return None
    top, bottom = np.quantile(rows, (0.01, 0.99))
    left, right = np.quantile(columns, (0.01, 0.99))
    side = max(bottom - top, right - left) * (1 + 2 * margin)
    x, y = (left + right - side) / 2, (top + bottom - side) / 2
    return round(x), round(y), round(x + side), round(y + side)


def resize(mask: Probability, size: tuple[int, int]) -> Probability:
    tensor = torch.from_numpy(np.ascontiguousarray(mask))[None, None]
    scaled: Probability = F.interpolate(tensor, size=size, mode="bilinear", align_corners=False, antialias=True)[
        0, 0
    ].numpy()
    return scaled


def box_mean(x: Tensor, radius: int) -> Tensor:
    """Mean over a (2·radius + 1)² window of (N, C, H, W), the border taken only as far as it goes."""
    size = 2 * radius + 1
    rows = F.avg_pool2d(x, (1, size), stride=1, padding=(0, radius), count_include_pad=False)
    return F.avg_pool2d(rows, (size, 1), stride=1, padding=(radius, 0), count_include_pad=False)


def guided_filter(mask: Tensor, guide: Tensor, radius: int, eps: float) -> Tensor:
    """Fits the mask to the edges of the guide (He et al. 2010, grey guide). Both (N, 1, H, W), 0…1."""
    mean_g, mean_m = box_mean(guide, radius), box_mean(mask, radius)
    covariance = box_mean(guide * mask, radius) - mean_g * mean_m
    variance = box_mean(guide * guide, radius) - mean_g * mean_g
    slope = covariance / (variance + eps)
    offset = mean_m - slope * mean_g
    return (box_mean(slope, radius) * guide + box_mean(offset, radius)).clamp(0, 1)


def smooth_in_time(masks: Tensor) -> Tensor:
    """Median of three frames against flicker, then a light binomial blur. (T, …)."""
    if masks.shape[0] < 3:
        return masks
    before = torch.cat([masks[:1], masks[:-1]])
    after = torch.cat([masks[1:], masks[-1:]])
    steady = torch.stack([before, masks, after]).median(dim=0).values
    before = torch.cat([steady[:1], steady[:-1]])
    after = torch.cat([steady[1:], steady[-1:]])
    return 0.2 * before + 0.6 * steady + 0.2 * after


def person_masks(frames: Sequence[Picture], segmenter: PersonSegmenter, shrink: int = 2) -> list[Picture]:
    """Masks (H / shrink, W / shrink), 0…255, of frames (H, W, 3) that follow each other."""
    segmenter.restart()
    raw = torch.stack([torch.from_numpy(segmenter(frame)) for frame in frames])[:, None]
    raw = smooth_in_time(raw)
    out: list[Picture] = []
    for index, frame in enumerate(frames):
        guide = torch.from_numpy(frame).float().mul_(1 / 255).mean(dim=-1)[None, None]
        radius = max(2, min(frame.shape[:2]) // 48)
        fine = guided_filter(raw[index : index + 1], guide, radius, 1e-3)
        # The segmenter's soft rim is far wider than the true one: keep the middle of the ramp.
        fine = ((fine - 0.15) / 0.7).clamp(0, 1)
        size = (frame.shape[0] // shrink, frame.shape[1] // shrink)
        small = F.interpolate(fine, size=size, mode="area")[0, 0]
        out.append((small * 255).round().to(torch.uint8).numpy())
    return out
