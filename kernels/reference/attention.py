"""Softmax attention written out, and the chunk visibility as one mask."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None = None) -> Tensor:
    """``softmax(q kᵀ / sqrt(D) + bias) v`` for (…, tokens, D); ``bias`` broadcasts over (…, queries, keys)."""
    scores = q @ k.mT / q.shape[-1] ** 0.5
    if bias is not None:
        scores = scores + bias
    return scores.softmax(-1) @ v


def chunk_mask(chunks: Sequence[int], tokens_per_frame: int, num_cached: int, sink: bool) -> Tensor:
    """True where a query token may look at a key token, (tokens, tokens), for a clip that starts at chunk 0.

    A chunk sees itself, the ``num_cached`` chunks before it, or with a sink that has left this window the ``num_cached
    − 1`` before it and chunk 0."""
    chunk_of = torch.repeat_interleave(torch.arange(len(chunks)), torch.tensor(chunks) * tokens_per_frame)
    query, key = chunk_of[:, None], chunk_of[None]
    age = query - key
    if num_cached < 0:
        return age >= 0
    seen = (age >= 0) & (age <= num_cached)
    if sink and num_cached > 0:
        seen &= (age < num_cached) | (key == 0)
        seen |= key == 0
    return seen
