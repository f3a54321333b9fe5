"""Charts as picture files of their own, for Markdown: colours and legend inside, readable on light and dark pages."""

from __future__ import annotations

import re
from html import escape

from sanacam.model.evaluation.curves import Axis, Line, chart

COLOURS = {
    "mean": "#111418", "blue": "#3e7bfa", "red": "#e5484d", "green": "#30a46c", "sharpness": "#b7791f",
    "saturation": "#b05bd6",
}  # fmt: skip
"""By the style sheet's class names; variants get them in this order."""
_STYLE = (
    "text{font:11px sans-serif;fill:#60666e}.grid{stroke:#e3e6ea}.limit{stroke:#c0362c;stroke-dasharray:5 4;opacity:.7}"
    ".curve{fill:none;stroke-width:1.8;stroke-linejoin:round}"
) + "".join(f".{name}{{stroke:{colour}}}" for name, colour in COLOURS.items())
_ROW = 16


def style_of(index: int) -> str:
    """Class name of the variant at this place."""
    return list(COLOURS)[index % len(COLOURS)]


def standalone_chart(lines: list[Line], across: Axis, up: Axis, limits: list[float]) -> str:
    """The chart of :func:`~sanacam.model.evaluation.curves.chart` as a complete SVG file."""
    drawn = re.search(r'<svg class="chart" viewBox="0 0 (\d+) (\d+)"[^>]*>(.*)</svg>', chart(lines, across, up, limits))
    assert drawn is not None
    width, height = int(drawn[1]), int(drawn[2])
    below = height + _ROW * len(lines) + 8
    legend = "".join(
        f'<line class="curve {line.style}" x1="54" x2="74" y1="{y - 4}" y2="{y - 4}"/>'
        f'<text x="80" y="{y}">{escape(line.name)}</text>'
        for y, line in zip(range(height + _ROW, below, _ROW), lines, strict=False)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -18 {width} {below + 18}" width="{width}">'
        f'<style>{_STYLE}</style><rect y="-18" width="{width}" height="{below + 18}" fill="#fff"/>'
        f'<text x="6" y="-4">{escape(up.title)}</text>{drawn[3]}{legend}</svg>\n'
    )
