"""Runs sessions for the window without ever making it wait.

The window says what it wants (a plan, or nothing); one thread makes the session so. Only the newest wish counts: who
clicks through five sources in a second waits for the last one alone.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from sanacam.app.engine import Editor, EditorFactory
from sanacam.app.host.link import HostLink
from sanacam.app.panic import PanicSwitch
from sanacam.app.session import Session
from sanacam.app.source import Source
from sanacam.model.errors import UserError
from sanacam.ui.live_outputs import LiveOutputs
from sanacam.ui.live_plan import LivePlan
from sanacam.ui.passthrough import PassthroughEditor

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Wish:
    """``run`` and ``engine`` count: a new number asks for a new session or editor. ``unedited``: with no model.
    ``outputs``: the plan whose outputs stay open while nothing plays. ``source``: of the run, or why there is none.
    """

    plan: LivePlan | None = None
    outputs: LivePlan | None = None
    run: int = 0
    engine: int = 0
    unedited: bool = False
    closing: bool = False
    source: Source | UserError | None = field(default=None, compare=False)


class LiveControl(QObject):
    """One session at a time. Call from the window's thread; signals arrive there.

    Attributes:
        panic: covers the picture of every session; any thread may press it.

    Signals:
        session_event(run, SessionEvent): ``run`` tells which ``play`` or change of source it belongs to; compare with
            ``current_run``.
        refused(run, Exception): the session could not be started.
        sink_news(kind, state, detail): ``kind`` is "camera", "obs" or "recording", ``state`` "open", "failed" or
            "closed", ``detail`` the device or the file.
        noted(UserError): something about the outputs that the user should know.
        finished(): after ``shut_down``: every thread has ended.
    """

    session_event = Signal(int, object)
    refused = Signal(int, object)
    sink_news = Signal(str, str, str)
    noted = Signal(object)
    finished = Signal()

    def __init__(self, editor_factory: EditorFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor_factory = editor_factory
        self.panic = PanicSwitch()
        self._changed = threading.Condition()
        # Guarded by _changed.
        self._wish = self._done = _Wish()
        self._prompt = ""
        self._strength = 1.0
        self._transition = "keep"
        self._session: Session | None = None
        # Of the worker alone, but for its host.
        self._outputs = LiveOutputs(self.panic, self.sink_news.emit, self.noted.emit)
        self._worker = threading.Thread(target=self._work, name="sanacam-control", daemon=True)
        self._worker.start()

    # What the window calls. All return at once.

    def play(self, plan: LivePlan) -> None:
        """Start a new session, with the model tried anew."""
        source = _source_of(plan)
        self._ask(lambda wish: replace(wish, plan=plan, outputs=plan, run=wish.run + 1, unedited=False, source=source))

    def change(self, plan: LivePlan) -> None:
        """Go on with another plan; while nothing plays, close only what it does not want any more."""

        def changed(wish: _Wish) -> _Wish:
            if wish.plan is None:
                return replace(wish, outputs=plan)
            if wish.plan.same_pictures(plan):
                return replace(wish, plan=plan, outputs=plan)
            return replace(wish, plan=plan, outputs=plan, run=wish.run + 1, source=_source_of(plan))

        self._ask(changed)

    def halt(self) -> None:
        """Stop the session. Virtual camera and OBS stay, with a card, until they are switched off."""
        self._ask(lambda wish: replace(wish, plan=None))

    def show_unedited(self) -> None:
        """Go on without the model; source and outputs stay as they are."""
        self._ask(lambda wish: replace(wish, engine=wish.engine + 1, unedited=True))

    def try_model_again(self) -> None:
        """Load the model once more; source and outputs stay as they are."""
        self._ask(lambda wish: replace(wish, engine=wish.engine + 1, unedited=False))

    def set_prompt(self, text: str) -> None:
        """For the session that runs and for those to come."""
        with self._changed:
            self._prompt = text
            if self._session is not None:
                self._session.set_prompt(text)

    def set_transition(self, transition: str) -> None:
        """How prompts come in, for the session that runs and for those to come."""
        with self._changed:
            self._transition = transition
            if self._session is not None:
                self._session.set_transition(transition)

    def set_strength(self, strength: float) -> None:
        """For the session that runs and for those to come."""
        with self._changed:
            self._strength = strength
            if self._session is not None:
                self._session.set_strength(strength)

    def shut_down(self) -> None:
        """Stop everything; ``finished`` tells when. Nothing can be played afterwards."""
        self._ask(lambda wish: replace(wish, plan=None, closing=True))

    def join(self, timeout: float) -> bool:
        """Wait for the end after ``shut_down``; False when a device or the model hangs."""
        self._worker.join(timeout)
        return not self._worker.is_alive()

    @property
    def session(self) -> Session | None:
        """The newest session, for its numbers and pictures; None before the first."""
        with self._changed:
            return self._session

    @property
    def link(self) -> HostLink | None:
        """To the output host; None while nothing has been sent there."""
        return self._outputs.host.link

    @property
    def plan(self) -> LivePlan | None:
        """What is wanted; None: nothing plays. May be called from any thread."""
        with self._changed:
            return self._wish.plan

    @property
    def current_run(self) -> int:
        with self._changed:
            return self._wish.run

    @property
    def busy(self) -> bool:
        """Whether the newest wish has not been carried out yet."""
        with self._changed:
            return self._wish != self._done

    @property
    def unedited(self) -> bool:
        """Whether the model is left out."""
        with self._changed:
            return self._wish.unedited

    # The worker.

    def _ask(self, change: Callable[[_Wish], _Wish]) -> None:
        with self._changed:
            if not self._wish.closing:
                self._wish = change(self._wish)
                self._changed.notify_all()

    def _work(self) -> None:
        done = _Wish()
        while not done.closing:
            with self._changed:
                self._changed.wait_for(lambda: self._wish != done)  # noqa: B023 - waits here, before done changes
                wish = self._wish
            try:
                self._carry_out(done, wish)
            except Exception as error:
                if not isinstance(error, UserError):
                    log.exception("the session could not be changed")
                self._stop()
                self.refused.emit(wish.run, error)
            done = wish
            with self._changed:
                self._done = done
        if not self._outputs.close():
            log.warning("the output host did not end in time")
        self.finished.emit()

    def _carry_out(self, done: _Wish, wish: _Wish) -> None:
        if wish.plan is None:
            self._stop()
            self._outputs.keep_only(wish.outputs)
        elif done.plan is None or done.run != wish.run:
            self._stop()
            self._start(wish.plan, wish.run, wish.source)
        elif self._session is not None:
            if done.engine != wish.engine:
                self._session.restart_engine()
            self._outputs.follow(wish.plan, self._session)

    def _start(self, plan: LivePlan, run: int, source: Source | UserError | None) -> None:
        if isinstance(source, UserError):
            raise source
        assert source is not None, "every run has one"
        sinks = self._outputs.begin(plan)
        with self._changed:
            self._session = session = Session(
                source,
                sinks,
                self._make_editor,
                fps=plan.fps,
                size=plan.size,
                prompt=self._prompt,
                strength=self._strength,
                transition=self._transition,
                loop=plan.repeat,
                on_event=lambda event: self.session_event.emit(run, event),
                panic=self.panic,
                outlet=self._outputs.host,
            )
        session.start()

    def _stop(self) -> None:
        session = self.session
        self._outputs.end_recordings()
        if session is not None:
            session.stop()

    def _make_editor(self) -> Editor:
        return PassthroughEditor() if self.unedited else self._editor_factory()


def _source_of(plan: LivePlan) -> Source | UserError:
    """Made in the window's thread, as Qt wants it where it gives the pictures; what is wrong is told by the worker."""
    try:
        return plan.open_source()
    except UserError as error:
        return error
