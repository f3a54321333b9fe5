"""What a session shows when no edited frame is due, and in which format.

    the film is over                                            a slate that says so
    the source has been gone for two seconds, or never came    a slate that says why
    the model has failed, or is late                            the unedited picture, or a slate when there is none
    otherwise                                                   the last edited picture again

The model of a live source is **late** when nothing has come from it for three seconds, or for three times as long as
it usually takes if that is more, though there was more than enough for it to do: a card that hangs does not raise
anything. A film waits for its model instead.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from sanacam.app.clock import OutputFormat, Slate
from sanacam.app.frames import Frame
from sanacam.app.source import SourceInfo

DEFAULT_FPS = 30.0
DEFAULT_SIZE = (1280, 720)
LAST_PICTURE_NS = 2_000_000_000
PATIENCE_NS = 3_000_000_000
LATE_NS = 3_000_000_000
# More than two chunks of any model. A source that shows nothing new sends nothing, and then there is nothing to do.
LATE_FRAMES = 64
_USUAL_GAPS = 8
FILM_OVER = Slate("The film is over")


class Standby:
    """The session's threads report here; the output clock asks. All methods may be called from any thread.

    Args:
        size, fps: wanted by the user; None: the source's own.
        live: whether the source cannot wait.
        latest: the newest captured frame.
        message: the last thing that went wrong, for the slate.

    Attributes:
        info: what the source said when it opened; None before.
        engine_down: the model has failed.
        film_over: every frame of the film has been shown.
    """

    def __init__(
        self,
        size: tuple[int, int] | None,
        fps: float | None,
        live: bool,
        latest: Callable[[], Frame | None],
        message: Callable[[], str],
    ) -> None:
        self._size = size
        self._fps = fps
        self._live = live
        self._latest = latest
        self._message = message
        self._lock = threading.Lock()
        self._format: OutputFormat | None = None
        self._lost_ns: int | None = None
        self._edited_ns: int | None = None
        self._captured_then = 0
        self._gaps: deque[int] = deque(maxlen=_USUAL_GAPS)
        self.info: SourceInfo | None = None
        self.engine_down = False
        self.film_over = False

    @property
    def source_lost(self) -> bool:
        """The source has failed and is not back."""
        return self._lost_ns is not None

    def source_opened(self, info: SourceInfo) -> None:
        with self._lock:
            self.info, self._lost_ns, self._edited_ns = info, None, None
            self._fix_format()

    def source_lost_now(self) -> bool:
        """True the first time since it was there."""
        with self._lock:
            first = self._lost_ns is None
            if first:
                self._lost_ns = time.monotonic_ns()
            return first

    def engine_started(self) -> None:
        """A new engine; how long the last one took says nothing about it."""
        with self._lock:
            self.engine_down = False
            self._edited_ns = None
            self._gaps.clear()

    def frames_edited(self) -> None:
        now = time.monotonic_ns()
        with self._lock:
            if self._edited_ns is not None:
                self._gaps.append(now - self._edited_ns)
            self._edited_ns, self._captured_then = now, self._captured()

    def output_format(self) -> OutputFormat | None:
        """Decided once: when the source has opened, or when a live one has not come for three seconds."""
        with self._lock:
            if self._live and self._lost_for(PATIENCE_NS):
                self._fix_format()
            return self._format

    def picture(self) -> Frame | Slate | None:
        """See the module's text; None: the last picture again."""
        if self.film_over:
            return FILM_OVER
        with self._lock:
            gone = self._lost_ns is not None and (self.info is None or self._lost_for(LAST_PICTURE_NS))
            unedited = self.engine_down or self._late()
        if gone:
            return Slate("No picture from the source", self._message())
        if unedited:
            raw = self._latest()
            return raw if raw is not None else Slate("The model stopped", self._message())
        return None

    def raw(self) -> Frame | Slate:
        """The newest unedited picture, or a slate when there is none."""
        if self.film_over:
            return FILM_OVER
        with self._lock:
            lost = self._lost_for(LAST_PICTURE_NS)
        frame = self._latest()
        return Slate("No picture from the source", self._message()) if frame is None or lost else frame

    def _lost_for(self, span_ns: int) -> bool:
        return self._lost_ns is not None and time.monotonic_ns() - self._lost_ns > span_ns

    def _late(self) -> bool:
        if not self._live or self._edited_ns is None or self._captured() - self._captured_then < LATE_FRAMES:
            return False
        return time.monotonic_ns() - self._edited_ns > max(LATE_NS, 3 * max(self._gaps, default=0))

    def _captured(self) -> int:
        frame = self._latest()
        return 0 if frame is None else frame.sequence

    def _fix_format(self) -> None:
        if self._format is None:
            info = self.info
            width, height = self._size or ((info.width, info.height) if info else DEFAULT_SIZE)
            fps = self._fps or (info.fps if info and info.fps else DEFAULT_FPS)
            self._format = OutputFormat(width, height, fps)
