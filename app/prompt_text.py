"""What may be typed as a prompt."""

from __future__ import annotations

import unicodedata

from sanacam.model.errors import UserError

# What the text encoder keeps (sanacam.model.text.prompt_cleaning); spelt out so that nobody imports torch to know.
LONGEST_PROMPT = 600


def checked_prompt(text: str) -> str:
    """``text`` with control characters and runs of white space made single spaces.

    Raises:
        UserError: empty, without any letter or digit (emoji or punctuation only), longer than ``LONGEST_PROMPT``
            characters, or holding bytes that are not text.
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
    if len(cleaned) > LONGEST_PROMPT:
        raise UserError(
            f"The prompt has {len(cleaned):,} characters; at most {LONGEST_PROMPT:,} are read.",
            "Say it in one or two sentences.",
        )
    if not any(character.isalnum() for character in cleaned):
        raise UserError(
            f"There are no words in the prompt {shorten(cleaned)}.",
            'Describe the edit in words, for example "a snowy winter day".',
        )
    return cleaned


def shorten(text: str, length: int = 60) -> str:
    """``text`` in quotes, cut to ``length`` characters, for messages."""
    return f'"{text}"' if len(text) <= length else f'"{text[: length - 1]}…"'
