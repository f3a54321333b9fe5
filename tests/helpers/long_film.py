"""A film of any length, made at once: a second of it is encoded, the rest are copies of those packets."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 16
SOUND_RATE = 8000
SOUND_FRAME = 1024


def write_long_film(path: Path, seconds: int, width: int = 64, height: int = 64) -> Path:
    """Grey that grows brighter, 16 pictures a second, with a tone. ``path`` ends in ``.mkv``."""
    second = path.with_name(f"second-of-{path.name}")
    with av.open(second, "w") as out:
        video = out.add_stream("libx264", rate=RATE, options={"crf": "20", "bf": "0", "g": str(RATE)})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        for index in range(RATE):
            picture = np.full((height, width, 3), 20 + 12 * index, np.uint8)
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(video.encode(None))
    tone = second.with_suffix(".mka")
    with av.open(tone, "w") as out:
        sound = out.add_stream("aac", rate=SOUND_RATE, layout="mono")
        wave = (0.2 * np.sin(np.arange(8 * SOUND_FRAME) / 5)).astype(np.float32)
        for start in range(0, wave.size, SOUND_FRAME):
            frame = av.AudioFrame.from_ndarray(wave[None, start : start + SOUND_FRAME], format="fltp", layout="mono")
            frame.rate, frame.pts = SOUND_RATE, start
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    with av.open(second) as pictures, av.open(tone) as tones, av.open(path, "w") as out:
        video = out.add_stream_from_template(pictures.streams.video[0])
        sound = out.add_stream_from_template(tones.streams.audio[0])
        shots = [(bytes(packet), packet.is_keyframe) for packet in pictures.demux(video=0) if packet.size]
        beeps = [bytes(packet) for packet in tones.demux(audio=0) if packet.size]
        heard = 0
        for index in range(seconds * RATE):
            while heard * SOUND_FRAME < index * SOUND_RATE / RATE:
                packet = av.Packet(beeps[heard % len(beeps)])
                packet.stream, packet.time_base = sound, Fraction(SOUND_FRAME, SOUND_RATE)
                packet.pts = packet.dts = heard
                out.mux(packet)
                heard += 1
            content, is_keyframe = shots[index % RATE]
            packet = av.Packet(content)
            packet.stream, packet.time_base, packet.is_keyframe = video, Fraction(1, RATE), is_keyframe
            packet.pts = packet.dts = index
            out.mux(packet)
    second.unlink()
    tone.unlink()
    return path
