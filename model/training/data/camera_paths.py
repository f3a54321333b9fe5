"""Virtual cameras: where in a source picture each output frame looks.

A view is an affine map in the convention of ``torch.nn.functional.affine_grid`` (``align_corners=False``): output
coordinates −1…1 to source coordinates −1…1. Everything here is plain arithmetic on the CPU; one tensor for a whole
batch then goes to the device.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

Theta = list[list[float]]
"""Two rows of three."""
Size = tuple[int, int]
"""Height, width."""
Point = tuple[float, float]
"""x, y."""


@dataclass(frozen=True)
class View:
    """A camera path: one map for each frame, and the largest number of source pixels that fall on one output pixel."""

    thetas: list[Theta]
    reduction: float


def largest_scale(source: Size, size: Size) -> float:
    """Source pixels per output pixel when the view is as large as the source allows. Sizes are (height, width)."""
    return min(source[0] / size[0], source[1] / size[1])


def _fraction(u: float, source: Size, size: Size, low: float = 0.62) -> float:
    """Share of the largest view: ``low``…1, but never so small that a pixel would be enlarged by more than a third."""
    floor = max(low, min(1.0, 0.75 / largest_scale(source, size)))
    return floor + (1 - floor) * u


def _theta(centre: Point, scale: float, angle: float, flip: bool, source: Size, size: Size) -> Theta:
    """``centre`` (x, y) in source pixels, ``scale`` in source pixels per output pixel, ``angle`` in radians."""
    height, width = source
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    mirror = -1.0 if flip else 1.0
    return [
        [mirror * cos * size[1] / width, -sin * size[0] / width, 2 * centre[0] / width - 1],
        [mirror * sin * size[1] / height, cos * size[0] / height, 2 * centre[1] / height - 1],
    ]


def _place(draws: Iterator[float], room: tuple[float, float], focus: Point | None, reach: float) -> Point:
    """Upper left corner of a view inside ``room`` (source pixels): anywhere, or mostly near the one that centres on
    ``focus``.

    ``focus`` is that corner; it may lie outside the room. ``reach`` is how far from it the view may stray.
    """
    x, y, near = next(draws), next(draws), next(draws) < 0.75
    if focus is None or not near:
        return x * room[0], y * room[1]
    aim_x, aim_y = focus[0] + (2 * x - 1) * reach, focus[1] + (2 * y - 1) * reach
    return min(max(aim_x, 0.0), room[0]), min(max(aim_y, 0.0), room[1])


def still_view(draws: Iterator[float], frames: int, source: Size, size: Size, focus: Point | None = None) -> View:
    """A fixed crop of 62–100 %, mirrored half the time: for clips, which move by themselves.

    Args:
        draws: random numbers in 0…1.
        source, size: height and width of the source and of the output.
        focus: (x, y) in source pixels of what should mostly be in view, say a person; None: nothing special.
    """
    scale = largest_scale(source, size) * _fraction(next(draws), source, size)
    width, height = scale * size[1], scale * size[0]
    corner = None if focus is None else (focus[0] - width / 2, focus[1] - height / 2)
    x, y = _place(draws, (source[1] - width, source[0] - height), corner, 0.15 * width)
    theta = _theta((x + width / 2, y + height / 2), scale, 0.0, next(draws) < 0.5, source, size)
    return View([theta] * frames, scale)


def moving_view(draws: Iterator[float], frames: int, source: Size, size: Size, focus: Point | None = None) -> View:
    """A smooth pan, zoom and roll with the small tremor of a hand: for photos. Arguments as for :func:`still_view`."""
    span = frames - 1
    largest = largest_scale(source, size)
    tilt = (next(draws) - 0.5) * math.radians(8)
    roll = (next(draws) - 0.5) * math.radians(0.7) * span if next(draws) < 0.5 else 0.0
    steepest = abs(tilt) + abs(roll) / 2
    # The upright box around the turned view must fit into the source.
    grown_x = math.cos(steepest) + math.sin(steepest) * size[0] / size[1]
    grown_y = math.cos(steepest) + math.sin(steepest) * size[1] / size[0]
    fitting = min(source[1] / (size[1] * grown_x), source[0] / (size[0] * grown_y))
    middle = min(fitting, largest * _fraction(next(draws), source, size))
    zoom = math.exp((next(draws) - 0.5) * 0.03 * span) if next(draws) < 0.7 else 1.0
    first, last = middle / math.sqrt(max(zoom, 1 / zoom)), middle
    if zoom < 1:
        first, last = last, first
    half_x, half_y = middle * size[1] * grown_x / 2, middle * size[0] * grown_y / 2
    room_x, room_y = max(0.0, source[1] - 2 * half_x), max(0.0, source[0] - 2 * half_y)
    corner = None if focus is None else (focus[0] - half_x, focus[1] - half_y)
    from_x, from_y = _place(draws, (room_x, room_y), corner, 0.15 * middle * size[1])
    from_x, from_y = from_x + half_x, from_y + half_y
    speed = 0.014 * next(draws) ** 2 * span
    heading = next(draws) * 2 * math.pi
    to_x = min(max(from_x + math.cos(heading) * speed * middle * size[1], half_x), half_x + room_x)
    to_y = min(max(from_y + math.sin(heading) * speed * middle * size[1], half_y), half_y + room_y)
    tremor = 0.004 * next(draws) ** 2 * middle * size[1]
    waves = [(0.25 + 0.6 * next(draws), next(draws) * 2 * math.pi) for _ in range(4)]
    flip = next(draws) < 0.5
    thetas = []
    for index in range(frames):
        way = index / span if span else 0.0
        x = from_x + (to_x - from_x) * way + tremor * _wave(index, waves[:2])
        y = from_y + (to_y - from_y) * way + tremor * _wave(index, waves[2:])
        scale = first * (last / first) ** way
        thetas.append(_theta((x, y), scale, tilt + roll * (way - 0.5), flip, source, size))
    return View(thetas, max(first, last))


def _wave(index: int, waves: list[tuple[float, float]]) -> float:
    return sum(math.sin(rate * index + phase) for rate, phase in waves)
