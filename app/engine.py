"""The engine thread: the only thread that touches the model.

It makes the editor itself, takes chunks of frames from the feed, has them edited and puts them, stamped with the
capture time they came with, into the presentation queue. Commands are obeyed between chunks.

A ``UserError`` from a new prompt is reported and the old prompt stays. Any other failure ends the thread and is
reported; the session may start another engine on the same feed and queue.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from sanacam.app.frames import Frame, Pixels, as_pixels
from sanacam.app.mailbox import Mailbox, Reset, SetPrompt, SetStrength, Stop, Transition
from sanacam.app.meters import RateMeter
from sanacam.app.preparation import PreparationClock, Preparing
from sanacam.app.presentation import PresentationQueue
from sanacam.app.slot import FrameFeed
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

POLL_S = 0.1
SHORTEST_SPAN_NS = 500_000_000


class Editor(Protocol):
    """What the engine drives; ``sanacam.model.stream.StreamEditor`` is one. Used from the engine thread only.

    One frame comes out for each frame that goes in, in order and of the same size, maybe some pushes later.
    """

    @property
    def frames_per_chunk(self) -> int:
        """How many frames one step of the model wants."""
        ...

    def push(self, frames: list[Pixels], /) -> list[Pixels]: ...

    def flush(self) -> list[Pixels]:
        """What is still inside."""
        ...

    def reset(self) -> None:
        """Forget the past; prompt and strength stay."""
        ...

    def set_prompt(self, text: str, /, transition: Transition = "keep") -> None:
        """Raises UserError for a prompt it cannot use; the old one stays."""
        ...

    def set_strength(self, strength: float, /) -> None: ...


@runtime_checkable
class PreparedEditor(Editor, Protocol):
    """An editor whose first pictures would otherwise come late."""

    def prepare(self, width: int, height: int, progress: Callable[[float], None], /) -> None:
        """Get ready for pictures of this size, as a new stream. ``progress``: told the share that is done; what it
        raises ends it."""
        ...


EditorFactory = Callable[[], Editor]


class EngineListener(Protocol):
    """What the engine reports. Called from the engine thread; must return quickly."""

    def engine_ready(self, engine: Engine) -> None:
        """The editor is made and has its prompt."""
        ...

    def frames_edited(self, engine: Engine) -> None:
        """A chunk went into the presentation queue."""
        ...

    def prompt_changed(self, engine: Engine, text: str, epoch: int) -> None: ...

    def command_refused(self, engine: Engine, error: UserError) -> None:
        """A command could not be obeyed; the engine goes on as before."""
        ...

    def engine_failed(self, engine: Engine, error: Exception) -> None:
        """The thread is ending."""
        ...


class _StopAskedError(Exception):
    """The engine was asked to end while its editor got ready."""


class Engine(threading.Thread):
    """One life of the editor. Started once.

    Args:
        make_editor: called in the thread; may take seconds.
        feed: where frames come from.
        queue: where edited frames go; ``queue.finish`` is called when the feed is exhausted.
        mailbox: commands.
        start: the prompt to begin with (its transition is ignored) and the epoch of the first frames.
        strength: to begin with.
        listener: who hears of it.
        edited: counts frames that came out of the editor.

    Attributes:
        preparing: how far the editor's preparation is; None before and after it.
    """

    def __init__(
        self,
        make_editor: EditorFactory,
        feed: FrameFeed,
        queue: PresentationQueue,
        mailbox: Mailbox,
        start: SetPrompt,
        strength: float,
        listener: EngineListener,
        edited: RateMeter,
    ) -> None:
        super().__init__(name="sanacam-engine", daemon=True)
        self._make_editor = make_editor
        self._feed = feed
        self._queue = queue
        self._mailbox = mailbox
        self._start_prompt = start
        self._strength = strength
        self._listener = listener
        self._edited = edited
        self._stop_asked = threading.Event()
        self._epoch = start.epoch
        self._inside: deque[Frame] = deque()
        self.preparing: Preparing | None = None
        self._cycles: deque[int] = deque(maxlen=3)

    def stop(self) -> None:
        """Ask the thread to end at the next chunk boundary. What it is making now is not shown any more."""
        self._stop_asked.set()
        self._mailbox.post(Stop())
        self._feed.interrupt()

    def run(self) -> None:
        try:
            editor = self._make_editor()
            editor.set_strength(self._strength)
            editor.set_prompt(self._start_prompt.text)
            if self._stop_asked.is_set():
                return
            self._listener.engine_ready(self)
            self._edit(editor)
        except _StopAskedError:
            return
        except Exception as error:
            if isinstance(error, UserError):
                log.info("engine stopped: %s", error)
            else:
                log.exception("engine failed")
            self._listener.engine_failed(self, error)

    def _edit(self, editor: Editor) -> None:
        size: tuple[int, ...] | None = None
        last_take_ns: int | None = None
        while self._obey(editor):
            frames = self._feed.take(editor.frames_per_chunk, POLL_S, self._span_ns())
            if not frames:
                if self._feed.exhausted:
                    self._emit(editor.flush())
                    self._queue.finish()
                    return
                continue
            now = time.monotonic_ns()
            if last_take_ns is not None:
                self._cycles.append(now - last_take_ns)
            last_take_ns = now
            for run in _same_size(frames):
                if run[0].pixels.shape != size:
                    if size is not None:
                        self._start_over(editor)
                    size = run[0].pixels.shape
                    self._prepare(editor, size)
                self._inside.extend(frame.with_pixels(frame.pixels, self._epoch) for frame in run)
                self._emit(editor.push([frame.pixels for frame in run]))

    def _start_over(self, editor: Editor) -> None:
        if self._inside:
            self._emit(editor.flush())
            self._inside.clear()
        editor.reset()

    def _prepare(self, editor: Editor, size: tuple[int, ...]) -> None:
        """Before the first picture of a size, so that none waits for kernels while the output runs."""
        if not isinstance(editor, PreparedEditor):
            return
        clock = PreparationClock()

        def tell(share: float) -> None:
            if self._stop_asked.is_set():
                raise _StopAskedError
            self.preparing = clock.at(share)

        tell(0.0)
        try:
            editor.prepare(size[1], size[0], tell)
        finally:
            self.preparing = None

    def _span_ns(self) -> int | None:
        """How far back a live chunk should reach: what a chunk takes, with some play; one long stall does not count."""
        if not self._cycles:
            return None
        return max(SHORTEST_SPAN_NS, min(self._cycles) * 3 // 2)

    def _emit(self, pictures: list[Pixels]) -> None:
        if self._stop_asked.is_set() or not pictures:
            return
        if len(pictures) > len(self._inside):
            raise RuntimeError(f"the editor gave {len(pictures)} frames for {len(self._inside)}")
        frames = [self._inside.popleft().with_pixels(as_pixels(picture)) for picture in pictures]
        self._edited.count(len(frames))
        self._queue.put(frames, time.monotonic_ns())
        self._listener.frames_edited(self)

    def _obey(self, editor: Editor) -> bool:
        """Carry out the commands; False: leave."""
        for command in self._mailbox.drain():
            match command:
                case Stop():
                    return False
                case Reset():
                    self._start_over(editor)
                case SetPrompt() | SetStrength():
                    try:
                        self._set(editor, command)
                    except UserError as error:
                        self._listener.command_refused(self, error)
        return not self._stop_asked.is_set()

    def _set(self, editor: Editor, command: SetPrompt | SetStrength) -> None:
        if isinstance(command, SetStrength):
            editor.set_strength(command.strength)
            return
        editor.set_prompt(command.text, transition=command.transition)
        self._epoch = command.epoch
        self._listener.prompt_changed(self, command.text, command.epoch)


def _same_size(frames: list[Frame]) -> list[list[Frame]]:
    """Split where the picture size changes."""
    runs: list[list[Frame]] = []
    for frame in frames:
        if runs and runs[-1][0].pixels.shape == frame.pixels.shape:
            runs[-1].append(frame)
        else:
            runs.append([frame])
    return runs
