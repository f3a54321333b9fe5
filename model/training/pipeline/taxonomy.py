"""The default instructor: the taxonomy, with the wordings that training has for each edit."""

from __future__ import annotations

from random import Random
from typing import Any

from sanacam.model.errors import UserError
from sanacam.model.training.pipeline.instructions import FAMILIES, Family, Instruction, Recipe, Step, fitting, recipes
from sanacam.model.training.pipeline.pictures import Clip
from sanacam.model.training.prompts import inverse_prompts, training_prompts
from sanacam.model.training.prompts.taxonomy import EditWords
from sanacam.model.training.prompts.wordings import vocabulary

PARAPHRASES = 4
"""Forward wordings that an instruction carries, and as many inverse ones."""

_PERSON_FORWARD = (
    "turn only the person into {thing}",
    "make just the person {look}",
    "show the person as {thing}",
    "{thing}, but only on the person",
    "the person becomes {thing}",
)
_ROOM_KEPT = ("", "", ", leave the room as it is", " while everything else stays real")
"""Ends of an instruction that is about the person alone."""
_PERSON_INVERSE = (
    "show the person as they really are",
    "remove the effect from the person",
    "bring back the real person",
    "undo what was done to the person, keep the rest",
)


class TaxonomyInstructor:
    """Goes round the families that fit the clip, so that each gets its share.

    Args:
        families: those to ask for.
        edits: recipes to choose from (default: all).

    Raises:
        UserError: one that does not exist.
    """

    def __init__(self, families: list[Family] | None = None, edits: list[str] | None = None) -> None:
        self.families = tuple(families or FAMILIES)
        self.edits = tuple(edits) if edits else tuple(recipes())
        for name, given, known in (("families", self.families, FAMILIES), ("edits", self.edits, tuple(recipes()))):
            if strange := [str(one) for one in given if one not in known]:
                raise UserError(f"[instruct] {name} has {', '.join(strange)}.", f"There is {', '.join(known)}.")

    def describe(self) -> dict[str, Any]:
        return {"maker": "taxonomy", "families": list(self.families), "edits": list(self.edits)}

    def instruct(self, clip: Clip, count: int, chance: Random) -> list[Instruction]:
        able = fitting(self.edits, masked=clip.mask is not None)
        queues = []
        for family in self.families:
            names = [name for name in able if recipes()[name].family == family and _worded(recipes()[name])]
            chance.shuffle(names)
            queues.append(names)
        chance.shuffle(queues)
        chosen: list[str] = []
        while len(chosen) < count and any(queues):
            for queue in queues:
                if queue and len(chosen) < count:
                    chosen.append(queue.pop())
        return [instruction_for(recipes()[name], chance) for name in chosen]


def instruction_for(recipe: Recipe, chance: Random) -> Instruction:
    """An instruction for a recipe, in wordings drawn at random.

    Raises:
        KeyError: an edit of it has no words.
    """
    strength = 1.0
    if len(recipe.steps) == 1 and recipe.steps[0].where == "all":
        prompts = training_prompts(recipe.steps[0].edit)
        strength = chance.choice(prompts).strength
        texts = [prompt.text for prompt in prompts if prompt.strength == strength]
        forward = tuple(chance.sample(texts, min(PARAPHRASES, len(texts))))
    else:
        ends = _ROOM_KEPT if recipe.kept == "background" else ("",)
        forward = tuple(
            " and ".join(_asks(step, chance) for step in recipe.steps) + chance.choice(ends) for _ in range(PARAPHRASES)
        )
    undone = [_undoings(step, chance) for step in recipe.steps]
    # Undoing begins with what was done last.
    inverse = tuple(" and ".join(parts) for parts in zip(*reversed(undone), strict=True)) if all(undone) else ()
    return Instruction(
        recipe.name, recipe.family, tuple(dict.fromkeys(forward)), tuple(dict.fromkeys(inverse)), strength, recipe.kept
    )


def _worded(recipe: Recipe) -> bool:
    return all(step.edit in vocabulary() for step in recipe.steps)


def _asks(step: Step, chance: Random) -> str:
    words: EditWords = vocabulary()[step.edit]
    if step.where == "all":
        return chance.choice(words.acts)
    return chance.choice(_PERSON_FORWARD).format(thing=chance.choice(words.things), look=chance.choice(words.looks))


def _undoings(step: Step, chance: Random) -> list[str]:
    """As many inverse wordings as an instruction carries; none if nobody wrote any."""
    if step.where == "person":
        return chance.sample(_PERSON_INVERSE, PARAPHRASES)
    try:
        texts = [prompt.text for prompt in inverse_prompts(step.edit)]
    except KeyError:
        return []
    return chance.choices(texts, k=PARAPHRASES)
