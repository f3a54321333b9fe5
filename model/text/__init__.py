"""Prompts become token features here: the protocol of text encoders, the small one that ships with ``mini``, and
Gemma for the released models."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from torch import Tensor

from sanacam.model.text.gemma import GemmaEncoder
from sanacam.model.text.minilm import MiniLMEncoder

__all__ = ["GemmaEncoder", "MiniLMEncoder", "TextEncoder"]


@runtime_checkable
class TextEncoder(Protocol):
    """What the engine asks of a text encoder.

    Attributes:
        max_tokens: L, the fixed length of every encoding (special tokens included).
        width: D, features a token.
    """

    @property
    def max_tokens(self) -> int: ...

    @property
    def width(self) -> int: ...

    def encode(self, prompt: str) -> tuple[Tensor, Tensor]:
        """Encode one prompt.

        Returns:
            ``(features, mask)``: (L, D) float32 on the CPU, zero on padding, and (L,) bool, True on real tokens.

        Raises:
            UserError: the prompt holds no word that can be read.
        """
        ...

    def fits(self, prompt: str) -> bool:
        """Whether the whole prompt is used; False means that its end is cut off."""
        ...
