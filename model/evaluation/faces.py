"""Whether a face stays itself: distance of deep features on the face, from the source's, against the teacher's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.evaluation.metrics import Perceptual

_FACE_SIDE = 128
_PERSON = 0.5
_HEAD_SHARE = 0.9
"""Height of the crop as a share of the width of what is above the shoulders."""
LEAST_DISTANCE = 0.05
"""Teachers that hardly touch a face would make any ratio large: they count as this far away."""


@dataclass(frozen=True)
class FaceDistance:
    """LPIPS on the face, of one streamed clip: output to source and teacher to source."""

    edit: str
    clip: str
    output: float
    teacher: float

    def to_dict(self) -> dict[str, Any]:
        return {"edit": self.edit, "clip": self.clip, "output": self.output, "teacher": self.teacher}


def face_box(mask: Tensor) -> tuple[int, int, int, int] | None:
    """(top, bottom, left, right) of the head of a person mask (H, W) in 0…1: a square from the crown down, as wide as
    the upper third of the person; None where nobody is."""
    person = mask > _PERSON
    rows = person.any(dim=1).nonzero()
    if len(rows) < 8:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    upper = person[top : top + max((bottom - top) // 3, 4)].any(dim=0).nonzero()
    left, right = int(upper[0]), int(upper[-1]) + 1
    side = max(right - left, 16)
    return top, min(bottom, top + round(side / _HEAD_SHARE)), left, right


def face_distance(
    edit: str, clip: str, frames: tuple[Tensor, Tensor, Tensor], mask: Tensor, perceptual: Perceptual
) -> FaceDistance | None:
    """Source, output and teacher frames (T, 3, H, W) in 0…1 with their masks (T, 1, H, W); None without a face."""
    crops: list[list[Tensor]] = [[], [], []]
    for index, person in enumerate(mask[:, 0]):
        box = face_box(person)
        if box is None:
            continue
        top, bottom, left, right = box
        for kept, clips in zip(crops, frames, strict=True):
            crop = clips[index : index + 1, :, top:bottom, left:right]
            kept.append(F.interpolate(crop, size=(_FACE_SIDE, _FACE_SIDE), mode="bilinear", align_corners=False))
    if not crops[0]:
        return None
    source, output, teacher = (torch.cat(kept) * 2 - 1 for kept in crops)
    return FaceDistance(
        edit, clip, float(perceptual(output, source).float().mean()), float(perceptual(teacher, source).float().mean())
    )


def face_ratios(faces: list[FaceDistance]) -> dict[str, float]:
    """Output's distance over the teacher's, for each edit over its clips."""
    found: dict[str, list[FaceDistance]] = {}
    for face in faces:
        found.setdefault(face.edit, []).append(face)
    return {
        edit: sum(f.output for f in mine) / max(sum(f.teacher for f in mine), LEAST_DISTANCE * len(mine))
        for edit, mine in found.items()
    }
