"""A video file as a source."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from sanacam.app.clip_reader import ClipReader, TimedPicture
from sanacam.app.frames import Frame
from sanacam.app.source import SourceEnded, SourceInfo
from sanacam.model.errors import UserError

UNLIMITED = (1 << 16, 1 << 16)


class FileSource:
    """Hands out every picture of a file: upright, with square pixels, with ``media_ns`` since the first picture.

    Args:
        path: the file; looked at when opened.
        box: (width, height) that pictures are scaled down to fit in; None: their own size.
    """

    live = False

    def __init__(self, path: Path, box: tuple[int, int] | None = None) -> None:
        self._path = path
        self._box = box
        self._reader: ClipReader | None = None
        self._pictures: Iterator[TimedPicture] | None = None
        self._first_pts: int | None = None
        self._sequence = 0

    def open(self) -> SourceInfo:
        # A box makes the reader square the pixels.
        self._reader = reader = ClipReader(self._path, self._box or UNLIMITED)
        self._pictures = reader.pictures()
        self._first_pts, self._sequence = None, 0
        info = reader.info
        return SourceInfo(self._path.name, info.width, info.height, float(info.rate), live=False, frames=info.frames)

    def read(self, timeout_s: float) -> Frame | None:
        if self._pictures is None or self._reader is None:
            raise RuntimeError("read before open")
        picture = next(self._pictures, None)
        if picture is None:
            lost = self._reader.lost_after_s
            if lost is not None:
                raise UserError(
                    f"{self._path.name} breaks off after {lost:.1f} s.",
                    "The file is damaged; what came before was used.",
                )
            raise SourceEnded(f"{self._path.name} is at its end.")
        if self._first_pts is None:
            self._first_pts = picture.pts
        media_ns = round((picture.pts - self._first_pts) * self._reader.info.time_base * 1_000_000_000)
        frame = Frame(picture.pixels, time.monotonic_ns(), self._sequence, media_ns=media_ns)
        self._sequence += 1
        return frame

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = self._pictures = None
