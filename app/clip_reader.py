"""Reading a video file picture by picture, upright, at a chosen size, with its own time stamps.

One picture is held at a time, so memory does not grow with the length of the clip.
"""

from __future__ import annotations

import stat
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sanacam.app.frames import Pixels, as_pixels
from sanacam.app.size import fit_inside
from sanacam.app.timeline import Timeline
from sanacam.model.errors import UserError

_UNSPECIFIED = 2  # AVCOL_SPC_UNSPECIFIED
_HDR_CURVES = (16, 18)  # PQ and HLG
_DEFAULT_RATE = Fraction(25)
# A file that stops this much before its own header says has lost its end.
_MISSING_TAIL_S = 0.5
_MISSING_TAIL_SHARE = 0.03


@dataclass(frozen=True)
class TimedPicture:
    """A picture and its time: ``pts`` (growing strictly) and ``duration`` count ``ClipInfo.time_base`` seconds."""

    pixels: Pixels
    pts: int
    duration: int


@dataclass(frozen=True)
class ClipInfo:
    """What is known before reading.

    ``width``/``height`` are those of the pictures handed out: upright and fitted. ``stored_size`` is (width, height)
    in the file. ``sample_aspect`` is the width of a pixel over its height. ``frames`` is an estimate, ``None`` when
    nothing is known.
    """

    path: Path
    width: int
    height: int
    stored_size: tuple[int, int]
    sample_aspect: Fraction
    rate: Fraction
    time_base: Fraction
    duration_s: float | None
    frames: int | None
    rotation: int
    sound_tracks: int
    subtitle_tracks: int
    codec: str
    hdr: bool


class ClipReader:
    """An open video file. Use it as a context manager and iterate ``pictures()`` once.

    Args:
        path: the file.
        box: (width, height) that the upright picture must fit into, aspect kept, pixels made square, never enlarged.
            ``None`` keeps the size and the pixel aspect of the file.

    Attributes:
        info: what is known about the clip.
        damaged: parts that could not be decoded so far.
        lost_after_s: where reading stopped before the end that the file announces; ``None`` when it did not.

    Raises:
        UserError: no such file, not readable, not a video, no pictures in it.
    """

    def __init__(self, path: Path, box: tuple[int, int] | None = None) -> None:
        self.damaged = 0
        self.lost_after_s: float | None = None
        self._container = open_input(path)
        try:
            self._stream = self._find_video(path)
            self._waiting: VideoFrame | None = None
            self._decoded = self._decode()
            # The rotation is known only from a decoded frame.
            self._waiting = next(self._decoded, None)
            if self._waiting is None:
                raise UserError(
                    f"{path} has no picture that can be read.", "The file is empty or damaged; try another one."
                )
            self.info = self._describe(path, self._waiting, box)
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._decoded.close()
        self._container.close()

    def pictures(self) -> Iterator[TimedPicture]:
        """Every picture once, in order."""
        info = self.info
        step = max(1, round(1 / info.rate / info.time_base))
        line = Timeline(info.time_base)
        last_pts: int | None = None
        frame = self._waiting
        while frame is not None:
            pts = None if frame.pts is None else line.place(frame.pts, step)
            if pts is None or (last_pts is not None and pts <= last_pts):
                # Raw streams carry no stamps and damaged ones go backwards; the encoder needs growing ones.
                pts = 0 if last_pts is None else last_pts + (step if frame.pts is None else 1)
            yield TimedPicture(self._upright_pixels(frame), pts, frame.duration or step)
            last_pts = pts
            frame = next(self._decoded, None)
        self._waiting = None
        if last_pts is not None:
            self._notice_missing_tail(float((last_pts + step) * info.time_base))

    def _find_video(self, path: Path) -> VideoStream:
        videos = [stream for stream in self._container.streams.video if not _is_cover(stream)]
        if not videos:
            raise UserError(f"{path} has no picture in it, only sound or data.", "Choose a video file.")
        stream = videos[0]
        if stream.codec_context is None:
            raise UserError(
                f"The video in {path} is in a format that cannot be decoded here.", "Convert it to H.264 first."
            )
        stream.thread_type = "AUTO"
        return stream

    def _decode(self) -> Generator[VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError):
                # The file breaks off here: what the decoder still holds is worth having.
                self.damaged += 1
                packet = None
            try:
                frames = self._stream.decode(packet)
            except av.error.EOFError:
                return
            except av.error.FFmpegError:
                self.damaged += 1
                frames = []
            for frame in frames:
                self.damaged += bool(frame.is_corrupt)
                yield frame
            if packet is None or packet.size == 0:
                return

    def _describe(self, path: Path, first: VideoFrame, box: tuple[int, int] | None) -> ClipInfo:
        stream, container = self._stream, self._container
        turned = first.rotation % 180 == 90
        aspect = stream.sample_aspect_ratio or Fraction(1)
        stored = (first.width, first.height)
        if box is None:
            width, height = stored
        else:
            square = (
                round(stored[0] * aspect) if aspect >= 1 else stored[0],
                stored[1] if aspect >= 1 else round(stored[1] / aspect),
            )
            width, height = fit_inside(*square, (box[1], box[0]) if turned else box)
            aspect = Fraction(1)
        if turned:
            width, height, aspect = height, width, 1 / aspect
        time_base = stream.time_base or Fraction(1, 90000)
        rate = _plausible_rate(stream)
        duration = _duration_s(stream, container)
        frames = stream.frames or (round(duration * rate) if duration else None)
        return ClipInfo(
            path, width, height, stored, aspect, rate, time_base, duration, frames, first.rotation,
            len(container.streams.audio), len(container.streams.subtitles), stream.codec_context.name,
            first.color_trc in _HDR_CURVES,
        )  # fmt: skip

    def _upright_pixels(self, frame: VideoFrame) -> Pixels:
        info = self.info
        width, height = (info.height, info.width) if info.rotation % 180 == 90 else (info.width, info.height)
        # Players take untagged high definition as BT.709; the converter would take it as BT.601.
        guess = "ITU709" if frame.colorspace == _UNSPECIFIED and frame.height >= 720 else None
        rgb = frame.reformat(width=width, height=height, format="rgb24", src_colorspace=guess, interpolation="BICUBIC")
        return as_pixels(np.rot90(rgb.to_ndarray(), info.rotation // 90 % 4))

    def _notice_missing_tail(self, end_s: float) -> None:
        if self.info.duration_s is None:
            return
        start_s = float((self._stream.start_time or 0) * self.info.time_base)
        missing = self.info.duration_s - (end_s - start_s)
        if missing > max(_MISSING_TAIL_S, _MISSING_TAIL_SHARE * self.info.duration_s):
            self.lost_after_s = end_s - start_s


def open_input(path: Path) -> InputContainer:
    """Open a media file for reading.

    Raises:
        UserError: no such file, a folder or a pipe, not readable, not a media file.
    """
    try:
        about = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UserError(f"There is no file {path}.", "Check the path.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be opened: {error.strerror}.", "Check the path.") from error
    if stat.S_ISDIR(about.st_mode):
        raise UserError(f"{path} is a folder.", "Give a video file.")
    if not stat.S_ISREG(about.st_mode):
        # A pipe would be waited for without end, and its sound is read through a second handle.
        raise UserError(f"{path} is a pipe or a device.", "Save the video to a file first.")
    try:
        if about.st_size == 0:
            raise UserError(f"{path} is empty.", "Choose a video file.")
        # The prefix keeps a name like "take:1.mp4" from being read as a network address.
        return av.open(f"file:{path}")
    except PermissionError as error:
        raise UserError(f"{path} may not be read.", "Check the permissions of the file.") from error
    except (av.error.FFmpegError, OSError) as error:
        raise UserError(
            f"{path} is not a video that can be read.", "Common formats such as mp4, mkv, mov, webm and avi work."
        ) from error


def _is_cover(stream: VideoStream) -> bool:
    """True for the cover picture of a sound file."""
    return bool(stream.disposition & stream.disposition.attached_pic)


def _plausible_rate(stream: VideoStream) -> Fraction:
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 0 < rate <= 1000:
            return Fraction(rate)
    return _DEFAULT_RATE


def _duration_s(stream: VideoStream, container: InputContainer) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else None
