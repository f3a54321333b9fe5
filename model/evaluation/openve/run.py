"""The bench from end to end: edit what is not edited yet, score what is not scored yet, keep everything on disk."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from sanacam.model.errors import UserError
from sanacam.model.evaluation.openve.bench import Row
from sanacam.model.evaluation.openve.judge import Judge, Scores, UnreadableAnswerError
from sanacam.model.evaluation.openve.pictures import side_by_side
from sanacam.model.evaluation.progress import Progress

EDITS_FOLDER, SCORES_FOLDER = "edits", "scores"
UNREADABLE_IN_A_ROW = 5
"""Edits in a row without a readable answer before the judge is given up."""


@dataclass(frozen=True)
class Edited:
    """What an edit took and gave. ``note``: what was wrong with the clip, empty if nothing."""

    frames: int
    seconds: float
    width: int
    height: int
    note: str = ""


_Stored = TypeVar("_Stored")
EditClip = Callable[[Path, Path, str], Edited]
"""(source, output, prompt): edits a clip into a file. Raises ``UserError`` if it cannot, and leaves no file then."""


@dataclass(frozen=True)
class Result:
    """One row of the bench. ``problem``: why there is no edit or no score."""

    row: Row
    edit: Path | None
    edited: Edited | None
    scores: Scores | None = None
    problem: str = ""


def run_bench(
    rows: Sequence[Row], out: Path, edit: EditClip, version: str, judge: Judge | None, progress: Progress
) -> list[Result]:
    """Edit all rows, then score them. Results of an earlier run in ``out`` are taken over if model, clip, prompt and
    judge are the same.

    Args:
        version: text that changes when the editor's results would.

    Raises:
        UserError: the judge cannot be asked, or gives no readable answer :data:`UNREADABLE_IN_A_ROW` times in a row, or
            the folder cannot be written. What is done stays.
    """
    for folder in (out / EDITS_FOLDER, out / SCORES_FOLDER):
        _make(folder)
    progress.begin(f"Editing {len(rows)} clips", len(rows))
    results = []
    for row in rows:
        results.append(_edited(row, out, edit, version))
        progress.step()
    progress.end()
    if judge is None:
        return results
    progress.begin(f"Scoring with {judge.name}", len(results))
    scored = []
    unreadable = 0
    for result in results:
        result = _scored(result, out, judge)
        scored.append(result)
        unreadable = unreadable + 1 if result.edit is not None and result.scores is None else 0
        if unreadable >= UNREADABLE_IN_A_ROW:
            raise UserError(
                f"The judge {judge.name} gave no readable answer for {unreadable} edits in a row: {result.problem}.",
                "Choose a model that sees pictures and answers in JSON. Edits and scores so far are kept.",
            )
        progress.step()
    progress.end()
    return scored


def _edited(row: Row, out: Path, edit: EditClip, version: str) -> Result:
    stat = row.video.stat()
    key = _key(version, row.prompt, row.video.name, stat.st_size, stat.st_mtime_ns)
    target = out / EDITS_FOLDER / f"{row.number:04d}-{key}.mp4"
    about = target.with_suffix(".json")
    known = _read(about, Edited)
    if known is not None and target.is_file():
        return Result(row, target, known)
    # A name of its own until it is whole: an edit that was broken off must not count.
    partial = target.with_suffix(".partial.mp4")
    partial.unlink(missing_ok=True)
    try:
        edited = edit(row.video, partial, row.prompt)
    except UserError as error:
        return Result(row, None, None, problem=f"not edited: {error.message}")
    os.replace(partial, target)
    _write(about, asdict(edited))
    return Result(row, target, edited)


def _scored(result: Result, out: Path, judge: Judge) -> Result:
    if result.edit is None:
        return result
    path = out / SCORES_FOLDER / f"{result.edit.stem}-{_key(judge.name)}.json"
    known = _read(path, Scores)
    if known is not None:
        return Result(result.row, result.edit, result.edited, known)
    try:
        scores = judge.score(result.row, side_by_side(result.row.video, result.edit))
    except UnreadableAnswerError as error:
        # Not kept: another run asks again.
        return Result(result.row, result.edit, result.edited, problem=f"not scored: {error}")
    _write(path, asdict(scores))
    return Result(result.row, result.edit, result.edited, scores)


def _key(*parts: object) -> str:
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:12]


def _read(path: Path, kind: type[_Stored]) -> _Stored | None:
    """A stored result; ``None`` if there is none, only a part of one, or one of another version."""
    try:
        return kind(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write(path: Path, values: dict[str, Any]) -> None:
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UserError(f"{path} cannot be written ({error.strerror}).", "Is the disk full?") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be made ({error.strerror}).", "Give another folder with --out.") from error
