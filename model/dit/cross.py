"""Cross-attention from picture tokens to text tokens."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.model.dit.config import CROSS_NORM_EPS, DiTConfig
from sanacam.model.dit.layers import RMSNorm, matmul_dtype

MASKED_BIAS = -10000.0
"""Added to the score of a padded text token; finite, so that a fully masked row is uniform instead of NaN."""


def key_bias(mask: Tensor, keys: Tensor) -> Tensor:
    """Bias (B, 1, 1, L) of keys (B, heads, L, D) by their mask (B, L), nonzero where a token is real; a smaller batch
    of masks is repeated in turn."""
    bias = (mask == 0).to(keys.dtype)[:, None, None] * MASKED_BIAS
    return bias.repeat(max(1, keys.shape[0] // len(mask)), 1, 1, 1)


class CrossAttention(nn.Module):
    """Ungated cross-attention; parameter names as in the released checkpoint."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.heads = config.cross_heads
        self.q_linear = nn.Linear(width, width)
        self.kv_linear = nn.Linear(width, 2 * width)
        self.proj = nn.Linear(width, width)
        self.q_norm = RMSNorm(width, CROSS_NORM_EPS)
        self.k_norm = RMSNorm(width, CROSS_NORM_EPS)

    def text_kv(self, text: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values (B, heads, L, D) of projected text (B, L, C): independent of timestep and chunk."""
        k, v = self.kv_linear(text).chunk(2, -1)
        split = (self.heads, k.shape[-1] // self.heads)
        return self.k_norm(k).unflatten(-1, split).transpose(1, 2), v.unflatten(-1, split).transpose(1, 2)

    def forward(self, x: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
        """Attend from the raw residual x (B, T, S, C); ``bias`` (B, 1, 1, L) is 0 or :data:`MASKED_BIAS` per text
        token."""
        split = (self.heads, x.shape[-1] // self.heads)
        q = self.q_norm(self.q_linear(x.to(matmul_dtype(x)))).flatten(1, 2).unflatten(-1, split).transpose(1, 2)
        out = F.scaled_dot_product_attention(q, k.to(q.dtype), v.to(q.dtype), attn_mask=bias.to(q.dtype))
        return self.proj(out.transpose(1, 2).flatten(2).view_as(x))
