"""What a judge sees: pictures of original and edit side by side."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from sanacam.model.errors import UserError
from sanacam.model.evaluation.clips import read_video

SIDE = 448
"""Longer side of each half, in pixels."""
PICTURES = 8


def side_by_side(original: Path, edited: Path, count: int = PICTURES) -> list[Image.Image]:
    """At most ``count`` moments, evenly over both clips: original on the left, edit on the right.

    Raises:
        UserError: one of them is no video, or has no picture.
    """
    left, right = _small(original), _small(edited)
    count = min(count, len(left), len(right))
    moments = [(i + 0.5) / count for i in range(count)]
    pairs = [(left[int(m * len(left))], right[int(m * len(right))]) for m in moments]
    return [_joined(a, b) for a, b in pairs]


def _small(path: Path) -> list[Image.Image]:
    pictures = []
    for picture in read_video(path):
        picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        pictures.append(picture)
    if not pictures:
        raise UserError(f"There is no picture in {path}.", "Remove the file; run the command again.")
    return pictures


def _joined(left: Image.Image, right: Image.Image) -> Image.Image:
    right = right if right.size == left.size else right.resize(left.size, Image.Resampling.LANCZOS)
    joined = Image.new("RGB", (2 * left.width, left.height))
    joined.paste(left, (0, 0))
    joined.paste(right, (left.width, 0))
    return joined
