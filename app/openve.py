"""``sanacam eval openve``: OpenVE-Bench through the same path as ``sanacam edit``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sanacam.app.arguments import CommandParser, settings_from
from sanacam.app.exit_codes import FAILED, INTERRUPTED, OK
from sanacam.app.printing import print_json
from sanacam.app.prompt_text import checked_prompt
from sanacam.app.settings import Settings
from sanacam.model.errors import UserError

if TYPE_CHECKING:
    from sanacam.model.clip_editor import ClipEditor
    from sanacam.model.evaluation.openve.judge import Judge
    from sanacam.model.evaluation.openve.run import EditClip
    from sanacam.model.stream import StreamEditor

NO_JUDGE = "none"


def build_parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="sanacam eval openve",
        description="Edit the clips of OpenVE-Bench, score the edits with a judge and compare with the paper.",
        epilog="The key of the judge is read from the environment: SANACAM_JUDGE_KEY. Pictures of the clips go to it.",
    )
    add = parser.add_argument
    add(
        "--csv", type=Path, required=True, metavar="FILE", help="the bench's table: edited_type, prompt, original_video"
    )
    add("--videos", type=Path, required=True, metavar="DIR", help="the bench's clips")
    add("--out", type=Path, default=Path("eval-openve"), help="edits, scores and report; goes on from what is there")
    add("--judge", default=NO_JUDGE, metavar="URL", help="none, or an OpenAI-style endpoint such as https://host/v1")
    add("--judge-model", default="", metavar="NAME", help="model of the judge; it has to see pictures")
    add("--per-category", type=int, metavar="N", help="only the first N rows of each category")
    add("--skip-missing", action="store_true", help="leave out rows whose clip is not there")
    add("--settings", type=Path, metavar="FILE", help="read this settings file instead of the usual one")
    for name, key in (("--model", "model.name"), ("--device", "model.device"), ("--precision", "model.precision")):
        add(name, dest=key, default=argparse.SUPPRESS, metavar=name[2:].upper(), help="as for `sanacam edit`")
    add("--size", dest="file.size", default=argparse.SUPPRESS, metavar="SIZE", help="as for `sanacam edit`")
    add("--json", action="store_true", help="print the report as one JSON object")
    return parser


def main(words: list[str]) -> int:
    """Run the bench: 0 when every row was edited and, with a judge, scored; 1 when some were not.

    Raises:
        UserError: bad table, clips, settings or judge; what was done before stays in ``--out``.
    """
    from sanacam.model.evaluation.openve.bench import read_bench
    from sanacam.model.evaluation.openve.report import report_dict, write_report
    from sanacam.model.evaluation.openve.run import run_bench
    from sanacam.model.evaluation.openve.table import NO_JUDGE as UNJUDGED
    from sanacam.model.evaluation.openve.table import WARNING, as_text, make_table
    from sanacam.model.evaluation.progress import Progress

    options = build_parser().parse_args(words)
    settings = settings_from(options)
    if options.per_category is not None and options.per_category < 1:
        raise UserError("--per-category takes 1 or more.", "Leave it out for all rows.")
    judge = _judge(options.judge, options.judge_model)
    rows = read_bench(options.csv, options.videos, skip_missing=options.skip_missing, per_category=options.per_category)
    try:
        results = run_bench(rows, options.out, _editing(settings), _version(settings), judge, Progress())
    except KeyboardInterrupt:
        print(f"\nStopped; what is done is kept in {options.out}. The same command goes on.", file=sys.stderr)
        return INTERRUPTED
    lines = make_table(results)
    about = {
        "model": settings.model.name,
        "judge": judge.name if judge else NO_JUDGE,
        "rows": f"{len(rows)} of {options.csv.name}",
        "size": settings.file.size,
    }
    page = write_report(options.out, about, results, lines, judge is not None)
    done = [result for result in results if result.edit is not None and (judge is None or result.scores is not None)]
    if options.json:
        print_json({**report_dict(about, results, lines, judge is not None), "report": str(page)})
    else:
        print(as_text(lines))
        print(WARNING if judge else UNJUDGED)
        for result in results:
            if result.problem:
                print(f"Row {result.row.number}: {result.problem}")
        print(f"Report: {page}")
    return OK if len(done) == len(results) else FAILED


def _judge(url: str, model: str) -> Judge | None:
    from sanacam.model.evaluation.openve.judge import KEY_VARIABLE, HttpJudge

    return None if url == NO_JUDGE else HttpJudge(url, model, os.environ.get(KEY_VARIABLE, ""))


def _version(settings: Settings) -> str:
    """Changes with the model's files and every setting that shows in an edit."""
    from sanacam.model.zoo.model_files import find_files

    weights = find_files(settings.model.name).dit
    stat = weights.stat()
    return repr((settings.model, settings.file, weights.name, stat.st_size, stat.st_mtime_ns))


def _editing(settings: Settings) -> EditClip:
    """``sanacam edit`` with the model loaded once."""
    from sanacam.app.commands.edit import framing_of
    from sanacam.app.edit import EditJob, edit_file
    from sanacam.app.editor_loading import check_room, load_file_editor
    from sanacam.model.evaluation.openve.run import Edited

    loaded: list[StreamEditor | ClipEditor] = []

    def make_editor(width: int, height: int) -> StreamEditor | ClipEditor:
        if loaded:
            check_room(settings.model, width, height)
            loaded[0].reset()
        else:
            loaded.append(load_file_editor(settings.model, width, height))
        return loaded[0]

    def edit(source: Path, output: Path, prompt: str) -> Edited:
        box, aspect = framing_of(settings)
        job = EditJob(source, output, checked_prompt(prompt), 1.0, box, aspect, settings.file.crf, overwrite=True)
        result = edit_file(job, make_editor)
        if result.interrupted:
            output.unlink(missing_ok=True)
            raise KeyboardInterrupt
        notes = [] if result.complete else ["the clip is damaged; what could be read was edited"]
        if not loaded[0].bundle.text_encoder.fits(job.prompt):
            notes.append("the instruction is longer than the model reads; its end was not seen")
        return Edited(result.frames, round(result.wall_seconds, 3), result.width, result.height, "; ".join(notes))

    return edit
