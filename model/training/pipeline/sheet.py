"""Contact sheets of the pairs that were accepted and of those that were not, for people to check the verifier with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.pictures import decode_clip_field
from sanacam.model.training.pipeline.shards import Sample, Shard

_HEIGHT, _TEXT, _SHOWN = 112, 30, 3
_COLUMNS = 2


def write_sheets(folder: Path, pairs: Path, most: int = 60) -> list[Path]:
    """``accepted.jpg`` and ``rejected.jpg`` of a folder of verified pairs; none for a kind that has no pairs."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, pattern in (("accepted", "[0-9]*.tar"), ("rejected", "rejected-*.tar")):
        samples = [s for shard in sorted(pairs.glob(pattern)) for s in Shard(shard)][:most]
        if samples:
            draw_sheet([_row(sample) for sample in samples]).save(folder / f"{name}.jpg", quality=88)
            written.append(folder / f"{name}.jpg")
    return written


def _row(sample: Sample) -> tuple[str, list[Picture]]:
    """What is said about a pair, and its pictures: first, middle and last of the source, then of the edit."""
    pictures = []
    for field in ("source.avif", "edited.avif"):
        if field in sample.fields:
            frames = decode_clip_field(sample.fields[field])
            pictures += [frames[round(i * (len(frames) - 1) / (_SHOWN - 1))] for i in range(_SHOWN)]
    asked = sample.meta["instruction"]
    strength = "" if asked["strength"] == 1 else f" at {asked['strength']:g}"
    text = f"{asked['family']} / {asked['name']}{strength}: “{asked['forward'][0]}”"
    return f"{text}\n{sample.meta.get('reason') or sample.key}", pictures


def draw_sheet(rows: Iterable[tuple[str, list[Picture]]]) -> Image.Image:
    """Rows of pictures with a text above each, in two columns."""
    font = ImageFont.load_default(12)
    strips = [_strip(text, pictures, font) for text, pictures in rows]
    width = max(strip.width for strip in strips)
    lines = list(_in_lines(strips))
    sheet = Image.new("RGB", (width * _COLUMNS, len(lines) * (_HEIGHT + _TEXT)), "white")
    for y, line in enumerate(lines):
        for x, strip in enumerate(line):
            sheet.paste(strip, (x * width, y * (_HEIGHT + _TEXT)))
    return sheet


def _in_lines(strips: list[Image.Image]) -> Iterator[list[Image.Image]]:
    for start in range(0, len(strips), _COLUMNS):
        yield strips[start : start + _COLUMNS]


def _strip(text: str, pictures: list[Picture], font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> Image.Image:
    shown = [_scaled(picture) for picture in pictures]
    strip = Image.new("RGB", (max(400, sum(p.width for p in shown) + 8), _HEIGHT + _TEXT), "white")
    ImageDraw.Draw(strip).multiline_text((3, 1), text, fill="black", font=font, spacing=1)
    x = 0
    for index, picture in enumerate(shown):
        strip.paste(picture, (x, _TEXT))
        x += picture.width + (4 if index == _SHOWN - 1 else 0)
    return strip


def _scaled(picture: Picture) -> Image.Image:
    image = Image.fromarray(np.ascontiguousarray(picture))
    return image.resize((max(1, round(image.width * _HEIGHT / image.height)), _HEIGHT), Image.Resampling.BOX)
