"""The sound of a clip, taken along while its pictures are edited.

The tracks are copied bit for bit where the output container takes their codec, else converted to AAC (Opus in WebM).
They are read through a second handle on the input, always up to the time of the last written picture, so that nothing
piles up in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Literal, cast

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

from sanacam.app.clip_reader import open_input
from sanacam.app.timeline import Timeline

Handling = Literal["none", "copied", "converted"]
_TAKE_EQUAL_TIMES = ("matroska", "webm")
_MICROSECOND = Fraction(1, 1_000_000)

# What common players open in each container, not everything that the container may hold.
_COPIED = {
    "mp4": {"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"},
    "mov": {"aac", "mp3", "ac3", "eac3", "alac", "pcm_s16le", "pcm_s24le", "pcm_s16be"},
    "matroska": {
        "aac",
        "mp3",
        "ac3",
        "eac3",
        "alac",
        "opus",
        "flac",
        "vorbis",
        "pcm_s16le",
        "pcm_s24le",
        "dts",
        "truehd",
    },
    "webm": {"opus", "vorbis"},
}


class ClipSound:
    """All sound tracks of ``path``, added to ``output``; call it before the first packet is muxed.

    Attributes:
        handling: ``"none"`` without sound, ``"copied"`` when every track was copied, else ``"converted"``.
        damaged: packets that could not be decoded, or whose time does not go on from the one before.

    Raises:
        UserError: the input cannot be opened.
    """

    def __init__(self, path: Path, output: OutputContainer) -> None:
        self.damaged = 0
        self._output = output
        self._input = open_input(path)
        tracks = [track for track in self._input.streams.audio if track.codec_context is not None and track.rate]
        self._targets = {track.index: self._add_track(track) for track in tracks}
        self._lines = {track.index: Timeline(track.time_base or _MICROSECOND) for track in tracks}
        self._earliest: dict[int, int] = {}
        self._converted = {track.index for track in tracks if not self._can_copy(track)}
        self.handling: Handling = "none" if not tracks else "converted" if self._converted else "copied"
        self._packets = self._read(tracks)
        self._next = next(self._packets, None)

    def advance(self, until_s: float | None) -> None:
        """Mux all sound that starts before ``until_s`` seconds on the clip's own clock; ``None`` takes all the rest."""
        while self._next is not None and (until_s is None or _start_s(self._next) < until_s):
            self._forward(self._next)
            self._next = next(self._packets, None)

    def finish(self) -> None:
        """Let the encoders of converted tracks give out what they hold."""
        for index in self._converted:
            self._output.mux(self._targets[index].encode(None))

    def close(self) -> None:
        """Let go of the input."""
        self._input.close()

    def _add_track(self, track: AudioStream) -> AudioStream:
        target: AudioStream
        if self._can_copy(track):
            target = self._output.add_stream_from_template(track)
        else:
            codec: Literal["libopus", "aac"] = "libopus" if self._output.format.name == "webm" else "aac"
            rate = 48000 if codec == "libopus" else min(track.rate, 48000)
            target = self._output.add_stream(codec, rate=rate, layout="mono" if track.channels == 1 else "stereo")
        if track.language:
            target.metadata["language"] = track.language
        return target

    def _can_copy(self, track: AudioStream) -> bool:
        return track.codec_context.name in _COPIED.get(self._output.format.name, set())

    def _read(self, tracks: list[AudioStream]) -> Iterator[Packet[AudioStream]]:
        if not tracks:
            return
        packets = self._input.demux(tracks)
        while True:
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError):
                self.damaged += 1
                return
            if packet is None:
                return
            if packet.size:
                yield self._placed(cast("Packet[AudioStream]", packet))

    def _placed(self, packet: Packet[AudioStream]) -> Packet[AudioStream]:
        """With its stamps on the line of its track."""
        if packet.dts is not None:
            dts = self._lines[packet.stream.index].place(packet.dts, packet.duration or 0)
            packet.pts, packet.dts = None if packet.pts is None else packet.pts + dts - packet.dts, dts
        return packet

    def _forward(self, packet: Packet[AudioStream]) -> None:
        target = self._targets[packet.stream.index]
        if packet.stream.index not in self._converted:
            if packet.dts is None or packet.dts < self._earliest.get(target.index, packet.dts):
                # No container takes a packet without a time, or one that goes back.
                self.damaged += 1
                return
            self._earliest[target.index] = packet.dts + (self._output.format.name not in _TAKE_EQUAL_TIMES)
            packet.stream = target
            self._output.mux(packet)
            return
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            self.damaged += 1
            return
        for frame in frames:
            self._output.mux(target.encode(frame))


def first_picture_s(path: Path) -> float:
    """Where on its own clock the pictures of a clip begin, in seconds. Raises UserError: it cannot be opened."""
    with open_input(path) as clip:
        video = clip.streams.video[0] if clip.streams.video else None
        if video is None or video.start_time is None or video.time_base is None:
            return 0.0
        return float(video.start_time * video.time_base)


def _start_s(packet: Packet[AudioStream]) -> float:
    stamp = packet.pts if packet.pts is not None else packet.dts
    return float(stamp * packet.time_base) if stamp is not None and packet.time_base else 0.0
