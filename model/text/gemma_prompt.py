"""How the released model's prompts become Gemma tokens: the prefix, the length, and which positions are kept.

The prefix asks a language model to write a better prompt, but nothing is generated: the features of the prompt, read
after the prefix, are the text that the DiT sees.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sanacam.model.errors import UserError
from sanacam.model.text.gemma_weights import GET_AGAIN
from sanacam.model.text.tokenizer import read_tokenizer

PREFIX = "\n".join(
    (
        'Given a user prompt, generate an "Enhanced prompt" that provides detailed visual descriptions suitable for'
        " image generation. Evaluate the level of detail in the user prompt:",
        "- If the prompt is simple, focus on adding specifics about colors, shapes, sizes, textures, and spatial"
        " relationships to create vivid and concrete scenes.",
        "- If the prompt is already detailed, refine and enhance the existing details slightly without"
        " overcomplicating.",
        "Please generate only the enhanced description for the prompt below and avoid including any additional"
        " commentary or evaluations:",
        "User Prompt: ",
    )
)
MAX_CHARACTERS = 60_000
"""Longer prompts are cut here before they are tokenised: 200 characters a token and more, far above any text."""


class PromptTokens(NamedTuple):
    """``ids``: what the network reads, without padding. ``kept``: the positions whose features are handed on.
    ``cut``: whether the end of the prompt was left out."""

    ids: list[int]
    kept: list[int]
    cut: bool


def stripped(prompt: str) -> str:
    """The prompt without white space around it and without lone surrogates, which no tokenizer takes."""
    return prompt.strip()[:MAX_CHARACTERS].encode("utf-8", "ignore").decode("utf-8").strip()


def prompt_text(prompt: str, motion_score: int = 0) -> str:
    """The prompt as the released pipeline writes it: stripped, the motion score behind it if it is above 0.

    Raises:
        UserError: nothing visible is in it.
    """
    text = stripped(prompt)
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise UserError("The prompt is empty.", "Describe the look you want, for example “watercolor painting”.")
    return f"{text} motion score: {motion_score}." if motion_score > 0 else text


class GemmaPromptTokenizer:
    """``tokenizer.json`` of Gemma 2, with the selection of the released pipeline.

    Args:
        path: a ``tokenizer.json``.
        max_tokens: L, positions kept, ``<bos>`` included; at least 2.

    Raises:
        UserError: the file is missing, damaged or of another tokenizer.
        ValueError: ``max_tokens`` leaves no room for a prompt.
    """

    def __init__(self, path: Path, max_tokens: int) -> None:
        if max_tokens < 2:
            raise ValueError(f"max_tokens must be at least 2, got {max_tokens}")
        self.max_tokens = max_tokens
        self._tokenizer = read_tokenizer(path, GET_AGAIN)
        bos: int | None = self._tokenizer.token_to_id("<bos>")
        if bos is None:
            raise UserError(f"{path} is not the tokenizer of Gemma 2: it has no <bos>.", GET_AGAIN)
        self._bos = bos
        self.prefix_length = len(self._ids(PREFIX))

    def after_prefix(self, text: str) -> PromptTokens:
        """Prefix and prompt: at most ``prefix_length + L − 2`` tokens, of which ``<bos>`` and the last L − 1 *places*
        are kept, that is, everything from the last token of the prefix on."""
        ids = self._ids(PREFIX + text)
        longest = self.prefix_length + self.max_tokens - 2
        places = (0, *range(self.prefix_length - 1, longest))
        return PromptTokens(ids[:longest], [place for place in places if place < len(ids)], len(ids) > longest)

    def alone(self, text: str) -> PromptTokens:
        """A text without the prefix, as negative prompts are read: the first L tokens, all kept."""
        ids = self._ids(text)
        kept = ids[: self.max_tokens]
        return PromptTokens(kept, list(range(len(kept))), len(ids) > self.max_tokens)

    def _ids(self, text: str) -> list[int]:
        return [self._bos, *self._tokenizer.encode(text, add_special_tokens=False).ids]
