"""Instructions and the procedural recipes behind them, by the paper's taxonomy.

A recipe is one or several teacher edits, each applied to the whole picture or to the person in it; so the whole
taxonomy can be made from :data:`EDITS` and person masks. An instruction made by a language model has no recipe.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product
from typing import Any, Literal

import torch
from torch import Tensor

from sanacam.model.training.edits import EDITS, apply_edit

Family = Literal["local_human", "background", "style", "weather_light", "composite"]
FAMILIES: tuple[Family, ...] = ("local_human", "background", "style", "weather_light", "composite")
Region = Literal["all", "person"]

WEATHER_LIGHT = ("golden_hour", "moonlit_night", "winter", "autumn", "underwater")
PERSON_LOOKS = ("noir", "sepia", "pencil", "charcoal", "comic", "oil", "thermal", "xray", "neon", "pop_duotone")
"""Looks that also make sense on the person alone."""
COMPOSITE_GROUNDS = ("bg_blur", "bg_mono", "bg_studio", "green_screen")
COMPOSITE_LIGHTS = ("golden_hour", "moonlit_night", "winter")
COMPOSITE_PERSONS = ("pencil", "pop_duotone")


@dataclass(frozen=True)
class Step:
    """One edit and where it goes."""

    edit: str
    where: Region = "all"


@dataclass(frozen=True)
class Recipe:
    """A procedural edit.

    Attributes:
        steps: applied one after the other.
        kept: the part of the picture that must stay as it was; None: all of it may change.
    """

    name: str
    family: Family
    steps: tuple[Step, ...]
    kept: Literal["person", "background"] | None = None

    @property
    def needs_mask(self) -> bool:
        return any(step.where != "all" or EDITS[step.edit].needs_mask for step in self.steps)


@dataclass(frozen=True)
class Instruction:
    """What is asked of a pair.

    Attributes:
        name: of the recipe, or a short name of a free instruction.
        forward: wordings that ask for the edit, equal in meaning; the first is the pair's own.
        inverse: wordings that ask for its undoing; none where nobody has written one.
        strength: blend of the edit over the source that the wording asks for, 0…1.
        kept: as in :class:`Recipe`.
        recipe: whether :func:`recipes` knows ``name``.
    """

    name: str
    family: Family
    forward: tuple[str, ...]
    inverse: tuple[str, ...]
    strength: float = 1.0
    kept: Literal["person", "background"] | None = None
    recipe: bool = True

    def as_meta(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_meta(cls, meta: dict[str, Any]) -> Instruction:
        return cls(**{**meta, "forward": tuple(meta["forward"]), "inverse": tuple(meta["inverse"])})


@cache
def recipes() -> dict[str, Recipe]:
    """All recipes by name; edits that are new in :data:`EDITS` come by themselves."""
    found: list[Recipe] = []
    for name, edit in EDITS.items():
        # Particles are drawn by a stream's noise, which a stored pair does not have.
        if edit.family == "identity" or edit.needs_field:
            continue
        if edit.family == "mask":
            # What else a masked edit may change is not written down; those of the background are called so.
            ground = name.startswith("bg_") or name == "green_screen"
            family: Family = "background" if ground else "local_human"
            found.append(Recipe(name, family, (Step(name),), "person" if ground else "background"))
        else:
            found.append(Recipe(name, "weather_light" if name in WEATHER_LIGHT else "style", (Step(name),)))
    known = {recipe.name for recipe in found}
    found += [
        Recipe(f"person_{name}", "local_human", (Step(name, "person"),), "background")
        for name in PERSON_LOOKS
        if name in known
    ]
    found += [
        Recipe(f"{ground}_and_{light}", "composite", (Step(ground), Step(light)))
        for ground, light in product(COMPOSITE_GROUNDS, COMPOSITE_LIGHTS)
        if {ground, light} <= known
    ]
    found += [
        Recipe(f"person_{look}_and_{ground}", "composite", (Step(look, "person"), Step(ground)))
        for look, ground in product(COMPOSITE_PERSONS, COMPOSITE_GROUNDS)
        if {ground, look} <= known
    ]
    return {recipe.name: recipe for recipe in found}


def fitting(names: Iterable[str], *, masked: bool) -> list[str]:
    """Those of the recipes that can be made on a clip with or without a person mask."""
    return [name for name in names if masked or not recipes()[name].needs_mask]


@torch.no_grad()
def render(recipe: Recipe, frames: Tensor, mask: Tensor | None, strength: float = 1.0) -> Tensor:
    """Frames (T, 3, H, W) in 0…1 as the recipe has them; each frame on its own.

    Args:
        mask: (T, 1, H, W) person probability.

    Raises:
        ValueError: the recipe needs a mask and there is none.
    """
    if recipe.needs_mask and mask is None:
        raise ValueError(f"the recipe {recipe.name} needs a person mask")
    picture = frames
    for step in recipe.steps:
        given = None if mask is None or not EDITS[step.edit].needs_mask else mask[None]
        edited = apply_edit(step.edit, picture[None], given)[0]
        if step.where != "all":
            assert mask is not None
            # The rim of a mask is wider than the true one: keep the middle of its ramp.
            matte = ((mask - 0.2) / 0.6).clamp(0, 1)
            edited = torch.lerp(picture, edited, matte)
        picture = edited
    return torch.lerp(frames, picture, strength)
