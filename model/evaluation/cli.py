"""``sanacam eval mini``: measures the embedded model against its bars and writes report.html and report.json."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import torch

from sanacam.model.errors import UserError
from sanacam.model.evaluation.amount import FULL, QUICK, Amount
from sanacam.model.evaluation.bars import CPU_CORES, CPU_SIZE, CUDA_SIZE
from sanacam.model.evaluation.clips import Clip, choose_clips, find_clips, load_clip, shipped_clips_folder
from sanacam.model.evaluation.evaluate import Plan, match_teachers, person_clip, run_drift, run_short
from sanacam.model.evaluation.progress import Progress
from sanacam.model.evaluation.report import Report, make_report, prepare_folder, report_dict, write_report
from sanacam.model.evaluation.speed import Speed, device_name, measure_speed
from sanacam.model.evaluation.streaming import to_pixels
from sanacam.model.evaluation.wordings import Wordings, check_edits, held_out_wordings, read_wordings
from sanacam.model.stream import POLICIES, StreamEditor, choose_device
from sanacam.model.training.edits import EDITS
from sanacam.model.zoo import load_bundle
from sanacam.model.zoo.model_files import find_files

_SMALLEST = 64


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sanacam eval",
        description="Measure a model on clips and wordings that training never saw.",
        epilog="`sanacam eval openve --help`: OpenVE-Bench, with a judge of your choice.",
    )
    add = parser.add_argument
    add("what", choices=["mini"], help="the bars of the embedded model")
    add("--model", default="mini", help="model name or folder (default: mini)")
    add("--out", type=Path, default=Path("eval-mini"), help="folder for the report (default: eval-mini)")
    add("--clips", type=Path, help="folder with clips of your own; person masks beside them as NAME.mask.*")
    add("--wordings", type=Path, help='JSON file {"edit": ["wording", …]} instead of the held-out wordings')
    add("--edits", help="names with commas between them: only these are offered (default: all that the model learnt)")
    add("--frames", type=int, help="frames of each clip (default: 57)")
    add("--size", default="320x176", help="WIDTHxHEIGHT (default: 320x176)")
    add("--device", default="auto", help="cuda, cuda:1, cpu (default: what is there)")
    add("--policy", default="auto", choices=POLICIES, help="number format (default: auto)")
    add("--wordings-per-clip", type=int, help="wordings of each edit that a clip gets (default: 2)")
    add("--minutes-drift", type=float, help="length of the long run; 0 leaves it out (default: 10)")
    add("--no-speed", action="store_true", help="leave the speed out")
    add("--quick", action="store_true", help="a hint in under five minutes on a processor: less of everything")
    add("--json", action="store_true", help="print the numbers as JSON when done")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Entry of ``sanacam eval``: 0 when the report is written, whatever it says.

    Raises:
        UserError: bad clips, wordings, edits, sizes or model; nothing is written then.
    """
    options = build_parser().parse_args(argv)
    amount = _amount(options)
    size = _parse_size(options.size)
    device = _check_device(options.device)
    bundle = load_bundle(options.model)
    named = _named(options.edits, bundle.config.edits or tuple(EDITS))
    wordings = _wordings(options.wordings, named)
    clips, drift_clip = _load(options.clips, size, amount)
    editor = StreamEditor(bundle, device, options.policy)
    _check_length([*clips, drift_clip], editor.frames_per_chunk)
    prepare_folder(options.out)
    # The unchanged picture always competes: an edit that hardly shows is nearest to it.
    plan = Plan(list(dict.fromkeys(["identity", *named])), wordings, amount)
    report = _measure(options, plan, clips, drift_clip, editor)
    page = write_report(report, options.out)
    _say(report, page, options.json)
    return 0


def _named(wish: str | None, learnt: tuple[str, ...]) -> list[str]:
    """The edits named after ``--edits``, else those that the model learnt."""
    if not wish:
        return list(learnt)
    named = check_edits([name.strip() for name in wish.split(",") if name.strip()])
    if not named:
        raise UserError("No edit is named after --edits.", f"Known edits: {', '.join(EDITS)}.")
    return named


def _measure(
    options: argparse.Namespace, plan: Plan, clips: list[Clip], drift_clip: Clip, editor: StreamEditor
) -> Report:
    from sanacam.model.evaluation.lpips import LPIPS

    progress = Progress()
    device = editor.device
    perceptual = LPIPS(device)
    evaluation = match_teachers(plan, clips, editor, editor.bundle.vae, perceptual, device, progress)
    if plan.amount.short_frames > 0 and options.wordings is None:

        def with_steps(steps: int) -> StreamEditor:
            return StreamEditor(editor.bundle, device, options.policy, steps=steps)

        run_short(plan, person_clip(clips), editor, with_steps, perceptual, device, evaluation, progress)
    if plan.amount.drift_minutes > 0:
        evaluation.drift = run_drift(plan, drift_clip, editor, device, progress)
    if plan.amount.speed_seconds > 0:
        wording = next(iter(plan.wordings.values()))[0].text
        evaluation.speed = _speeds(options, plan.amount.speed_seconds, clips[0], editor, wording, progress)
    longest = max(len(clip.frames) for clip in clips)
    origin = options.wordings.name if options.wordings else "the held-out set"
    about = {
        "model": options.model,
        "device": device_name(device),
        "format": str(editor.dtype).removeprefix("torch."),
        "software": f"torch {torch.__version__}, Python {platform.python_version()}, {platform.system()}",
        "clips": ", ".join(f"{clip.name}{' (mask)' if clip.mask is not None else ''}" for clip in clips),
        "frames": f"{longest} of each clip at {options.size}, {editor.frames_per_chunk} a chunk",
        "wordings": f"{plan.amount.wordings_per_clip} a clip and edit, from {origin}",
        "edits": f"{len(plan.wordings)} streamed, {len(plan.offered)} teachers compared",
    }
    return make_report(evaluation, about, options.quick, _megabytes(options.model))


def _megabytes(model: str) -> float:
    """Networks and text encoder on the disk, in 10⁶ bytes."""
    files = find_files(model)
    parts = [files.dit, *(file for folder in (files.vae, files.text) for file in (folder, *folder.rglob("*")))]
    return sum(part.stat().st_size for part in parts if part.is_file()) / 1e6


def _speeds(
    options: argparse.Namespace, seconds: float, clip: Clip, editor: StreamEditor, wording: str, progress: Progress
) -> list[Speed]:
    """CUDA at 1280×704 and at the chosen size where there is a card; then the CPU with two threads at 320×176."""
    device = editor.device
    runs: list[Speed] = []
    progress.begin("Speed", 3 if device.type == "cuda" else 1)
    if device.type == "cuda":
        for size in dict.fromkeys((CUDA_SIZE, _parse_size(options.size))):
            runs.append(measure_speed(editor, to_pixels(_resized(clip, size)), wording, device, seconds))
            progress.step()
    cpu = torch.device("cpu")
    processor = StreamEditor(load_bundle(options.model), cpu, "fp32") if device.type == "cuda" else editor
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(min(CPU_CORES, threads))
        runs.append(measure_speed(processor, to_pixels(_resized(clip, CPU_SIZE)), wording, cpu, seconds))
    finally:
        torch.set_num_threads(threads)
    progress.end()
    return runs


def _resized(clip: Clip, size: tuple[int, int]) -> torch.Tensor:
    """The clip's frames at another (width, height): what is in them does not change the speed."""
    wide = (size[1], size[0])
    frames = torch.nn.functional.interpolate(clip.frames.float(), size=wide, mode="bilinear", align_corners=False)
    return frames.round().byte()


def _load(folder: Path | None, size: tuple[int, int], amount: Amount) -> tuple[list[Clip], Clip]:
    """The clips, and the one of the long run: a person if there is one, more of it, perhaps smaller."""
    with ExitStack() as stack:
        sources = find_clips(folder or shipped_clips_folder(stack))
        if amount.clips is not None:
            sources = choose_clips(sources, amount.clips)
        clips = [load_clip(source, size, amount.frames) for source in sources]
        place = next((i for i, clip in enumerate(clips) if clip.mask is not None), 0)
        return clips, load_clip(sources[place], amount.drift_size or size, amount.drift_frames)


def _amount(options: argparse.Namespace) -> Amount:
    """What the user said, else the quick or the full amount."""
    amount = QUICK if options.quick else FULL
    if options.frames is not None:
        amount = replace(amount, frames=options.frames)
    if options.wordings_per_clip is not None:
        amount = replace(amount, wordings_per_clip=options.wordings_per_clip)
    if options.minutes_drift is not None:
        amount = replace(amount, drift_minutes=options.minutes_drift)
    if options.no_speed:
        amount = replace(amount, speed_seconds=0.0)
    if amount.frames < 1 or amount.wordings_per_clip < 1 or not 0 <= amount.drift_minutes < float("inf"):
        raise UserError(
            "A number after --frames, --wordings-per-clip or --minutes-drift is too small.", "Give 1 or more."
        )
    return amount


def _wordings(path: Path | None, named: list[str]) -> Wordings:
    """The wordings of the edits in ``named``."""
    if path is None:
        wordings = held_out_wordings(named)
        if not wordings:
            raise UserError(f"There are no held-out wordings for {', '.join(named)}.", "Give some with --wordings.")
        return wordings
    wordings = read_wordings(path)
    kept = {name: prompts for name, prompts in wordings.items() if name in named}
    if not kept:
        raise UserError(f"{path} has no wordings for the edits after --edits.", f"It has: {', '.join(wordings)}.")
    return kept


def _parse_size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(side) for side in text.lower().replace("×", "x").split("x"))
    except ValueError as error:
        raise UserError(f"“{text}” is not a picture size.", "Write WIDTHxHEIGHT, for example 320x176.") from error
    if min(width, height) < _SMALLEST or width % 8 or height % 8:
        hint = f"Use multiples of 8 from {_SMALLEST} up, for example 320x176."
        raise UserError(f"{width}×{height} can not be measured.", hint)
    return width, height


def _check_device(name: str) -> torch.device:
    try:
        device = choose_device(name)
    except RuntimeError as error:
        raise UserError(f"“{name}” is not a device.", "Use cpu, cuda or cuda:1.") from error
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise UserError(f"There is no device {name} that PyTorch can use here.", "Use --device cpu.")
    return device


def _check_length(clips: list[Clip], frames_per_chunk: int) -> None:
    for clip in clips:
        if len(clip.frames) <= frames_per_chunk:
            raise UserError(
                f"{len(clip.frames)} frames of {clip.name} are not enough: a chunk has {frames_per_chunk}.",
                "Use longer clips or more --frames.",
            )


def _say(report: Report, page: Path, as_json: bool) -> None:
    if as_json:
        print(json.dumps({**report_dict(report), "report": str(page)}, ensure_ascii=False))
        return
    for bar in report.bars:
        word = {True: "met   ", False: "missed", None: "–     "}[bar.passed]
        value = "not measured" if bar.passed is None else bar.form.format(bar.value)
        print(f"{word}  {bar.title}: {value} ({'≥' if bar.at_least else '≤'} {bar.form.format(bar.limit)})")
    print(f"Report: {page}")


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except UserError as problem:
        print(problem, file=sys.stderr)
        raise SystemExit(2) from None
