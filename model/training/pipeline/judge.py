"""The default judge: measures, and one threshold for each kind of fault."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor

from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.instructions import Instruction, fitting, recipes, render
from sanacam.model.training.pipeline.makers import NotPossibleError, Verdict
from sanacam.model.training.pipeline.measures import (
    change_ratio,
    contrast,
    flicker,
    jumps,
    kept_region,
    lag,
    luma,
    motion_kept,
    sharpness,
    spread_frames,
    structure,
    warp_error,
)
from sanacam.model.training.pipeline.pictures import Clip, as_tensor

_COMPARED_SIDE = 144
"""Sides of the middle part, in pixels, that is compared with all recipes."""

_NO_DOUBT = 0.12
"""Likeness below which no other recipe can be meant."""


@dataclass(frozen=True)
class Thresholds:
    """Found with planted faults (docs/data_pipeline.md). Distances are L1 + LPIPS of pictures in 0…1.

    Attributes:
        visible: least distance of the edit from its source.
        likeness: largest distance from the recipe's own drawing, as a share of the source's distance from it.
        nearest: how much farther the recipe asked for may be than another one.
        kept_mean, kept_worst: largest change of what was to stay.
        motion: least correlation of changes; change_least: least change relative to the source's.
        lag: how far off in time its frames may seem, as a share of the clip.
        flicker: largest jerk of mean colours. jump: largest single change over the usual.
        warp: largest warp error, relative to contrast, beyond the source's.
        structure: least correlation of coarse edges for edits of the whole picture.
        contrast: least standard deviation. light: least mean brightness.
        sharpness_low, sharpness_high: how the end of the clip may differ in sharpness from its beginning, in relation
            to the source.
    """

    visible: float = 0.06
    likeness: float = 0.4
    nearest: float = 1.1
    kept_mean: float = 0.02
    kept_worst: float = 0.08
    motion: float = 0.4
    change_least: float = 0.25
    lag: float = 0.15
    flicker: float = 0.006
    jump: float = 5.0
    warp: float = 0.12
    structure: float = 0.25
    contrast: float = 0.03
    light: float = 0.09
    sharpness_low: float = 0.75
    sharpness_high: float = 1.35


class MeasuredJudge:
    """Needs the recipe that an instruction stands for: it draws it and compares.

    Args:
        thresholds: those that differ from :class:`Thresholds`.
    """

    def __init__(self, **thresholds: float) -> None:
        self.thresholds = Thresholds(**thresholds)
        self._perceptual = LPIPS()

    def describe(self) -> dict[str, Any]:
        return {"maker": "measured", **asdict(self.thresholds)}

    def judge(self, clip: Clip, anchor: Picture, edited: Picture, instruction: Instruction) -> Verdict:
        if edited.shape != clip.frames.shape:
            return Verdict(f"quality: {edited.shape} pictures for a clip of {clip.frames.shape}", {})
        source, result = as_tensor(clip.frames), as_tensor(edited)
        scores: dict[str, float] = {}
        # Cheapest first; what has one fault is not looked at further.
        reason = (
            self._quality(source, result, scores)
            or self._temporal(clip, edited, source, result, scores)
            or self._kept(clip, source, result, instruction, scores)
            or self._instruction(clip, source, result, instruction, scores)
        )
        return Verdict(reason, {name: round(value, 4) for name, value in scores.items()})

    def _quality(self, source: Tensor, edited: Tensor, scores: dict[str, float]) -> str:
        limits, third = self.thresholds, max(1, len(edited) // 3)
        scores["contrast"] = contrast(edited)
        scores["light"] = float(luma(edited).mean())
        if scores["contrast"] < limits.contrast:
            return "quality: the picture is nearly empty"
        if scores["light"] < limits.light:
            return "quality: it is too dark to see"
        fine, own = sharpness(source) + 1e-4, sharpness(edited) + 1e-4
        ends = [float(x[-third:].mean() / x[:third].mean()) for x in (own, fine)]
        scores["sharpness_trend"] = ends[0] / ends[1]
        if scores["sharpness_trend"] < limits.sharpness_low:
            return "quality: it loses sharpness as it goes on"
        if scores["sharpness_trend"] > limits.sharpness_high:
            return "quality: it grows noisy as it goes on"
        return ""

    def _temporal(self, clip: Clip, edited: Picture, source: Tensor, result: Tensor, scores: dict[str, float]) -> str:
        limits = self.thresholds
        scores["flicker"] = flicker(source, result)
        scores["jump"] = jumps(result) / max(1.0, jumps(source))
        scores["change"] = change_ratio(source, result)
        motion = motion_kept(source, result)
        if motion is not None:
            scores["motion"] = motion
        error = warp_error(clip.frames, edited)
        own = error.source / max(contrast(source), 0.02)
        scores["warp"] = error.edited / max(contrast(result), 0.02) - own
        if scores["flicker"] > limits.flicker:
            return "temporal: brightness or colour flickers"
        if scores["jump"] > limits.jump:
            return "temporal: it jumps where the source does not"
        if motion is not None:
            scores["lag"] = lag(source, result)
            if motion < limits.motion or scores["change"] < limits.change_least or scores["lag"] > limits.lag:
                return "temporal: it does not move as the source does"
        if scores["warp"] > limits.warp:
            return "temporal: texture boils or swims"
        return ""

    def _kept(
        self, clip: Clip, source: Tensor, result: Tensor, instruction: Instruction, scores: dict[str, float]
    ) -> str:
        if instruction.kept is None:
            scores["structure"] = structure(source, result, self._shapes(clip, instruction))
            low = scores["structure"] < self.thresholds.structure
            return "kept region: the shapes of the source are lost" if low else ""
        if clip.mask is None:
            raise NotPossibleError("no mask: what was to stay cannot be told without a person mask")
        mask = as_tensor(clip.mask)
        kept = kept_region(source, result, mask if instruction.kept == "person" else 1 - mask)
        if kept is None:
            return ""
        scores["kept_mean"], scores["kept_worst"] = kept.mean, kept.worst
        if kept.mean > self.thresholds.kept_mean or kept.worst > self.thresholds.kept_worst:
            return f"kept region: the {instruction.kept} changed, which was to stay"
        return ""

    def _shapes(self, clip: Clip, instruction: Instruction) -> Tensor | None:
        """Where the source's shapes must be found again: on the person only, if the background is replaced."""
        recipe = recipes().get(instruction.name) if instruction.recipe else None
        grounds = recipe is not None and any(recipes()[step.edit].kept == "person" for step in recipe.steps)
        return as_tensor(clip.mask) if grounds and clip.mask is not None else None

    def _instruction(
        self, clip: Clip, source: Tensor, result: Tensor, instruction: Instruction, scores: dict[str, float]
    ) -> str:
        if not instruction.recipe:
            raise NotPossibleError("no judge: a free instruction needs a judge that reads, such as 'vlm'")
        limits, chosen = self.thresholds, spread_frames(len(source), 2)
        before, after = source[chosen], result[chosen]
        mask = None if clip.mask is None else as_tensor(clip.mask)[chosen]
        asked = render(recipes()[instruction.name], before, mask, instruction.strength)
        scores["visible"] = self._distance(after, before)
        scores["distance"] = self._distance(after, asked)
        if scores["visible"] < limits.visible:
            return "instruction: the edit can hardly be seen on this clip"
        scores["likeness"] = scores["distance"] / (self._distance(before, asked) + 1e-4)
        if scores["likeness"] > limits.likeness:
            return "instruction: it is not the edit that was asked for"
        if scores["likeness"] < _NO_DOUBT:
            return ""
        part, masks = _middle(after), None if mask is None else _middle(mask)
        mine = self._distance(part, render(recipes()[instruction.name], _middle(before), masks, instruction.strength))
        for name in fitting(recipes(), masked=mask is not None):
            drawn = render(recipes()[name], _middle(before), masks, instruction.strength)
            # Distances only grow by their perceptual part: most need not be put through the network.
            if name == instruction.name or limits.nearest * float((drawn - part).abs().mean()) >= mine:
                continue
            if limits.nearest * self._distance(part, drawn) < mine:
                return f"instruction: it looks more like {name}"
        return ""

    def _distance(self, a: Tensor, b: Tensor) -> float:
        return float((a - b).abs().mean() + self._perceptual(a * 2 - 1, b * 2 - 1).mean())


def _middle(pictures: Tensor) -> Tensor:
    """The middle, cut along multiples of 16, to which the edits' grids are anchored; its scale stays."""
    parts = []
    for side in pictures.shape[-2:]:
        start = max(0, (side - _COMPARED_SIDE) // 32 * 16)
        parts.append(slice(start, start + _COMPARED_SIDE))
    return pictures[..., parts[0], parts[1]]
