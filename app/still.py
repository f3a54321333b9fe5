"""Still pictures as input and output of an edit."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from sanacam.app.clip_writer import explained_write_errors, partial_path
from sanacam.app.frames import Pixels, as_pixels
from sanacam.app.size import fit_inside
from sanacam.model.errors import UserError

STILL_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
_READ_ONLY = {".bmp", ".tif", ".tiff"}


def is_still(path: Path) -> bool:
    """True when the extension says that ``path`` is one picture."""
    return path.suffix.lower() in STILL_FORMATS or path.suffix.lower() in _READ_ONLY


def read_still(path: Path, box: tuple[int, int] | None) -> Pixels:
    """The picture: upright by its EXIF data, transparency on white, fitted into ``box`` (width, height) if given.

    Raises:
        UserError: no such file, not readable, not a picture, too large to be a picture.
    """
    try:
        if not path.is_file() and path.exists():
            raise UserError(f"{path} is a folder, a pipe or a device.", "Choose a picture.")
        with Image.open(path) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.", "Check the path.") from None
    except PermissionError as error:
        raise UserError(f"{path} may not be read.", "Check the permissions of the file.") from error
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise UserError(
            f"{path} is not a picture that can be read.", "png, jpg and webp work; the file may be damaged."
        ) from error
    flat = Image.new("RGBA", upright.size, "white")
    flat.alpha_composite(upright)
    rgb = flat.convert("RGB")
    size = fit_inside(rgb.width, rgb.height, box)
    return as_pixels(np.asarray(rgb if size == rgb.size else rgb.resize(size, Image.Resampling.LANCZOS)))


def write_still(path: Path, pixels: Pixels) -> None:
    """Write the picture beside ``path`` and rename it over; the extension chooses the format.

    Raises:
        UserError: not writable, disk full.
    """
    partial = partial_path(path)
    try:
        with explained_write_errors(path):
            Image.fromarray(pixels).save(partial, STILL_FORMATS[path.suffix.lower()], quality=95)
            os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
