"""What every source of frames promises.

A source is used from one thread only (the capture thread opens, reads and closes it), so it needs no locks and may
block while it opens: nobody else waits for it.

* A **live** source (camera, screen, window, test pattern) stamps a frame with ``time.monotonic_ns()`` at capture. It
  keeps its own pace: ``read`` waits for the next picture. One that shows something still – a window in which nothing
  moves – hands the same picture out again and again, so silence always means that the source is gone. Pictures may
  change their size from one to the next.
* A source that is **not live** (a file) hands frames out as fast as they are read and gives them ``media_ns``:
  nanoseconds since its first frame, exact for variable frame rates. Whoever plays it in real time does the waiting
  (``sanacam.app.capture_thread``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sanacam.app.frames import Frame


class SourceEnded(Exception):  # noqa: N818 - an end is not an error
    """There are no more frames: the file is at its end, or the live source is gone. The text says which, for a
    person to read.
    """


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known once a source is open.

    Attributes:
        name: for people: "Camera 0", "holiday.mp4".
        width, height: size of the frames in pixels, rotation already applied.
        fps: average frames a second, None when unknown.
        live: True for sources that cannot wait.
        frames: number of frames, None when endless or unknown.
        via: what gives the pictures, for people who look into a fault: "mss", "OpenCV, /dev/video0"; and why nothing
            better does.
    """

    name: str
    width: int
    height: int
    fps: float | None
    live: bool
    frames: int | None = None
    via: str = ""


class Source(Protocol):
    """Something that gives frames."""

    @property
    def live(self) -> bool:
        """Known before opening; equals ``SourceInfo.live``."""
        ...

    def open(self) -> SourceInfo:
        """Open, or open again from the start after ``close``. May take seconds.

        Raises:
            UserError: no such file, not a video, camera busy or absent, no display.
        """
        ...

    def read(self, timeout_s: float) -> Frame | None:
        """The next frame; None when none came within ``timeout_s``.

        Raises:
            SourceEnded: no more frames.
            UserError: reading failed in a way the user can act on.
        """
        ...

    def close(self) -> None:
        """Let go of the device or file. Safe to call twice and when never opened."""
        ...


@runtime_checkable
class Interruptible(Protocol):
    """A source whose ``open`` may wait long, for instance for a person's answer."""

    def interrupt(self) -> None:
        """Called from another thread: the ``open`` that waits ends soon, with UserError."""
        ...
