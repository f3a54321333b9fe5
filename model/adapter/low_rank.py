"""Low-rank additions to weights: ``W + U D`` with ``D`` (rank, in) and ``U`` (out, rank) (LoRA, arXiv 2106.09685).

``peft`` replaces layers by its own and knows ``nn.Linear``; here most maps are read as plain weights (centre taps, 1×1
convolutions as matrix products, fused kernels), so the addition sits on the parameter, which takes fewer lines than
teaching ``peft`` these layers would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from sanacam.model.dit import HybridDiT
from sanacam.model.dit.layers import CentreTap
from sanacam.model.vae.mini import MiniVAE

Networks = Mapping[str, nn.Module]
"""Networks of a model by name: ``dit``, ``vae``."""


class LowRank(nn.Module):
    """The addition to one weight, zero at first: adds ``up @ down`` to whatever it is called with."""

    def __init__(self, weight: Tensor, rank: int) -> None:
        super().__init__()
        out, inner = weight.shape[0], weight[0].numel()
        self.down = nn.Parameter(torch.empty(rank, inner, device=weight.device))
        self.up = nn.Parameter(torch.zeros(out, rank, device=weight.device))
        nn.init.normal_(self.down, std=inner**-0.5)

    def forward(self, weight: Tensor) -> Tensor:
        return weight + (self.up @ self.down).view(weight.shape).to(weight.dtype)


def adaptable_layers(networks: Networks) -> list[str]:
    """Names (``dit.blocks.0.attn.q``) of the layers that an adapter may change.

    In the DiT: the projections of self- and cross-attention and the point-wise maps of the FFN. In the embedded
    model's VAE: the decoder's convolutions, since that decoder has learnt to draw the looks it was trained on. Never a
    kernel of which only the centre is used, and never a depth-wise one, which is smaller than its low-rank form.
    """
    found = []
    for part, network in networks.items():
        if isinstance(network, HybridDiT):
            found += [f"{part}.{name}" for name in _dit_layers(network)]
        elif isinstance(network, MiniVAE):
            decoder = network.decoder.named_modules()
            found += [f"{part}.decoder.{n}" for n, m in decoder if isinstance(m, nn.Conv2d) and m.groups == 1]
    return found


def _dit_layers(dit: HybridDiT) -> Iterator[str]:
    for name, module in dit.blocks.named_modules():
        inner = name.partition(".")[2]
        if inner.endswith(("beta_proj", "gate_proj")):
            continue  # one number a head: nothing to be saved by a low rank
        whole_tap = isinstance(module, CentreTap) and (module.weight.ndim == 2 or module.weight.shape[2] == 1)
        pointwise = isinstance(module, nn.Conv2d) and module.groups == 1
        if whole_tap or pointwise or isinstance(module, nn.Linear):
            yield f"blocks.{name}"


def layer_of(networks: Networks, name: str) -> nn.Module:
    """The layer called ``name``.

    Raises:
        AttributeError, KeyError: there is none.
    """
    part, _, inner = name.partition(".")
    return networks[part].get_submodule(inner)


def weight_of(networks: Networks, name: str) -> Tensor:
    """The weight of the layer called ``name``; errors as :func:`layer_of`."""
    return cast(Tensor, layer_of(networks, name).weight)


class AdapterFactors(nn.Module):
    """Trainable additions to ``layers``, attached to them until :meth:`detach`. Seed torch before for equal starts."""

    def __init__(self, networks: Networks, layers: list[str], rank: int) -> None:
        super().__init__()
        self.names = {name.replace(".", "/"): name for name in layers}  # a module's name must not have dots
        self._networks = [networks]  # in a list, so that the networks do not count as parts of this module
        self.low_rank = nn.ModuleDict()
        for key, name in self.names.items():
            layer = layer_of(networks, name)
            addition = LowRank(weight_of(networks, name), rank)
            parametrize.register_parametrization(layer, "weight", addition)
            self.low_rank[key] = addition

    def factors(self) -> dict[str, tuple[Tensor, Tensor]]:
        """Copies of (down, up) on the CPU, by layer."""
        additions = {self.names[key]: cast(LowRank, module) for key, module in self.low_rank.items()}
        return {
            name: (low.down.detach().float().cpu().clone(), low.up.detach().float().cpu().clone())
            for name, low in additions.items()
        }

    def detach(self) -> None:
        """Take the additions off; the weights are exactly those of before."""
        for name in self.names.values():
            parametrize.remove_parametrizations(layer_of(self._networks[0], name), "weight", leave_parametrized=False)
