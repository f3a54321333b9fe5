"""Modulation of every block for the few timesteps of a schedule, computed once."""

from __future__ import annotations

import torch
from torch import Tensor

from sanacam.model.dit.network import HybridDiT


class Modulation:
    """What the timestep turns into, in fp32.

    Attributes:
        blocks: (timesteps, depth, 6, C): rows shift_a, scale_a, gate_a, shift_m, scale_m, gate_m.
        final: (timesteps, 2, C): shift, scale.
    """

    def __init__(self, network: HybridDiT, timesteps: tuple[float, ...]) -> None:
        with torch.no_grad():
            device = network.x_embedder.proj.weight.device
            t_emb = network.t_embedder(torch.tensor(timesteps, device=device))
            t6 = network.t_block(t_emb).unflatten(-1, (6, -1)).float()
            tables = torch.stack([block.scale_shift_table.float() for block in network.hybrid_blocks])
            self.blocks = tables + t6[:, None]
            self.final = network.final_layer.scale_shift_table.float() + t_emb[:, None].float()
        self._rows = {timestep: row for row, timestep in enumerate(timesteps)}

    def of(self, timestep: float) -> tuple[Tensor, Tensor]:
        """``blocks`` and ``final`` of one timestep.

        Raises:
            KeyError: it is not among those prepared.
        """
        row = self._rows[timestep]
        return self.blocks[row], self.final[row]
