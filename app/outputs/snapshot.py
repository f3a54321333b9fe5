"""One picture of the show, kept as PNG."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import platformdirs

from sanacam.app.frames import Frame
from sanacam.app.still import write_still
from sanacam.model.errors import UserError

_naming = threading.Lock()


def save_snapshot(frame: Frame | None, folder: Path | None = None) -> Path:
    """Write ``frame`` into ``folder``, which is made if need be, under a name that is free; returns the file.

    Args:
        folder: default the user's folder for pictures.

    Raises:
        UserError: there is no picture, or it cannot be written.
    """
    if frame is None:
        raise UserError("There is no picture yet.", "Start, and wait for the first one.")
    folder = folder or Path(platformdirs.user_pictures_dir())
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be made: {error.strerror}.", "Make it by hand.") from error
    stem, number = f"sanacam-{time.strftime('%Y%m%d-%H%M%S')}", 1
    path = folder / f"{stem}.png"
    with _naming:
        while path.exists():
            number += 1
            path = folder / f"{stem}-{number}.png"
        write_still(path, frame.pixels)
    return path
