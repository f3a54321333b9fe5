"""No prompt, as training and guidance mean it: a single token of zeros."""

from __future__ import annotations

import torch
from torch import Tensor


def drop_prompts(text: Tensor, mask: Tensor, dropped: Tensor) -> tuple[Tensor, Tensor]:
    """Features (B, L, D) and mask (B, L) without the prompts that ``dropped`` (B,) bool marks.

    One token stays visible: with none, attention would be spread over padding.
    """
    nothing = torch.zeros_like(mask)
    nothing[:, 0] = True
    return (
        torch.where(dropped[:, None, None], torch.zeros_like(text), text),
        torch.where(dropped[:, None], nothing, mask),
    )


def without_prompt(text: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """As :func:`drop_prompts` for the whole batch."""
    return drop_prompts(text, mask, torch.ones(len(text), dtype=torch.bool, device=text.device))
