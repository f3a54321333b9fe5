"""Notices that a film has been written anew, so that it can be played again by itself."""

from __future__ import annotations

from pathlib import Path

_Stamp = tuple[int, int, int]


class FilmWatch:
    """Watches the file at ``path`` from now on; it may be missing for a while. Nothing is read of it.

    To be asked about once a second: a file counts when it has not changed from one asking to the next, so that one
    which is still being written is left alone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._last = self._stamp()

    def replaced(self) -> bool:
        """Whether another film lies there now than at the beginning, and is whole. True once for each."""
        now, before = self._stamp(), self._last
        self._last = now
        if now is None or now != before or now == self._known:
            return False
        self._known = now
        return True

    def _stamp(self) -> _Stamp | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns
