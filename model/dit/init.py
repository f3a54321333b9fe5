"""Initial values for training from scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from sanacam.model.dit.ffn import TemporalKernel
from sanacam.model.dit.gdn import GatedDeltaAttention
from sanacam.model.dit.layers import CentreTap
from sanacam.model.dit.softmax import SoftmaxAttention

if TYPE_CHECKING:
    from sanacam.model.dit.network import HybridDiT

UPDATE_STRENGTH_BIAS = 5.0
"""β starts near 1: each frame overwrites what its keys predicted."""
TIME_STD = 0.02


@torch.no_grad()
def initialise(network: HybridDiT) -> None:
    """Xavier for the maps inside blocks, near-identity gates, zero velocity at the start."""
    for module in network.modules():
        if isinstance(module, CentreTap):
            module.weight.zero_()
            centre = module.weight if module.weight.ndim == 2 else module.weight[:, :, module.weight.shape[2] // 2]
            # Xavier on a copy: the centre tap of a wider kernel is not contiguous.
            centre.copy_(nn.init.xavier_uniform_(torch.empty(centre.shape)))
        elif isinstance(module, nn.Linear | nn.Conv3d):
            nn.init.xavier_uniform_(module.weight.flatten(1))
            _zero_bias(module)
        elif isinstance(module, nn.Conv2d):
            if module.groups == 1:
                nn.init.xavier_uniform_(module.weight.flatten(1))
            _zero_bias(module)
        elif isinstance(module, TemporalKernel):
            module.weight.zero_()
    for module in network.modules():
        if isinstance(module, GatedDeltaAttention):
            module.beta_proj.weight.zero_()
            module.beta_proj.bias.fill_(UPDATE_STRENGTH_BIAS)
            module.gate_proj.weight.zero_()
        if isinstance(module, GatedDeltaAttention | SoftmaxAttention):
            module.output_gate.weight.zero_()
            module.output_gate.bias.fill_(1.0)
    for weight in (*network.t_embedder.parameters(), *network.t_block.parameters()):
        if weight.ndim == 2:
            nn.init.normal_(weight, std=TIME_STD)
    spread = network.config.hidden_size**-0.5
    for block in network.hybrid_blocks:
        nn.init.normal_(block.scale_shift_table, std=spread)
        nn.init.zeros_(block.cross_attn.proj.weight)
    nn.init.normal_(network.final_layer.scale_shift_table, std=spread)
    nn.init.zeros_(network.final_layer.linear.weight)


def _zero_bias(module: nn.Linear | nn.Conv2d | nn.Conv3d) -> None:
    if module.bias is not None:
        nn.init.zeros_(module.bias)
