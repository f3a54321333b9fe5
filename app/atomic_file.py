"""Small files that are either the old one or the new one, never half of one."""

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
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UserError(
            f"{path} cannot be written: it contains characters that are not text.",
            "Check that the folder exists, is yours and has room.",
        ) from error
    _write(path, content)


def copy_atomically(source: Path, path: Path) -> None:
    """Copy a file that fits in memory; errors as :func:`write_atomically`, or ``source`` cannot be read."""
    try:
        content = source.read_bytes()
    except OSError as error:
        raise UserError(f"{source} cannot be read: {error.strerror}.", "Check the file.") from error
    _write(path, content)


def _write(path: Path, content: bytes) -> None:
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise UserError(
            f"{path} cannot be written: {error.strerror}.", "Check that the folder exists, is yours and has room."
        ) from error
