"""The OBS script that reads the ring: copied to a stable place, from where the user adds it to OBS."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import platformdirs

from sanacam.app.atomic_file import write_atomically

SCRIPT_NAME = "sanacam.lua"


def script_path() -> Path:
    """Where the copy lies. OBS remembers the path, so it must not change with a new version or environment of
    Sanacam.
    """
    return Path(platformdirs.user_data_dir("sanacam", appauthor=False)) / "obs" / SCRIPT_NAME


def install_script() -> Path:
    """Copy the script, replacing an older copy; returns where it lies. OBS takes a new version at its next start.

    Raises:
        UserError: the folder cannot be written.
    """
    path = script_path()
    text = (files("sanacam.assets") / "obs" / SCRIPT_NAME).read_text(encoding="utf-8")
    write_atomically(path, text)
    return path


def clicks_left(path: Path) -> str:
    """The two clicks that only the user can do: no program can load a script into OBS."""
    return f"In OBS open Tools > Scripts, press + and choose {path}."
