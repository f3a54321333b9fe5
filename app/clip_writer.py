"""Writing edited pictures and their sound to a video file that appears under its name only when it is whole."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sanacam.app.clip_reader import ClipInfo, TimedPicture
from sanacam.app.clip_sound import ClipSound, Handling
from sanacam.app.frames import Pixels
from sanacam.model.errors import UserError

CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
_BT709 = 1  # the same number names the matrix, the primaries and the transfer curve
_LIMITED_RANGE = 1
_MAX_PARTIAL = 10


def check_output(path: Path, overwrite: bool, suffixes: list[str]) -> None:
    """Refuse an output that cannot work before any work is done.

    Raises:
        UserError: unknown extension, no such folder, not writable, exists without ``overwrite``, is a folder, or has a
            name that the disk does not take.
    """
    if path.suffix.lower() not in suffixes:
        named = (
            f'"{path.suffix}" is not a format that can be written here.' if path.suffix else f"{path} has no extension."
        )
        raise UserError(named, f"Name the output with one of: {', '.join(suffixes)}.")
    with explained_write_errors(path):
        if path.is_dir():
            raise UserError(f"{path} is a folder.", "Give a file name.")
        if not path.parent.is_dir():
            raise UserError(f"There is no folder {path.parent}.", "Make it first, or write elsewhere.")
        if path.exists() and not overwrite:
            raise UserError(f"{path} exists already.", "Choose another name, or add --overwrite.")
        # Only trying tells whether a folder takes a file, and one of this name.
        trial = partial_path(path)
        trial.touch(exist_ok=False)
        trial.unlink()


@contextmanager
def explained_write_errors(path: Path) -> Iterator[None]:
    """Turn what a disk says into a sentence: full, not writable, gone.

    Raises:
        UserError: for every ``OSError`` (PyAV's among them) that names a known trouble; others pass through.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UserError(
                f"There is no room left on the disk for {path}.", "Free some space or write to another disk."
            ) from error
        if error.errno == errno.EFBIG:
            raise UserError(
                f"{path} has grown larger than this disk or account allows.", "Write to another disk."
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise UserError(f"{path} may not be written.", "Choose another folder with -o.") from error
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            raise UserError(f"{path.parent} does not take a file.", "Choose another folder with -o.") from error
        if error.errno == errno.ENAMETOOLONG:
            raise UserError(f"The file name {path.name} is too long.", "Give a shorter one.") from error
        if error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE):
            raise UserError(f"The disk stopped taking data for {path}.", "Check the disk and try again.") from error
        raise


def partial_path(path: Path) -> Path:
    """A free name beside ``path`` with the same extension, for the time of writing.

    Raises:
        UserError: too many left-overs of killed runs lie there.
    """
    for number in range(_MAX_PARTIAL):
        candidate = path.with_name(f".{path.stem}.partial-{os.getpid()}-{number}{path.suffix}")
        if not candidate.exists():
            return candidate
    raise UserError(f"Left-over temporary files lie beside {path}.", f"Delete the files named .{path.stem}.partial-*.")


def pad_to_even(pixels: Pixels) -> Pixels:
    """``pixels`` with the last column or row repeated once where a side is odd: 4:2:0 video has no odd sizes."""
    height, width = pixels.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return pixels
    return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


class ClipWriter:
    """H.264 (VP9 in WebM), yuv420p BT.709, variable frame rate, with the sound of the source clip.

    ``finish`` makes the file appear under ``path``; ``abort`` leaves no trace. One of the two must be called.

    Args:
        path: where the whole file goes; its extension chooses the container.
        size: (width, height) of the pictures; odd sides are padded by one pixel.
        clip: the source: its time base, rate, pixel aspect and sound are taken over.
        crf: 0 (lossless) … 51.

    Attributes:
        frames: pictures written.
        start_s, end_s: time of the first picture, and the end of the last one, in seconds on the clip's clock.
        sound: what happens to the sound. sound_damaged: parts of it that could not be read, known after ``finish``.

    Raises:
        UserError: the file cannot be made.
    """

    def __init__(self, path: Path, size: tuple[int, int], clip: ClipInfo, crf: int) -> None:
        self.path = path
        self.sound: Handling = "none"
        self.sound_damaged = 0
        self.frames = 0
        self.start_s = 0.0
        self.end_s = 0.0
        self._clip = clip
        self._partial = partial_path(path)
        self._sound: ClipSound | None = None
        self._container: OutputContainer | None = None
        try:
            with explained_write_errors(path):
                self._open(size, crf)
        except BaseException:
            self.abort()
            raise

    def write(self, picture: TimedPicture) -> None:
        """Encode one picture at its own time, and the sound up to it.

        Raises:
            UserError: disk full or gone.
        """
        assert self._container is not None
        frame = VideoFrame.from_ndarray(pad_to_even(picture.pixels), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range=_LIMITED_RANGE)
        frame.pts, frame.duration, frame.time_base = picture.pts, picture.duration, self._clip.time_base
        with explained_write_errors(self.path):
            self._container.mux(self._video.encode(frame))
            if self.frames == 0:
                self.start_s = float(picture.pts * self._clip.time_base)
            self.frames += 1
            self.end_s = float((picture.pts + picture.duration) * self._clip.time_base)
            if self._sound is not None:
                self._sound.advance(self.end_s)

    def finish(self, whole: bool) -> None:
        """Close the container and give it its name.

        Args:
            whole: take the sound that runs on after the last picture; False cuts it there.

        Raises:
            UserError: disk full or gone; nothing is left then.
        """
        assert self._container is not None
        try:
            with explained_write_errors(self.path):
                self._container.mux(self._video.encode(None))
                if self._sound is not None:
                    if whole:
                        self._sound.advance(None)
                    self._sound.finish()
                self._container.close()
                self._container = None
                os.replace(self._partial, self.path)
        finally:
            self.abort()

    def abort(self) -> None:
        """Drop what was written. Harmless after ``finish``."""
        if self._sound is not None:
            self.sound_damaged = self._sound.damaged
            self._sound.close()
            self._sound = None
        if self._container is not None:
            # A full disk complains once more here; the file goes away anyway.
            with contextlib.suppress(OSError):
                self._container.close()
            self._container = None
        self._partial.unlink(missing_ok=True)

    def _open(self, size: tuple[int, int], crf: int) -> None:
        container = CONTAINERS[self.path.suffix.lower()]
        options = {"movflags": "+faststart"} if container in ("mp4", "mov") else {}
        self._container = av.open(f"file:{self._partial}", "w", format=container, options=options)
        self._video = self._add_video(container, size, crf)
        if self._clip.sound_tracks:
            self._sound = ClipSound(self._clip.path, self._container)
            self.sound = self._sound.handling

    def _add_video(self, container: str, size: tuple[int, int], crf: int) -> VideoStream:
        assert self._container is not None
        if container == "webm":
            options = {"crf": str(crf), "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1"}
            stream = self._container.add_stream("libvpx-vp9", rate=self._clip.rate, options=options)
        else:
            stream = self._container.add_stream(
                "libx264", rate=self._clip.rate, options={"crf": str(crf), "preset": "medium"}
            )
        stream.width, stream.height = size[0] + size[0] % 2, size[1] + size[1] % 2
        stream.pix_fmt = "yuv420p"
        codec = stream.codec_context
        codec.time_base = self._clip.time_base
        codec.sample_aspect_ratio = self._clip.sample_aspect
        codec.colorspace = codec.color_primaries = codec.color_trc = _BT709
        codec.color_range = _LIMITED_RANGE
        return stream
