"""The bench's report: all numbers as JSON, and one HTML page with the table and pictures of every edit."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from sanacam.model.errors import UserError
from sanacam.model.evaluation.openve.pictures import side_by_side
from sanacam.model.evaluation.openve.run import Result
from sanacam.model.evaluation.openve.table import HEAD, NO_JUDGE, WARNING, Line, cells
from sanacam.model.evaluation.page_style import STYLE
from sanacam.model.evaluation.sheets import data_url

JSON_FILE, PAGE_FILE = "report.json", "report.html"
_SHOWN = 3
"""Pictures of an edit on the page."""
_MOST_SHOWN = 60
"""Edits with pictures on the page; a page of all 431 would be too heavy to open."""


def report_dict(
    about: dict[str, str], results: Sequence[Result], lines: Sequence[Line], judged: bool
) -> dict[str, Any]:
    return {
        "about": about,
        "warning": WARNING if judged else NO_JUDGE,
        "table": [asdict(line) for line in lines],
        "rows": [_row_dict(result) for result in results],
    }


def write_report(
    out: Path, about: dict[str, str], results: Sequence[Result], lines: Sequence[Line], judged: bool
) -> Path:
    """Writes report.json and report.html; gives the page's path.

    Raises:
        UserError: the folder cannot be written.
    """
    numbers = json.dumps(report_dict(about, results, lines, judged), indent=1, ensure_ascii=False)
    for name, text in ((JSON_FILE, numbers), (PAGE_FILE, _page(about, results, lines, judged))):
        beside = out / f"{name}.part"
        try:
            beside.write_text(text + "\n", encoding="utf-8")
            os.replace(beside, out / name)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise UserError(f"{out / name} cannot be written ({error.strerror}).", "Is the disk full?") from error
    return out / PAGE_FILE


def _row_dict(result: Result) -> dict[str, Any]:
    return {
        "number": result.row.number,
        "category": result.row.category.key,
        "prompt": result.row.prompt,
        "video": result.row.video.name,
        "edit": None if result.edit is None else result.edit.name,
        "edited": None if result.edited is None else asdict(result.edited),
        "scores": None if result.scores is None else {**asdict(result.scores), "mean": round(result.scores.mean, 4)},
        "problem": result.problem,
    }


def _page(about: dict[str, str], results: Sequence[Result], lines: Sequence[Line], judged: bool) -> str:
    title = "OpenVE-Bench"
    facts = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in about.items())
    warning = f'<p class="banner">{escape(WARNING if judged else NO_JUDGE)}</p>'
    head = "".join(f"<th{' class=n' * (i > 0)}>{escape(name)}</th>" for i, name in enumerate(HEAD))
    rows = "".join(
        "<tr>" + "".join(f"<td{' class=n' * (i > 0)}>{escape(c)}</td>" for i, c in enumerate(cells(line))) + "</tr>"
        for line in lines
    )
    table = f'<div class="scroll"><table><tr>{head}</tr>{rows}</table></div>'
    shown = "".join(_edit(result, pictures=index < _MOST_SHOWN) for index, result in enumerate(results))
    meta = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = f"<h1>{title}</h1><dl>{facts}</dl>{warning}{table}<h2>Edits</h2><p>Left: source; right: edit.</p>{shown}"
    return f'<!doctype html><html lang="en"><head>{meta}<style>{STYLE}</style></head><body>{body}</body></html>'


def _edit(result: Result, *, pictures: bool) -> str:
    row = result.row
    said = result.problem or (result.edited.note if result.edited else "")
    if result.scores is not None:
        s = result.scores
        said = f"{s.instruction:g} · {s.quality:g} · {s.consistency:g}: {s.reason}"
    drawn = ""
    if pictures and result.edit is not None:
        moments = side_by_side(row.video, result.edit, _SHOWN)
        drawn = "".join(f'<img class="sheet" loading="lazy" alt="" src="{data_url(moment)}">' for moment in moments)
    family = f'<span class="family">{escape(row.category.title)}</span>'
    return f"<h3>{row.number}. {escape(row.prompt)} {family}</h3><p class=soft>{escape(said)}</p>{drawn}"
