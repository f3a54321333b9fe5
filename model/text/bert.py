"""A plain BERT encoder (Devlin et al. 2019, arXiv 1810.04805): post-norm layers, learned positions, exact GELU.

Only what prompts need: one segment, so its embedding is added into the position table when weights are converted; no
pooler. The program encodes prompts of one length together, without padding; training pads and gives a mask.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class BertConfig:
    """Sizes of the encoder; the defaults are those of all-MiniLM-L6-v2 with the position table cut to 64 rows."""

    vocabulary: int = 30522
    width: int = 384
    depth: int = 6
    heads: int = 12
    hidden: int = 1536
    positions: int = 64
    norm_epsilon: float = 1e-12


class BertLayer(nn.Module):
    """Self-attention and feed-forward, each followed by a residual sum and LayerNorm."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out = nn.Linear(config.width, config.width)
        self.attention_norm = nn.LayerNorm(config.width, eps=config.norm_epsilon)
        self.up = nn.Linear(config.width, config.hidden)
        self.down = nn.Linear(config.hidden, config.width)
        self.output_norm = nn.LayerNorm(config.width, eps=config.norm_epsilon)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """(B, n, D) to (B, n, D); ``mask`` (B, 1, 1, n) bool is False on padding, which nobody looks at then."""
        batch, length, width = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], attn_mask=mask)
        x = self.attention_norm(x + self.out(mixed.transpose(1, 2).reshape(batch, length, width)))
        x = self.output_norm(x + self.down(functional.gelu(self.up(x))))
        return x


class BertEncoder(nn.Module):
    """Token ids to contextual token features. Weights are meant to be loaded; training only ever goes on from them."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.config = config
        # Zeros, to be loaded: drawing 12 million random numbers would take longer than everything else here.
        self.tokens = nn.Embedding.from_pretrained(torch.zeros(config.vocabulary, config.width), freeze=False)
        self.positions = nn.Embedding(config.positions, config.width)
        self.norm = nn.LayerNorm(config.width, eps=config.norm_epsilon)
        self.layers = nn.ModuleList(BertLayer(config) for _ in range(config.depth))

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Features of the last layer.

        Args:
            ids: (B, n) int64, n at most ``config.positions``.
            mask: (B, n) bool, False on padding; None where there is none.

        Returns:
            (B, n, D).

        Raises:
            ValueError: the sequence is longer than the position table.
        """
        length = ids.shape[1]
        if length > self.config.positions:
            raise ValueError(f"{length} tokens, but the position table has {self.config.positions} rows")
        x = self.norm(self.tokens(ids) + self.positions(torch.arange(length, device=ids.device)))
        seen = None if mask is None else mask[:, None, None]
        for layer in self.layers:
            x = layer(x, seen)
        return x
