"""Files that processes of one user share as memory: made with all their room, readable by the user alone."""

from __future__ import annotations

import errno
import mmap
import os
import stat
import sys
import tempfile
from pathlib import Path

from sanacam.model.errors import UserError

_NO_ROOM = (errno.ENOSPC, errno.ENOMEM, errno.EFBIG, errno.EDQUOT)


def make_shared_file(folder: Path, size: int) -> tuple[mmap.mmap, Path]:
    """``size`` zero bytes under a name nobody knows yet, for the maker to fill; ``put_in_place`` names the file.

    Raises:
        UserError: no room, or the folder may not be written.
    """
    try:
        # mkstemp: mode 0600 from the beginning, and never a file or link that lies there already.
        descriptor, name = tempfile.mkstemp(prefix=".ring-", dir=folder)
    except OSError as error:
        raise UserError(
            f"Pictures cannot be shared through {folder}: {error.strerror}.", "Check that the folder is yours."
        ) from error
    try:
        _take_room(descriptor, size)
        return mmap.mmap(descriptor, size), Path(name)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        if error.errno not in _NO_ROOM:
            raise
        raise UserError(
            f"There is no room for shared pictures in {folder}: {size / 2**20:.0f} MiB are needed.",
            "Choose a smaller size, or give the shared memory more room (containers: --shm-size).",
        ) from error
    finally:
        os.close(descriptor)


def put_in_place(made: Path, path: Path) -> None:
    """Give the file ``made`` its name; one that has the name already makes room.

    Raises:
        UserError: it does not.
    """
    try:
        if sys.platform == "win32" and path.exists():
            # There a file that others have mapped cannot be replaced, but it can be renamed.
            path.replace(path.with_name(f".old-{made.name}"))
        made.replace(path)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise UserError(
            f"{path} is held by another program: {error.strerror}.", "Close the programs that show Sanacam's picture."
        ) from error


def open_shared_file(path: Path, *, smallest: int, write: bool = False) -> mmap.mmap:
    """The file as memory.

    Raises:
        UserError: there is none, it is not the user's own, or it is shorter than ``smallest`` bytes.
    """
    flags = (os.O_RDWR if write else os.O_RDONLY) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise UserError(f"There is no frame ring {path}.", "Start Sanacam first.") from None
    except OSError as error:
        raise UserError(f"The frame ring {path} cannot be opened: {error.strerror}.", "Check whose it is.") from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
            raise UserError(f"{path} is not a file of yours.", "Remove it, and start Sanacam again.")
        if found.st_size < smallest:
            raise UserError(f"{path} is not a frame ring.", "Remove it, and start Sanacam again.")
        return mmap.mmap(descriptor, found.st_size, access=mmap.ACCESS_WRITE if write else mmap.ACCESS_READ)
    finally:
        os.close(descriptor)


def _take_room(descriptor: int, size: int) -> None:
    # Room must be had now: writing into a map that has none ends the process.
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    with open(descriptor, "wb", closefd=False) as file:
        file.write(bytes(size))
