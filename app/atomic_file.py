"""Small text files that are either the old one or the new one, never half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sanacam.model.errors import UserError


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 beside ``path`` and rename it over; missing folders are made.

    Raises:
        UserError: the folder cannot be made or written, or the disk is full. The old file is untouched then.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except (OSError, UnicodeEncodeError) as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        reason = error.strerror if isinstance(error, OSError) else "it contains characters that are not text"
        raise UserError(
            f"{path} cannot be written: {reason}.", "Check that the folder exists, is yours and has room."
        ) from error
