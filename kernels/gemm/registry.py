"""All back ends for products of packed matrices, and the choice of one, with its reason in words.

The choice is never silent: :func:`choose` says what it took and why not the others, or raises and names the layer, the
shape and the format. Emulation gives a format's exact numbers at no gain in speed and must be asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from sanacam.kernels.gemm.backend import Backend
from sanacam.kernels.gemm.comfy import ComfyKitchen, absence
from sanacam.kernels.gemm.plain import Emulated, TorchBf16, TorchScaled
from sanacam.kernels.gemm.problem import Machine, Problem, triton_version
from sanacam.kernels.quantize_formats import FORMATS, Format, PackedMatrix

EXAMPLE = Problem("bf16", 2640, 2240, 2240)
"""The commonest product of the 2B network at 1280×704: what :func:`overview` asks for."""

OTHERS_ONLY: tuple[Format, ...] = ("int4",)
"""Formats that no back end of our own multiplies."""


class NoBackendError(ValueError):
    """No back end can multiply this; the message names layer, shape, format and each back end's reason."""


@dataclass(frozen=True)
class Choice:
    """A back end and why it was taken."""

    backend: Backend
    problem: Problem
    reason: str

    def __str__(self) -> str:
        return f"{self.problem}: {self.backend.name} ({self.reason})"

    def multiply(
        self, x: PackedMatrix, weight: PackedMatrix, bias: Tensor | None = None, dtype: torch.dtype = torch.bfloat16
    ) -> Tensor:
        """See :meth:`Backend.multiply`."""
        return self.backend.multiply(x, weight, bias, dtype)


@lru_cache(maxsize=1)
def backends() -> tuple[Backend, ...]:
    """Every back end that this installation knows, the preferred ones first."""
    ours: tuple[Backend, ...] = ()
    if triton_version() != (0, 0):
        # Importing them imports Triton.
        from sanacam.kernels.gemm.triton_blocks import TritonBlocks
        from sanacam.kernels.gemm.triton_rows import TritonRows

        ours = (TritonRows(), TritonBlocks())
    return (TorchBf16(), TorchScaled(), ComfyKitchen(), *ours, Emulated())


def reasons_against(problem: Problem, machine: Machine, known: Sequence[Backend]) -> dict[str, str]:
    """For each back end that has the format at all: why it cannot, or an empty string."""
    found = {}
    for backend in known:
        ability = backend.abilities().get(problem.form)
        if ability is not None:
            found[backend.name] = ability.lacks(machine) or ability.misfits(problem)
    return found


def choose(
    problem: Problem, machine: Machine, *, emulate: bool = False, prefer: str = "", known: Sequence[Backend] = ()
) -> Choice:
    """The first native back end that can, ``prefer`` before the others.

    Args:
        emulate: take the exact emulation where no native back end can.
        prefer: name of a back end, for example one that measured fastest.
        known: default :func:`backends`.

    Raises:
        NoBackendError: none can.
    """
    known = known or backends()
    against = reasons_against(problem, machine, known)
    able = [b for b in known if b.native and against.get(b.name) == ""]
    able.sort(key=lambda b: b.name != prefer)
    refused = "; ".join(f"{name} {why}" for name, why in against.items() if why)
    if able:
        others = [b.name for b in able[1:]]
        reason = ("as preferred" if able[0].name == prefer else "first that can") if others else "the only one that can"
        reason += f"; {', '.join(others)} could too" if others else ""
        return Choice(able[0], problem, reason + (f"; {refused}" if refused else ""))
    emulation = next((b for b in known if not b.native and against.get(b.name) == ""), None)
    missing = _missing(problem.form, machine, known, alone=len(against) <= 1)
    if emulate and emulation is not None:
        return Choice(emulation, problem, refused or missing or "no native back end is installed")
    none = f"no back end for {problem.form} is installed" if len(against) <= 1 else "no back end can"
    none += f" ({missing})" if missing else ""
    details = "; ".join(f"{name} {why}" for name, why in against.items() if why)
    raise NoBackendError(f"{problem} on {machine}: {none}" + (f": {details}" if details else ""))


def _missing(form: Format, machine: Machine, known: Sequence[Backend], *, alone: bool) -> str:
    """What might be installed to have a format, in a few words; ``alone``: nothing that multiplies it natively is."""
    if machine.triton == (0, 0) and form not in OTHERS_ONLY:
        return "Triton, which Sanacam's own are written in, is missing"
    return absence(form) if alone and any(isinstance(b, ComfyKitchen) for b in known) else ""


def native_formats(machine: Machine, problem: Problem = EXAMPLE) -> tuple[Format, ...]:
    """Formats that this machine multiplies natively, at the shape of ``problem``."""
    can = []
    for form in FORMATS:
        try:
            choose(replace(problem, form=form), machine)
        except NoBackendError:
            continue
        can.append(form)
    return tuple(can)


def overview(machine: Machine) -> list[str]:
    """One line a format: which back end takes it here, or what it lacks. For `sanacam doctor`."""
    lines = []
    for form in FORMATS:
        problem = replace(EXAMPLE, form=form)
        try:
            choice = choose(problem, machine, emulate=True)
        except NoBackendError as error:
            lines.append(f"{form}: {error}")
            continue
        how = choice.backend.name if choice.backend.native else "emulated, no gain in speed"
        lines.append(f"{form}: {how} ({choice.reason})")
    return lines
