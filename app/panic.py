"""The panic key: at once something harmless at every sink, and back with a short fade.

Two halves. ``PanicSwitch`` is what people and other programs press, from any thread. ``Curtain`` belongs to an output
clock, which asks the switch at every tick and is woken by it between ticks. Neither waits for the model, so the key
works while the model hangs or is gone. There is an output clock in the session, for its own sinks, and one in the
output host, which has a switch of its own that follows the session's (``sanacam.app.host``): each is the last stage
before the sinks it feeds.

Back again means: what the session would show without panic. The model has gone on meanwhile; if it hangs, that is the
last picture it made.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from sanacam.app.frames import Frame, Pixels, as_pixels
from sanacam.app.outputs.fit import letterbox
from sanacam.app.panic_mode import PanicMode
from sanacam.app.still import read_still
from sanacam.model.errors import UserError

FADE_NS = 300_000_000
LARGEST_IMAGE = (1920, 1080)


@dataclass(frozen=True, slots=True, eq=False)
class PanicOrder:
    """One press of the key.

    Attributes:
        number: counts the presses, from 0 (never pressed).
        mode: what to show; None: back to normal.
        image: the user's picture, with mode "image" only.
        asked_ns: when, in monotonic time.
        path: where ``image`` came from.
    """

    number: int
    mode: PanicMode | None
    image: Pixels | None
    asked_ns: int
    path: Path | None = None


class PanicSwitch:
    """The panic key of one program. It may outlive a session: one that starts while it is pressed starts in panic.

    All methods may be called from any thread and none waits for the model.

    Args:
        mode: what a press without a mode shows.
        image: the user's picture.
    """

    def __init__(self, mode: PanicMode = "raw", image: Path | None = None) -> None:
        self._changed = threading.Condition()
        # Guarded by _changed.
        self._order = PanicOrder(0, None, None, time.monotonic_ns())
        self._preferred: PanicMode = mode
        self._path = image
        self._loaded: _Picture | None = None
        # For each stage: the order that its sinks have, and how many milliseconds after the press they had it.
        self._on_air: dict[str, tuple[int, float]] = {}
        self._wakers: list[Callable[[], None]] = []

    @property
    def order(self) -> PanicOrder:
        """The newest press."""
        return self._order

    @property
    def mode(self) -> PanicMode | None:
        """What is to be shown now; None: the normal picture."""
        return self.order.mode

    @property
    def preferred(self) -> PanicMode:
        """What a press without a mode shows."""
        with self._changed:
            return self._preferred

    @property
    def image(self) -> Path | None:
        """The user's picture, the last one named."""
        with self._changed:
            return self._path

    def prefer(self, mode: PanicMode, image: Path | None = None) -> None:
        """From now on a press without a mode shows ``mode``. A panic that is on changes to it."""
        with self._changed:
            self._preferred = mode
            self._path = image or self._path
            on = self._order.mode is not None
            for wake in self._wakers:
                wake()
        if on:
            self.engage(mode)

    def engage(self, mode: PanicMode | None = None, image: Path | None = None) -> PanicOrder:
        """Show ``mode``, or the preferred one, from now on.

        Nobody waits for the disk: until a picture of the user's has been read, black is shown.

        Args:
            image: the picture for mode "image"; default the last one named.

        Raises:
            UserError: there is no such picture; black is shown instead, or the picture as it was when it was read last.
        """
        with self._changed:
            mode = mode or self._preferred
            if mode != "image":
                return self._press(mode)
            self._path = path = image or self._path
            known = self._loaded if self._loaded is not None and self._loaded.path == path else None
            order = self._press("black") if known is None else self._press("image", known)
        # The disk is asked without the lock: the output thread must never wait for it.
        try:
            picture = _read(path, known)
        except UserError as error:
            instead = "Black" if known is None else "The picture as it was before"
            raise UserError(f"{error.message} {instead} is shown instead.", error.hint) from error
        if picture is known:
            return order
        with self._changed:
            self._loaded = picture
            # Whoever pressed again meanwhile wins.
            return self._press("image", picture) if self._order is order else self._order

    def release(self) -> PanicOrder:
        """Back to the normal picture."""
        with self._changed:
            return self._press(None) if self._order.mode is not None else self._order

    def toggle(self) -> PanicOrder:
        """On in the preferred mode, or back. Raises UserError: see ``engage``."""
        with self._changed:
            on = self._order.mode is not None
        return self.release() if on else self.engage()

    def wait_shown(self, order: PanicOrder, timeout_s: float) -> float | None:
        """Wait until every sink has a picture after ``order``, or a newer one; returns how many milliseconds after
        that press, None after the timeout (nothing plays).
        """
        with self._changed:
            shown = self._changed.wait_for(lambda: self._everywhere(order.number), timeout_s)
            return max(ms for _, ms in self._on_air.values()) if shown else None

    # For the stages: the output clock of the session, and the way to the output host.

    def listen(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` at every press, and when the preference changes; it must return at once."""
        with self._changed:
            self._wakers.append(wake)

    def unlisten(self, wake: Callable[[], None]) -> None:
        """The end of ``listen``."""
        with self._changed:
            if wake in self._wakers:
                self._wakers.remove(wake)

    def shown(self, order: PanicOrder, now_ns: int, stage: str = "clock") -> None:
        """The sinks behind ``stage`` have a picture after ``order``. From the first call on the stage counts."""
        if self._on_air.get(stage, (-1, 0.0))[0] >= order.number:
            return
        with self._changed:
            self._on_air[stage] = (order.number, (now_ns - order.asked_ns) / 1e6)
            self._changed.notify_all()

    def gone(self, stage: str) -> None:
        """Nobody waits for ``stage`` any more."""
        with self._changed:
            self._on_air.pop(stage, None)
            self._changed.notify_all()

    def _everywhere(self, number: int) -> bool:
        """With the lock held."""
        return bool(self._on_air) and all(shown >= number for shown, _ in self._on_air.values())

    def _press(self, mode: PanicMode | None, picture: _Picture | None = None) -> PanicOrder:
        """With the lock held."""
        pixels, path = (None, None) if picture is None else (picture.pixels, picture.path)
        self._order = PanicOrder(self._order.number + 1, mode, pixels, time.monotonic_ns(), path)
        for wake in self._wakers:
            wake()
        return self._order


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """A picture of the user's and when its file was changed last."""

    path: Path
    changed_ns: int
    pixels: Pixels


def _read(path: Path | None, known: _Picture | None) -> _Picture:
    """The picture; ``known`` if the file is still the same or gone."""
    if path is None:
        raise UserError("No picture has been chosen for panic.", "Name one first.")
    try:
        # A pipe or a device would never end.
        changed_ns = path.stat().st_mtime_ns if path.is_file() else None
    except (OSError, ValueError):
        changed_ns = None
    if known is not None and changed_ns in (None, known.changed_ns):
        return known
    if changed_ns is None:
        raise UserError(f"There is no picture {path}.", "Check the path.")
    return _Picture(path, changed_ns, read_still(path, LARGEST_IMAGE))


class Curtain:
    """What an output clock draws before the picture. Used from its thread only.

    Args:
        width, height: of the output, in pixels.
        raw: the newest picture of the source in that size, or what stands for it.
    """

    def __init__(self, width: int, height: int, raw: Callable[[], Frame]) -> None:
        self._size = (width, height)
        self._raw = raw
        self._number = -1
        self._mode: PanicMode | None = None
        self._still: Pixels | None = None
        self._behind: Pixels | None = None
        self._opened_ns = 0

    @property
    def closed(self) -> bool:
        """Whether the edited picture is hidden."""
        return self._mode is not None

    def resize(self, width: int, height: int) -> None:
        """From now on the output has another size."""
        self._size = (width, height)
        if self._still is not None:
            self._still = letterbox(self._still, width, height)
        if self._behind is not None:
            self._behind = letterbox(self._behind, width, height)

    def obey(self, order: PanicOrder, last: Frame | None, now_ns: int) -> None:
        """Draw or open the curtain. ``last``: what was shown at the tick before."""
        if order.number == self._number:
            return
        was_closed, self._number, self._mode = self.closed, order.number, order.mode
        if order.mode is None:
            if was_closed and last is not None:
                self._behind, self._opened_ns = last.pixels, now_ns
            return
        self._behind = None
        if order.mode == "freeze" and last is not None:
            self._still = last.pixels
        elif order.mode == "image" and order.image is not None:
            self._still = letterbox(order.image, *self._size)
        else:
            self._still = np.zeros((self._size[1], self._size[0], 3), np.uint8)

    def picture(self, now_ns: int) -> Frame:
        """What to show while ``closed``."""
        if self._mode == "raw":
            return self._raw()
        assert self._still is not None, "obey comes first"
        return Frame(self._still, now_ns, -1)

    def over(self, frame: Frame, now_ns: int) -> Frame:
        """``frame``, with what is left of the panic picture over it while the curtain opens."""
        if self._behind is None:
            return frame
        part = (now_ns - self._opened_ns) / FADE_NS
        if part >= 1.0:
            self._behind = None
            return frame
        return frame.with_pixels(as_pixels(cv2.addWeighted(frame.pixels, part, self._behind, 1.0 - part, 0.0)))
