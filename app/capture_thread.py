"""The capture thread: opens the source, reads it, hands frames to the feed.

* A live source that fails is opened again and again, once a second, until it is back or the session stops.
* A file is played in real time: each frame is held until its moment and stamped with it. When the feed is full the
  film waits and the rest of it moves back by as much; nothing is lost. At the end it starts again (``loop``) or the
  feed is finished. A file that was played and cannot be read when it is to start again is being written anew: it is
  opened again and again like a live source.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

from sanacam.app.frames import Frame
from sanacam.app.meters import RateMeter
from sanacam.app.outputs.fit import resize
from sanacam.app.size import fit_inside
from sanacam.app.slot import FrameFeed
from sanacam.app.source import Interruptible, Source, SourceEnded, SourceInfo
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

READ_TIMEOUT_S = 0.1
RETRY_S = 1.0


class CaptureListener(Protocol):
    """What the capture thread reports. Called from that thread; must return quickly."""

    def source_opened(self, info: SourceInfo) -> None: ...

    def source_trouble(self, error: Exception, *, retrying: bool) -> None:
        """Opening or reading failed, or a live source ended."""
        ...


class CaptureThread(threading.Thread):
    """Reads one source until it is stopped or the source has ended.

    Args:
        source: used from this thread only.
        feed: where frames go.
        listener: who hears of it.
        box: (width, height) that frames are scaled to fit in, keeping their aspect; None: as they come.
        loop: start a file again at its end.
        retry_s: pause before a live source is opened again.
    """

    def __init__(
        self,
        source: Source,
        feed: FrameFeed,
        listener: CaptureListener,
        *,
        box: tuple[int, int] | None = None,
        loop: bool = False,
        retry_s: float = RETRY_S,
    ) -> None:
        super().__init__(name="sanacam-capture", daemon=True)
        self._source = source
        self._feed = feed
        self._listener = listener
        self._box = box
        self._loop = loop
        self._retry_s = retry_s
        self._stop_asked = threading.Event()
        self._latest: Frame | None = None
        self._sequence = 0
        self._was_open = False
        # Media time in a loop grows through all openings; these say where the film is.
        self._film_start_ns: int | None = None
        self._film_base_ns: int | None = None
        self._film_media_ns = 0
        self._film_end_ns = 0
        self.captured = RateMeter()

    def stop(self) -> None:
        self._stop_asked.set()
        if isinstance(self._source, Interruptible):
            self._source.interrupt()

    def latest(self) -> Frame | None:
        """The newest frame captured, as it goes to the engine."""
        return self._latest

    def run(self) -> None:
        try:
            while not self._stop_asked.is_set():
                again = self._one_opening()
                if not again:
                    break
        finally:
            self._feed.finish()

    def _one_opening(self) -> bool:
        """Open, read to the end, close. True: once more."""
        live = self._source.live
        try:
            info = self._source.open()
            if self._stop_asked.is_set():
                return False
            if live:
                self._feed.clear()
            self._film_base_ns = None
            self._was_open = True
            self._listener.source_opened(info)
            self._read_all(live)
            return False
        except Exception as error:
            if not live and isinstance(error, SourceEnded):
                return self._loop
            if not isinstance(error, SourceEnded | UserError):
                log.exception("the source failed")
            again = live or (self._loop and self._was_open)
            self._listener.source_trouble(error, retrying=again)
            if not again:
                return False
        finally:
            self._source.close()
        return not self._stop_asked.wait(self._retry_s)

    def _read_all(self, live: bool) -> None:
        while not self._stop_asked.is_set():
            frame = self._source.read(READ_TIMEOUT_S)
            if frame is None:
                continue
            if self._box is not None:
                frame = frame.with_pixels(resize(frame.pixels, *fit_inside(frame.width, frame.height, self._box)))
            if live:
                frame = Frame(frame.pixels, frame.captured_ns, self._sequence)
            else:
                frame = self._hold(frame)
            self._sequence += 1
            self._latest = frame
            self.captured.count()
            while not self._feed.put(frame, READ_TIMEOUT_S):
                if self._stop_asked.is_set():
                    return

    def _hold(self, frame: Frame) -> Frame:
        """Wait for a film frame's moment and stamp it with that."""
        assert frame.media_ns is not None, "a source that is not live says when its frames are"
        if self._film_base_ns is None:
            # First frame of this opening; in a loop the film goes on where it ended.
            self._film_base_ns = self._film_end_ns
        media = self._film_base_ns + frame.media_ns
        if self._film_start_ns is None:
            self._film_start_ns = time.monotonic_ns() - media
        due = self._film_start_ns + media
        ahead = due - time.monotonic_ns()
        if ahead > 0:
            self._stop_asked.wait(ahead / 1e9)
        else:
            # The feed was full or decoding is slow: the rest of the film moves back.
            self._film_start_ns -= ahead
            due -= ahead
        self._film_end_ns = media + max(1, media - self._film_media_ns)
        self._film_media_ns = media
        return Frame(frame.pixels, due, self._sequence, media_ns=media)
