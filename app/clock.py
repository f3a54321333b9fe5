"""The output clock: a thread that ticks at the output rate and always has something to show.

At every tick: the newest frame that is due, else what ``standby`` orders (the unedited picture or a slate, when a part
has failed), else the last frame again, else the starting slate. Ticks lie at ``start + n / fps`` on monotonic time, so
the rate does not drift however long it runs; a tick that was missed (a sink was slow) is skipped, not made up for.

While the panic key is pressed the curtain's picture takes the place of all that; ``exact`` sinks get it once for each
edited frame. The press itself is answered by a frame between the ticks. Edited frames are taken from the queue all the
same, so that the model goes on and the newest is there when the curtain opens.

The output host runs this clock too, on the frames of a ring. To it, the ``outlet``, the session's clock hands the
picture without a curtain, since the host draws its own.

The sinks live in this thread (``sanacam.app.sink_rack``).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sanacam.app.frames import Frame, Pixels
from sanacam.app.meters import LatencyMeter, RateMeter
from sanacam.app.metronome import Metronome
from sanacam.app.outputs.fit import letterbox
from sanacam.app.panic import Curtain, PanicSwitch
from sanacam.app.presentation import Due
from sanacam.app.sink import Sink
from sanacam.app.sink_rack import SinkRack
from sanacam.app.slate import draw_slate

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """Size in pixels and rate in frames a second of everything the sinks get."""

    width: int
    height: int
    fps: float


@dataclass(frozen=True, slots=True)
class Slate:
    """A card with text instead of a picture."""

    title: str
    detail: str = ""


class DueFrames(Protocol):
    """Where edited frames wait until they are due: ``sanacam.app.presentation.PresentationQueue``, or a ring."""

    @property
    def drained(self) -> bool:
        """No more will come, and all have been taken."""
        ...

    def take(self, now_ns: int, tick_ns: int) -> Due:
        """The frames due by ``now_ns``, for a clock that comes every ``tick_ns``."""
        ...


class Outlet(Protocol):
    """Takes what would be shown without panic, at every tick, on its way to another stage."""

    def begin(self, output: OutputFormat) -> None:
        """Pictures of this size will come at this rate. Called again when that changes."""
        ...

    def show(self, picture: Frame, raw: Frame | None) -> None:
        """``raw``: the newest picture of the source, None when there is none. Must return quickly and not raise."""
        ...

    def end(self) -> None:
        """No more pictures for now."""
        ...


class OutputDirector(Protocol):
    """What the clock asks of, and reports to, the session. Called from the output thread; must return quickly."""

    def output_format(self) -> OutputFormat | None:
        """None while it is not known yet. It may change later; sinks keep the one they were opened with."""
        ...

    def standby(self) -> Frame | Slate | None:
        """What to show when no edited frame is due; None: the last one again."""
        ...

    def raw(self) -> Frame | Slate:
        """The newest picture of the source, never an edited one, or a slate when there is none."""
        ...

    def sink_failed(self, sink: Sink, error: Exception) -> None: ...

    def output_ended(self) -> None:
        """Every frame of a file has been shown, the sinks are closed; those that are not exact only if the clock does
        not stay.
        """
        ...

    def output_failed(self, error: Exception) -> None:
        """A bug in the output itself; the sinks are closed."""
        ...


class OutputClock(threading.Thread):
    """Shows what ``queue`` holds.

    Args:
        outlet: another stage that gets the picture as well.
        panic: the key that covers the picture; default one that nobody can press.
        stay: go on after the last frame of a film with what ``standby`` orders, until ``stop``.

    Attributes:
        shown: rate and number of ticks. new: of edited frames shown for the first time.
        latency: capture → after the sinks took the frame.
    """

    def __init__(
        self,
        queue: DueFrames,
        director: OutputDirector,
        sinks: Sequence[Sink],
        panic: PanicSwitch | None = None,
        outlet: Outlet | None = None,
        *,
        stay: bool = False,
    ) -> None:
        super().__init__(name="sanacam-output", daemon=True)
        self._stay = stay
        self._queue = queue
        self._director = director
        self._panic = panic or PanicSwitch()
        self._outlet = outlet
        self._stop_asked = threading.Event()
        # Set to cut the wait for the next tick short.
        self._wake = threading.Event()
        self._rack = SinkRack(sinks, director.sink_failed)
        self._format: OutputFormat | None = None
        self._latest: Frame | None = None
        self._edited: Frame | None = None
        self.shown = RateMeter()
        self.new = RateMeter()
        self.latency = LatencyMeter()
        self.repeated = 0
        self.skipped = 0

    def stop(self) -> None:
        self._stop_asked.set()
        self._wake.set()

    def latest(self) -> Frame | None:
        """What was shown last."""
        return self._latest

    def add_sink(self, sink: Sink) -> None:
        """Opened at the next tick."""
        self._rack.add(sink)

    def remove_sink(self, sink: Sink, timeout_s: float) -> bool:
        """Close a sink and let it go; True once it is closed."""
        return self._rack.remove(sink, timeout_s)

    def run(self) -> None:
        error: Exception | None = None
        ended = False
        self._panic.listen(self._wake.set)
        try:
            ended = self._run()
        except Exception as exc:
            log.exception("the output clock failed")
            error = exc
        self._panic.unlisten(self._wake.set)
        self._panic.gone("clock")
        self._rack.close()
        if self._outlet is not None:
            self._outlet.end()
        if error is not None:
            self._director.output_failed(error)
        elif ended:
            self._director.output_ended()

    def _run(self) -> bool:
        """True when everything has been shown, False when stopped."""
        while (output := self._director.output_format()) is None:
            if self._stop_asked.wait(0.01):
                return False
        curtain = Curtain(output.width, output.height, self._raw)
        metronome = self._begin(output)
        over = False
        while not self._stop_asked.is_set():
            # Before the switch is asked: a press after that must cut the next wait short.
            self._wake.clear()
            if (wanted := self._director.output_format() or output) != self._format:
                output = wanted
                curtain.resize(output.width, output.height)
                metronome = self._begin(output)
            self._rack.settle(output.width, output.height, output.fps)
            self._tick(output, metronome, curtain)
            if self._queue.drained and not over:
                if not self._stay:
                    return True
                over = True
                self._rack.close_exact()
                self._director.output_ended()
            if not self._stop_asked.is_set():
                metronome.wait(self._wake)
        return False

    def _begin(self, output: OutputFormat) -> Metronome:
        self._format = output
        if self._edited is not None:
            self._edited = self._fit(self._edited, output)
        if self._outlet is not None:
            self._outlet.begin(output)
        return Metronome(output.fps, time.monotonic_ns())

    def _tick(self, output: OutputFormat, metronome: Metronome, curtain: Curtain) -> None:
        now = time.monotonic_ns()
        order = self._panic.order
        curtain.obey(order, self._latest, now)
        taken = self._queue.take(now, round(metronome.period_ns))
        if taken.waited_ns is not None:
            metronome.follow(taken.waited_ns)
        due = [self._fit(frame, output) for frame in taken.frames]
        if due:
            self._edited = due[-1]
        normal = due[-1] if due else None
        if self._outlet is not None:
            normal = normal or self._stand_in(output)
            raw = self._director.raw()
            self._outlet.show(normal, self._fit(raw, output) if isinstance(raw, Frame) else None)
        if curtain.closed:
            shown = curtain.picture(now)
            exact = [frame.with_pixels(shown.pixels, epoch=0) for frame in due]
        else:
            shown = curtain.over(normal or self._stand_in(output), now)
            exact = [*(curtain.over(frame, now) for frame in due[:-1]), shown] if due else []
        self._latest = shown
        self._rack.write(shown, exact)
        self._panic.shown(order, time.monotonic_ns())
        if not curtain.closed:
            self._count(shown, len(due))
        self.shown.count()

    def _count(self, shown: Frame, edited: int) -> None:
        if edited:
            self.skipped += edited - 1
            self.new.count()
            self.latency.add(time.monotonic_ns() - shown.captured_ns)
        else:
            self.repeated += shown is self._edited

    def _stand_in(self, output: OutputFormat) -> Frame:
        order = self._director.standby()
        if order is None:
            if self._edited is not None:
                return self._edited
            order = Slate("Sanacam is starting …")
        return self._frame(order, output)

    def _raw(self) -> Frame:
        assert self._format is not None, "the curtain is drawn after the format is known"
        return self._frame(self._director.raw(), self._format)

    def _frame(self, picture: Frame | Slate, output: OutputFormat) -> Frame:
        if isinstance(picture, Frame):
            return self._fit(picture, output)
        pixels = draw_slate(output.width, output.height, picture.title, picture.detail)
        return Frame(pixels, time.monotonic_ns(), -1)

    def _fit(self, frame: Frame, output: OutputFormat) -> Frame:
        pixels: Pixels = letterbox(frame.pixels, output.width, output.height)
        return frame if pixels is frame.pixels else frame.with_pixels(pixels)
