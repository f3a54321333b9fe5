"""A recording that is begun and ended while the show goes on, for sessions without a window."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import platformdirs

from sanacam.app.frames import Frame
from sanacam.app.outputs.recorder import Recorder
from sanacam.app.session import Session
from sanacam.app.sink import Sink
from sanacam.model.errors import UserError


class RemoteRecording:
    """Records what ``session`` shows into new files of the user's video folder.

    Args:
        exact: see ``sanacam.app.sink.Sink.exact``.
        folder: another folder.
    """

    def __init__(self, session: Session, *, exact: bool, folder: Path | None = None) -> None:
        self._session = session
        self._exact = exact
        self._folder = folder
        self._lock = threading.Lock()
        self._sink: _MortalSink | None = None
        self._path: Path | None = None

    @property
    def path(self) -> Path | None:
        """Where to, while it goes on; None also after the disk was full."""
        sink = self._sink
        return self._path if sink is not None and not sink.failed else None

    def begin(self) -> None:
        """Nothing happens when it goes on already.

        Raises:
            UserError: the folder cannot be made.
        """
        with self._lock:
            if self.path is not None:
                return
            self._path = self._new_path()
            self._sink = _MortalSink(Recorder(self._path, exact=self._exact))
            self._session.add_sink(self._sink)

    def end(self) -> None:
        """Finish the file. Nothing happens when there is none."""
        with self._lock:
            sink, self._sink = self._sink, None
            if sink is not None and not sink.failed:
                self._session.remove_sink(sink)

    def _new_path(self) -> Path:
        folder = self._folder or Path(platformdirs.user_videos_dir())
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"The folder {folder} for recordings cannot be made: {error.strerror}.", "Make it by hand."
            ) from error
        stem, number = f"sanacam-{time.strftime('%Y%m%d-%H%M%S')}", 1
        path = folder / f"{stem}.mp4"
        while path.exists():
            number += 1
            path = folder / f"{stem}-{number}.mp4"
        return path


class _MortalSink:
    """Passes everything on and remembers whether the sink has failed."""

    def __init__(self, sink: Sink) -> None:
        self.failed = False
        self._sink = sink

    @property
    def name(self) -> str:
        return self._sink.name

    @property
    def exact(self) -> bool:
        return self._sink.exact

    def open(self, width: int, height: int, fps: float) -> None:
        try:
            self._sink.open(width, height, fps)
        except Exception:
            self.failed = True
            raise

    def write(self, frame: Frame) -> None:
        try:
            self._sink.write(frame)
        except Exception:
            self.failed = True
            raise

    def close(self) -> None:
        self._sink.close()
