"""The note in `.venv` on how far a set-up came: `started` before anything is touched, `complete` as the last act."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

STAMP = "sanacam-setup.json"
INPUTS = ("pyproject.toml", "setup.py", "constraints.txt")
FORMAT = 1


@dataclass(frozen=True)
class Stamp:
    """What stands in `.venv`. `interpreter` is the real file behind `.venv`'s python; `extras` are sorted."""

    state: str
    fingerprint: str = ""
    extras: tuple[str, ...] = ()
    interpreter: str = ""
    build: str = ""
    torch: str = ""
    driver_seen: bool = False

    def started(self) -> Stamp:
        """The same environment while hands are on it."""
        return replace(self, state="started")


def read(venv: Path) -> Stamp | None:
    """The stamp in `venv`; None where there is none or where it can't be understood."""
    try:
        written = json.loads((venv / STAMP).read_text(encoding="utf-8"))
        return Stamp(**{**written, "extras": tuple(written["extras"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write(venv: Path, stamp: Stamp) -> None:
    """Replaces the stamp at one stroke: a reader sees the old one or the new one, never half of it."""
    draft = venv / (STAMP + ".tmp")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(stamp), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(venv / STAMP)


def fingerprint(root: Path) -> str:
    """Changes when the set-up would come out differently: its inputs, or the folder that the environment points to."""
    digest = hashlib.sha256(f"{FORMAT}\0{root.resolve()}\0".encode())
    for name in INPUTS:
        digest.update((root / name).read_bytes() + b"\0")
    return digest.hexdigest()


def interpreter_of(venv: Path) -> str:
    """The real file behind `venv`'s python, "" where it is gone (a Python that was removed leaves a dangling link)."""
    python = python_of(venv)
    return str(python.resolve()) if python.exists() else ""


def python_of(venv: Path) -> Path:
    """`venv`'s python, by this system's habit."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def need(venv: Path, stamp: Stamp | None, now: str, extras: Iterable[str], driver: bool) -> str:
    """What has to happen before the program can start.

    "nothing"; "update" (healthy, but its inputs changed or extras are missing); "build" (absent, interrupted, broken,
    or made before there was a card); "foreign" (somebody else's environment, not to be touched).
    """
    if stamp is None:
        return "foreign" if venv.is_dir() and any(venv.iterdir()) else "build"
    if stamp.state != "complete" or not stamp.interpreter or stamp.interpreter != interpreter_of(venv):
        return "build"
    if driver and stamp.build == "cpu" and not stamp.driver_seen:
        return "build"
    return "nothing" if stamp.fingerprint == now and set(extras) <= set(stamp.extras) else "update"
