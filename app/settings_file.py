"""The settings file: TOML in the user's configuration folder, one table a group."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import platformdirs

from sanacam.app.atomic_file import write_atomically
from sanacam.app.settings import Settings
from sanacam.model.errors import UserError

CONFIG_DIR_VARIABLE = "SANACAM_CONFIG_DIR"
SETTINGS_NAME = "settings.toml"


def config_dir() -> Path:
    """Folder of the user's settings and presets; ``SANACAM_CONFIG_DIR`` overrides it (portable set-ups, tests)."""
    chosen = os.environ.get(CONFIG_DIR_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_config_dir("sanacam", appauthor=False))


def settings_path() -> Path:
    """Where the settings file is looked for when none is named."""
    return config_dir() / SETTINGS_NAME


def load_settings(path: Path | None = None) -> Settings:
    """Defaults overlaid with the file.

    Args:
        path: a file that must exist; ``None`` takes the user's own file, which may be absent.

    Raises:
        UserError: unreadable, not TOML, an unknown table or key, or a wrong value; the message names the file and the
            key.
    """
    place = settings_path() if path is None else path
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        if path is None:
            return Settings()
        raise UserError(f"There is no settings file {place}.", "Check the path given with --settings.") from None
    except OSError as error:
        raise UserError(
            f"The settings file {place} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    try:
        tables = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(
            f"The settings file {place} is not valid TOML: {error}.", "Correct it, or delete it to start afresh."
        ) from error
    try:
        return Settings().with_values(_flatten(tables))
    except UserError as error:
        raise UserError(f"In the settings file {place}: {error.message}", error.hint) from error


def save_settings(settings: Settings, path: Path | None = None) -> Path:
    """Write every setting, replacing the file in one step. Returns where it went.

    Raises:
        UserError: the folder or file cannot be written.
    """
    place = settings_path() if path is None else path
    lines = ["# Sanacam settings. Options given on the command line win over this file."]
    for table, values in settings.as_tables().items():
        lines += ["", f"[{table}]", *(f"{name} = {_toml_value(value)}" for name, value in values.items())]
    write_atomically(place, "\n".join(lines) + "\n")
    return place


def _flatten(tables: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for table, content in tables.items():
        if isinstance(content, dict):
            values.update({f"{table}.{name}": value for name, value in content.items()})
        else:
            values[table] = content
    return values


def _toml_value(value: str | int | float | bool | list[str]) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(_escape(character) for character in value) + '"'
    return repr(value)


def _escape(character: str) -> str:
    """One character of a TOML basic string: quotes, backslash and controls may not stand bare."""
    if character in '"\\':
        return "\\" + character
    if ord(character) < 0x20 or ord(character) == 0x7F:
        return f"\\u{ord(character):04X}"
    return character
