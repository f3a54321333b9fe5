"""Scores by category, with the paper's figures beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sanacam.model.evaluation.openve.bench import CATEGORIES, PAPER_AVERAGE, Category
from sanacam.model.evaluation.openve.rubric import ASPECTS
from sanacam.model.evaluation.openve.run import Result

WARNING = (
    "Scores of different judges cannot be compared. The paper's figures are Gemini-2.5-Pro's under the bench's own "
    "wording; compare runs under one judge, and their differences only."
)
NO_JUDGE = "No judge was asked, so there are no scores; the paper's figures are Gemini-2.5-Pro's."


@dataclass(frozen=True)
class Line:
    """One category, or the average.

    Attributes:
        edited, scored: how many rows. ``aspects``: mean of each score; empty without scores. ``mean``: of the three.
        streaming, bidirectional: the paper's.
    """

    title: str
    edited: int
    scored: int
    aspects: dict[str, float]
    mean: float | None
    streaming: float | None
    bidirectional: float | None


def make_table(results: Sequence[Result]) -> list[Line]:
    """A line for each category that occurs, in the bench's order, then the average as the paper takes it: the mean of
    the means of the five categories that it reports (only if all five have scores)."""
    known = list(CATEGORIES)
    found = {result.row.category.key: result.row.category for result in results}
    order = [c for c in known if c.key in found] + [c for key, c in found.items() if c not in known]
    lines = {category.key: _line(category, results) for category in order}
    reported = [lines.get(c.key) for c in known if c.streaming is not None]
    whole = [line for line in reported if line is not None and line.mean is not None]
    mean = sum(line.mean or 0.0 for line in whole) / len(whole) if len(whole) == len(reported) else None
    aspects = {a: sum(line.aspects[a] for line in whole) / len(whole) for a in ASPECTS} if mean is not None else {}
    average = Line(
        "Average of the five",
        sum(line.edited for line in reported if line is not None),
        sum(line.scored for line in reported if line is not None),
        aspects,
        mean,
        PAPER_AVERAGE["streaming"],
        PAPER_AVERAGE["bidirectional"],
    )
    return [*lines.values(), average]


def _line(category: Category, results: Sequence[Result]) -> Line:
    mine = [r for r in results if r.row.category.key == category.key]
    scores = [r.scores for r in mine if r.scores is not None]
    aspects = {a: sum(getattr(s, a) for s in scores) / len(scores) for a in ASPECTS} if scores else {}
    mean = sum(s.mean for s in scores) / len(scores) if scores else None
    edited = sum(r.edit is not None for r in mine)
    return Line(category.title, edited, len(scores), aspects, mean, category.streaming, category.bidirectional)


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


HEAD = ("Category", "Edits", "Scored", *ASPECTS.values(), "Mean", "Paper, streaming", "Paper, offline")


def cells(line: Line) -> list[str]:
    """A line's texts, under :data:`HEAD`."""
    aspects = [number(line.aspects.get(aspect)) for aspect in ASPECTS]
    paper = [number(line.streaming), number(line.bidirectional)]
    return [line.title, str(line.edited), str(line.scored), *aspects, number(line.mean), *paper]


def as_text(lines: Sequence[Line]) -> str:
    """The table for a terminal; it is valid Markdown too."""
    rows = [list(HEAD), *(cells(line) for line in lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]

    def drawn(row: list[str]) -> str:
        aligned = [
            row[0].ljust(widths[0]),
            *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True)),
        ]
        return f"| {' | '.join(aligned)} |"

    rule = [f":{'-' * (widths[0] - 1)}", *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    return "\n".join([drawn(rows[0]), f"| {' | '.join(rule)} |", *map(drawn, rows[1:])])
