"""A sink that records to a video file while the show goes on."""

from __future__ import annotations

import queue
import threading
import time
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sanacam.app.clip_writer import CONTAINERS, check_output, explained_write_errors, pad_to_even
from sanacam.app.frames import Frame, Pixels
from sanacam.model.errors import UserError

_TIME_BASE = Fraction(1, 90_000)
_KEYFRAME_S = 2.0
_QUEUE_FRAMES = 16
_BT709 = 1
_LIMITED_RANGE = 1


class Recorder:
    """Records H.264 (VP9 in WebM) without sound. A thread of its own encodes, so that the output clock is not held up.

    An mp4 is written in fragments of two seconds: whatever ends the program, what was recorded until then plays.

    Args:
        path: the file; its extension chooses the container.
        exact: True records every edited frame at its own time, and lets the caller wait when encoding is slow (a file
            is edited); False places frames on the grid of the output rate by the time at which they come, and drops
            one when encoding is slow.
        overwrite: replace a file that exists.

    Attributes:
        dropped: frames that were not recorded because encoding was too slow.
        recorded: frames that the encoder has taken.
    """

    def __init__(self, path: Path, *, exact: bool, overwrite: bool = False) -> None:
        self.dropped = 0
        self.recorded = 0
        self._path = path
        self._exact = exact
        self._overwrite = overwrite
        self._queue: queue.Queue[tuple[Pixels, int] | None] = queue.Queue(_QUEUE_FRAMES)
        self._thread: threading.Thread | None = None
        self._container: OutputContainer | None = None
        self._failure: Exception | None = None
        self._told = False
        self._first_ns: int | None = None
        self._last_pts = -1

    @property
    def name(self) -> str:
        """``recording out.mp4``."""
        return f"recording {self._path.name}"

    @property
    def exact(self) -> bool:
        """See ``sanacam.app.sink.Sink.exact``."""
        return self._exact

    def open(self, width: int, height: int, fps: float) -> None:
        """Make the file.

        Raises:
            UserError: unknown extension, folder missing or not writable, file exists, disk full.
        """
        check_output(self._path, self._overwrite, list(CONTAINERS))
        self._fps, self._size = fps, (width, height)
        self._first_ns, self._last_pts = None, -1
        self._failure, self._told = None, False
        self.recorded = self.dropped = 0
        with explained_write_errors(self._path):
            self._container = _open_container(self._path)
            self._stream = _add_video(self._container, width, height, fps)
        self._thread = threading.Thread(target=self._encode_all, name="recorder", daemon=True)
        self._thread.start()

    def write(self, frame: Frame) -> None:
        """Hand one frame to the encoder.

        Raises:
            UserError: the disk is full or gone (told at the first frame after it happened).
        """
        self._raise_failure()
        if self._thread is None:
            raise RuntimeError("the recorder is not open")
        if (frame.width, frame.height) != self._size:
            raise ValueError(f"the recorder was opened for {self._size}, not {(frame.width, frame.height)}")
        pts = self._place(frame)
        if self._exact:
            self._wait_for_room((frame.pixels, pts))
            return
        try:
            self._queue.put_nowait((frame.pixels, pts))
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """Encode what waits, finish the file; an empty one is removed.

        Raises:
            UserError: the last bytes do not fit on the disk.
        """
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()
            try:
                self._finish()
            finally:
                if self.recorded == 0:
                    self._path.unlink(missing_ok=True)

    def _place(self, frame: Frame) -> int:
        """Time stamp in units of ``_TIME_BASE``, growing strictly from 0."""
        film_ns = frame.captured_ns if frame.media_ns is None else frame.media_ns
        now_ns = film_ns if self._exact else time.monotonic_ns()
        if self._first_ns is None:
            self._first_ns = now_ns
        seconds = (now_ns - self._first_ns) / 1e9
        if self._exact:
            pts = max(round(seconds / _TIME_BASE), self._last_pts + 1)
        else:
            step = 1 / self._fps / _TIME_BASE
            slot = max(round(seconds * self._fps), round(self._last_pts / step) + 1 if self._last_pts >= 0 else 0)
            pts = round(slot * step)
        self._last_pts = pts
        return pts

    def _wait_for_room(self, item: tuple[Pixels, int]) -> None:
        while True:
            try:
                self._queue.put(item, timeout=0.2)
                return
            except queue.Full:
                self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            self._told = True
            raise self._failure

    def _encode_all(self) -> None:
        assert self._container is not None
        while (item := self._queue.get()) is not None:
            if self._failure is not None:
                continue  # keep emptying the queue so that nobody waits for room in vain
            pixels, pts = item
            frame = VideoFrame.from_ndarray(pad_to_even(pixels), format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range=_LIMITED_RANGE)
            frame.pts, frame.time_base = pts, _TIME_BASE
            try:
                with explained_write_errors(self._path):
                    self._container.mux(self._stream.encode(frame))
                self.recorded += 1
            except Exception as error:  # crosses the thread: raised again by write or close
                self._failure = error

    def _finish(self) -> None:
        assert self._container is not None
        container, self._container = self._container, None
        try:
            with explained_write_errors(self._path):
                if self._failure is None:
                    container.mux(self._stream.encode(None))
                container.close()
        except UserError as error:
            # A full disk says so again while closing; the first message is the one to show.
            self._failure = self._failure or error
        if not self._told:
            self._raise_failure()


def _open_container(path: Path) -> OutputContainer:
    container = CONTAINERS[path.suffix.lower()]
    fragments = {"movflags": "+frag_keyframe+empty_moov+default_base_moof"} if container in ("mp4", "mov") else {}
    return av.open(f"file:{path}", "w", format=container, options={"flush_packets": "1", **fragments})


def _add_video(container: OutputContainer, width: int, height: int, fps: float) -> VideoStream:
    rate = Fraction(fps).limit_denominator(1001)
    if container.format.name == "webm":
        stream = container.add_stream(
            "libvpx-vp9", rate=rate, options={"crf": "30", "b": "0", "deadline": "realtime", "cpu-used": "8"}
        )
    else:
        # Without B-frames and look-ahead a fragment is on the disk as soon as its last frame is.
        stream = container.add_stream(
            "libx264", rate=rate, options={"crf": "20", "preset": "veryfast", "tune": "zerolatency"}
        )
    stream.width, stream.height, stream.pix_fmt = width + width % 2, height + height % 2, "yuv420p"
    codec = stream.codec_context
    codec.time_base = _TIME_BASE
    codec.gop_size = max(1, round(fps * _KEYFRAME_S))
    codec.colorspace = codec.color_primaries = codec.color_trc = _BT709
    codec.color_range = _LIMITED_RANGE
    return stream
