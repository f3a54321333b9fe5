"""What every edit should look like on a clip, and which of them a picture comes nearest to."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sanacam.model.evaluation.clips import Clip
from sanacam.model.evaluation.metrics import Perceptual
from sanacam.model.falling_noise import CELL, FRAMES, FallingNoise
from sanacam.model.training.edits import EDITS, apply_edit

_BATCH = 16  # a multiple of the pictures of a latent frame
_CANDIDATES_AT_ONCE = 4


class Teachers:
    """The teacher edits of one clip, kept as 8-bit pictures on the device, as a screen would show them.

    Args:
        clip: the clean source.
        edits: names; those that need a person mask are left out if the clip has none.
        seed: of the stream whose falling noise the particles follow.
    """

    def __init__(self, clip: Clip, edits: list[str], device: torch.device | str, seed: int = 0) -> None:
        self.clip = clip
        self.names = [name for name in edits if clip.mask is not None or not EDITS[name].needs_mask]
        self.source = clip.frames.to(device)
        picture, person = clip.picture(device), clip.person(device)
        field = _falling(picture, seed) if any(EDITS[name].needs_field for name in self.names) else None
        self.pictures = {name: _apply(name, picture, person, field) for name in self.names}

    def of(self, name: str, strength: float = 1.0, frames: Tensor | slice = slice(None)) -> Tensor:
        """(T, 3, H, W) float32 in 0…1: the edit blended over the source by ``strength``; all or the chosen frames."""
        full = self.pictures[name][frames].float() / 255
        return full if strength == 1.0 else torch.lerp(self.source[frames].float() / 255, full, strength)


def _falling(picture: Tensor, seed: int) -> Tensor:
    """The falling noise of a stream of these pictures (1, T, 3, H, W)."""
    frames, (height, width) = picture.shape[1], picture.shape[3:]
    return FallingNoise(seed, -(-height // CELL), -(-width // CELL), picture.device).clip(-(-frames // FRAMES))


def _apply(name: str, picture: Tensor, person: Tensor | None, field: Tensor | None) -> Tensor:
    parts = []
    for start in range(0, picture.shape[1], _BATCH):
        part = slice(start, start + _BATCH)
        mask = person[:, part] if person is not None and EDITS[name].needs_mask else None
        fallen = None
        if field is not None and EDITS[name].needs_field:
            fallen = field[:, :, start // FRAMES : -(-min(start + _BATCH, picture.shape[1]) // FRAMES)]
        parts.append(apply_edit(name, picture[:, part], mask, fallen)[0].mul(255).round().byte())
    return torch.cat(parts)


@dataclass(frozen=True)
class Nearest:
    """The edits whose teacher is nearest to each frame, by L1 + LPIPS: L1 of pictures in 0…1, or in −1…1 (doubled)."""

    unit: list[str]
    doubled: list[str]


def nearest_edit(
    output: Tensor, teachers: Teachers, strength: float, frames: Tensor, perceptual: Perceptual
) -> Nearest:
    """Compares the chosen frames of ``output`` (T, 3, H, W) in 0…1 with all teachers at the same strength.

    LPIPS is never negative, so a teacher whose L1 alone exceeds the best sum so far can't win: teachers are tried in
    the order of their L1 and most are never put through the network. The answer is the same as if all were.
    """
    picture = output[frames]
    candidates = torch.stack([teachers.of(name, strength, frames) for name in teachers.names])
    l1 = (candidates - picture).abs().mean(dim=(2, 3, 4))
    scales = l1.new_tensor([1.0, 2.0]).view(2, 1, 1)
    totals = torch.full((2, *l1.shape), torch.inf, device=l1.device)
    order = l1.argsort(dim=0)
    for start in range(0, len(order), _CANDIDATES_AT_ONCE):
        rows = order[start : start + _CANDIDATES_AT_ONCE]
        columns = torch.arange(rows.shape[1], device=rows.device).expand_as(rows)
        open_ = ((scales * l1.gather(0, rows)) < totals.amin(dim=1, keepdim=True)).any(dim=0)
        if not open_.any():
            break
        rows, columns = rows[open_], columns[open_]
        distance = perceptual(picture[columns] * 2 - 1, candidates[rows, columns] * 2 - 1).float()
        totals[:, rows, columns] = scales.squeeze(2) * l1[rows, columns] + distance
    unit, doubled = totals.argmin(dim=1).tolist()
    return Nearest([teachers.names[i] for i in unit], [teachers.names[i] for i in doubled])
