"""Editing a file from end to end: read, edit as a stream, write, with sound; memory does not grow with its length."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from sanacam.app.clip_reader import ClipInfo, ClipReader, TimedPicture
from sanacam.app.clip_sound import Handling
from sanacam.app.clip_writer import CONTAINERS, ClipWriter, check_output
from sanacam.app.frames import Pixels
from sanacam.app.framing import Aspect, Framing
from sanacam.app.memory import explained_memory_errors
from sanacam.app.read_ahead import ReadAhead
from sanacam.app.still import STILL_FORMATS, is_still, read_still, write_still
from sanacam.model.errors import UserError

READ_AHEAD_FRAMES = 8


class FileEditor(Protocol):
    """What an edit asks of a model; ``sanacam.model.stream.StreamEditor`` is one."""

    def set_prompt(self, text: str, /) -> None: ...

    def set_strength(self, strength: float, /) -> None: ...

    def push(self, frames: list[Pixels], /) -> list[Pixels]:
        """Take pictures; give out those that are done, one for each that went in, in order."""
        ...

    def flush(self) -> list[Pixels]:
        """What is still inside."""
        ...


EditorMaker = Callable[[int, int], FileEditor]


@dataclass(frozen=True)
class EditJob:
    """What to edit and where to.

    Attributes:
        strength: 0 (the source) … 1 (the full edit).
        box, aspect: see :class:`~sanacam.app.framing.Framing`.
        crf: H.264 quality, 0 (lossless) … 51.
    """

    source: Path
    output: Path
    prompt: str
    strength: float = 1.0
    box: tuple[int, int] | None = None
    aspect: Aspect = "fit"
    crf: int = 18
    overwrite: bool = False

    @property
    def framing(self) -> Framing:
        return Framing(self.box, self.aspect)


@dataclass(frozen=True)
class Progress:
    """How far it is: pictures written, the estimated total (None: unknown), seconds since the first went in."""

    done: int
    total: int | None
    seconds: float

    @property
    def fps(self) -> float:
        """Pictures a second so far."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated time to go; None while nothing is known."""
        if self.total is None or self.fps == 0:
            return None
        return max(0.0, (self.total - self.done) / self.fps)


@dataclass(frozen=True)
class EditResult:
    """What was written. ``seconds``: length of the written video; ``wall_seconds``: how long editing took, loading not
    counted."""

    output: Path
    frames: int
    seconds: float
    wall_seconds: float
    width: int
    height: int
    sound: Handling
    interrupted: bool = False
    damaged: int = 0
    lost_after_s: float | None = None
    subtitles_dropped: int = 0
    sound_damaged: int = 0

    @property
    def complete(self) -> bool:
        """True when the whole source, its sound too, was in order and was edited."""
        return not (self.interrupted or self.damaged or self.sound_damaged) and self.lost_after_s is None


def check_job(job: EditJob) -> None:
    """Everything about the paths that can be refused before any work.

    Raises:
        UserError: see ``check_output``; also an output that is the input.
    """
    # What is wrong with either path is said better by those who open them.
    with suppress(OSError):
        if job.source.samefile(job.output):
            raise UserError("The output is the input itself.", "Give another name with -o.")
    check_output(job.output, job.overwrite, list(STILL_FORMATS) if is_still(job.source) else list(CONTAINERS))


def edit_file(
    job: EditJob,
    make_editor: EditorMaker,
    on_start: Callable[[ClipInfo | None], None] = lambda info: None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stop_requested: Callable[[], bool] = lambda: False,
) -> EditResult:
    """Edit ``job.source`` into ``job.output``.

    Args:
        make_editor: called with width and height of the pictures once the input is known to be good.
        on_start: called with the clip (None for a still picture) before the model is loaded.
        on_progress: called after each chunk, from this thread.
        stop_requested: asked after each frame; when it says True the file is closed cleanly with what was written.
            Nothing written yet means no file and a result of 0 frames.

    Raises:
        UserError: bad input, output not writable, disk full, not enough memory. Nothing is left under ``job.output``
            then.
    """
    check_job(job)
    if is_still(job.source):
        return _edit_still(job, make_editor, on_start)
    framing = job.framing
    with ClipReader(job.source, framing.reading_box) as reader:
        width, height = framing.size_of(reader.info.width, reader.info.height)
        info = replace(reader.info, width=width, height=height)
        on_start(info)
        with explained_memory_errors(width, height):
            editor = make_editor(width, height)
            editor.set_prompt(job.prompt)
            editor.set_strength(job.strength)
            return _edit_clip(job, reader, info, editor, on_progress, stop_requested)


def _edit_clip(
    job: EditJob,
    reader: ClipReader,
    info: ClipInfo,
    editor: FileEditor,
    on_progress: Callable[[Progress], None],
    stop_requested: Callable[[], bool],
) -> EditResult:
    framing = job.framing
    writer = ClipWriter(job.output, (info.width, info.height), info, job.crf)
    try:
        # Times of the pictures that are inside the editor: it gives one out for each one in, in order.
        waiting: deque[tuple[int, int]] = deque()
        started = time.monotonic()
        stopped = False

        def write_edited(edited: list[Pixels]) -> None:
            for pixels in edited:
                writer.write(TimedPicture(pixels, *waiting.popleft()))
            if edited:
                on_progress(Progress(writer.frames, info.frames, time.monotonic() - started))

        with ReadAhead(reader.pictures(), READ_AHEAD_FRAMES) as pictures:
            for picture in pictures:
                waiting.append((picture.pts, picture.duration))
                try:
                    edited = editor.push([framing.apply(picture.pixels)])
                except KeyboardInterrupt:
                    # Too impatient for the end of the chunk. The file is sound up to here, so it is still finished.
                    edited, stopped = [], True
                write_edited(edited)
                stopped = stopped or stop_requested()
                if stopped:
                    break
        if not stopped:
            try:
                edited = editor.flush()  # of a model for whole clips this may be the longest step of all
            except KeyboardInterrupt:
                edited, stopped = [], True
            write_edited(edited)
        if writer.frames:
            writer.finish(whole=not stopped)
    finally:
        writer.abort()
    return EditResult(
        job.output, writer.frames, writer.end_s - writer.start_s, time.monotonic() - started, info.width, info.height,
        writer.sound, stopped, reader.damaged, reader.lost_after_s, info.subtitle_tracks, writer.sound_damaged,
    )  # fmt: skip


def _edit_still(job: EditJob, make_editor: EditorMaker, on_start: Callable[[ClipInfo | None], None]) -> EditResult:
    pixels = job.framing.apply(read_still(job.source, job.framing.reading_box))
    height, width = pixels.shape[:2]
    on_start(None)
    with explained_memory_errors(width, height):
        editor = make_editor(width, height)
        editor.set_prompt(job.prompt)
        editor.set_strength(job.strength)
        started = time.monotonic()
        edited = [*editor.push([pixels]), *editor.flush()]
    write_still(job.output, edited[0])
    return EditResult(job.output, 1, 0.0, time.monotonic() - started, width, height, "none")


def frame_rate_text(rate: Fraction) -> str:
    """``25 fps``, ``29.97 fps``."""
    return f"{float(rate):.2f}".rstrip("0").rstrip(".") + " fps"
