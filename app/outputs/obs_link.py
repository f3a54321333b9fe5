"""The connection to OBS as a sink: while it is open the source in OBS is kept alive and the sound in step.

It takes no pictures itself; it looks at when they were captured. Open the stream (and the ring) before it.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sanacam.app.frames import Frame
from sanacam.app.meters import LatencyMeter
from sanacam.app.obs.feeds import RingFeed
from sanacam.app.obs.keeper import ObsKeeper
from sanacam.app.obs.password import password_for
from sanacam.app.obs.wishes import ObsWishes
from sanacam.app.outputs.obs_stream import ObsStreamSink

RECENT_FRAMES = 60


class ObsLink:
    """Follows ``sanacam.app.sink.Sink``. What it does is said by the user's settings; when OBS has not been set up,
    that is nothing, until it is.

    Args:
        stream: whose pictures the source shows by the way "stream".
        ring: the file that it reads by the way "script".
    """

    name = "connection to OBS"
    exact = False

    def __init__(self, stream: ObsStreamSink, ring: Path) -> None:
        self._latency = LatencyMeter(RECENT_FRAMES)
        self._shown = (-1, -1)
        self._frame_ms = 1000 / 30
        self._keeper = ObsKeeper(
            {"stream": stream, "script": RingFeed(ring)},
            ObsWishes(),
            password_for,
            latency_ms=lambda: self._latency.percentile_ms(50),
            frame_ms=lambda: self._frame_ms,
        )

    def open(self, width: int, height: int, fps: float) -> None:
        """See ``Sink.open``."""
        self._frame_ms = 1000 / fps
        self._keeper.start()

    def write(self, frame: Frame) -> None:
        """See ``Sink.write``. Counts each edited frame once: a repeat, a slate or the raw picture says nothing about
        how late the edit is.
        """
        shown = (frame.epoch, frame.sequence)
        if frame.epoch > 0 and frame.sequence >= 0 and shown != self._shown:
            self._shown = shown
            self._latency.add(time.monotonic_ns() - frame.captured_ns)

    def close(self) -> None:
        """See ``Sink.close``. Gives the sound back what it had; the source stays in OBS."""
        self._keeper.stop()

    def state(self) -> dict[str, Any]:
        """For people: ``obs`` ("off", "showing", "waiting" or "trouble"), ``obs_message`` and ``obs_hint``."""
        status = self._keeper.status
        return {"obs": status.state, "obs_message": status.message, "obs_hint": status.hint}
