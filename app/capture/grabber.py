"""Screens, windows and regions: one source, and under it whatever can take a picture of them on this system.

A ``Grabber`` takes one picture when asked. ``GrabbedSource`` asks at a steady rate, repeats the last picture while
nothing new is shown (several systems send a picture only when something has changed), and takes the first grabber of a
list that works here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from sanacam.app.frames import Frame, Pixels, as_pixels
from sanacam.app.source import SourceEnded, SourceInfo
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

FIRST_PICTURE_S = 5.0
ANSWER_S = 120.0
"""How long a person may take to answer a dialog."""


class Grabber(Protocol):
    """Takes pictures of one thing. Used from one thread, which opens, uses and closes it."""

    @property
    def via(self) -> str:
        """The library or interface: "mss", "Windows Graphics Capture"."""
        ...

    def open(self) -> str:
        """Get ready; returns what is shown, for people: "Screen 1", "Window Firefox".

        Raises:
            UserError: there is no such screen or window, or it may not be captured.
            UnavailableError: this grabber does not work on this machine; another one may.
        """
        ...

    def grab(self) -> Pixels | None:
        """The picture as it is now; None when nothing changed since the last one, or nothing is shown.

        Raises:
            SourceEnded: the screen or window is gone.
        """
        ...

    def close(self) -> None:
        """Let go. Safe to call twice and when never opened."""
        ...

    @property
    def asks(self) -> bool:
        """Whether a person is asked before the first picture comes."""
        ...


class UnavailableError(Exception):
    """A grabber cannot work here; the text, without a full stop, says which and why."""


class GrabbedSource:
    """Pictures of a screen, a window or a region at a steady rate.

    Args:
        grabbers: makers of what may take the pictures, best first.
        fps: pictures a second, 1…240.
    """

    live = True

    def __init__(self, grabbers: Sequence[Callable[[], Grabber]], *, fps: float = 30.0) -> None:
        if not 1 <= fps <= 240:
            raise UserError(f"A screen cannot be captured {fps:g} times a second.", "Choose 1 to 240.")
        self._makers = grabbers
        self._made: dict[int, Grabber] = {}
        self._fps = fps
        self._grabber: Grabber | None = None
        self._shown: Pixels | None = None
        self._next_ns = 0
        self._sequence = 0
        self._interrupted = threading.Event()

    def open(self) -> SourceInfo:
        self.close()
        self._interrupted.clear()
        reasons: list[str] = []
        for place, make in enumerate(self._makers):
            try:
                # The same one at every opening: it may remember what it showed before.
                self._grabber = grabber = self._made.get(place) or make()
                self._made[place] = grabber
                name = grabber.open()
                self._shown = picture = self._first_picture(grabber, name)
            except UnavailableError as reason:
                log.warning("a way to the screen is left out: %s", reason)
                reasons.append(str(reason))
                self.close()
                continue
            except BaseException:
                self.close()
                raise
            self._next_ns, self._sequence = time.monotonic_ns(), 0
            height, width = picture.shape[:2]
            via = "; ".join([grabber.via, *reasons])
            return SourceInfo(name, width, height, self._fps, live=True, via=via)
        raise UserError("The screen cannot be captured.", f"Tried: {'; '.join(reasons)}.")

    def read(self, timeout_s: float) -> Frame | None:
        if self._grabber is None or self._shown is None:
            raise RuntimeError("read before open")
        ahead = self._next_ns - time.monotonic_ns()
        if ahead > timeout_s * 1e9:
            time.sleep(timeout_s)
            return None
        if ahead > 0:
            time.sleep(ahead / 1e9)
        now = time.monotonic_ns()
        picture = self._grabber.grab()
        if picture is not None:
            self._shown = as_pixels(picture)
        # What could not be taken in time is left out, not caught up with.
        self._next_ns = max(self._next_ns + round(1e9 / self._fps), now)
        frame = Frame(self._shown, now, self._sequence)
        self._sequence += 1
        return frame

    def close(self) -> None:
        if self._grabber is not None:
            self._grabber.close()
            self._grabber = None

    def interrupt(self) -> None:
        self._interrupted.set()

    def _first_picture(self, grabber: Grabber, name: str) -> Pixels:
        deadline = time.monotonic() + (ANSWER_S if grabber.asks else FIRST_PICTURE_S)
        while time.monotonic() < deadline and not self._interrupted.is_set():
            try:
                picture = grabber.grab()
            except SourceEnded as ended:
                raise UserError(str(ended), "It is tried again until it is back.") from ended
            if picture is not None:
                return as_pixels(picture)
            self._interrupted.wait(0.02)
        if grabber.asks:
            raise UserError("Nothing was chosen in your desktop's dialog.", "Choose the source again to be asked.")
        raise UserError(f"{name} shows nothing.", "Is it minimised, or on a screen that is switched off? Bring it up.")


class Cropped:
    """A part of what another grabber shows.

    Args:
        whole: takes the picture.
        corner: (left, top) of the part inside it, in pixels.
        size: (width, height) of the part.
        name: for people.
    """

    def __init__(self, whole: Grabber, corner: tuple[int, int], size: tuple[int, int], name: str) -> None:
        self._whole = whole
        self._corner = corner
        self._size = size
        self._name = name

    @property
    def via(self) -> str:
        return self._whole.via

    @property
    def asks(self) -> bool:
        return self._whole.asks

    def open(self) -> str:
        self._whole.open()
        return self._name

    def grab(self) -> Pixels | None:
        picture = self._whole.grab()
        if picture is None:
            return None
        (left, top), (width, height) = self._corner, self._size
        part = picture[top : top + height, left : left + width]
        if part.shape[:2] != (height, width):
            raise SourceEnded(f"{self._name} is no longer on the screen.")
        return as_pixels(part)

    def close(self) -> None:
        self._whole.close()
