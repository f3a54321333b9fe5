"""One transformer block: modulated self-attention, cross-attention, modulated FFN."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.dit.config import BLOCK_NORM_EPS, DiTConfig
from sanacam.model.dit.cross import CrossAttention
from sanacam.model.dit.ffn import GatedConvFFN
from sanacam.model.dit.gdn import GatedDeltaAttention
from sanacam.model.dit.layers import modulate
from sanacam.model.dit.softmax import SoftmaxAttention


class BlockMemory(NamedTuple):
    """What a block knows of the past: tensors only, so that a compiled block stays the same from chunk to chunk.

    Attributes:
        m, z: GDN state (B, heads, D, D) and (B, heads, D, 1), fp32; ``None`` in a softmax block or at the start.
        past: softmax keys and values of remembered chunks, each (B, heads, tokens, D); empty in a GDN block.
        tail: FFN tail (B, 1, S, C) or ``None`` at the start.
    """

    m: Tensor | None = None
    z: Tensor | None = None
    past: tuple[tuple[Tensor, Tensor], ...] = ()
    tail: Tensor | None = None


class BlockRecord(NamedTuple):
    """What a block hands over for the next chunk: (M, z) of a GDN block or (k, v) of a softmax block, and the FFN
    tail."""

    first: Tensor
    second: Tensor
    tail: Tensor


EMPTY_MEMORY = BlockMemory()


class HybridBlock(nn.Module):
    """A GDN or a softmax block."""

    def __init__(self, config: DiTConfig, softmax: bool) -> None:
        super().__init__()
        self.scale_shift_table = nn.Parameter(torch.zeros(6, config.hidden_size))
        self.attn: SoftmaxAttention | GatedDeltaAttention = (
            SoftmaxAttention(config) if softmax else GatedDeltaAttention(config)
        )
        self.cross_attn = CrossAttention(config)
        self.mlp = GatedConvFFN(config)

    def forward(
        self,
        x: Tensor,
        t6: Tensor,
        cos: Tensor,
        sin: Tensor,
        text_k: Tensor,
        text_v: Tensor,
        text_bias: Tensor,
        layout: ChunkLayout,
        memory: BlockMemory = EMPTY_MEMORY,
    ) -> tuple[Tensor, BlockRecord]:
        """
        Args:
            x: residual stream (B, T, S, C).
            t6: shared modulation (B, T or 1, 6, C).
            cos, sin: rotary tables (T, S, D / 2).
            text_k, text_v, text_bias: see :meth:`CrossAttention.forward`.

        Returns:
            The residual stream and what the next chunk needs.
        """
        modulation = (self.scale_shift_table + t6).unsqueeze(2)
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = modulation.unbind(3)
        a = modulate(x, shift_a, scale_a, BLOCK_NORM_EPS)
        if isinstance(self.attn, SoftmaxAttention):
            attended, first, second = self.attn(a, cos, sin, layout, memory.past)
        else:
            attended, first, second = self.attn(a, cos, sin, layout.lengths, memory.m, memory.z)
        x = torch.addcmul(x, gate_a, attended)
        x = x + self.cross_attn(x, text_k, text_v, text_bias)
        fed, tail = self.mlp(modulate(x, shift_m, scale_m, BLOCK_NORM_EPS), layout, memory.tail)
        return torch.addcmul(x, gate_m, fed), BlockRecord(first, second, tail)
