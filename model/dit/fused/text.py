"""The prompt in static buffers: other text changes their contents, never a captured graph."""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.model.dit.config import DiTConfig
from sanacam.model.dit.cross import MASKED_BIAS
from sanacam.model.dit.fused.pack import PackedNetwork
from sanacam.model.dit.text_kv import TextKV


class TextBuffers:
    """Cross-attention keys and values of all blocks, real tokens only (padding has a weight of ``exp(−10000)``).

    Args:
        blended: prompts that one blend may hold.

    Attributes:
        keys, values: (depth, rows, C); keys carry the norm weight of the queries too.
        bias: (rows,) fp32, the logarithm of a prompt's weight in a blend.
        length: (1,) int32, rows in use.
        counts: (2,) int32, what the stages of cross-attention count with.
    """

    def __init__(self, config: DiTConfig, blended: int, dtype: torch.dtype, device: torch.device) -> None:
        self.rows = blended * config.max_text_tokens
        shape = (config.depth, self.rows, config.hidden_size)
        self.keys = torch.zeros(shape, dtype=dtype, device=device)
        self.values = torch.zeros(shape, dtype=dtype, device=device)
        self.bias = torch.zeros(self.rows, device=device)
        self.length = torch.ones(1, dtype=torch.int32, device=device)
        self.counts = torch.zeros(2, dtype=torch.int32, device=device)
        self._held: TextKV | None = None

    @torch.no_grad()
    def load(self, text: TextKV, packed: PackedNetwork) -> None:
        """Take over a prompt; nothing happens if it is the one held.

        Raises:
            ValueError: more than one batch entry or more tokens than there is room for.
        """
        if text is self._held:
            return
        bias = text.bias.flatten()
        if text.bias.shape[0] != 1:
            raise ValueError("the fused path edits one stream at a time")
        real = (bias > MASKED_BIAS / 2).nonzero()[:, 0]
        if not len(real):  # nothing but padding: every token counts alike
            real = torch.arange(len(bias), device=bias.device)
        count = len(real)
        if count > self.rows:
            raise ValueError(f"a prompt of {count} tokens does not fit buffers for {self.rows}")
        for index, block in enumerate(packed.blocks):
            keys, values = (t[0][:, real].transpose(0, 1).flatten(1) for t in (text.keys[index], text.values[index]))
            weighted: Tensor = keys.float() * block.cross_q_weight.float()
            self.keys[index, :count].copy_(weighted)
            self.values[index, :count].copy_(values)
        self.bias[:count].copy_(bias[real])
        self.length.fill_(count)
        self._held = text
