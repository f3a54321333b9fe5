"""The folder in which the processes of one user find each other: rings, and who hosts. Loads nothing heavy."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

from sanacam.model.errors import UserError

VARIABLE = "SANACAM_RUNTIME_DIR"
_SHARED_MEMORY = Path("/dev/shm")


def runtime_folder() -> Path:
    """The folder, made when it is not there; see ``docs/ring.md`` for where it lies.

    Raises:
        UserError: it cannot be made, or belongs to somebody else.
    """
    folder = _chosen()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise UserError(
            f"The folder {folder} cannot be made: {error.strerror}.", f"Name another one in {VARIABLE}."
        ) from error
    if sys.platform != "win32" and (not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid()):
        raise UserError(f"{folder} is not a folder of yours.", f"Remove it, or name another one in {VARIABLE}.")
    if sys.platform != "win32" and found.st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def output_ring(instance: int) -> Path:
    """Where host ``instance`` shows its picture to other programs. Raises UserError: see ``runtime_folder``."""
    return runtime_folder() / f"output-{instance}.ring"


def _chosen() -> Path:
    if named := os.environ.get(VARIABLE):
        return Path(named)
    if sys.platform == "win32":
        return Path(tempfile.gettempdir()) / "sanacam"
    shared = sys.platform.startswith("linux") and _SHARED_MEMORY.is_dir() and os.access(_SHARED_MEMORY, os.W_OK)
    return (_SHARED_MEMORY if shared else Path(tempfile.gettempdir())) / f"sanacam-{os.getuid()}"
