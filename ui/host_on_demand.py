"""The way to the output host, opened when something is to go there: a window that only previews needs none."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sanacam.app.clock import OutputFormat
from sanacam.app.frames import Frame
from sanacam.app.host.link import HostLink
from sanacam.app.panic import PanicSwitch
from sanacam.model.errors import UserError


class HostOnDemand:
    """Follows ``sanacam.app.clock.Outlet``, so that a session which already plays gets its host as well.

    Args:
        panic, note: see ``HostLink``.
    """

    def __init__(self, panic: PanicSwitch, note: Callable[[UserError], None]) -> None:
        self._panic = panic
        self._note = note
        self._lock = threading.Lock()
        # Guarded by _lock.
        self._format: OutputFormat | None = None
        self._link: HostLink | None = None

    @property
    def link(self) -> HostLink | None:
        """None before ``open``."""
        return self._link

    def open(self, fps: float | None, linger_s: float) -> HostLink:
        """The link; made and started the first time. ``fps``, ``linger_s``: see ``HostLink``; count that time."""
        with self._lock:
            if self._link is None:
                self._link = HostLink(self._panic, self._note, fps=fps, linger_s=linger_s)
                self._link.start()
                if self._format is not None:
                    self._link.begin(self._format)
            return self._link

    def close(self) -> bool:
        """End the host with all its sinks; False when it does not end in time."""
        return self._link is None or self._link.close()

    def begin(self, output: OutputFormat) -> None:
        """See ``Outlet``."""
        with self._lock:
            self._format = output
            if self._link is not None:
                self._link.begin(output)

    def show(self, picture: Frame, raw: Frame | None) -> None:
        """See ``Outlet``."""
        link = self._link
        if link is not None:
            link.show(picture, raw)

    def end(self) -> None:
        """See ``Outlet``."""
        with self._lock:
            self._format = None
            if self._link is not None:
                self._link.end()
