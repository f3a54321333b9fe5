"""Picture sizes as people write them, and the arithmetic of fitting one into another."""

from __future__ import annotations

import re

from sanacam.model.errors import UserError

SOURCE_SIZE = "source"
AUTO_SIZE = "auto"
CARD_SIZE, PROCESSOR_SIZE = "640x360", "320x176"
SMALLEST = 16
LARGEST = 16384
_PATTERN = re.compile(r"(\d{1,6})\s*[x×X*]\s*(\d{1,6})")


def parse_size(text: str) -> tuple[int, int] | None:
    """``"640x360"`` as (width, height) in pixels; ``None`` for ``"source"``.

    Raises:
        UserError: neither of the two, or a side outside 16…16384.
    """
    if text == SOURCE_SIZE:
        return None
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise UserError(f'"{text}" is not a picture size.', "Write WIDTHxHEIGHT, for example 640x360, or source.")
    width, height = int(match[1]), int(match[2])
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise UserError(
            f"A picture of {width}×{height} is not possible.", f"Each side takes {SMALLEST} to {LARGEST} pixels."
        )
    return width, height


def chosen_size(text: str, card: bool, native: tuple[int, int] | None = None) -> str:
    """What ``auto`` stands for: the ``native`` (width, height) of a model that wants it, else a size that the graphics
    card or the processor edits live. Anything else stays."""
    if text != AUTO_SIZE:
        return text
    if native is not None:
        return f"{native[0]}x{native[1]}"
    return CARD_SIZE if card else PROCESSOR_SIZE


def fit_inside(width: int, height: int, box: tuple[int, int] | None) -> tuple[int, int]:
    """The largest size with the aspect of ``width`` × ``height`` that fits ``box``, never larger than the original.

    A size that has to shrink gets even sides (video has no odd ones), at least 2; one that fits, or has no box, stays.
    """
    if box is None or (width <= box[0] and height <= box[1]):
        return width, height
    scale = min(box[0] / width, box[1] / height)
    return _even(width * scale, box[0]), _even(height * scale, box[1])


def _even(side: float, limit: int) -> int:
    """The even number nearest to ``side`` that is at most ``limit``, but at least 2."""
    return max(2, min(2 * round(side / 2), limit // 2 * 2))
