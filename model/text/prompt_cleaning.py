"""Make any typed or pasted text safe to tokenise."""

from __future__ import annotations

import unicodedata

#: Characters kept after cleaning: far above what 32 tokens hold in practice, and few enough to tokenise at once.
MAX_CHARACTERS = 600


def clean_prompt(prompt: str) -> tuple[str, bool]:
    """Fold compatibility forms (NFKC), drop control characters and lone surrogates, collapse white space, cut.

    Args:
        prompt: any string, of any length.

    Returns:
        ``(text, cut)``: at most ``MAX_CHARACTERS`` characters, and whether anything was cut off the end.
    """
    text = " ".join(prompt.split())
    cut = len(text) > MAX_CHARACTERS
    # Cut before folding: NFKC may make one character into eighteen, and hardly ever shortens a text.
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])
    text = "".join(_printable(character) for character in text)
    text = " ".join(text.split())
    return text[:MAX_CHARACTERS].rstrip(), cut or len(text) > MAX_CHARACTERS


def has_words(text: str) -> bool:
    """Whether there is at least one letter or digit of any script."""
    return any(character.isalnum() for character in text)


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    # Format marks (zero-width joiners, direction marks), surrogates, private-use and unassigned points carry no words.
    return "" if category in ("Cf", "Cs", "Co", "Cn") else character
