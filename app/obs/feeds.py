"""What the source in OBS shows while a Sanacam need not be at hand: the ring for the script, or the stream that
runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sanacam.app.obs.source import LUA_KIND, ObsFeed, SourcePlan
from sanacam.app.obs.stream_address import running_stream, stream_key
from sanacam.model.errors import UserError

SILENT_NS = 3_000_000_000
"""A ring is written at every tick, whatever its host has to show; so much silence means that the host is gone."""


class RingFeed:
    """Follows ``sanacam.app.obs.source.ObsFeed`` for the script that reads the ring in ``path``. Whoever writes the
    ring need not know that OBS reads it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def plan(self) -> SourcePlan:
        return SourcePlan(LUA_KIND, {"path": str(self._path)})

    def watched(self) -> None:
        """Readers of a ring leave no trace."""
        return None

    def fed_by_another(self, settings: Mapping[str, Any]) -> bool:
        """Another ring is that of another Sanacam while somebody writes it; one that was killed leaves its file."""
        other = str(settings.get("path", ""))
        return other not in ("", str(self._path)) and _is_written(Path(other))


def _is_written(ring: Path) -> bool:
    from sanacam.app.host.state import lives
    from sanacam.app.outputs.ring import RingReader

    try:
        reader = RingReader(ring)
    except UserError:
        return False
    return reader.open and lives(reader.writer_pid) and reader.silent_ns(time.monotonic_ns()) < SILENT_NS


@contextmanager
def feed_for_setup(way: str) -> Iterator[ObsFeed]:
    """A feed for the source while it is set up: that of the Sanacam that runs, else one that shows a slate meanwhile.

    Args:
        way: "stream" or "script".

    Raises:
        UserError: no port, or no folder for the ring.
    """
    if way == "script":
        from sanacam.app.host.folder import output_ring

        yield RingFeed(output_ring(1))
        return
    if (running := running_stream(stream_key())) is not None:
        yield running
        return
    from sanacam.app.outputs.obs_stream import ObsStreamSink

    # OBS 29 sometimes never tries again after its first attempt was refused, so somebody has to be there.
    stream = ObsStreamSink()
    try:
        stream.listen()
        yield stream
    finally:
        stream.close()
