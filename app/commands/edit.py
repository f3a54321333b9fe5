"""``sanacam edit IN -p PROMPT -o OUT``: edit a video file or a picture."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sanacam.app.arguments import add_setting_arguments, settings_from
from sanacam.app.exit_codes import FAILED, INTERRUPTED, OK
from sanacam.app.look import prompt_of
from sanacam.app.printing import ProgressLine, duration_text, print_json
from sanacam.app.prompt_text import cut_note, shorten
from sanacam.app.settings import Settings
from sanacam.app.size import AUTO_SIZE, parse_size

if TYPE_CHECKING:
    from sanacam.app.clip_reader import ClipInfo
    from sanacam.app.edit import EditResult, FileEditor, Progress
    from sanacam.app.framing import Aspect

_SLOW_S = 600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam edit``."""
    parser.add_argument(
        "input", type=Path, metavar="IN", help="a video (mp4, mkv, mov, webm, avi, …) or a picture (png, jpg, webp)"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="OUT",
        required=True,
        help="mp4, mov, mkv or webm; png, jpg or webp for a picture",
    )
    add_setting_arguments(parser, "edit")
    parser.add_argument("--overwrite", action="store_true", help="replace OUT if it exists")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Edit; 0 when all was edited, 1 when the source was damaged, 130 after Ctrl-C (what was finished is kept)."""
    settings = settings_from(arguments)
    return edit_with_report(settings, arguments.input, arguments.output, arguments.overwrite, arguments.json)


def edit_with_report(settings: Settings, source: Path, output: Path, overwrite: bool, as_json: bool) -> int:
    """Edit with progress on standard error and the result in words or JSON on standard output."""
    from sanacam.app.edit import EditJob, check_job, edit_file, frame_rate_text
    from sanacam.app.editor_loading import precision_of
    from sanacam.app.interrupt import StopRequest

    prompt = prompt_of(settings.look, settings.model.name)
    box, aspect = framing_of(settings)
    job = EditJob(source, output, prompt, settings.look.strength, box, aspect, settings.file.crf, overwrite)
    check_job(job)
    precision = precision_of(settings.model)
    line = ProgressLine()
    began = time.monotonic()
    warned = False

    def on_start(info: ClipInfo | None) -> None:
        about = "picture" if info is None else f"{info.width}×{info.height}, {frame_rate_text(info.rate)}"
        length = f", {duration_text(info.duration_s)}" if info is not None and info.duration_s else ""
        print(f"Editing {source.name} ({about}{length}): {shorten(prompt)}", file=sys.stderr, flush=True)
        if info is not None and info.hdr:
            print("The clip is HDR; it is edited as ordinary video, so its colours may look flatter.", file=sys.stderr)

    def on_progress(progress: Progress) -> None:
        nonlocal warned
        left = progress.seconds_left
        total = f"/{progress.total}" if progress.total else ""
        text = f"{progress.done}{total} frames · {progress.fps:.1f} fps"
        line.show(text + (f" · {duration_text(left)} left" if left is not None else ""), time.monotonic() - began)
        if left is not None and left > _SLOW_S and progress.seconds > 5 and not warned:
            warned = True
            line.clear()
            print(
                f"This will take about {duration_text(left)}. Ctrl-C keeps what is done; --size 640x360 is faster.",
                file=sys.stderr,
            )

    def on_step(done: int, steps: int) -> None:
        if stop.requested:
            raise KeyboardInterrupt  # a whole window is too long to wait for
        line.show(f"step {done}/{steps} of this window", time.monotonic() - began)

    def make_editor(width: int, height: int) -> FileEditor:
        from sanacam.app.editor_loading import load_file_editor, native_size

        if native_size(settings.model.name):
            print(f"Loading {settings.model.name}, which takes a minute or more.", file=sys.stderr, flush=True)
        print(f"Number formats: {precision}", file=sys.stderr, flush=True)
        editor = load_file_editor(settings.model, width, height, on_step)
        encoder = editor.bundle.text_encoder
        if not encoder.fits(prompt):
            print(cut_note(settings.model.name, encoder.max_tokens), file=sys.stderr, flush=True)
        return editor

    with StopRequest("Stopping after this chunk; what is done is kept.") as stop:
        result = edit_file(job, make_editor, on_start, on_progress, lambda: stop.requested)
    line.clear()
    if as_json:
        print_json({**asdict(result), "complete": result.complete})
    else:
        print(_in_words(result))
    return INTERRUPTED if result.interrupted else OK if result.complete else FAILED


def framing_of(settings: Settings) -> tuple[tuple[int, int] | None, Aspect]:
    """The box of the edit, and how pictures meet it."""
    from sanacam.app.editor_loading import native_size

    size, aspect = settings.file.size, cast("Aspect", settings.file.aspect)
    if size != AUTO_SIZE:
        return parse_size(size), aspect
    native = native_size(settings.model.name)
    # Large models know one size only, so smaller pictures are enlarged to it.
    return native, "scale" if native is not None and aspect == "fit" else aspect


def _in_words(result: EditResult) -> str:
    frames = "1 frame" if result.frames == 1 else f"{result.frames} frames"
    sound = {"none": "no sound", "copied": "sound copied", "converted": "sound converted"}[result.sound]
    rate = result.frames / result.wall_seconds if result.wall_seconds > 0 else 0.0
    text = f"Wrote {result.output} ({frames}, {result.width}×{result.height}, {sound}; {rate:.1f} fps)."
    if result.frames == 0:
        return "Stopped before the first picture was finished; nothing was written."
    if result.interrupted:
        text = f"Stopped early. Kept {result.output}: the first {frames} ({duration_text(result.seconds)}), playable."
    if result.lost_after_s is not None:
        text += f"\nThe input breaks off after {duration_text(result.lost_after_s)}; what could be read was edited."
    elif result.damaged:
        text += f"\nThe input is damaged in {_places(result.damaged)}; frames there are missing or broken."
    if result.sound_damaged:
        text += f"\nThe sound of the input is damaged in {_places(result.sound_damaged)}; it is missing there."
    if result.subtitles_dropped:
        text += "\nIts subtitles were not taken over."
    return text


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count} places"
