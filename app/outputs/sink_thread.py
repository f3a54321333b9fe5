"""A sink in a thread of its own: one that is slow, or stuck in its driver, delays neither the clock nor the others."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque

from sanacam.app.frames import Frame
from sanacam.app.outputs.fit import letterbox
from sanacam.app.sink import Sink
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

OPEN_S = 20.0
CLOSE_S = 10.0
STUCK_NS = 2_000_000_000


class SinkThread:
    """Opens, feeds and closes ``sink``. To the clock it is a sink that takes no time: it keeps the newest frame, or the
    newest few, and the thread takes them when those before have been written. A frame of another size than the sink was
    opened for is fitted.

    Args:
        sink: used from this thread only; not an ``exact`` one.
        fit: False for a sink that takes frames of any size.
        depth: how many frames may wait; more than one delays the picture when the sink is slow, and loses fewer.

    Attributes:
        dropped: frames that gave way to newer ones.
    """

    exact = False

    def __init__(self, sink: Sink, *, fit: bool = True, depth: int = 1) -> None:
        self.sink = sink
        self.dropped = 0
        self._thread = threading.Thread(target=self._run, name=f"sanacam-sink-{sink.name}", daemon=True)
        self._fit = fit
        self._changed = threading.Condition()
        # Guarded by _changed.
        self._waiting: deque[Frame] = deque(maxlen=depth)
        self._leaving = False
        self._opened = False
        self._failure: Exception | None = None
        self._busy_since_ns: int | None = None

    @property
    def name(self) -> str:
        return self.sink.name

    def begin(self, width: int, height: int, fps: float) -> None:
        """Start the thread and wait until the sink is open.

        Raises:
            UserError: it cannot be opened, or does not open in time. Whatever else opening raises.
        """
        self._format = (width, height, fps)
        self._thread.start()
        with self._changed:
            known = self._changed.wait_for(lambda: self._opened or self._failure is not None, OPEN_S)
            if self._failure is not None:
                raise self._failure
            if not known:
                self._leaving = True
                raise UserError(f"The {self.sink.name} does not open.", "Restart the program or device behind it.")

    def finish(self, timeout_s: float = CLOSE_S) -> None:
        """Write what waits, close the sink, and join.

        Raises:
            UserError: it hangs, or cannot be closed properly. Whatever else closing raises.
        """
        with self._changed:
            told = self._failure
            self._leaving = True
            self._changed.notify_all()
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            raise UserError(f"The {self.sink.name} does not close.", "It is let go when Sanacam ends.")
        if self._failure is not None and self._failure is not told:
            raise self._failure

    def stuck(self) -> bool:
        """Whether it has been writing one frame for more than two seconds."""
        since = self._busy_since_ns
        return since is not None and time.monotonic_ns() - since > STUCK_NS

    # What the clock calls.

    def open(self, width: int, height: int, fps: float) -> None:
        """Nothing: ``begin`` has opened it."""

    def write(self, frame: Frame) -> None:
        """Leave the frame for the thread. Raises what writing the frames before has raised."""
        with self._changed:
            if self._failure is not None:
                raise self._failure
            self.dropped += len(self._waiting) == self._waiting.maxlen
            self._waiting.append(frame)
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing: ``finish`` closes it."""

    # The thread.

    def _run(self) -> None:
        try:
            self._live()
        except Exception as error:  # crosses the thread: raised again by whoever asks next
            if not isinstance(error, UserError):
                log.exception("the %s failed", self.sink.name)
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _live(self) -> None:
        width, height, fps = self._format
        try:
            self.sink.open(width, height, fps)
            with self._changed:
                self._opened = True
                self._changed.notify_all()
            while (frame := self._take()) is not None:
                self._busy_since_ns = time.monotonic_ns()
                pixels = letterbox(frame.pixels, width, height) if self._fit else frame.pixels
                self.sink.write(frame if pixels is frame.pixels else frame.with_pixels(pixels))
                self._busy_since_ns = None
        except BaseException:
            self._busy_since_ns = None
            self._close_quietly()
            raise
        self.sink.close()

    def _close_quietly(self) -> None:
        try:
            self.sink.close()
        except Exception as error:  # the first failure is the one to tell
            log.info("the %s, which had failed, was not closed properly: %s", self.sink.name, error)

    def _take(self) -> Frame | None:
        """The next frame; None: leave."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._leaving)
            return self._waiting.popleft() if self._waiting else None
