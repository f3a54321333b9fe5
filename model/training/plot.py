"""Draws a training log: one chart for each number in ``log.jsonl``, as a page of SVG."""

from __future__ import annotations

import json
import math
from html import escape
from pathlib import Path

from sanacam.model.errors import UserError
from sanacam.model.evaluation.curves import Axis, Line, chart
from sanacam.model.evaluation.page_style import STYLE

_SMOOTHING = 0.9
_NOT_DRAWN = {"step", "seconds", "progress"}


def smoothed(values: list[float]) -> list[float]:
    """Exponential moving average, without the pull of the first value."""
    out, total, weight = [], 0.0, 0.0
    for value in values:
        total = _SMOOTHING * total + (1 - _SMOOTHING) * value
        weight = _SMOOTHING * weight + (1 - _SMOOTHING)
        out.append(total / weight)
    return out


def read_log(path: Path) -> list[dict[str, float]]:
    """Rows of a log; a last line cut short by a crash is left out.

    Raises:
        UserError: no such file, nothing in it, or it is no training log.
    """
    if not path.is_file():
        raise UserError(f"There is no training log at {path}.", "Give the log.jsonl of a training folder.")
    strange = UserError(f"{path} is not a training log.", "Give the log.jsonl of a training folder.")
    rows: list[dict[str, float]] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise strange from None
    for line in lines:
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            break
        if not (isinstance(row, dict) and "step" in row and all(isinstance(v, int | float) for v in row.values())):
            raise strange
        rows.append(row)
    if not rows:
        raise UserError(f"The training log {path} is empty.", "Train for a few more steps.")
    return rows


def plot_log(log: Path, out: Path) -> None:
    """Writes an HTML page with the raw (faint) and smoothed curve of every logged number over steps.

    Raises:
        UserError: see :func:`read_log`.
        OSError: the page cannot be written.
    """
    rows = read_log(log)
    charts = []
    for name in [key for key in dict.fromkeys(key for row in rows for key in row) if key not in _NOT_DRAWN]:
        # Not every row has every number: players take turns, and a dropped step has no finite loss.
        points = [(row["step"], row[name]) for row in rows if math.isfinite(row.get(name, math.nan))]
        if not points:
            continue
        steps, values = [step for step, _ in points], [value for _, value in points]
        raw = Line(name, points, "blue", faint=True)
        smooth = Line(f"{name}, smoothed", list(zip(steps, smoothed(values), strict=True)), "blue")
        charts.append(chart([raw, smooth], Axis("step"), Axis(name), []))
    title = f"Training log {escape(log.parent.name)}"
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    out.write_text(f"<!doctype html>{head}<main><h1>{title}</h1>{''.join(charts)}</main>", encoding="utf-8")
