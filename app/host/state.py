"""Which hosts run here: each holds a lock, and leaves a file that says how it is reached. Loads nothing heavy.

The file ``host-N.json`` can be read by the user alone; the token in it opens the host's control channel. A host that
was killed leaves its file behind: nobody answers there, and the next host that takes the number overwrites it. The
number N is held through a lock on ``host-N.lock``, which the system lets go when the process ends, however that is.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sanacam.app.atomic_file import write_atomically
from sanacam.app.host.folder import runtime_folder
from sanacam.model.errors import UserError

if TYPE_CHECKING:
    from filelock import BaseFileLock

VERSION = 1
MOST_HOSTS = 9
MAKING_S = 60.0
"""A ring is made in a moment; one that is unfinished after so long stays unfinished."""


@dataclass(frozen=True, slots=True)
class HostState:
    """How a host is reached.

    Attributes:
        instance: its number, from 1.
        pid: its process.
        port: of its control channel, on 127.0.0.1.
        token: opens the channel.
        mark: what its starter gave it to be recognised by.
        version: of this file and of the channel.
    """

    instance: int
    pid: int
    port: int
    token: str
    mark: str = ""
    version: int = VERSION

    @property
    def path(self) -> Path:
        return runtime_folder() / f"host-{self.instance}.json"

    def write(self) -> None:
        """Let others find it. Raises UserError: the folder cannot be written."""
        write_atomically(self.path, json.dumps(asdict(self)) + "\n")

    def remove(self) -> None:
        """It is no longer there."""
        self.path.unlink(missing_ok=True)


def take_number() -> tuple[int, BaseFileLock]:
    """The lowest number that no other host holds, and the lock that keeps it.

    Raises:
        UserError: all are held.
    """
    import filelock

    for instance in range(1, MOST_HOSTS + 1):
        lock = filelock.FileLock(runtime_folder() / f"host-{instance}.lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            continue
        return instance, lock
    raise UserError(f"{MOST_HOSTS} output hosts run already.", "End the Sanacams that you do not need.")


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(32)


def written_states() -> list[HostState]:
    """What hosts have written down, lowest number first. Some may be gone; damaged files and those of other versions
    are left out.
    """
    states = []
    for path in sorted(runtime_folder().glob("host-*.json")):
        try:
            state = HostState(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue
        if state.version == VERSION and state.path == path and all(_is_number(n) for n in (state.pid, state.port)):
            states.append(state)
    return states


def sweep_rings() -> None:
    """Remove what processes that were killed have left, since it is memory: rings of sessions (``edited-PID-….ring``),
    rings that were being made (``.ring-…``), and on Windows those that had to make room (``.old-…``).
    """
    folder = runtime_folder()
    for path in [*folder.glob("edited-*.ring"), *folder.glob("source-*.ring")]:
        pid = path.name.split("-")[1]
        if pid.isdecimal() and not lives(int(pid)):
            path.unlink(missing_ok=True)
    for path in [*folder.glob(".ring-*"), *folder.glob(".old-*")]:
        # Gone meanwhile, or on Windows still in use by a reader: the next sweep sees to it.
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > MAKING_S:
                path.unlink()


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def lives(pid: int) -> bool:
    """Whether the process is there and the user's own; on Windows always True, where asking would end it."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
