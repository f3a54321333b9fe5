"""What a camera can send, and which of it to ask for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

COMPRESSED = ("MJPG", "JPEG", "Jpeg")
# A camera that does not say how fast it is.
USUAL_FPS = 30.0
# The rate may fall short by so much before a smaller picture is the better choice.
RATE_SLACK = 0.8


@dataclass(frozen=True, slots=True)
class CameraFormat:
    """One thing a camera can send.

    Attributes:
        width, height: pixels.
        fps: the fastest it sends this, 0 when it does not say.
        pixels: how they are packed, in the words of the system: "YUYV", "MJPG", "NV12".
    """

    width: int
    height: int
    fps: float
    pixels: str


def best_format(formats: Sequence[CameraFormat], size: tuple[int, int], fps: float) -> CameraFormat | None:
    """The one to ask for; None when there are none to choose from.

    First the rate: a small picture in motion beats a large one that stutters (over USB 2 uncompressed 720p comes ten
    times a second). Then the size nearest to ``size``, then uncompressed before compressed, then the nearest rate.
    """

    def cost(one: CameraFormat) -> tuple[float, float, bool, float]:
        rate = one.fps or USUAL_FPS
        missing = max(0.0, RATE_SLACK - rate / fps)
        distance = abs(math.log(one.width / size[0])) + abs(math.log(one.height / size[1]))
        return (round(missing, 2), round(distance, 3), one.pixels in COMPRESSED, abs(rate - fps))

    return min(formats, key=cost, default=None)
