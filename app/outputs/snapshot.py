"""One picture of the show, kept as PNG."""

from __future__ import annotations

import time
from pathlib import Path

from sanacam.app.frames import Frame
from sanacam.app.still import write_still
from sanacam.model.errors import UserError


def save_snapshot(frame: Frame | None, folder: Path) -> Path:
    """Write ``frame`` into ``folder``, which is made if need be, under a name that is free; returns the file.

    Raises:
        UserError: there is no picture, or it cannot be written.
    """
    if frame is None:
        raise UserError("There is no picture yet.", "Wait for the first one.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be made: {error.strerror}.", "Make it by hand.") from error
    stem, number = f"sanacam-{time.strftime('%Y%m%d-%H%M%S')}", 1
    path = folder / f"{stem}.png"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.png"
    write_still(path, frame.pixels)
    return path
