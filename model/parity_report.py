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
    """Largest absolute difference over all pairs; infinite for another shape and for what is not a number."""
    worst = 0.0
    for got, wanted in pairs:
        error = (got.double() - wanted.double()).abs() if got.shape == wanted.shape else None
        if error is None or not bool(error.isfinite().all()):
            return inf
        worst = max(worst, float(error.max()) if error.numel() else 0.0)
    return worst


def close(case: str, got: Tensor, wanted: Tensor, atol: float, rtol: float) -> Outcome:
    """``|got − wanted| ≤ atol + rtol · |wanted|`` everywhere; another shape is an infinite error."""
    if got.shape != wanted.shape:
        return Outcome(f"{case} has shape {tuple(got.shape)} instead of {tuple(wanted.shape)}", inf, atol)
    return close_all(case, [(got, wanted)], atol, rtol)


def close_all(case: str, pairs: Sequence[tuple[Tensor, Tensor]], atol: float, rtol: float) -> Outcome:
    """:func:`close` for several pairs of tensors as one comparison."""
    error = largest_error(*pairs)
    if error == inf:
        return Outcome(case, inf, atol)
    excess = ((a.double() - b.double()).abs() - rtol * b.double().abs() for a, b in pairs)
    return Outcome(case, error, atol, max(float(values.max()) for values in excess))


def print_table(outcomes: Sequence[Outcome]) -> None:
    """One line an outcome."""
    width = max((len(outcome.case) for outcome in outcomes), default=0)
    print(f"{'case':{width}} {'max error':>10} {'tolerance':>10}  verdict")
    for outcome in outcomes:
        verdict = "ok" if outcome.passed else "FAILED"
        print(f"{outcome.case:{width}} {outcome.error:10.2e} {outcome.tolerance:10.0e}  {verdict}")
