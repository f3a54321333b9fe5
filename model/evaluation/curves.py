"""Small line charts as SVG text, coloured by the page's style sheet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 560, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 34


@dataclass(frozen=True)
class Line:
    """One curve: points (x, y), the class that gives its colour, and whether it is only a backdrop."""

    name: str
    points: list[tuple[float, float]]
    style: str
    faint: bool = False


@dataclass(frozen=True)
class Axis:
    """A title, how its numbers are written, and the smallest step between two of them."""

    title: str
    form: str = "{:g}"
    least_step: float = 0.0


def chart(lines: list[Line], across: Axis, up: Axis, limits: list[float]) -> str:
    """An SVG with axes, a legend and dashed lines at ``limits``. The vertical axis covers all curves and limits."""
    x0, x1 = _range([x for line in lines for x, _ in line.points])
    y0, y1 = _range([y for line in lines for _, y in line.points] + limits, 0.06)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def column(x: float) -> float:
        return (x - x0) / (x1 - x0) * (right - _LEFT) + _LEFT

    def row(y: float) -> float:
        return (y1 - y) / (y1 - y0) * (bottom - _TOP) + _TOP

    def text(x: float, y: float, anchor: str, content: str) -> str:
        return f'<text class="tick" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>'

    def level(y: float, style: str) -> str:
        return f'<line class="{style}" x1="{_LEFT}" x2="{right}" y1="{row(y):.1f}" y2="{row(y):.1f}"/>'

    parts = []
    for y in _ticks(y0, y1, 4, up.least_step):
        parts += [level(y, "grid"), text(_LEFT - 6, row(y) + 4, "end", up.form.format(y))]
    for x in _ticks(x0, x1, 6, across.least_step):
        parts.append(text(column(x), bottom + 16, "middle", across.form.format(x)))
    parts.append(text((_LEFT + right) / 2, _HEIGHT - 3, "middle", across.title))
    parts += [level(limit, "limit") for limit in limits]
    for line in lines:
        style = f"curve {line.style}" + (" faint" if line.faint else "")
        points = " ".join(f"{column(x):.1f},{row(y):.1f}" for x, y in line.points)
        parts.append(f'<polyline class="{style}" points="{points}"><title>{escape(line.name)}</title></polyline>')
    keys = [f'<span><i class="key {line.style}"></i>{escape(line.name)}</span>' for line in lines if not line.faint]
    legend = f'<span class="legend">{"".join(keys)}</span>'
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(up.title)}"'
    return (
        f"<figure><figcaption>{escape(up.title)} {legend}</figcaption>"
        f'<svg class="chart" {size}>{"".join(parts)}</svg></figure>'
    )


def _range(values: list[float], margin: float = 0.0) -> tuple[float, float]:
    low, high = min(values), max(values)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    room = (high - low) * margin
    return low - room, high + room


def _ticks(low: float, high: float, about: int, least_step: float) -> list[float]:
    """Round numbers between ``low`` and ``high``."""
    rough = max((high - low) / about, least_step)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((f * power for f in (1, 2, 5) if f * power >= rough), 10 * power)
    return [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
