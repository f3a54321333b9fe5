"""What is to be multiplied, on what machine: all that the choice of a back end depends on."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from dataclasses import dataclass

import torch

from sanacam.kernels.quantize_formats import Format


@dataclass(frozen=True)
class Problem:
    """``Y (rows, columns) = X (rows, inner) · W (columns, inner)ᵀ``, both packed in one format.

    Attributes:
        form: of both operands.
        layer: what errors call it; may be empty.
    """

    form: Format
    rows: int
    columns: int
    inner: int
    layer: str = ""

    def __str__(self) -> str:
        name = f"{self.layer}: " if self.layer else ""
        return f"{name}{self.form} {self.rows} × {self.inner} → {self.columns}"


@dataclass(frozen=True)
class Machine:
    """Where the product runs.

    Attributes:
        device: ``cuda``, ``cpu``, …
        capability: compute capability (major, minor) of a CUDA card, else ``None``.
        system: ``linux``, ``win32``, ``darwin``.
        pytorch, cuda, triton: versions; ``(0, 0)`` where there is none.
    """

    device: str
    capability: tuple[int, int] | None
    system: str
    pytorch: tuple[int, int]
    cuda: tuple[int, int]
    triton: tuple[int, int]

    @classmethod
    def here(cls, device: torch.device | str) -> Machine:
        """This machine with one of its devices."""
        kind = torch.device(device)
        capability = torch.cuda.get_device_capability(kind) if kind.type == "cuda" else None
        cuda = _pair(torch.version.cuda or "0.0")
        return cls(kind.type, capability, sys.platform, _pair(torch.__version__), cuda, triton_version())

    def __str__(self) -> str:
        if self.capability is None:
            return self.device
        return f"{self.device} of compute capability {self.capability[0]}.{self.capability[1]}"


def triton_version() -> tuple[int, int]:
    """(0, 0) where Triton is not installed."""
    if importlib.util.find_spec("triton") is None:
        return (0, 0)
    for name in ("triton", "triton-windows", "pytorch-triton"):
        try:
            return _pair(importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            continue
    return (0, 0)


def _pair(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)
