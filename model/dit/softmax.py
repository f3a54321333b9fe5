"""Softmax self-attention over the current chunk and the remembered ones (sink and window)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.dit.config import SELF_NORM_EPS, DiTConfig
from sanacam.model.dit.layers import CentreTap, RMSNorm
from sanacam.model.dit.rope import rotate


class SoftmaxAttention(nn.Module):
    """Gated softmax self-attention of one block; parameter names as in the released checkpoint."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width = config.hidden_size
        taps = 0 if config.softmax_kernel == 1 else config.softmax_kernel
        self.heads = config.self_heads
        self.q = CentreTap(width, taps)
        self.k = CentreTap(width, taps)
        self.v = CentreTap(width, taps=0)
        self.q_norm = RMSNorm(width, SELF_NORM_EPS)
        self.k_norm = RMSNorm(width, SELF_NORM_EPS)
        self.output_gate = nn.Linear(width, width)
        self.proj = nn.Linear(width, width)

    def forward(
        self, a: Tensor, cos: Tensor, sin: Tensor, layout: ChunkLayout, past: Sequence[tuple[Tensor, Tensor]]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Each chunk attends to itself and the chunks that ``layout`` makes visible to it.

        Args:
            a: modulated input (B, T, S, C).
            cos, sin: rotary tables (T, S, D / 2) of these frames.
            past: keys and values (B, heads, tokens, D) of remembered chunks, keys already rotated, in the order that
                ``layout.visible`` counts them.

        Returns:
            Output (B, T, S, C) and this call's own keys and values (B, heads, T · S, D).
        """
        tokens = a.shape[2]
        split = (self.heads, a.shape[3] // self.heads)
        q = rotate(self.q_norm(self.q(a)).unflatten(-1, split), cos, sin)
        k = rotate(self.k_norm(self.k(a)).unflatten(-1, split), cos, sin)
        v = self.v(a).unflatten(-1, split)
        q, k, v = (t.flatten(1, 2).transpose(1, 2) for t in (q, k, v))
        sizes = [length * tokens for length in layout.lengths]
        queries, own_k, own_v = q.split(sizes, 2), k.split(sizes, 2), v.split(sizes, 2)
        keys = [*(pair[0].to(k.dtype) for pair in past), *own_k]
        values = [*(pair[1].to(v.dtype) for pair in past), *own_v]
        outs = []
        for i, visible in enumerate(layout.visible):
            seen = (*visible, len(past) + i)
            chunk_k = torch.cat([keys[j] for j in seen], 2) if visible else keys[seen[0]]
            chunk_v = torch.cat([values[j] for j in seen], 2) if visible else values[seen[0]]
            outs.append(F.scaled_dot_product_attention(queries[i], chunk_k, chunk_v))
        out = torch.cat(outs, 2) if len(outs) > 1 else outs[0]
        out = out.transpose(1, 2).flatten(2).view_as(a)
        gate = F.silu(self.output_gate(a).float())
        return self.proj((out * gate).to(a.dtype)), k, v
