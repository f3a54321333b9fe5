"""How long each layer's product takes in each format, packing of the activations included."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch

from sanacam.kernels.gemm.problem import Machine, Problem
from sanacam.kernels.gemm.registry import backends, reasons_against
from sanacam.kernels.quantize_formats import Format
from sanacam.kernels.reference.quantize import quantise
from sanacam.model.quantisation.layers import Layer
from sanacam.model.quantisation.linear import PackedLinear

IDEAL: dict[Format, float] = {
    "bf16": 1.0, "fp8": 2.0, "fp8_tensor": 2.0, "mxfp8": 2.0, "int8": 2.0, "nvfp4": 4.0, "int4": 4.0,
}  # fmt: skip
"""Speed of a product against bf16 by the number of bits alone: the paper's "ideal" speed-up. Stands in where a format
could not be timed."""
COLD_BYTES, MOST_COPIES = 160 << 20, 16
"""Weights that one timing goes through."""
IDEAL_TFLOPS = 100.0
"""Of bf16, where nothing could be timed: only ratios of such times mean anything."""

CARDS = ((7, 5), (8, 0), (8, 6), (8, 7), (8, 9), (9, 0), (10, 0), (10, 3), (11, 0), (12, 0), (12, 1))
"""Compute capabilities that exist, from the oldest that PyTorch still runs on."""


@dataclass(frozen=True)
class Timed:
    """Milliseconds of one product; ``backend`` is empty where it was not timed."""

    ms: float
    backend: str


@dataclass
class Timing:
    """Times of products on one machine.

    Args:
        device: where they are timed; anything but a CUDA card times nothing.
        target: for which machine a policy is sought; another one than ``device``'s is not timed either.
        rows: tokens of a chunk.
    """

    device: torch.device
    target: Machine
    rows: int
    _known: dict[tuple[int, int, int, Format], Timed] = field(default_factory=dict)

    @property
    def on_target(self) -> bool:
        """Whether the card at hand is the one that the policy is for."""
        return self.device.type == "cuda" and Machine.here(self.device).capability == self.target.capability

    def of(self, layer: Layer, form: Format) -> Timed:
        """One product of a layer, 0 for what is computed once a prompt."""
        if layer.kind.per_prompt:
            return Timed(0.0, "once a prompt")
        key = (self.rows, layer.columns, layer.inner, form)
        if key not in self._known:
            self._known[key] = self._time(Problem(form, *key[:3], layer.name))
        return self._known[key]

    def total_ms(self, layers: Sequence[Layer], formats: Mapping[str, Format]) -> float:
        """All products of one forward."""
        return sum(self.of(layer, formats[layer.name]).ms for layer in layers)

    def _time(self, problem: Problem) -> Timed:
        base = 2e-9 * problem.rows * problem.columns * problem.inner / IDEAL_TFLOPS
        if not self.on_target:
            return Timed(base / IDEAL[problem.form], "")
        best = min(self._measured(problem), key=lambda timed: timed.ms, default=None)
        if best is None:
            assert problem.form != "bf16"
            return Timed(self._time(replace(problem, form="bf16")).ms / IDEAL[problem.form], "")
        return best

    def _measured(self, problem: Problem) -> Iterator[Timed]:
        """Every native back end, on weights that are not in the cache; one that fails is named and left out."""
        from sanacam.kernels.bench import graph_ms

        random = torch.Generator(self.device).manual_seed(0)
        x = torch.randn(problem.rows, problem.inner, device=self.device, generator=random).bfloat16()
        size = (problem.columns, problem.inner)
        copies = max(2, min(MOST_COPIES, COLD_BYTES // (problem.columns * problem.inner)))
        weights = [
            quantise(torch.randn(size, device=self.device, generator=random), problem.form) for _ in range(copies)
        ]
        scale = torch.tensor(0.01, device=self.device) if problem.form in ("fp8_tensor", "nvfp4") else None
        against = reasons_against(problem, self.target, backends())
        for name in (b.name for b in backends() if b.native and against.get(b.name) == ""):
            products = [PackedLinear(w, input_scale=scale, layer=problem.layer, prefer=name) for w in weights]
            turn = itertools.cycle(products)
            try:
                products[0](x)
                yield Timed(graph_ms(lambda turn=turn: next(turn)(x)), name)  # type: ignore[misc]
            except RuntimeError as error:
                print(f"{problem}: {name} fails here: {str(error).splitlines()[0]}", file=sys.stderr)


def card_machine(name: str, here: Machine) -> Machine:
    """The machine that ``--gpu`` names: ``auto`` is this one, ``sm_120`` a card of compute capability 12.0 with
    software that knows it.

    Raises:
        ValueError: the name is neither; there is no such card.
    """
    if name == "auto":
        return here
    capability = next((pair for pair in CARDS if name == "sm_{}{}".format(*pair)), None)
    if capability is None:
        raise ValueError(f"{name} is no card")
    return Machine("cuda", capability, here.system, here.pytorch, max(here.cuda, (13, 0)), max(here.triton, (3, 7)))
