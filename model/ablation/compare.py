"""From the variants' results to means, spreads and a verdict that does not claim more than the runs can carry."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from sanacam.model.ablation.plan import Part, Plan
from sanacam.model.ablation.variant import RESULT_FILE, Job

Result = dict[str, Any]
"""The content of one :data:`RESULT_FILE`."""
_BOOKKEEPING = ("step", "seconds", "progress", "exit")
_CLEAR = 2.0
"""Standard errors that a difference has to exceed."""


@dataclass(frozen=True)
class Metric:
    """One column of the report.

    Attributes:
        key, rows: where it is in a result.
        form: how it is written.
        badness: a value → how far it is from ideal; less is better.
        least: a difference of badness below this would not matter to anyone.
    """

    key: str
    rows: str
    title: str
    form: str
    badness: Callable[[float], float]
    least: float


METRICS = (
    Metric("right", "cases", "right edit ↑", "{:.1%}", lambda x: -x, 0.01),
    Metric("lpips", "cases", "LPIPS to teacher ↓", "{:.3f}", lambda x: x, 0.003),
    Metric("change", "cases", "change ÷ teacher's (1)", "{:.2f}", lambda x: abs(x - 1), 0.02),
    Metric("seam", "cases", "seam ratio (≤ 1)", "{:.2f}", lambda x: max(x - 1, 0.0), 0.02),
    Metric("warp", "cases", "warp error ÷ teacher's ↓", "{:.2f}", lambda x: x, 0.02),
    Metric("undo", "cases", "LPIPS of undoing ↓", "{:.3f}", lambda x: x, 0.003),
    Metric("drift", "streams", "drift in a minute ↓", "{:.1%}", lambda x: x, 0.005),
    Metric("feature", "streams", "feature drift ↓", "{:.3f}", lambda x: x, 0.005),
)


@dataclass(frozen=True)
class Figure:
    """One metric of one variant: mean over the seeds, their standard deviation (0 for one), how many there are."""

    mean: float
    spread: float
    seeds: int


@dataclass(frozen=True)
class Difference:
    """One metric of a variant against the baseline's, in badness: below 0 is better.

    Attributes:
        error: standard error from the seeds and from the clips, which are the independent things in it.
        verdict: ``better``, ``worse`` or ``no difference``.
    """

    amount: float
    error: float
    verdict: str


def read_results(out: Path, plan: Plan) -> dict[str, dict[str, list[Result]]]:
    """Part → variant → results, one a seed; what is not there yet is left out."""
    found: dict[str, dict[str, list[Result]]] = {}
    for part in plan.parts:
        for variant in part.variants:
            files = [Job(part.name, variant.name, seed).folder(out) / RESULT_FILE for seed in plan.seeds]
            results = [json.loads(f.read_text(encoding="utf-8")) for f in files if f.is_file()]
            if results:
                found.setdefault(part.name, {})[variant.name] = results
    return found


def present(part: Part, results: dict[str, list[Result]]) -> list[Metric]:
    """The metrics that every result of a part has."""
    everything = [r for v in part.variants for r in results.get(v.name, [])]
    return [m for m in METRICS if everything and all(_values(r, m) for r in everything)]


def figure(results: Sequence[Result], metric: Metric) -> Figure:
    return _figure([fmean(_values(result, metric).values()) for result in results])


def difference(results: Sequence[Result], baseline: Sequence[Result], metric: Metric) -> Difference:
    """Paired by clip and edit; clips and seeds make the error, edits of one clip count as one."""
    ours, theirs = _badness(results, metric), _badness(baseline, metric)
    clips: dict[str, list[float]] = {}
    for place, values in ours.items():
        clips.setdefault(place[0], []).append(fmean(values) - fmean(theirs[place]))
    by_clip = [fmean(values) for values in clips.values()]
    amount = fmean(by_clip)
    parts = [_mean_error(by_clip)]
    for group in (ours, theirs):
        runs = zip(*group.values(), strict=True)
        parts.append(_mean_error([fmean(run) for run in runs]))
    error = math.hypot(*parts)
    clear = abs(amount) > max(_CLEAR * error, metric.least)
    verdict = ("better" if amount < 0 else "worse") if clear else "no difference"
    return Difference(amount, error, verdict)


def at_equal_steps(results: dict[str, list[Result]]) -> tuple[int, dict[str, dict[str, Figure]]]:
    """The last step that every trained run logged, and what all variants logged there: variant → number → figure.

    Runs of one seed have seen the same data up to there."""
    logs = {name: [run["log"] for run in runs if run.get("log")] for name, runs in results.items()}
    rows = {name: [{row["step"]: row for row in log} for log in runs] for name, runs in logs.items() if runs}
    steps = [set(run) for runs in rows.values() for run in runs]
    common = set.intersection(*steps) if len(rows) > 1 else set()
    if not common:
        return 0, {}
    step = max(common)
    chosen = {name: [run[step] for run in runs] for name, runs in rows.items()}
    shared = set.intersection(*(set(row) for runs in chosen.values() for row in runs))
    keys = [k for k in next(iter(chosen.values()))[0] if k in shared and k not in _BOOKKEEPING]
    return step, {name: {key: _figure([row[key] for row in runs]) for key in keys} for name, runs in chosen.items()}


def _figure(values: Sequence[float]) -> Figure:
    return Figure(fmean(values), stdev(values) if len(values) > 1 else 0.0, len(values))


def _values(result: Result, metric: Metric) -> dict[tuple[str, str], float]:
    return {
        (row["clip"], row["edit"]): float(row[metric.key]) for row in result.get(metric.rows, []) if metric.key in row
    }


def _badness(results: Iterable[Result], metric: Metric) -> dict[tuple[str, str], list[float]]:
    """Each case's values, one a seed."""
    gathered: dict[tuple[str, str], list[float]] = {}
    for result in results:
        for place, value in _values(result, metric).items():
            gathered.setdefault(place, []).append(metric.badness(value))
    return gathered


def _mean_error(values: Sequence[float]) -> float:
    """Standard error of a mean; 0 for a single value, of which nothing is known."""
    return stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
