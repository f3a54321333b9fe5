"""What may be typed as a prompt."""

from __future__ import annotations

import unicodedata

from sanacam.model.errors import UserError
from sanacam.model.zoo.registry import GEMMA, find_model

# What the text encoders keep (sanacam.model.text.prompt_cleaning and gemma_prompt); spelt out so that nobody imports
# torch to know.
LONGEST_PROMPT = 600
LONGEST_GEMMA_PROMPT = 60_000
_WORDS_PER_TOKEN = 0.7


def longest_prompt(model: str) -> int:
    """Characters that may be typed for a model, by its name or folder. Those read by Gemma take any length within
    reason and use the beginning (:func:`cut_note`)."""
    entry = find_model(model)
    return LONGEST_GEMMA_PROMPT if entry is not None and GEMMA in entry.parts else LONGEST_PROMPT


def checked_prompt(text: str, model: str = "") -> str:
    """``text`` with control characters and runs of white space made single spaces.

    Args:
        model: which it is for; unknown: the rule of ``mini``.

    Raises:
        UserError: empty, without any letter or digit (emoji or punctuation only), longer than :func:`longest_prompt`,
            or holding bytes that are not text.
    """
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise UserError(
            "The prompt contains bytes that are not text.", "Type it again, or check the encoding of the terminal."
        )
    cleaned = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())
    if not cleaned:
        raise UserError(
            "The prompt is empty.",
            'Say what the picture should become, for example "an oil painting", or choose a preset.',
        )
    if len(cleaned) > longest_prompt(model):
        raise UserError(
            f"The prompt has {len(cleaned):,} characters; it may have {longest_prompt(model):,}.",
            "Say it in one or two sentences.",
        )
    if not any(character.isalnum() for character in cleaned):
        raise UserError(
            f"There are no words in the prompt {shorten(cleaned)}.",
            'Describe the edit in words, for example "a snowy winter day".',
        )
    return cleaned


def cut_note(model: str, max_tokens: int) -> str:
    """What to say about a prompt of which an encoder uses only so many tokens."""
    words = round(max_tokens * _WORDS_PER_TOKEN, -1)
    return f"The prompt is long: {model} reads about its first {words:.0f} words, the rest is left out."


def shorten(text: str, length: int = 60) -> str:
    """``text`` in quotes, cut to ``length`` characters, for messages."""
    return f'"{text}"' if len(text) <= length else f'"{text[: length - 1]}…"'
