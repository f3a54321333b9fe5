"""A process that feeds OBS with stamped pictures, as the output host does: stream, ring and the link to OBS.

Each picture carries ``frame_stamp.milliseconds()`` in its upper half and red, green and blue patches in its lower one.

    python stamped_producer.py WIDTHxHEIGHT FPS LATENESS_MS

Prints "feeding" with the first picture. A line on standard input: ``size 320x176``, ``late 400``; its end: stop.
"""

from __future__ import annotations

import sys
import threading
import time

import frame_stamp
import numpy as np

from sanacam.app.frames import Frame
from sanacam.app.host.folder import output_ring
from sanacam.app.outputs.obs_link import ObsLink
from sanacam.app.outputs.obs_stream import ObsStreamSink
from sanacam.app.outputs.ring_sink import RingSink

PATCHES = {"red": (220, 30, 40), "green": (30, 200, 60), "blue": (40, 50, 210)}


class Commands(threading.Thread):
    """What was said on standard input last."""

    def __init__(self, size: tuple[int, int], late_ms: float) -> None:
        super().__init__(daemon=True)
        self.size = size
        self.late_ms = late_ms
        self.ended = threading.Event()

    def run(self) -> None:
        for line in sys.stdin:
            name, value = line.split()
            if name == "size":
                self.size = size_of(value)
            else:
                self.late_ms = float(value)
        self.ended.set()


def size_of(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


def backdrop(size: tuple[int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    pixels = np.full((size[1], size[0], 3), 90, np.uint8)
    third = size[0] // 3
    for place, colour in enumerate(PATCHES.values()):
        pixels[size[1] * 5 // 8 :, place * third : (place + 1) * third] = colour
    return pixels


def main(size: str, fps: str, late_ms: str) -> None:
    commands = Commands(size_of(size), float(late_ms))
    commands.start()
    stream, ring = ObsStreamSink(), RingSink(output_ring(1))
    sinks = (stream, ring, ObsLink(stream, ring.path))
    now_size: tuple[int, int] = (0, 0)
    period_s, due_s, number = 1 / float(fps), time.monotonic(), 0
    try:
        while not commands.ended.is_set():
            if commands.size != now_size:
                now_size = commands.size
                plain = backdrop(now_size)
                for sink in sinks:
                    sink.open(*now_size, float(fps))
            pixels = plain.copy()
            frame_stamp.draw(pixels, frame_stamp.milliseconds())
            captured_ns = time.monotonic_ns() - round(commands.late_ms * 1e6)
            for sink in sinks:
                sink.write(Frame(pixels, captured_ns, number, epoch=1))
            if number == 0:
                print("feeding", flush=True)
            number += 1
            due_s = max(due_s + period_s, time.monotonic() - period_s)
            time.sleep(max(0.0, due_s - time.monotonic()))
    finally:
        for sink in reversed(sinks):
            sink.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
