"""The report of an evaluation as JSON (all numbers) and as one HTML page (bars, edits, curves, pictures)."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from sanacam.model.errors import UserError
from sanacam.model.evaluation.bars import (
    Bar,
    drift_bars,
    edit_problems,
    face_bars,
    quality_bars,
    size_bar,
    speed_bars,
    step_bars,
    wording_bars,
)
from sanacam.model.evaluation.drift import DriftRun
from sanacam.model.evaluation.evaluate import Evaluation
from sanacam.model.evaluation.sheets import edit_sheet, encode, gallery
from sanacam.model.evaluation.speed import Speed
from sanacam.model.evaluation.summary import EditSummary, summarise


@dataclass(frozen=True)
class Report:
    """An evaluation made ready to be written.

    Attributes:
        about: model, machine, clips and settings, in the order in which they are shown.
        quick: whether less was measured than the bars are meant for.
    """

    about: dict[str, Any]
    quick: bool
    evaluation: Evaluation
    edits: list[EditSummary]
    bars: list[Bar] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every bar that was measured is met."""
        return all(bar.passed is not False for bar in self.bars)


def make_report(evaluation: Evaluation, about: dict[str, Any], quick: bool, megabytes: float | None = None) -> Report:
    """Holds an evaluation against the bars; ``megabytes``: of the model's files, if known."""
    edits = summarise(evaluation.cases)
    bars = [
        *quality_bars(edits, evaluation.vae),
        *wording_bars(evaluation.german, evaluation.growth, evaluation.unknown),
        *face_bars(evaluation.faces),
        *step_bars(evaluation.steps),
        *drift_bars(evaluation.drift),
        *speed_bars(evaluation.speed),
        size_bar(megabytes),
    ]
    return Report(about, quick, evaluation, edits, bars)


def report_dict(report: Report) -> dict[str, Any]:
    """All numbers: about, quick, passed, bars, edits, vae, what the short streams and faces gave, drift, speed, notes
    and the single cases."""
    evaluation = report.evaluation
    return {
        "about": report.about,
        "quick": report.quick,
        "passed": report.passed,
        "bars": [bar.to_dict() for bar in report.bars],
        "edits": {e.name: {**e.to_dict(), "problems": edit_problems(e)} for e in report.edits},
        "vae": evaluation.vae,
        "german": None if evaluation.german is None else evaluation.german.to_dict(),
        "growth": None if evaluation.growth is None else evaluation.growth.to_dict(),
        "unknown": [asdict(answer) for answer in evaluation.unknown],
        "faces": [face.to_dict() for face in evaluation.faces],
        "steps": evaluation.steps,
        "drift": [_drift_dict(run) for run in evaluation.drift],
        "speed": [_speed_dict(speed) for speed in evaluation.speed],
        "notes": evaluation.notes,
        "cases": [asdict(case) for case in evaluation.cases],
    }


def prepare_folder(folder: Path) -> None:
    """Makes the folder of the report, before hours of work go into it.

    Raises:
        UserError: it can't be made or written.
    """
    try:
        (folder / "sheets").mkdir(parents=True, exist_ok=True)
        probe = folder / ".write-test"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UserError(f"The report can not be written to {folder}.", "Give another folder with --out.") from error


def write_report(report: Report, folder: Path) -> Path:
    """Writes report.json, report.html and the pictures ``sheets/*.png``; gives the page's path."""
    from sanacam.model.evaluation.page import page

    prepare_folder(folder)
    titles = {e.name: e.title for e in report.edits}
    shots = report.evaluation.shots
    sheets = {name: edit_sheet(titles[name], shots.by_edit[name]) for name in titles}
    view = _streamer_view(report)
    for name, sheet in {**sheets, "streamer_view": view}.items():
        _write(folder / "sheets" / f"{name}.png", encode(sheet, "PNG"))
    _write(folder / "report.json", json.dumps(report_dict(report), indent=1, ensure_ascii=False).encode())
    path = folder / "report.html"
    _write(path, page(report, sheets, view).encode())
    return path


def _streamer_view(report: Report) -> Image.Image:
    shots = report.evaluation.shots
    assert shots.view_source is not None
    outputs = {e.title: shots.outputs[e.name] for e in report.edits if e.name in shots.outputs}
    return gallery({f"source: {shots.view}": shots.view_source, **outputs})


def _drift_dict(run: DriftRun) -> dict[str, Any]:
    return {**asdict(run), "worst": run.worst}


def _speed_dict(speed: Speed) -> dict[str, Any]:
    return {**asdict(speed), "fps": speed.fps}


def _write(path: Path, data: bytes) -> None:
    """All of the file or nothing of it."""
    half = path.with_name(path.name + ".part")
    try:
        half.write_bytes(data)
        os.replace(half, path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise UserError(f"{path} can not be written.", "Is the disk full? Give another folder with --out.") from error
