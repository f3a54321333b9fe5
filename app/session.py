"""A session: one source, one editor, any number of sinks, and the three threads between them.

    Source ─▶ capture thread ─▶ slot / file queue ─▶ engine thread ─▶ presentation queue ─▶ output thread ─▶ sinks

**Live source** (camera, screen, pattern): the newest frames win at every place where frames wait, so the latency is
bounded by about two chunks of the model whatever its speed; what was left out is counted in ``dropped``. When the
source fails it is opened again every second; meanwhile the last picture stays for two seconds and then a slate says
what happened.

**File**: it plays in real time and nothing is dropped. When the model is slower than the film, the film slows down.
Sinks with ``exact`` get every edited frame once; the others get a frame every tick. At the end the editor is flushed,
the last frames are shown, the sinks are closed and the state is "ended". With ``stay`` only exact sinks are closed, and
the others get a slate until ``stop``.

**Failures**: a sink that fails is dropped. When the engine fails the state is "failed" and the output shows the
unedited picture until ``restart_engine``; a film waits meanwhile. A file that cannot be opened ends the session before
a sink is touched; a live source that cannot be opened is retried, and the sinks get a slate after three seconds. Every
failure goes to ``on_event``, all but a sink's to ``SessionStats.message``. Shown meanwhile: ``sanacam.app.standby``.

**Outlet**: the sinks that other programs depend on live in the output host, another process, which outlives the session
(``sanacam.app.host``). The outlet is the way there; the session's own sinks are the preview and recordings of films.

**Sizes**: frames are scaled to fit inside ``size`` with their aspect kept, edited at that size, and padded with black
to exactly ``size`` for the sinks. Without ``size`` the size of the first opened source counts.

States: "stopped" → ``start`` → "starting" → first edited frame → "running" → "ended" (a file), "failed" (the file or
the engine failed, or a live source has never opened yet and is being retried; ``error`` says why) or ``stop`` →
"stopped". "ended" stays after ``stop``, and so does ``error``, until the next ``start``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from sanacam.app.capture_thread import RETRY_S, CaptureThread
from sanacam.app.clock import Outlet, OutputClock, OutputFormat, Slate
from sanacam.app.engine import EditorFactory, Engine
from sanacam.app.frames import Frame
from sanacam.app.mailbox import Mailbox, Reset, SetPrompt, SetStrength, Transition
from sanacam.app.meters import RateMeter
from sanacam.app.panic import PanicSwitch
from sanacam.app.presentation import PresentationQueue
from sanacam.app.session_numbers import session_numbers
from sanacam.app.session_report import SessionEvent, SessionStats, State, Status, in_words
from sanacam.app.sink import Sink
from sanacam.app.slot import FrameFeed, FrameQueue, FrameSlot
from sanacam.app.source import Source, SourceInfo
from sanacam.app.standby import Standby
from sanacam.model.errors import UserError

__all__ = ["Session", "SessionEvent", "SessionStats", "State"]

QUEUE_FRAMES = 32
LEFTOVER_S = 2.0


class Session:
    """The live path. All methods may be called from any thread; ``start`` and ``stop`` may be repeated.

    Args:
        source: where frames come from; opened in the capture thread, so a slow camera blocks nobody.
        sinks: where they go.
        editor_factory: makes the editor, called in the engine thread.
        fps: rate of the output; default the source's own, else 30.
        size: (width, height) of the output; default the source's own.
        prompt: the instruction to begin with.
        strength: 0…1.
        transition: how new prompts come in, unless ``set_prompt`` says otherwise; see ``app.mailbox.Transition``.
        loop: play a file again and again.
        stay: when a file is over, go on with a slate.
        on_event: called from the session's threads with what happened; must return quickly and not call ``stop``.
        retry_s: pause before a live source that failed is opened again.
        panic: the key that covers the picture, kept as ``panic``; default one of the session's own.
        outlet: the way to the output host.
    """

    def __init__(
        self,
        source: Source,
        sinks: Sequence[Sink],
        editor_factory: EditorFactory,
        *,
        fps: float | None = None,
        size: tuple[int, int] | None = None,
        prompt: str = "",
        strength: float = 1.0,
        transition: Transition = "keep",
        loop: bool = False,
        stay: bool = False,
        on_event: Callable[[SessionEvent], None] | None = None,
        retry_s: float = RETRY_S,
        panic: PanicSwitch | None = None,
        outlet: Outlet | None = None,
    ) -> None:
        self.panic = panic or PanicSwitch()
        self._source = source
        self._sinks = list(sinks)
        self._make_editor = editor_factory
        self._fps = fps
        self._size = size
        self._loop = loop
        self._stay = stay
        self._retry_s = retry_s
        self._outlet = outlet
        # Held while a thread of the session is started or joined; never taken by those threads.
        self._control = threading.Lock()
        # Guards the fields below; held for moments only.
        self._status = Status(on_event)
        self._lock = self._status.lock
        self._standby = self._new_standby()
        self._prompt = SetPrompt(prompt, "keep", 1)
        self._strength = strength
        self._transition = transition
        self._epoch = 1
        self._mailbox = Mailbox()
        self._feed: FrameFeed = FrameSlot()
        self._queue = PresentationQueue(QUEUE_FRAMES, lossless=False)
        self._capture: CaptureThread | None = None
        self._engine: Engine | None = None
        self._output: OutputClock | None = None
        self._edited = RateMeter()

    # What the owner calls.

    def start(self) -> None:
        """Start all threads and return at once. Does nothing while the session is starting or running.

        Raises:
            UserError: a thread of the run before still hangs in a device or in the model.
        """
        with self._control:
            if self._status.state in ("starting", "running"):
                return
            if hanging := self._join(LEFTOVER_S):
                raise UserError(
                    f"The last run has not ended: {hanging} hangs.", "Unplug the device, or restart Sanacam."
                )
            live = self._source.live
            with self._status.speaking():
                self._status.error, self._status.message = None, ""
                self._standby = self._new_standby()
                self._edited = RateMeter()
                self._feed = FrameSlot() if live else FrameQueue()
                self._feed.discard(live)
                self._queue = PresentationQueue(QUEUE_FRAMES, lossless=not live)
                self._capture = CaptureThread(
                    self._source, self._feed, self, box=self._size, loop=self._loop, retry_s=self._retry_s
                )
                self._output = OutputClock(self._queue, self, self._sinks, self.panic, self._outlet, stay=self._stay)
                self._engine = self._next_engine()
                self._status.change("starting")
            self._output.start()
            self._engine.start()
            self._capture.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """Stop and join all threads, close source and sinks.

        Returns:
            False when a thread did not end within ``timeout`` seconds (a device or the model hangs). Such a thread
            shows nothing more and ends with the program.
        """
        with self._control:
            hanging = self._join(timeout)
        with self._status.speaking():
            if hanging:
                self._status.say(SessionEvent("state", f"Did not stop in time: {hanging}.", error=True))
            if self._status.state != "ended":
                self._status.change("stopped")
        return not hanging

    def wait(self, timeout: float | None = None) -> State:
        """Wait until the session is no longer starting or running; returns the state, also after ``timeout``
        seconds.
        """
        return self._status.wait(timeout)

    def set_prompt(self, text: str, transition: Transition | None = None) -> int:
        """Edit by ``text`` from the next chunk on.

        Args:
            transition: how; default what ``set_transition`` said last.

        Returns:
            the epoch that the new frames will carry. A prompt the model refuses is reported, and the old one stays.
        """
        with self._lock:
            self._epoch += 1
            self._mailbox.post(SetPrompt(text, transition or self._transition, self._epoch))
            return self._epoch

    def set_transition(self, transition: Transition) -> None:
        """How prompts come in from now on."""
        with self._lock:
            self._transition = transition

    def set_strength(self, strength: float) -> None:
        """How much of the edit shows, 0…1, from the next chunk on."""
        with self._lock:
            self._strength = strength
            self._mailbox.post(SetStrength(strength))

    def reset(self) -> None:
        """Make the model forget the past at the next chunk."""
        self._mailbox.post(Reset())

    def restart_engine(self, timeout: float = 2.0) -> None:
        """Replace the editor by a new one; source, output and sinks go on. Commands not yet obeyed are kept.

        An engine that hangs for longer than ``timeout`` seconds is left behind; nothing of it is shown any more.
        """
        with self._control:
            if self._engine is None or self._status.state == "ended" or not self.showing:
                return
            self._engine.stop()
            self._engine.join(timeout)
            with self._status.speaking():
                self._engine = self._next_engine()
                self._standby.engine_started()
                self._status.error, self._status.message = None, ""
                self._status.change("starting")
            self._engine.start()

    def add_sink(self, sink: Sink) -> None:
        """Give it frames from the next tick on."""
        with self._lock:
            self._sinks.append(sink)
            output = self._output
        if output is not None and output.is_alive():
            output.add_sink(sink)

    def remove_sink(self, sink: Sink, timeout: float = 5.0) -> bool:
        """Close the sink and let it go; True once it is closed."""
        with self._lock:
            if sink in self._sinks:
                self._sinks.remove(sink)
            output = self._output
        return output.remove_sink(sink, timeout) if output is not None else True

    def stats(self) -> SessionStats:
        with self._lock:
            state, message = self._status.state, self._status.message
            capture, output, engine = self._capture, self._output, self._engine
        return session_numbers(state, message, capture, self._feed, self._edited, self._queue, output, engine)

    @property
    def showing(self) -> bool:
        """Whether pictures go out, a slate or the last one included."""
        output = self._output
        return output is not None and output.is_alive()

    def source_info(self) -> SourceInfo | None:
        """What the source said when it opened; None before."""
        with self._lock:
            return self._standby.info

    def latest_source(self) -> Frame | None:
        """The newest captured frame, as the model gets it."""
        capture = self._capture
        return capture.latest() if capture is not None else None

    def latest_output(self) -> Frame | None:
        """What the sinks got last; ``sequence`` is −1 for a slate."""
        output = self._output
        return output.latest() if output is not None else None

    @property
    def error(self) -> Exception | None:
        """What led to the state "failed": a UserError, or a bug."""
        with self._lock:
            return self._status.error

    # What the session's threads report.

    def source_opened(self, info: SourceInfo) -> None:
        with self._status.speaking():
            if self._standby.info is not None and self._standby.source_lost:
                self._status.say(SessionEvent("source", f"{info.name} is back."))
            self._standby.source_opened(info)
            if not self._standby.engine_down:
                self._status.message = ""
                if self._status.state == "failed":
                    self._status.error = None
                    self._status.change("starting")

    def source_trouble(self, error: Exception, *, retrying: bool) -> None:
        message, hint = in_words(error, "The source failed")
        with self._status.speaking():
            never_opened = self._standby.info is None
            self._status.message = message
            if self._standby.source_lost_now():
                self._status.say(SessionEvent("source", message, hint, error=True))
            if never_opened:
                self._status.change("failed")
            if never_opened or not retrying:
                self._status.error = error
        if never_opened and not retrying:
            self._ask_to_stop()

    def engine_ready(self, engine: Engine) -> None:
        with self._lock:
            if engine is self._engine:
                self._feed.discard(False)

    def frames_edited(self, engine: Engine) -> None:
        with self._status.speaking():
            if engine is self._engine:
                self._standby.frames_edited()
                if self._status.state == "starting":
                    self._status.change("running")

    def prompt_changed(self, engine: Engine, text: str, epoch: int) -> None:
        with self._status.speaking():
            if engine is self._engine:
                self._prompt = SetPrompt(text, "keep", epoch)
                self._status.message = self._status.message if self._standby.source_lost else ""
                self._status.say(SessionEvent("prompt", text))

    def command_refused(self, engine: Engine, error: UserError) -> None:
        with self._status.speaking():
            if engine is self._engine:
                self._status.message = error.message
                self._status.say(SessionEvent("prompt", error.message, error.hint, error=True))

    def engine_failed(self, engine: Engine, error: Exception) -> None:
        message, hint = in_words(error, "The model stopped")
        with self._status.speaking():
            if engine is self._engine and self._status.state not in ("stopped", "ended"):
                self._standby.engine_down = True
                self._status.error, self._status.message = error, message
                self._feed.discard(self._source.live)
                self._status.change("failed")
                self._status.say(SessionEvent("engine", message, hint, error=True))

    def sink_failed(self, sink: Sink, error: Exception) -> None:
        message, hint = in_words(error, f"The {sink.name} failed")
        with self._status.speaking():
            if sink in self._sinks:
                self._sinks.remove(sink)
            self._status.say(SessionEvent("sink", message, hint, error=True))

    def output_ended(self) -> None:
        with self._status.speaking():
            if self._status.state in ("starting", "running"):
                # A film that broke off is shown to its break first.
                self._standby.film_over = self._status.error is None
                self._status.change("ended" if self._standby.film_over else "failed")

    def output_failed(self, error: Exception) -> None:
        with self._status.speaking():
            self._status.error, self._status.message = error, in_words(error, "The output stopped")[0]
            self._status.change("failed")
            self._status.say(SessionEvent("output", self._status.message, error=True))
        self._ask_to_stop()

    def output_format(self) -> OutputFormat | None:
        return self._standby.output_format()

    def standby(self) -> Frame | Slate | None:
        return self._standby.picture()

    def raw(self) -> Frame | Slate:
        return self._standby.raw()

    # Inside.

    def _next_engine(self) -> Engine:
        """A new engine with a new mailbox; commands that the last one did not obey are carried over. With the lock
        held.
        """
        self._epoch += 1
        text = self._prompt.text
        waiting, self._mailbox = self._mailbox.drain(), Mailbox()
        for command in waiting:
            if isinstance(command, SetPrompt):
                text = command.text
        self._prompt = SetPrompt(text, "keep", self._epoch)
        channels = (self._feed, self._queue, self._mailbox)
        return Engine(self._make_editor, *channels, self._prompt, self._strength, self, self._edited)

    def _new_standby(self) -> Standby:
        return Standby(self._size, self._fps, self._source.live, self.latest_source, lambda: self._status.message)

    def _ask_to_stop(self) -> None:
        for thread in (self._engine, self._capture, self._output):
            if thread is not None:
                thread.stop()
        self._queue.close()

    def _join(self, timeout: float) -> str:
        """Stop all threads; the names of those that did not end in time."""
        self._ask_to_stop()
        threads = [t for t in (self._capture, self._engine, self._output) if t is not None and t.is_alive()]
        deadline = time.monotonic() + timeout
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return ", ".join(thread.name for thread in threads if thread.is_alive())
