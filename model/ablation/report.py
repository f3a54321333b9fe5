"""The ablation as one Markdown text and one page: tables, curves, and what each part did or did not do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from sanacam.model.ablation.compare import (
    METRICS,
    Result,
    at_equal_steps,
    difference,
    figure,
    present,
    read_results,
)
from sanacam.model.ablation.figures import standalone_chart, style_of
from sanacam.model.ablation.plan import Part, Plan
from sanacam.model.evaluation.curves import Axis, Line, chart
from sanacam.model.evaluation.page_style import STYLE

LENGTHS_FILE = "lengths.json"
MARKDOWN_FILE, PAGE_FILE, NUMBERS_FILE = "report.md", "report.html", "report.json"
_NOTE = (
    "“±” is the standard deviation over the seeds. A difference is called better or worse only where it is larger than"
    " two standard errors (from clips and seeds together) and large enough to matter; all else is “no difference”. With"
    " so few seeds that error is itself uncertain, and about one comparison in twenty exceeds two standard errors by"
    " chance: read small differences as hints."
)


@dataclass(frozen=True)
class Curves:
    """A chart and the name of its file."""

    name: str
    lines: list[Line]
    across: Axis
    up: Axis

    def on_page(self) -> str:
        return chart(self.lines, self.across, self.up, [0.0])

    def on_its_own(self) -> str:
        return standalone_chart(self.lines, self.across, self.up, [0.0])


@dataclass
class Section:
    """A heading with paragraphs, tables (the first row is the head) and charts, in this order."""

    title: str
    texts: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    charts: list[Curves] = field(default_factory=list)


def write_report(out: Path, plan: Plan) -> Path:
    """Writes the files from whatever results there are; returns the Markdown."""
    results = read_results(out, plan)
    sections = [part_section(part, results[part.name]) for part in plan.parts if part.name in results]
    lengths = out / LENGTHS_FILE
    rows = json.loads(lengths.read_text(encoding="utf-8")) if lengths.is_file() else []
    if rows:
        sections.append(length_section(rows, plan))
    markdown = "\n".join([f"# Ablation\n\n{_NOTE}\n", *(_as_markdown(section) for section in sections)])
    (out / MARKDOWN_FILE).write_text(markdown, encoding="utf-8")
    for section in sections:
        for curves in section.charts:
            (out / f"{curves.name}.svg").write_text(curves.on_its_own(), encoding="utf-8")
    (out / PAGE_FILE).write_text(_as_page(sections), encoding="utf-8")
    (out / NUMBERS_FILE).write_text(json.dumps(_numbers(plan, results, rows), indent=1), encoding="utf-8")
    return out / MARKDOWN_FILE


def part_section(part: Part, results: dict[str, list[Result]]) -> Section:
    section = Section(part.title, [part.question])
    metrics = present(part, results)
    variants = [v for v in part.variants if v.name in results]
    head = ["variant", "seeds", "weights", "steps", "updates", "training", *(m.title for m in metrics)]
    table = [head]
    for variant in variants:
        runs = results[variant.name]
        row = [variant.title, str(len(runs)), f"{runs[0]['parameters'] / 1e6:.2f} M", *_effort(runs)]
        for metric in metrics:
            value = figure(runs, metric)
            row.append(f"{metric.form.format(value.mean)} ± {metric.form.format(value.spread)}")
        table.append(row)
    section.tables.append(table)
    others = [v for v in variants if v.name != part.baseline]
    if part.baseline in results and others:
        name = next(v.title for v in part.variants if v.name == part.baseline)
        against = [[f"against “{name}”", *(m.title.rstrip(" ↑↓") for m in metrics)]]
        for variant in others:
            row = [variant.title]
            said: dict[str, list[str]] = {}
            for metric in metrics:
                found = difference(results[variant.name], results[part.baseline], metric)
                said.setdefault(found.verdict, []).append(metric.title.rstrip(" ↑↓"))
                row.append(f"{found.verdict} ({found.amount:+.3f} ± {found.error:.3f})")
            against.append(row)
            section.texts.append(_sentence(variant.title, name, said))
        section.tables.append(against)
        section.texts.append("In the second table less is better, whatever the metric.")
    section.texts += _cut_short(part, results)
    step, rows = at_equal_steps(results)
    if rows:
        keys = list(next(iter(rows.values())))
        section.tables.append([[f"training, at step {step}", *keys]])
        for variant in variants:
            if variant.name in rows:
                cells = [f"{f.mean:.4f} ± {f.spread:.4f}" for f in rows[variant.name].values()]
                section.tables[-1].append([variant.title, *cells])
    lines = [
        Line(v.title, list(enumerate(_mean_curve(results[v.name]), 1)), style_of(i))
        for i, v in enumerate(variants)
        if any(run.get("streams") for run in results[v.name])
    ]
    if lines:
        up = Axis("feature distance to the first edited second, less the source's")
        section.charts.append(Curves(f"{part.name}-features", lines, Axis("seconds of stream"), up))
    return section


def length_section(rows: list[dict[str, Any]], plan: Plan) -> Section:
    size = plan.lengths.size
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    by_place = {(row["kind"], row["seconds"]): row for row in rows}
    table = [["stream", *(f"{kind}: {what}" for kind in kinds for what in ("a chunk", "memory"))]]
    for seconds in dict.fromkeys(row["seconds"] for row in rows):
        cells = [f"{seconds:g} s"]
        for kind in kinds:
            row = by_place[kind, seconds]
            timed = row["chunk_ms"]
            cells += ["too large" if timed is None else f"{timed:.1f} ms", f"{row['bytes'] / 1e9:.3f} GB"]
        table.append(cells)
    text = (
        f"The transformer's forward for one chunk (four frames, {size[0]}×{size[1]}) after so much stream, random"
        " weights of this size, plain PyTorch. “Too large” is worked out, not timed."
    )
    section = Section("Speed and memory against length", [text], [table])
    for name, key, title, scale in (("time", "chunk_ms", "ms a chunk", 1.0), ("memory", "bytes", "memory in GB", 1e-9)):
        lines = []
        for index, kind in enumerate(kinds):
            points = [(r["seconds"], r[key] * scale) for r in rows if r["kind"] == kind and r[key] is not None]
            if points:
                lines.append(Line(kind, points, style_of(index)))
        section.charts.append(Curves(f"length-{name}", lines, Axis("seconds of stream"), Axis(title)))
    return section


def _effort(runs: list[Result]) -> list[str]:
    """Steps, updates of what is trained, seconds; fewest and most where the seeds differ."""
    if "steps" not in runs[0]:
        return ["–", "–", "–"]

    def span(values: list[float]) -> str:
        low, high = min(values), max(values)
        return f"{low:.0f}" if round(low) == round(high) else f"{low:.0f}–{high:.0f}"

    updates = [float(next(iter(run["updates"].values()))) for run in runs]
    return [span([run["steps"] for run in runs]), span(updates), f"{span([run['seconds'] for run in runs])} s"]


def _cut_short(part: Part, results: dict[str, list[Result]]) -> list[str]:
    """What is to be said where the time limit ended training before its steps did."""
    steps = {run["steps"] for runs in results.values() for run in runs if "steps" in run}
    wanted = max((run["of_steps"] for runs in results.values() for run in runs if "steps" in run), default=0)
    if not steps or min(steps) >= wanted:
        return []
    return [
        f"The limit of {60 * part.minutes:.0f} s ended training after {min(steps)} to {max(steps)} of {wanted} steps:"
        " this compares equal time, and a variant with quicker steps made more of them."
    ]


def _sentence(title: str, baseline: str, said: dict[str, list[str]]) -> str:
    parts = [f"{word} in {', '.join(said[word])}" for word in ("better", "worse") if word in said]
    if "no difference" in said:
        parts.append(f"no difference shown in {', '.join(said['no difference'])}")
    return f"**{title}** against {baseline}: {'; '.join(parts)}."


def _mean_curve(runs: list[Result]) -> list[float]:
    curves = [stream["curve"] for run in runs for stream in run.get("streams", [])]
    return [sum(values) / len(values) for values in zip(*curves, strict=False)]


def _numbers(plan: Plan, results: dict[str, dict[str, list[Result]]], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the tables show, for other programs."""
    parts: dict[str, Any] = {}
    for name, variants in results.items():
        metrics = present(plan.part(name), variants)
        parts[name] = {
            variant: {metric.key: vars(figure(runs, metric)) for metric in metrics}
            for variant, runs in variants.items()
        }
    return {"metrics": [metric.key for metric in METRICS], "parts": parts, "lengths": rows}


def _as_markdown(section: Section) -> str:
    lines = [f"## {section.title}", ""]
    for text in section.texts:
        lines += [text, ""]
    for head, *rows in section.tables:
        lines += [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
        lines += [f"| {' | '.join(row)} |" for row in rows] + [""]
    lines += [f"![{curves.up.title}]({curves.name}.svg)\n" for curves in section.charts]
    return "\n".join(lines)


def _as_page(sections: list[Section]) -> str:
    parts = [f"<p class='soft'>{escape(_NOTE)}</p>"]
    for section in sections:
        parts.append(f"<h2>{escape(section.title)}</h2>")
        parts += [f"<p>{_bold(text)}</p>" for text in section.texts]
        for head, *rows in section.tables:
            cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
            body = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
            parts.append(f"<div class='scroll'><table><tr>{cells}</tr>{body}</table></div>")
        parts.append(f"<div class='charts'>{''.join(curves.on_page() for curves in section.charts)}</div>")
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Ablation</title>"
        f"<style>{STYLE}</style></head><body><h1>Ablation</h1>{''.join(parts)}</body></html>"
    )


def _bold(text: str) -> str:
    pieces = escape(text).split("**")
    return "".join(f"<b>{piece}</b>" if index % 2 else piece for index, piece in enumerate(pieces))
