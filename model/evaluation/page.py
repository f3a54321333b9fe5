"""The report as one HTML page that needs no other file."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from PIL import Image

from sanacam.model.evaluation import bars as limits
from sanacam.model.evaluation.bars import Bar, edit_problems
from sanacam.model.evaluation.curves import Axis, Line, chart
from sanacam.model.evaluation.drift import DriftRun
from sanacam.model.evaluation.metrics import LOOK_NAMES
from sanacam.model.evaluation.page_short import METHOD as SHORT_METHOD
from sanacam.model.evaluation.page_short import short_sections
from sanacam.model.evaluation.page_style import STYLE
from sanacam.model.evaluation.sheets import data_url
from sanacam.model.evaluation.speed import Speed
from sanacam.model.evaluation.summary import EditSummary, mean

if TYPE_CHECKING:
    from sanacam.model.evaluation.report import Report

_QUICK = "A quick run: fewer clips, frames and wordings than the bars are meant for. Take the figures as a hint."
_METHOD = {
    "VAE": "Every teacher picture is encoded and decoded without the source, as one stream. PSNR comes from the "
    "squared error over a whole clip; means are taken over clips, then over edits.",
    "Recognised": "Three frames of every streamed clip are compared with the teachers of all offered edits, among them "
    "the unchanged picture. A hit is a frame whose L1 (pictures in 0…1) + LPIPS is smallest for the edit that the "
    "wording asked for. The JSON also gives the share with L1 twice as heavy (pictures in −1…1).",
    "LPIPS, PSNR, SSIM": "Streamed output against the teacher of the clean source; LPIPS with AlexNet features.",
    "Change": "Mean absolute difference from frame to frame, output over teacher, for each clip; then the mean over "
    "clips and wordings.",
    "Chunk borders": "Change of the output over that of the teacher at the steps across chunk borders, divided by the "
    "same at the steps inside chunks.",
    "Drift": "A clip is played forwards and backwards; each round gives mean red, green, blue, saturation (max − min "
    "of the channels) and sharpness (mean step between neighbouring pixels). Slope × length of the run over its mean; "
    "the source repeats itself, so its own slope is zero.",
}


def page(report: Report, sheets: dict[str, Image.Image], view: Image.Image) -> str:
    """The HTML text. ``sheets``: the contact sheet of each edit; ``view``: all edits of one picture."""
    title = f"{report.about.get('model', 'Model')}: evaluation"
    body = [
        _head(report, title),
        _bars(report.bars),
        f'<h2>What a streamer sees</h2><img class="sheet" alt="all edits of one clip" src="{data_url(view)}">',
        _edits(report),
        _recognition(report.edits),
        short_sections(report.evaluation, _table),
        _drift(report.evaluation.drift),
        _change(report.edits),
        _speed(report.evaluation.speed),
        _sheets(report.edits, sheets),
        f"<h2>How it was measured</h2>{_definitions(_METHOD | SHORT_METHOD)}",
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return (
        f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{"".join(body)}</body></html>\n'
    )


def _definitions(pairs: Mapping[str, object]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(k)}</dt><dd>{escape(str(v))}</dd>" for k, v in pairs.items()) + "</dl>"


def _table(head: list[str], rows: list[str]) -> str:
    """``head``: titles as HTML; those that start with # stand over numbers."""
    cells = "".join(f'<th class="n">{h[1:]}</th>' if h.startswith("#") else f"<th>{h}</th>" for h in head)
    return f'<div class="scroll"><table><tr>{cells}</tr>{"".join(rows)}</table></div>'


def _number(text: str, bad: bool = False) -> str:
    return f'<td class="n{" off" if bad else ""}">{escape(text)}</td>'


def _head(report: Report, title: str) -> str:
    measured = [bar for bar in report.bars if bar.passed is not None]
    met = sum(bool(bar.passed) for bar in measured)
    unmeasured = len(report.bars) - len(measured)
    rest = f", {unmeasured} not measured here" if unmeasured else ""
    banners = [_QUICK] * report.quick + report.evaluation.notes
    notes = "".join(f'<p class="banner">{escape(note)}</p>' for note in banners)
    about = {key: value for key, value in report.about.items() if key != "model"}
    summary = f'<p class="soft">{met} of {len(measured)} measured bars met{rest}.</p>'
    return f"<h1>{escape(title)}</h1>{summary}{notes}{_definitions(about)}"


def _pill(passed: bool | None) -> str:
    style, word = {True: ("good", "met"), False: ("bad", "missed"), None: ("none", "not run")}[passed]
    return f'<span class="pill {style}">{word}</span>'


def _bars(bars: list[Bar]) -> str:
    rows = [
        f"<tr><td>{_pill(bar.passed)}</td><td>{escape(bar.title)}</td>"
        + _number("–" if bar.passed is None else bar.form.format(bar.value))
        + _number(f"{'≥' if bar.at_least else '≤'} {bar.form.format(bar.limit)}")
        + f'<td class="small">{escape(bar.note)}</td></tr>'
        for bar in bars
    ]
    return "<h2>Bars</h2>" + _table(["", "Bar", "#Measured", "#Needed", ""], rows)


def _edits(report: Report) -> str:
    vae = (report.evaluation.vae or {}).get("edits", {})
    rows = []
    for e in report.edits:
        picture = Image.fromarray(report.evaluation.shots.by_edit[e.name][0].output)
        picture.thumbnail((256, 256), Image.Resampling.LANCZOS)
        own = vae.get(e.name)
        verdict = "; ".join(edit_problems(e)) or "ready"
        rows.append(
            f'<tr><td><a href="#{e.name}"><img alt="" src="{data_url(picture)}"></a></td>'
            f'<td>{escape(e.title)}<br><span class="family">{e.family}</span></td>'
            + _number(f"{e.recognised:.0%}", e.recognised < limits.RECOGNISED_STRUCTURAL)
            + _number(f"{e.lpips:.3f}", e.lpips > limits.LPIPS_EACH)
            + _number(f"{e.psnr:.1f}")
            + _number(f"{e.ssim:.3f}")
            + _number(f"{e.change:.2f}", e.change > limits.CHANGE)
            + _number(f"{e.border:.2f}", e.border > limits.BORDER)
            + (_number(f"{own['psnr']:.1f}", own["psnr"] < limits.VAE_PSNR) if own else _number("–"))
            + (_number(f"{own['lpips']:.3f}", own["lpips"] > limits.VAE_LPIPS) if own else _number("–"))
            + f'<td class="small">{escape(verdict)}</td></tr>'
        )
    numbers = ["#Recog-<br>nised", "#LPIPS", "#PSNR", "#SSIM", "#Change ÷<br>teacher", "#Border ÷<br>inside"]
    head = ["", "Edit", *numbers, "#VAE<br>PSNR", "#VAE<br>LPIPS", "Verdict"]
    return f'<h2>Edits</h2><p class="soft">Red: outside its bar.</p>{_table(head, rows)}'


def _recognition(edits: list[EditSummary]) -> str:
    rows = []
    for e in edits:
        missed = [f"“{escape(w)}” ({share:.0%})" for w, share in e.wordings.items() if share < 1]
        if missed:
            taken = ", ".join(f"{escape(name)} {count}×" for name, count in e.taken_for.items())
            rows.append(f"<tr><td>{escape(e.title)}</td><td>{taken}</td><td>{'<br>'.join(missed)}</td></tr>")
    if not rows:
        return "<h2>Mistaken edits</h2><p>None: every probed frame was nearest to the teacher that was asked for.</p>"
    head = ["Asked for", "Nearest teacher instead", "Wordings (share of frames right)"]
    return f"<h2>Mistaken edits</h2>{_table(head, rows)}"


def _drift(runs: list[DriftRun]) -> str:
    if not runs:
        return ""
    charts = []
    minutes = Axis("minutes")
    for run in runs:
        times = [run.minutes * i / len(run.rounds) for i in range(len(run.rounds))]
        lines = []
        for column, name in enumerate(LOOK_NAMES):
            values = [row[column] for row in run.rounds]
            base = max(mean(values) or 0.0, 1e-6)
            share = [(value - values[0]) / base * 100 for value in values]
            lines.append(Line(name, list(zip(times, share, strict=True)), name))
        title = f"{run.edit}, {run.minutes:.1f} minutes of {run.clip}: change since the start in %"
        figures = ", ".join(f"{name} {value:+.1%}" for name, value in run.drift.items())
        curve = chart(lines, minutes, Axis(title), [-5.0, 5.0])
        charts.append(f'<div>{curve}<p class="soft">Slopes: {escape(figures)}</p></div>')
        if run.psnr:
            closeness = Line("PSNR", list(zip(times, run.psnr, strict=True)), "mean")
            charts.append(chart([closeness], minutes, Axis(f"{run.edit}: closeness to the teacher in dB"), []))
    return f'<h2>The long run</h2><div class="charts">{"".join(charts)}</div>'


def _change(edits: list[EditSummary]) -> str:
    places = range(len(edits[0].profile))
    lines = [Line(e.title, [(float(p), e.profile[p]) for p in places], "mean", faint=True) for e in edits]
    average = [(float(p), mean(e.profile[p] for e in edits) or 0.0) for p in places]
    lines.append(Line("mean over edits", average, "mean"))
    up = Axis("Frame-to-frame change ÷ the teacher's, by place in the chunk", "{:.2f}")
    curve = chart(lines, Axis("step into frame n of the chunk", least_step=1.0), up, [1.0, limits.CHANGE])
    text = "Place 0 is the step across a chunk border. A hump there is a visible pulse. Faint: single edits."
    return f'<h2>Steadiness</h2><p class="soft">{text}</p>{curve}'


def _speed(speeds: list[Speed]) -> str:
    if not speeds:
        return ""
    rows = [
        f"<tr><td>{escape(s.device)}</td>"
        + _number("–" if s.cuda else str(s.threads))
        + _number(f"{s.size[0]}×{s.size[1]}")
        + _number(f"{s.fps:.1f}")
        + _number(f"{s.chunk_ms:.1f} ms")
        + _number(f"{s.slowest_ms:.1f} ms")
        + _number(str(s.chunk_frames))
        + "</tr>"
        for s in speeds
    ]
    head = ["Device", "#Threads", "#Size", "#Frames a second", "#Chunk, median", "#Chunk, 95 %", "#Frames a chunk"]
    return f'<h2>Speed</h2><p class="soft">{escape(speeds[0].clock)}</p>{_table(head, rows)}'


def _sheets(edits: list[EditSummary], sheets: dict[str, Image.Image]) -> str:
    parts = [
        f'<h3 id="{e.name}">{escape(e.title)} <span class="family">{e.family}</span></h3>'
        f'<img class="sheet" loading="lazy" alt="{escape(e.title)}" src="{data_url(sheets[e.name])}">'
        for e in edits
    ]
    return f'<h2>Contact sheets</h2><p class="soft">Source, teacher, output.</p>{"".join(parts)}'
