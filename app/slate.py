"""The plain card that is shown when there is no picture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sanacam.app.frames import Pixels

BACKGROUND = (22, 24, 29)
TITLE = (236, 238, 242)
DETAIL = (158, 164, 175)
# Pillow's own font lacks dashes.
NOT_IN_FONT = str.maketrans({"–": "-", "—": "-"})


def _wrap(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, width: int) -> str:
    lines: list[str] = []
    for word in text.split():
        if lines and draw.textlength(f"{lines[-1]} {word}", font=font) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines[:4])


@lru_cache(maxsize=4)
def draw_slate(width: int, height: int, title: str, detail: str = "") -> Pixels:
    """A dark card with ``title`` and, smaller, ``detail`` in the middle; uint8 RGB (height, width, 3), not writable."""
    title, detail = title.translate(NOT_IN_FONT), detail.translate(NOT_IN_FONT)
    card = Image.new("RGB", (width, height), BACKGROUND)
    draw = ImageDraw.Draw(card)
    size = max(10, min(width // 18, height // 9))
    room = int(width * 0.86)
    centre = width / 2
    large, small = ImageFont.load_default(size), ImageFont.load_default(max(9, size // 2))
    head = _wrap(draw, title, large, room)
    body = _wrap(draw, detail, small, room)
    top = draw.multiline_textbbox((0, 0), head, font=large, align="center")
    gap = size // 2 if body else 0
    below = draw.multiline_textbbox((0, 0), body, font=small, align="center") if body else (0, 0, 0, 0)
    y = (height - (top[3] + gap + below[3])) / 2
    draw.multiline_text((centre, y), head, font=large, fill=TITLE, anchor="ma", align="center")
    if body:
        draw.multiline_text((centre, y + top[3] + gap), body, font=small, fill=DETAIL, anchor="ma", align="center")
    pixels = np.array(card, dtype=np.uint8)
    pixels.setflags(write=False)
    return pixels
