"""The last stage before the sinks: output clock, panic key, sinks, and who owns them.

The owner is a session that has claimed the host; there is one at a time. It brings pictures, asks for sinks and presses
the panic key. Without an owner everything goes on: the last picture stays for two seconds, then a slate, until another
owner comes or the host ends: ``linger_s`` after the last owner when there are sinks, after a moment when there are
none.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Protocol

from sanacam.app.clock import OutputClock, OutputFormat, Slate
from sanacam.app.frames import Frame
from sanacam.app.host.channel import Message
from sanacam.app.host.feed import RingFeed
from sanacam.app.host.sinks import HostSink
from sanacam.app.host.spec import SinkSpec
from sanacam.app.outputs.ring import RingReader
from sanacam.app.panic import PanicOrder, PanicSwitch
from sanacam.app.panic_mode import PanicMode
from sanacam.app.session_report import in_words
from sanacam.app.sink import Sink
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

LINGER_S = 30.0
IDLE_S = 5.0
FORMAT_S = 10.0
CLOSE_S = 12.0


class Owner(Protocol):
    """A session at the other end of a channel. ``mark``: what it calls itself, on all its connections."""

    mark: str

    def tell(self, event: Message) -> None:
        """Pass on what happened. Must not wait or raise."""
        ...


class Stage:
    """Methods may be called from any thread; those of the output director are called by the clock.

    Args:
        instance: number of the host.
        linger_s: how long to stay without an owner while there are sinks.
    """

    def __init__(self, instance: int, linger_s: float = LINGER_S) -> None:
        self.instance = instance
        self.panic = PanicSwitch()
        self._linger_s = linger_s
        self._fps: float | None = None
        self._feed = RingFeed()
        self._clock = OutputClock(self._feed, self, [], self.panic)
        self._lock = threading.Lock()
        # Guarded by _lock.
        self._sinks: dict[str, HostSink] = {}
        self._owner: Owner | None = None
        self._alone_since_s = time.monotonic()
        self._format: OutputFormat | None = None
        self._paths: tuple[Path, ...] = ()
        self._ended = threading.Event()

    def start(self) -> None:
        self._clock.start()

    def stop(self) -> None:
        """Close everything and join."""
        self._ended.set()
        self._clock.stop()
        self._clock.join(CLOSE_S)
        with self._lock:
            sinks, self._sinks = list(self._sinks.values()), {}
        closers = [threading.Thread(target=self._close, args=(sink,), daemon=True) for sink in sinks]
        for closer in closers:
            closer.start()
        deadline = time.monotonic() + CLOSE_S
        for closer in closers:
            closer.join(max(0.0, deadline - time.monotonic()))

    def ask_to_end(self) -> None:
        self._ended.set()

    def wait_until_unwanted(self) -> str:
        """Returns, with the reason, when the host is to end."""
        while not self._ended.wait(0.1):
            with self._lock:
                alone_s = 0.0 if self._owner is not None else time.monotonic() - self._alone_since_s
                patience_s = self._linger_s if self._sinks else min(IDLE_S, self._linger_s)
            if alone_s > patience_s:
                return f"nobody has owned it for {alone_s:.0f} s"
            if not self._clock.is_alive():
                return "the output clock has ended"
        return "it was asked to"

    # What owners ask for.

    def claim(self, owner: Owner, fps: float | None) -> bool:
        """Become the owner; False when there is another one."""
        with self._lock:
            if self._owner is not None and self._owner is not owner:
                return False
            self._owner, self._fps = owner, fps
            return True

    def follow(self, owner: Owner, edited: Path, source: Path) -> None:
        """Show the pictures of these rings. Raises UserError: they are not rings of this version."""
        readers = RingReader(edited), RingReader(source)
        with self._lock:
            self._require(owner)
            self._paths = (edited, source)
            self._feed.follow(*readers)

    def rest(self, owner: Owner) -> None:
        """No more pictures for now."""
        with self._lock:
            self._require(owner)
            self._feed.leave("Sanacam is paused")

    def leave(self, owner: Owner) -> None:
        """The owner has gone, properly or not."""
        with self._lock:
            if owner is not self._owner:
                return
            self._owner, self._alone_since_s = None, time.monotonic()
            self._feed.leave("Sanacam has stopped")
            paths, self._paths = self._paths, ()
        for path in paths:
            # One that was killed has left them behind.
            path.unlink(missing_ok=True)

    def add(self, owner: Owner, spec: SinkSpec) -> Message:
        """Open a sink and feed it; one that is there already stays as it is. Returns its state.

        Raises:
            UserError: it cannot be opened, or no picture has come that would say its size.
        """
        with self._lock:
            self._require(owner)
            known = self._sinks.get(spec.key)
        if known is not None:
            return known.state()
        output = self._wait_for_format()
        sink = HostSink(spec, self.instance, self.raw)
        sink.begin(output.width, output.height, output.fps)
        with self._lock:
            self._sinks[spec.key] = sink
        for tap in sink.taps:
            self._clock.add_sink(tap)
        log.info("opened: %s", spec.key)
        return sink.state()

    def remove(self, owner: Owner, key: str) -> Message:
        """Close a sink. Returns its last state, {} when there is none.

        Raises:
            UserError: it could not be closed properly; it is gone all the same.
        """
        with self._lock:
            self._require(owner)
            sink = self._sinks.pop(key, None)
        if sink is None:
            return {}
        for tap in sink.taps:
            self._clock.remove_sink(tap, 1.0)
        sink.finish()
        log.info("closed: %s", key)
        return sink.state()

    def press(self, by: str, mode: PanicMode | None, image: Path | None) -> PanicOrder:
        """The panic key. ``by``: mark of who presses; the owner is told when it is somebody else.

        Raises:
            UserError: the picture cannot be read; black is shown, or the picture as it was.
        """
        try:
            return self.panic.release() if mode is None else self.panic.engage(mode, image)
        finally:
            owner = self._owner
            if owner is not None and owner.mark != by:
                owner.tell({"event": "panic", "mode": mode, "image": None if image is None else str(image)})

    def prefer(self, mode: PanicMode, image: Path | None) -> None:
        """What a press without a mode shows. A panic that is on stays as it is: its owner changes it."""
        if self.panic.mode is None:
            self.panic.prefer(mode, image)

    def status(self) -> Message:
        """What a status line wants to know."""
        with self._lock:
            sinks, owned = list(self._sinks.values()), self._owner is not None
        output, clock = self._format, self._clock
        return {
            "instance": self.instance,
            "owned": owned,
            "panic": self.panic.mode,
            "format": None if output is None else [output.width, output.height, output.fps],
            "output_fps": clock.shown.rate(),
            "new": clock.new.total,
            "repeated": clock.repeated,
            "latency_ms_p50": clock.latency.percentile_ms(50),
            "latency_ms_p95": clock.latency.percentile_ms(95),
            "sinks": [sink.state() for sink in sinks],
        }

    # What the output clock asks and reports.

    def output_format(self) -> OutputFormat | None:
        self._format = self._feed.output_format(self._fps) or self._format
        return self._format

    def standby(self) -> Frame | Slate | None:
        return self._feed.standby()

    def raw(self) -> Frame | Slate:
        return self._feed.raw()

    def sink_failed(self, sink: Sink, error: Exception) -> None:
        with self._lock:
            failed = next((one for one in self._sinks.values() if sink in one.taps), None)
            if failed is None:
                return
            del self._sinks[failed.spec.key]
        # The clock must not wait for what a broken device takes to close.
        threading.Thread(target=self._bury, args=(failed, sink, error), name="sanacam-bury", daemon=True).start()

    def output_ended(self) -> None:
        """Nothing: a ring never ends."""

    def output_failed(self, error: Exception) -> None:
        log.error("the output clock failed: %s", error)
        self._ended.set()

    # Inside.

    def _bury(self, failed: HostSink, tap: Sink, error: Exception) -> None:
        for other in failed.taps:
            if other is not tap:
                self._clock.remove_sink(other, 1.0)
        self._close(failed)
        message, hint = in_words(error, f"The {failed.spec.name} failed")
        log.warning("%s: %s %s", failed.spec.name, message, hint)
        owner = self._owner
        if owner is not None:
            owner.tell({"event": "sink failed", "key": failed.spec.key, "message": message, "hint": hint})

    def _close(self, sink: HostSink) -> None:
        try:
            sink.finish()
        except Exception as error:  # nobody waits for it any more, so it is kept in the log
            log.warning("%s: %s", sink.spec.name, error)

    def _wait_for_format(self) -> OutputFormat:
        deadline = time.monotonic() + FORMAT_S
        while (output := self._format) is None:
            if self._ended.wait(0.02) or time.monotonic() > deadline:
                raise UserError("There is no picture yet.", "Try again when the source has one.")
        return output

    def _require(self, owner: Owner) -> None:
        if owner is not self._owner:
            raise UserError("Another Sanacam uses this output host.", "Start this one again.")
