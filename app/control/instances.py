"""Which Sanacams run here: each leaves a small file named after its port while its control port is open."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path

from sanacam.app.atomic_file import write_atomically
from sanacam.app.settings_file import config_dir

FOLDER = "control"


def announce(port: int) -> Path:
    """Write down that this process listens on ``port``; returns the file, to be removed when it no longer does. What
    processes that were killed have left is swept up.

    Raises:
        UserError: the folder cannot be written.
    """
    path = config_dir() / FOLDER / f"{port}.json"
    for left in path.parent.glob("*.json"):
        if _port(left) is None:
            with contextlib.suppress(OSError):
                left.unlink()
    write_atomically(path, json.dumps({"port": port, "pid": os.getpid()}) + "\n")
    return path


def announced_ports() -> list[int]:
    """The ports written down, lowest first, without those of processes that are known to be gone: a stranger may listen
    there by now, and the token is not for him.
    """
    return sorted(port for path in (config_dir() / FOLDER).glob("*.json") if (port := _port(path)) is not None)


def _port(path: Path) -> int | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        port, pid = int(values["port"]), int(values["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return port if _lives(pid) else None


def _lives(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # os.kill would end it there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # somebody else's now
    return True


def forget(port: int) -> None:
    """Nobody listens there."""
    with contextlib.suppress(OSError):
        (config_dir() / FOLDER / f"{port}.json").unlink(missing_ok=True)
