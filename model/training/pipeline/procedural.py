"""Default makers that need no weights: the recipes as image editor, optical flow as propagator."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.flow import FlowEstimator, agreement, fetch_along, then
from sanacam.model.training.pipeline.instructions import Instruction, recipes, render
from sanacam.model.training.pipeline.makers import NotPossibleError
from sanacam.model.training.pipeline.pictures import Clip, as_pictures, as_tensor

PAINTED = frozenset(("pencil", "charcoal", "linocut", "comic", "anime", "oil", "watercolor", "neon"))
"""Edits whose strokes belong to the things in the picture. Screens, dots and tiles belong to the glass before it, and
colours need no steadying."""
_BATCH = 16


def draw_recipe(clip: Clip, instruction: Instruction) -> Picture:
    """All frames by the recipe, each on its own.

    Raises:
        NotPossibleError: there is no such recipe, or no mask for it.
    """
    recipe = recipes().get(instruction.name) if instruction.recipe else None
    if recipe is None:
        raise NotPossibleError(f"no recipe: nothing here can draw {instruction.name!r} without a model")
    if recipe.needs_mask and clip.mask is None:
        raise NotPossibleError("no mask: the edit needs a person mask, and the clip has none")
    parts = []
    for start in range(0, len(clip.frames), _BATCH):
        part = slice(start, start + _BATCH)
        mask = None if clip.mask is None else as_tensor(clip.mask[part])
        parts.append(as_pictures(render(recipe, as_tensor(clip.frames[part]), mask, instruction.strength)))
    return np.concatenate(parts)


class RecipeEditor:
    """Image editor: draws the recipe."""

    def describe(self) -> dict[str, Any]:
        return {"maker": "recipe"}

    def edit(self, clip: Clip, instruction: Instruction) -> Picture:
        return draw_recipe(clip.first(1), instruction)[0]


class RedrawPropagator:
    """Draws the recipe on every frame and steadies strokes: where the source's flow can be trusted, part of the frame
    before is carried along.

    Args:
        carry: largest share that is carried along, 0…1.
    """

    def __init__(self, carry: float = 0.6) -> None:
        self.carry = carry
        self._flow = FlowEstimator()

    def describe(self) -> dict[str, Any]:
        return {"maker": "redraw", "carry": self.carry}

    def propagate(self, clip: Clip, anchor: Picture, instruction: Instruction) -> Picture:
        drawn = draw_recipe(clip, instruction)
        painted = any(step.edit in PAINTED for step in recipes()[instruction.name].steps)
        if not painted or not self.carry:
            return drawn
        result = [anchor]
        for index in range(1, len(drawn)):
            here, before = clip.frames[index], clip.frames[index - 1]
            flow = self._flow.between(here, before)
            trust = self.carry * agreement(here, before, flow)[..., None]
            carried = fetch_along(result[-1], flow)
            result.append(_rounded(drawn[index] + trust * (carried - drawn[index])))
        return np.stack(result)


class CarryPropagator:
    """Carries the anchor alone along the source's flow, whoever edited it; what comes into view gets the anchor's
    colours by a map from source to edited colours. For short clips: flows add up, and so do their errors.

    Args:
        tolerance: colour difference (0…1) at which what the flow points to is trusted by a third.
    """

    def __init__(self, tolerance: float = 0.08) -> None:
        self.tolerance = tolerance
        self._flow = FlowEstimator()

    def describe(self) -> dict[str, Any]:
        return {"maker": "carry", "tolerance": self.tolerance}

    def propagate(self, clip: Clip, anchor: Picture, instruction: Instruction) -> Picture:
        first = clip.frames[0]
        colours = _colour_map(first, anchor)
        result = [anchor]
        to_first = np.zeros((*first.shape[:2], 2), np.float32)
        for index in range(1, len(clip.frames)):
            here = clip.frames[index]
            to_first = then(self._flow.between(here, clip.frames[index - 1]), to_first)
            trust = agreement(here, first, to_first, self.tolerance)[..., None]
            filled = _colour_terms(here) @ colours * 255
            result.append(_rounded(filled + trust * (fetch_along(anchor, to_first) - filled)))
        return np.stack(result)


def _rounded(picture: npt.NDArray[np.floating]) -> Picture:
    return picture.round().clip(0, 255).astype(np.uint8)


def _colour_terms(picture: Picture) -> npt.NDArray[np.float64]:
    """(H, W, 10): the terms of a quadratic in red, green and blue."""
    r, g, b = np.moveaxis(picture.astype(np.float64) / 255, -1, 0)
    return np.stack([np.ones_like(r), r, g, b, r * r, g * g, b * b, r * g, g * b, r * b], axis=-1)


def _colour_map(source: Picture, edited: Picture) -> npt.NDArray[np.float64]:
    """(10, 3): the quadratic that best turns one picture's colours (0…1) into the other's, a little pulled to zero."""
    terms, wanted = _colour_terms(source).reshape(-1, 10), edited.reshape(-1, 3) / 255
    normal = terms.T @ terms + 1e-3 * len(terms) * np.eye(10)
    return np.linalg.solve(normal, terms.T @ wanted).astype(np.float64)
