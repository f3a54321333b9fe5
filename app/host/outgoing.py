"""The two rings that a session writes for its host."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable

from sanacam.app.clock import OutputFormat
from sanacam.app.frames import Frame
from sanacam.app.host.folder import runtime_folder
from sanacam.app.outputs.ring import PixelFormat, RingWriter
from sanacam.model.errors import UserError

Rings = tuple[RingWriter, RingWriter]
"""Edited pictures, and the source's."""


class OutgoingRings:
    """Follows ``sanacam.app.clock.Outlet``: called by one output clock at a time, sessions coming one after the other.

    Args:
        changed: called when ``current`` has changed.
        failed: called when pictures cannot be shared; must not raise.
    """

    def __init__(self, changed: Callable[[], None], failed: Callable[[UserError], None]) -> None:
        self._changed = changed
        self._failed = failed
        self._lock = threading.Lock()
        self._rings: Rings | None = None

    @property
    def current(self) -> Rings | None:
        """None while no session shows anything."""
        return self._rings

    def begin(self, output: OutputFormat) -> None:
        """See ``Outlet``. The names are new ones, so that a host that still reads the old rings is not disturbed."""
        self.end()
        try:
            self._rings = _make(output)
        except UserError as error:
            self._failed(error)
            return
        self._changed()

    def show(self, picture: Frame, raw: Frame | None) -> None:
        """See ``Outlet``."""
        rings = self._rings
        if rings is not None:
            # The source first: the raw picture is then never older than the edited one.
            if raw is not None:
                rings[1].write(raw)
            rings[0].write(picture)

    def end(self) -> None:
        """See ``Outlet``."""
        with self._lock:
            rings, self._rings = self._rings, None
        for ring in rings or ():
            ring.close()
        if rings is not None:
            self._changed()


def _make(output: OutputFormat) -> Rings:
    folder, stem = runtime_folder(), f"{os.getpid()}-{secrets.token_hex(4)}.ring"
    edited = RingWriter(folder / f"edited-{stem}", output.width, output.height, output.fps, PixelFormat.RGB)
    try:
        source = RingWriter(folder / f"source-{stem}", output.width, output.height, output.fps, PixelFormat.RGB)
    except UserError:
        edited.close()
        raise
    return edited, source
