"""A recording that is begun and ended while the show goes on, for sessions without a window."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import platformdirs

from sanacam.app.frames import Frame
from sanacam.app.host.hosted_sink import CLOSE_S, HostedSink
from sanacam.app.host.link import HostLink
from sanacam.app.session import Session
from sanacam.app.settings import OutputSettings
from sanacam.app.sink import Sink
from sanacam.app.sink_choice import make_recording
from sanacam.model.errors import UserError


class RemoteRecording:
    """Records what ``session`` shows into new files of the user's video folder.

    Args:
        exact: see ``sanacam.app.sink.Sink.exact``.
        folder: another folder.
        link: to the output host, which keeps recordings that are not exact. One that has gone on there since a Sanacam
            that was killed counts as begun.
        output: what the user has set for recordings.
        film: the file that is played, for its sound.
    """

    def __init__(
        self,
        session: Session,
        *,
        exact: bool,
        folder: Path | None = None,
        link: HostLink | None = None,
        output: OutputSettings | None = None,
        film: Path | None = None,
    ) -> None:
        self._session = session
        self._exact = exact
        self._folder = folder
        self._link = link
        self._output = output
        self._film = film
        self._lock = threading.Lock()
        self._sink: _MortalSink | None = None
        self._path: Path | None = None

    @property
    def path(self) -> Path | None:
        """Where to, while it goes on; None also after the disk was full."""
        sink = self._sink
        if sink is not None and not sink.failed:
            return sink.path or self._path
        left = self._link.wishes.left_recordings() if self._link is not None else []
        return Path(left[0].path) if left else None

    def begin(self) -> None:
        """Nothing happens when it goes on already.

        Raises:
            UserError: the folder cannot be made.
        """
        with self._lock:
            if self.path is not None:
                return
            self._path = self._new_path()
            sink = make_recording(
                self._path,
                exact=self._exact,
                overwrite=False,
                link=self._link,
                output=self._output,
                film=self._film,
            )
            self._sink = _MortalSink(sink)
            self._session.add_sink(self._sink)

    def end(self) -> None:
        """Finish the file. Nothing happens when there is none.

        Raises:
            UserError: it could not be finished; it is let go all the same.
        """
        with self._lock:
            sink, self._sink = self._sink, None
            if sink is not None and not sink.failed:
                try:
                    sink.finish()
                finally:
                    self._session.remove_sink(sink)
            if self._link is not None:
                for left in self._link.wishes.left_recordings():
                    self._link.wishes.release(self._link.wishes.want(left), CLOSE_S)

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

    @property
    def path(self) -> Path | None:
        """Where a host records to now: in another file after it had to be started again. None before it does."""
        state = self._sink.state if isinstance(self._sink, HostedSink) else {}
        return Path(state["path"]) if "path" in state else None

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

    def finish(self) -> None:
        """Of a host, before the session lets it go: finishing takes a while, and the session's clock must not wait."""
        if isinstance(self._sink, HostedSink):
            self._sink.retire()

    def close(self) -> None:
        self._sink.close()
