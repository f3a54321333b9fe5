"""What every sink of frames promises.

All methods are called from the output thread, in the order open, write…, close. A sink that raises is closed and
dropped with its message; the others go on. ``write`` is inside the output clock: a sink that needs longer than a tick
to take a frame should hand it to a thread of its own.
"""

from __future__ import annotations

from typing import Protocol

from sanacam.app.frames import Frame


class Sink(Protocol):
    """Something that takes frames."""

    @property
    def name(self) -> str:
        """For people: "virtual camera", "recording out.mp4"."""
        ...

    @property
    def exact(self) -> bool:
        """Which frames it gets.

        False: one frame every tick of the output clock, always (an edited frame, the last one again, or a slate). For
        what people watch, and for a recording of what they watched.
        True: every edited frame that the model made, once each, in order, and nothing else. For a recording of a file.
        While the panic key is pressed it gets the panic picture in place of each.
        """
        ...

    def open(self, width: int, height: int, fps: float) -> None:
        """Get ready for frames of exactly this size at this rate.

        Raises:
            UserError: no driver, busy, not writable.
        """
        ...

    def write(self, frame: Frame) -> None:
        """Take one frame of the opened size. ``frame.pixels`` must not be changed, and may be kept.

        Raises:
            UserError: the user can act on it (disk full, device gone).
        """
        ...

    def close(self) -> None:
        """Finish. Safe to call twice and when ``open`` failed. May raise UserError, for instance when the last bytes
        don't fit.
        """
        ...
