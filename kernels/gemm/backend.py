"""What a back end declares of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from sanacam.kernels.gemm.problem import Machine, Problem
from sanacam.kernels.quantize_formats import Format, PackedMatrix


@dataclass(frozen=True)
class Ability:
    """One format that a back end multiplies natively.

    Attributes:
        capability: smallest compute capability; ``None``: runs without a card too.
        families: majors of the compute capability that have it; empty for all from ``capability`` on.
        pytorch, cuda, triton: oldest versions it was written for; ``(0, 0)`` where it does not matter.
        inner, columns, rows: what K, N and M must be multiples of (16 bytes of codes, as a rule).
        not_on: systems whose builds lack it.
    """

    capability: tuple[int, int] | None
    families: tuple[int, ...] = ()
    pytorch: tuple[int, int] = (0, 0)
    cuda: tuple[int, int] = (0, 0)
    triton: tuple[int, int] = (0, 0)
    inner: int = 1
    columns: int = 1
    rows: int = 1
    not_on: tuple[str, ...] = ()

    def lacks(self, machine: Machine) -> str:
        """Why the machine cannot, in a few words; empty if it can."""
        if self.capability is not None:
            if machine.capability is None:
                return f"needs a CUDA card, this is {machine}"
            if machine.capability < self.capability or (self.families and machine.capability[0] not in self.families):
                wanted = f"{'.'.join(map(str, self.capability))} or newer"
                if self.families and machine.capability[0] not in self.families:
                    wanted = " or ".join(f"{major}.x" for major in self.families)
                return f"needs compute capability {wanted}, the card has {'.'.join(map(str, machine.capability))}"
        for name, title in (("pytorch", "PyTorch"), ("cuda", "CUDA"), ("triton", "Triton")):
            wanted_version, found = getattr(self, name), getattr(machine, name)
            if found < wanted_version:
                there = ".".join(map(str, found)) if found != (0, 0) else "none"
                return f"needs {title} {'.'.join(map(str, wanted_version))} or newer, there is {there}"
        if machine.system in self.not_on:
            return f"is not built for {machine.system}"
        return ""

    def misfits(self, problem: Problem) -> str:
        """Why the shape does not suit, in a few words; empty if it does."""
        for name, size, multiple in (
            ("inner width", problem.inner, self.inner),
            ("output width", problem.columns, self.columns),
            ("number of rows", problem.rows, self.rows),
        ):
            if size % multiple:
                return f"the {name} {size} is not divisible by {multiple}"
        return ""


class Backend(Protocol):
    """A way to multiply packed matrices."""

    @property
    def name(self) -> str: ...

    @property
    def native(self) -> bool:
        """Multiplies in the format itself; else it gives the format's numbers and no speed."""
        ...

    def abilities(self) -> dict[Format, Ability]:
        """What it can multiply where it is installed. May import what it wraps."""
        ...

    def multiply(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, dtype: torch.dtype = torch.bfloat16
    ) -> Tensor:
        """``X Wᵀ + bias``: (R, N) of ``dtype``, contiguous. ``bias`` (N,), of ``dtype``."""
        ...
