"""A player with its optimiser: from accumulated gradients to an update that is the same on every rank."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor

from sanacam.model.training.parallel import Ranks, average_gradients
from sanacam.model.training.stage import Player

MOMENTS = ("exp_avg", "exp_avg_sq", "step")


class Learner:
    """AdamW for one :class:`Player`.

    Attributes:
        updates: how many updates were made.
        parameters: by ``module.name``; those that are trained.
    """

    def __init__(self, player: Player, ranks: Ranks) -> None:
        self.player, self.ranks, self.updates = player, ranks, 0
        self.parameters = {
            f"{part}.{name}": p
            for part, module in player.modules.items()
            for name, p in module.named_parameters()
            if p.requires_grad
        }
        decayed = [p for p in self.parameters.values() if p.dim() > 1]
        plain = [p for p in self.parameters.values() if p.dim() <= 1]
        self.optimiser = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": player.weight_decay}, {"params": plain, "weight_decay": 0.0}],
            betas=player.betas,
            fused=ranks.device.type == "cuda",
        )

    def update(self, rate: float) -> tuple[Tensor, bool]:
        """One step of AdamW on the gradients there are; then they are gone.

        Returns:
            The gradient's norm over all ranks, and whether the update was made: gradients that are not finite are
            dropped, on every rank alike, since all see the same norm.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = rate * self.player.rate
        parameters = list(self.parameters.values())
        # Sharded parameters have been averaged by their reduce-scatter.
        average_gradients((p for p in parameters if not isinstance(p, DTensor)), self.ranks)
        norm = torch.nn.utils.clip_grad_norm_(parameters, self.player.clip)
        if isinstance(norm, DTensor):
            norm = norm.full_tensor()
        made = bool(torch.isfinite(norm))
        if made:
            self.optimiser.step()
            self.updates += 1
        self.optimiser.zero_grad(set_to_none=True)
        return norm, made

    def moments(self) -> dict[str, Tensor]:
        """The optimiser's memory as ``moment.module.name``."""
        return {
            f"{key}.{name}": self.optimiser.state[parameter][key]
            for name, parameter in self.parameters.items()
            if parameter in self.optimiser.state
            for key in MOMENTS
        }

    def empty_moments(self, stored: set[str]) -> dict[str, Tensor]:
        """Room for the moments that a checkpoint has (``stored``: its names), put into the optimiser."""
        for name, parameter in self.parameters.items():
            if f"step.{name}" in stored:
                on = parameter.device if self.ranks.device.type == "cuda" else torch.device("cpu")
                self.optimiser.state[parameter] = {
                    "exp_avg": torch.zeros_like(parameter),
                    "exp_avg_sq": torch.zeros_like(parameter),
                    "step": torch.zeros((), device=on),
                }
        return self.moments()
