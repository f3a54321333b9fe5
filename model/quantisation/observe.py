"""The largest values that enter each layer: what fixed activation scales are made of.

A kernel that packs its result while it stores it cannot know the largest value of the whole matrix, so ``fp8_tensor``
and ``nvfp4`` want a scale that was settled before. Values beyond it saturate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import FP4_MAX, FP8_MAX, SMALLEST_AMAX, Format
from sanacam.model.dit.network import HybridDiT
from sanacam.model.quantisation.layers import layers_of, matrix_of
from sanacam.model.quantisation.network import exchange, restore

HEADROOM = 1.25
"""Of a fixed scale over the largest value seen."""


class Observed(nn.Module):
    """A layer as it is, that remembers the largest magnitude which entered it."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer, self.peak = layer, torch.zeros(())

    def forward(self, x: Tensor) -> Tensor:
        self.peak = torch.maximum(self.peak.to(x.device), x.detach().abs().amax().float())
        return F.linear(x, *matrix_of(self.layer))


def observe_peaks(network: HybridDiT, run: Callable[[], object]) -> dict[str, float]:
    """Largest magnitude that entered each layer while ``run`` ran the network; the network is as before then."""
    watched: dict[str, Observed] = {}

    def watch(name: str, module: nn.Module) -> Observed:
        watched[name] = Observed(module)
        return watched[name]

    everything: dict[str, Format] = {layer.name: "fp8" for layer in layers_of(network.config)}
    exchange(network, everything, lambda layer, module, form: watch(layer.name, module))
    try:
        run()
    finally:
        restore(network)
    return {name: float(layer.peak) for name, layer in watched.items()}


def input_scales(peaks: Mapping[str, float], formats: Mapping[str, Format]) -> dict[str, Tensor]:
    """Fixed activation scales () of the layers whose format has one for the whole matrix."""
    largest = {"fp8_tensor": FP8_MAX, "nvfp4": FP8_MAX * FP4_MAX}
    return {
        name: torch.tensor(max(HEADROOM * peaks[name], SMALLEST_AMAX) / largest[form])
        for name, form in formats.items()
        if form in largest and name in peaks
    }
