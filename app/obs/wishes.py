"""The OBS settings as they are now: read again when the file has changed."""

from __future__ import annotations

from pathlib import Path

from sanacam.app.settings import ObsSettings
from sanacam.app.settings_file import load_settings, settings_path


class ObsWishes:
    """For one thread.

    Args:
        path: another settings file than the user's own.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or settings_path()
        self._seen: tuple[int, int, int] | None = None
        self._current = ObsSettings()

    def __call__(self) -> ObsSettings:
        """Raises:
        UserError: the file is damaged.
        """
        try:
            status = self._path.stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            seen = (0, 0, 0)
        if seen != self._seen:
            self._current = load_settings(self._path if seen[1] else None).obs
            self._seen = seen
        return self._current
