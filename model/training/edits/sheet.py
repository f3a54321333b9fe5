"""Contact sheet of the teacher edits.

``python -m sanacam.model.training.edits.sheet VIDEO_OR_IMAGE --out sheet.png``
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import av
import numpy as np
import torch
from PIL import Image, ImageDraw, UnidentifiedImageError

from sanacam.model.errors import UserError
from sanacam.model.falling_noise import CELL, FallingNoise
from sanacam.model.training.edits import EDITS, apply_edit

_CAPTION = 16
_STILLS = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".avif"}


def _read_picture(path: Path, seconds: float) -> Image.Image:
    if not path.is_file():
        raise UserError(f"There is no file {path}.", "Give a video or a picture.")
    try:
        if path.suffix.lower() in _STILLS:
            return Image.open(path).convert("RGB")
        with av.open(str(path)) as container:
            last = None
            for frame in container.decode(video=0):
                last = frame
                if frame.time is not None and frame.time >= seconds:
                    break
    except (av.FFmpegError, UnidentifiedImageError, IndexError) as error:
        raise UserError(f"{path} can not be read as a video or picture.", "Try an mp4, png or jpg file.") from error
    if last is None:
        raise UserError(f"{path} holds no picture.", "Try another file.")
    return Image.fromarray(last.to_ndarray(format="rgb24"))


def _cover(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Scale and crop the middle to exactly (width, height)."""
    scale = max(width / picture.width, height / picture.height)
    large = picture.resize(
        (max(width, round(picture.width * scale)), max(height, round(picture.height * scale))), Image.Resampling.LANCZOS
    )
    left, top = (large.width - width) // 2, (large.height - height) // 2
    return large.crop((left, top, left + width, top + height))


def _to_tensor(picture: Image.Image) -> torch.Tensor:
    array = torch.from_numpy(np.asarray(picture).copy())
    if array.ndim == 2:
        array = array[..., None]
    return array.permute(2, 0, 1)[None, None].float() / 255


def contact_sheet(picture: Image.Image, names: list[str], mask: Image.Image | None, columns: int) -> Image.Image:
    """Draw ``names`` side by side with name and title. Edits that need a mask are left blank without one."""
    frames = _to_tensor(picture)
    person = None if mask is None else _to_tensor(mask.convert("L"))
    falling = FallingNoise(0, -(-picture.height // CELL), -(-picture.width // CELL), frames.device).clip(1)
    rows = -(-len(names) // columns)
    sheet = Image.new("RGB", (columns * picture.width, rows * (picture.height + _CAPTION)), "white")
    draw = ImageDraw.Draw(sheet)
    for index, name in enumerate(names):
        left, top = index % columns * picture.width, index // columns * (picture.height + _CAPTION)
        if EDITS[name].needs_mask and person is None:
            draw.text((left + 3, top + 3), f"{name}: needs --mask", fill="black")
            continue
        edited = apply_edit(name, frames, person, falling if EDITS[name].needs_field else None)
        draw.text((left + 3, top + 3), f"{name} ({EDITS[name].title})", fill="black")
        pixels = (edited[0, 0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
        sheet.paste(Image.fromarray(pixels), (left, top + _CAPTION))
    return sheet


def main(arguments: list[str] | None = None) -> int:
    """Command line entry; 0 when the sheet is written, 2 with one sentence when the input is no good."""
    parser = argparse.ArgumentParser(description="Draw all teacher edits of one frame on a contact sheet.")
    parser.add_argument("input", type=Path, help="video or picture")
    parser.add_argument("--out", type=Path, required=True, help="picture file to write")
    parser.add_argument("--at", type=float, default=1.0, help="seconds into the video")
    parser.add_argument("--size", default="320x176", help="WIDTHxHEIGHT of each picture")
    parser.add_argument("--mask", type=Path, help="grey picture of the person, for the edits that need one")
    parser.add_argument("--edits", default="", help="names with commas between them; all without it")
    parser.add_argument("--columns", type=int, default=6)
    options = parser.parse_args(arguments)
    try:
        names = [name for name in options.edits.split(",") if name] or list(EDITS)
        unknown = [name for name in names if name not in EDITS]
        if unknown:
            raise UserError(f"There is no edit called {', '.join(unknown)}.", f"Known: {', '.join(EDITS)}.")
        try:
            width, height = (int(side) for side in options.size.lower().split("x"))
        except ValueError as error:
            raise UserError(f"'{options.size}' is not a size.", "Write it like 320x176.") from error
        if min(width, height) < 16 or options.columns < 1:
            raise UserError("Size and columns are too small.", "Use at least 16x16 and one column.")
        picture = _cover(_read_picture(options.input, options.at), width, height)
        mask = None if options.mask is None else _cover(_read_picture(options.mask, 0.0), width, height)
        sheet = contact_sheet(picture, names, mask, options.columns)
        try:
            sheet.save(options.out)
        except (OSError, ValueError) as error:
            raise UserError(
                f"The sheet can not be written to {options.out}.", "Check the folder and the ending (.png)."
            ) from error
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Wrote {options.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
