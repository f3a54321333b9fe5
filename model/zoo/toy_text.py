"""A text encoder without weights: every word becomes fixed pseudo-random features. For tiny models and tests."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor

from sanacam.model.errors import UserError


class ToyTextEncoder:
    """Implements ``TextEncoder``; equal words give equal features on every machine."""

    def __init__(self, max_tokens: int, width: int) -> None:
        self.max_tokens = max_tokens
        self.width = width

    def encode(self, prompt: str, motion_score: int = 0) -> tuple[Tensor, Tensor]:
        """(L, D) features of about unit variance, zero on padding, and (L,) bool mask; ``UserError`` without a word."""
        words = prompt.lower().split()[: self.max_tokens]
        if not words:
            raise UserError("The prompt is empty.", "Describe the edit in a few words.")
        features = torch.zeros(self.max_tokens, self.width)
        for row, word in enumerate(words):
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:7], "big")
            features[row] = torch.randn(self.width, generator=torch.Generator().manual_seed(seed))
        return features, torch.arange(self.max_tokens) < len(words)

    def encode_negative(self, prompt: str) -> tuple[Tensor, Tensor]:
        """As :meth:`encode`."""
        return self.encode(prompt)

    def fits(self, prompt: str) -> bool:
        """Whether no word is cut off."""
        return len(prompt.split()) <= self.max_tokens
