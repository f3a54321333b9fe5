"""Outcomes of comparing with golden vectors, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from torch import Tensor


@dataclass(frozen=True)
class Outcome:
    """One compared tensor or group of tensors.

    Args:
        error: largest absolute error.
        tolerance: absolute.
        excess: largest error beyond what a relative tolerance allows, where there is one; it is then judged instead.
    """

    case: str
    error: float
    tolerance: float
    excess: float | None = None

    @property
    def passed(self) -> bool:
        return (self.error if self.excess is None else self.excess) <= self.tolerance


def largest_error(*pairs: tuple[Tensor, Tensor]) -> float:
    """Over all pairs; shapes must agree."""
    worst = 0.0
    for got, wanted in pairs:
        if got.shape != wanted.shape:
            raise ValueError(f"shape {tuple(got.shape)} instead of {tuple(wanted.shape)}")
        worst = max(worst, float((got.double() - wanted.double()).abs().max()))
    return worst


def close(case: str, got: Tensor, wanted: Tensor, atol: float, rtol: float) -> Outcome:
    """``|got − wanted| ≤ atol + rtol · |wanted|`` everywhere; another shape is an infinite error."""
    if got.shape != wanted.shape:
        return Outcome(f"{case} has shape {tuple(got.shape)} instead of {tuple(wanted.shape)}", inf, atol)
    error = (got.double() - wanted.double()).abs()
    excess = error - rtol * wanted.double().abs()
    return Outcome(case, float(error.max()), atol, float(excess.max()))


def print_table(outcomes: Sequence[Outcome]) -> None:
    """One line an outcome."""
    width = max((len(outcome.case) for outcome in outcomes), default=0)
    print(f"{'case':{width}} {'max error':>10} {'tolerance':>10}  verdict")
    for outcome in outcomes:
        verdict = "ok" if outcome.passed else "FAILED"
        print(f"{outcome.case:{width}} {outcome.error:10.2e} {outcome.tolerance:10.0e}  {verdict}")
