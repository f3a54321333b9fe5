"""What cross-attention needs of a prompt, and how two prompts are blended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class TextKV:
    """Cross-attention keys and values of one prompt for every block: they depend on neither timestep nor chunk, so
    :meth:`HybridDiT.text_kv` makes them once.

    Attributes:
        keys, values: one tensor (B, heads, L, D) a block.
        bias: (B, 1, 1, L), added to the scores; 0 for real tokens, a large negative number for padding.
    """

    keys: tuple[Tensor, ...]
    values: tuple[Tensor, ...]
    bias: Tensor


def blend_prompts(parts: Sequence[tuple[TextKV, float]]) -> TextKV:
    """Several prompts at once, each with a weight.

    The prompts' tokens stand beside each other and the logarithm of a prompt's weight is added to its scores. A query
    then gives prompt ``i`` the share ``w_i Z_i / Σ_j w_j Z_j`` of its attention, where ``Z`` is the sum of that
    prompt's exponentiated scores, and within a prompt attends as before. The share grows with the weight without a jump
    and reaches the prompt alone as the others' weights go to 0. (Averaging features or keys token by token would mix
    words that have nothing to do with each other, and keys that fit neither.) Nothing is projected again; the price is
    a key axis as long as all prompts together while the blend lasts.

    Args:
        parts: prompts of one batch size and their weights, each above 0; only ratios matter.

    Raises:
        ValueError: no part, or a weight that is not a positive number.
    """
    if not parts or not all(math.isfinite(weight) and weight > 0.0 for _, weight in parts):
        raise ValueError(f"weights of blended prompts must be positive, got {[weight for _, weight in parts]}")
    if len(parts) == 1:
        return parts[0][0]
    total = sum(weight for _, weight in parts)
    texts = [text for text, _ in parts]
    return TextKV(
        tuple(torch.cat(keys, 2) for keys in zip(*(text.keys for text in texts), strict=True)),
        tuple(torch.cat(values, 2) for values in zip(*(text.values for text in texts), strict=True)),
        torch.cat([text.bias + math.log(weight / total) for text, weight in parts], -1),
    )
