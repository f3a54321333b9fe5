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

from sanacam.app.clip_sound import ClipSound, first_picture_s
from sanacam.app.clip_writer import CONTAINERS, check_output, explained_write_errors, pad_to_even
from sanacam.app.frames import Frame, Pixels
from sanacam.app.meters import LatencyMeter
from sanacam.app.outputs.codec import Codec
from sanacam.app.outputs.fragments import keep_whole_fragments
from sanacam.app.outputs.microphone import Microphone
from sanacam.app.outputs.video_encoder import LIMITED_RANGE, TIME_BASE, Encoder, choose_encoder, set_up
from sanacam.model.errors import UserError

_KEYFRAME_S = 2.0
_QUEUE_FRAMES = 16
_DELAY_FRAMES = 30
_FRAGMENTED = ("mp4", "mov")


class Recorder:
    """Records H.264 or HEVC (VP9 in WebM). A thread of its own encodes, so that the output clock is not held up.

    It is written in fragments of two seconds: whatever ends the program, what was recorded until then plays.

    Args:
        path: the file; its extension chooses the container.
        exact: True records every edited frame at its own time, and lets the caller wait when encoding is slow (a file
            is edited); False places frames on the grid of the output rate by the time at which they come, and drops
            one when encoding is slow.
        overwrite: replace a file that exists.
        codec: see ``sanacam.app.outputs.video_encoder``.
        microphone: recorded with the picture, see ``sanacam.app.outputs.microphone``; not with ``exact``.
        sound_of: the film whose sound is taken along; with ``exact`` only.

    Attributes:
        encoder: the one in use, as FFmpeg names it; "" before ``open``.
        dropped: frames that were not recorded because encoding was too slow.
        recorded: frames that the encoder has taken.
    """

    def __init__(
        self,
        path: Path,
        *,
        exact: bool,
        overwrite: bool = False,
        codec: Codec = "auto",
        microphone: str = "",
        sound_of: Path | None = None,
    ) -> None:
        self.encoder = ""
        self.dropped = 0
        self.recorded = 0
        self._path = path
        self._exact = exact
        self._overwrite = overwrite
        self._codec: Codec = codec
        self._microphone_name = microphone
        self._film = sound_of
        self._sound: ClipSound | Microphone | None = None
        self._delay = LatencyMeter(_DELAY_FRAMES)
        self._queue: queue.Queue[tuple[Pixels, int] | None] = queue.Queue(_QUEUE_FRAMES)
        self._thread: threading.Thread | None = None
        self._container: OutputContainer | None = None
        self._failure: Exception | None = None
        self._told = False
        self._first_ns: int | None = None
        self._last_pts = -1
        # On the film's own clock, when its sound is taken along.
        self._start_s = 0.0

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
        encoder = choose_encoder(self._codec, CONTAINERS[self._path.suffix.lower()], *_even(width, height))
        with explained_write_errors(self._path):
            self._container = _open_container(self._path, self._exact and self._film is not None)
            self._stream = _add_video(self._container, encoder, width, height, fps)
        try:
            self._sound = self._open_sound(self._container)
        except UserError:
            container, self._container = self._container, None
            container.close()
            self._path.unlink(missing_ok=True)
            raise
        self.encoder = encoder.name
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

    @property
    def _fragmented(self) -> bool:
        return CONTAINERS[self._path.suffix.lower()] in _FRAGMENTED

    def _open_sound(self, container: OutputContainer) -> ClipSound | Microphone | None:
        if self._exact and self._film is not None:
            self._start_s = first_picture_s(self._film)
            return ClipSound(self._film, container)
        if not self._exact and self._microphone_name:
            return Microphone(self._microphone_name, container, self._sound_place)
        return None

    def _take_sound(self, pts: int) -> None:
        if isinstance(self._sound, ClipSound):
            self._sound.advance(float(pts * TIME_BASE))
        elif self._sound is not None:
            self._sound.advance()

    def _sound_place(self, captured_ns: int) -> float | None:
        """Where in the recording the sound of this moment belongs: with the picture of the same moment."""
        delay_ms = self._delay.percentile_ms(50) or 0.0
        return None if self._first_ns is None else (captured_ns - self._first_ns) / 1e9 + delay_ms / 1e3

    def _place(self, frame: Frame) -> int:
        """Time stamp in units of ``TIME_BASE``, growing strictly from 0."""
        film_ns = frame.captured_ns if frame.media_ns is None else frame.media_ns
        now_ns = film_ns if self._exact else time.monotonic_ns()
        if not self._exact and frame.epoch > 0:
            self._delay.add(now_ns - frame.captured_ns)
        if self._first_ns is None:
            self._first_ns = now_ns
        seconds = (now_ns - self._first_ns) / 1e9
        if self._exact:
            pts = max(round((self._start_s + seconds) / TIME_BASE), self._last_pts + 1)
        else:
            step = 1 / self._fps / TIME_BASE
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
            frame = frame.reformat(format=self._stream.pix_fmt, dst_colorspace="ITU709", dst_color_range=LIMITED_RANGE)
            frame.pts, frame.time_base = pts, TIME_BASE
            try:
                with explained_write_errors(self._path):
                    self._container.mux(self._stream.encode(frame))
                    self._take_sound(pts)
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
                    if self._sound is not None:
                        self._sound.finish()
                container.close()
        except UserError as error:
            # A full disk says so again while closing; the first message is the one to show.
            self._failure = self._failure or error
        finally:
            if self._sound is not None:
                self._sound.close()
                self._sound = None
        if self._failure is not None and self._fragmented and self._path.exists():
            keep_whole_fragments(self._path)
        if not self._told:
            self._raise_failure()


def _open_container(path: Path, copied_sound: bool) -> OutputContainer:
    container = CONTAINERS[path.suffix.lower()]
    # Copied sound may begin before time 0, which only a head that is written after it can say.
    head = "delay_moov" if copied_sound else "empty_moov"
    if container in _FRAGMENTED:
        fragments = {"movflags": f"+frag_keyframe+{head}+default_base_moof"}
    else:
        # Matroska calls its fragments clusters, and would gather five seconds in memory.
        fragments = {"cluster_time_limit": f"{_KEYFRAME_S * 1000:.0f}"}
    return av.open(f"file:{path}", "w", format=container, options={"flush_packets": "1", **fragments})


def _even(width: int, height: int) -> tuple[int, int]:
    return width + width % 2, height + height % 2


def _add_video(container: OutputContainer, encoder: Encoder, width: int, height: int, fps: float) -> VideoStream:
    stream = container.add_stream(encoder.name, rate=Fraction(fps).limit_denominator(1001))
    assert isinstance(stream, VideoStream)
    set_up(stream.codec_context, encoder, *_even(width, height), fps)
    stream.codec_context.gop_size = max(1, round(fps * _KEYFRAME_S))
    return stream
