"""Every wording for training the text encoder, each with the class it belongs to: an edit at one strength."""

from __future__ import annotations

from dataclasses import dataclass

from sanacam.model.training.prompts.taxonomy import Prompt
from sanacam.model.training.prompts.unknown import unknown_training
from sanacam.model.training.prompts.wordings import edit_names, normalised, training_prompts, vocabulary

PromptClass = tuple[str, float]


@dataclass(frozen=True)
class EncoderWordings:
    """Attributes:
    english: wordings the encoder already reads; they tell where the classes lie.
    foreign: German wordings, and unknown prompts in any language, which have to be brought there.
    """

    english: list[Prompt]
    foreign: list[Prompt]

    def classes(self) -> dict[PromptClass, int]:
        """Every (edit, strength) that English wordings have, numbered."""
        return {name: number for number, name in enumerate(dict.fromkeys(map(prompt_class, self.english)))}


def prompt_class(prompt: Prompt) -> PromptClass:
    return prompt.edit, prompt.strength


def encoder_wordings(templates: int) -> EncoderWordings:
    """All of them; ``templates``: template wordings an edit and language, more than the prompt bank takes."""
    english = [p for edit in edit_names() for p in training_prompts(edit, templates)]
    german = [p for edit in vocabulary("de") for p in training_prompts(edit, templates, "de")]
    known = {normalised(p.text) for p in english}
    unknown = [p for p in unknown_training() if normalised(p.text) not in known]
    return EncoderWordings(english, german + unknown)
