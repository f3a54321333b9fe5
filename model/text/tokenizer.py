"""Reading tokenizers, and the WordPiece tokenizer of MiniLM, with the errors a person should see."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer

from sanacam.model.errors import UserError
from sanacam.model.text.prompt_cleaning import clean_prompt, has_words


def read_tokenizer(path: Path, hint: str) -> Tokenizer:
    """A ``tokenizer.json``, set to neither pad nor cut.

    Raises:
        UserError: it is missing or damaged; the hint says what to do.
    """
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing more specific
        raise UserError(f"The tokenizer {path} cannot be read.", hint) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


class PromptTokenizer:
    """Text to token ids, ``[CLS] … [SEP]``, never longer than ``max_tokens``.

    Args:
        path: a ``tokenizer.json``.
        max_tokens: longest sequence, both special tokens included; at least 3.

    Raises:
        UserError: the file is damaged.
        ValueError: ``max_tokens`` leaves no room for a word, or the file names no ``[CLS]``, ``[SEP]``, ``[UNK]``.
    """

    def __init__(self, path: Path, max_tokens: int) -> None:
        if max_tokens < 3:
            raise ValueError(f"max_tokens must be at least 3, got {max_tokens}")
        self.max_tokens = max_tokens
        self._tokenizer = read_tokenizer(path, "Install the program again.")
        self._cls, self._sep, self._unknown = (self._special(token) for token in ("[CLS]", "[SEP]", "[UNK]"))

    def ids(self, prompt: str) -> list[int]:
        """Token ids of a prompt, the end cut off where it does not fit.

        Raises:
            UserError: nothing readable is in it: empty, only emoji or punctuation, or only unknown characters.
        """
        text, _ = clean_prompt(prompt)
        if not text:
            raise UserError("The prompt is empty.", "Describe the look you want, for example “watercolor painting”.")
        words = self._words(text)
        if not has_words(text) or all(token == self._unknown for token in words):
            raise UserError(
                "The prompt has no word that the model can read.",
                "Describe the look you want in plain English words, for example “watercolor painting”.",
            )
        return [self._cls, *words[: self.max_tokens - 2], self._sep]

    def fits(self, prompt: str) -> bool:
        """Whether all of the prompt is used."""
        text, cut = clean_prompt(prompt)
        return not cut and len(self._words(text)) <= self.max_tokens - 2

    def _words(self, text: str) -> list[int]:
        # Special tokens typed by hand ("[SEP]") must stay plain text, else a prompt could end the sequence early.
        plain = text.replace("[", " ").replace("]", " ")
        return list(self._tokenizer.encode(plain, add_special_tokens=False).ids)

    def _special(self, token: str) -> int:
        number: int | None = self._tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"this is not a BERT tokenizer: {token} is missing")
        return number
