"""Contact sheets: rows of source, teacher and output, and all edits of one picture."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from sanacam.model.evaluation.streaming import Pixels

_GAP = 4
_CAPTION = 18
_INK, _PAPER = "#1c2024", "#ffffff"


def still(frame: Tensor) -> Pixels:
    """(3, H, W) uint8 → (H, W, 3) on the CPU."""
    return np.ascontiguousarray(frame.permute(1, 2, 0).cpu().numpy())


@dataclass(frozen=True)
class Shot:
    """One moment of one clip: source, teacher and output pictures (H, W, 3)."""

    clip: str
    wording: str
    source: Pixels
    teacher: Pixels
    output: Pixels


@dataclass
class Shots:
    """The pictures of the report. ``view`` is the clip whose outputs make the streamer's view."""

    most_per_edit: int
    view: str
    view_source: Pixels | None = None
    by_edit: dict[str, list[Shot]] = field(default_factory=dict)
    outputs: dict[str, Pixels] = field(default_factory=dict)

    def add(self, edit: str, shot: Shot) -> None:
        """Keeps ``shot`` if there is room for it; the streamer's view takes the first one of its clip."""
        mine = self.by_edit.setdefault(edit, [])
        if len(mine) < self.most_per_edit and all(other.clip != shot.clip for other in mine):
            mine.append(shot)
        if shot.clip == self.view:
            self.view_source = shot.source
            self.outputs.setdefault(edit, shot.output)


def strip(pictures: list[Pixels]) -> Image.Image:
    """Pictures of one size side by side."""
    height, width = pictures[0].shape[:2]
    sheet = Image.new("RGB", (len(pictures) * (width + _GAP) - _GAP, height), _PAPER)
    for index, picture in enumerate(pictures):
        sheet.paste(Image.fromarray(picture), (index * (width + _GAP), 0))
    return sheet


def edit_sheet(title: str, shots: list[Shot]) -> Image.Image:
    """Source | teacher | output, a row for each clip, the wording above it."""
    rows = [strip([shot.source, shot.teacher, shot.output]) for shot in shots]
    height = rows[0].height + _CAPTION + _GAP
    sheet = Image.new("RGB", (rows[0].width, len(rows) * height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(12)
    for index, (shot, row) in enumerate(zip(shots, rows, strict=True)):
        text = f"{title} · {shot.clip} · “{shot.wording}” · source | teacher | output"
        draw.text((2, index * height + 2), text, fill=_INK, font=font)
        sheet.paste(row, (0, index * height + _CAPTION))
    return sheet


def gallery(pictures: dict[str, Pixels], columns: int = 4) -> Image.Image:
    """Named pictures of one size in a grid."""
    height, width = next(iter(pictures.values())).shape[:2]
    cell_w, cell_h = width + _GAP, height + _CAPTION + _GAP
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * cell_w - _GAP, rows * cell_h), _PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(12)
    for index, (name, picture) in enumerate(pictures.items()):
        left, top = index % columns * cell_w, index // columns * cell_h
        draw.text((left + 2, top + 2), name, fill=_INK, font=font)
        sheet.paste(Image.fromarray(picture), (left, top + _CAPTION))
    return sheet


def encode(picture: Image.Image, kind: Literal["JPEG", "PNG"]) -> bytes:
    """A picture file in memory. JPEG goes without colour subsampling: thin coloured lines stay what they are."""
    buffer = io.BytesIO()
    if kind == "JPEG":
        picture.save(buffer, "JPEG", quality=88, subsampling=0)
    else:
        picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def data_url(picture: Image.Image) -> str:
    """The picture as JPEG for the ``src`` of an inline image."""
    return "data:image/jpeg;base64," + base64.b64encode(encode(picture, "JPEG")).decode("ascii")
