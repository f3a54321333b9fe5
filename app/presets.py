"""Presets: named prompts that are known to look good, built in (``assets/presets``) or the user's own."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from sanacam.app.atomic_file import write_atomically
from sanacam.app.prompt_text import checked_prompt
from sanacam.app.settings_file import config_dir
from sanacam.model.errors import UserError

USER_FILE = "presets.json"
USER_FAMILY = "mine"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_FIELDS = ("name", "title", "prompt", "family")


@dataclass(frozen=True)
class Preset:
    """A look.

    Attributes:
        name: what the command line takes: lower-case letters, digits, ``_`` and ``-``.
        title: what the window shows.
        prompt: the English instruction.
        family: the group it is shown in ("colour", "style", …); ``mine`` for the user's own.
        thumbnail: file name inside ``assets/presets``, or None.
    """

    name: str
    title: str
    prompt: str
    family: str
    thumbnail: str | None = None

    def thumbnail_file(self) -> Traversable | None:
        """The thumbnail picture, None when there is none on this machine."""
        if self.thumbnail is None:
            return None
        picture = _assets() / self.thumbnail
        return picture if picture.is_file() else None


@cache
def builtin_presets() -> tuple[Preset, ...]:
    """The presets that ship with the program, in display order."""
    return tuple(_parse((_assets() / "presets.json").read_text(encoding="utf-8"), "the built-in presets"))


def user_presets() -> tuple[Preset, ...]:
    """The user's own presets.

    Raises:
        UserError: their file is damaged.
    """
    path = _user_path()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"Your presets in {path} cannot be read.", "Check the file, or delete it to start afresh."
        ) from error
    return tuple(_parse(text, str(path)))


def all_presets() -> tuple[Preset, ...]:
    """Built-in ones first, then the user's."""
    return builtin_presets() + user_presets()


def find_preset(name: str) -> Preset:
    """The preset called ``name`` (case and blanks do not matter).

    Raises:
        UserError: no such preset; near names are listed.
    """
    wanted = re.sub(r"[\s-]+", "_", name.strip().lower())
    known = {preset.name.replace("-", "_"): preset for preset in all_presets()}
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.6)
    hint = f"Did you mean {' or '.join(known[key].name for key in near)}?" if near else "`sanacam presets` lists them."
    raise UserError(f'There is no preset called "{name}".', hint)


def add_preset(name: str, title: str, prompt: str) -> Preset:
    """Keep a prompt of the user's under a name.

    Raises:
        UserError: malformed or taken name, unusable prompt, folder not writable.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            f'"{name}" cannot be the name of a preset.', "Use up to 40 lower-case letters, digits, _ and -."
        )
    if any(preset.name == name for preset in all_presets()):
        raise UserError(f'There is a preset called "{name}" already.', "Choose another name, or remove that one first.")
    preset = Preset(name, title.strip() or name, checked_prompt(prompt), USER_FAMILY)
    _save((*user_presets(), preset))
    return preset


def remove_preset(name: str) -> None:
    """Forget one of the user's own presets.

    Raises:
        UserError: it is built in, or there is none of that name.
    """
    preset = find_preset(name)
    own = user_presets()
    if preset not in own:
        raise UserError(f'The preset "{preset.name}" is built in and stays.', "Only your own presets can be removed.")
    _save(other for other in own if other.name != preset.name)


def _assets() -> Traversable:
    return files("sanacam.assets") / "presets"


def _user_path() -> Path:
    return config_dir() / USER_FILE


def _save(presets: Iterable[Preset]) -> None:
    entries = [{key: value for key, value in asdict(preset).items() if value is not None} for preset in presets]
    write_atomically(_user_path(), json.dumps({"presets": entries}, ensure_ascii=False, indent=2) + "\n")


def _parse(text: str, place: str) -> list[Preset]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{place} is not valid JSON: {error}.", "Correct it, or delete it to start afresh.") from error
    entries: Any = content.get("presets") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise UserError(f'{place} has no list called "presets".', "Correct it, or delete it to start afresh.")
    return [_preset(entry, place) for entry in entries]


def _preset(entry: Any, place: str) -> Preset:
    sound = isinstance(entry, dict) and all(isinstance(entry.get(key), str) and entry[key] for key in _FIELDS)
    if not sound or not isinstance(entry.get("thumbnail"), str | None):
        raise UserError(f"A preset in {place} is incomplete: {entry!r}.", f"Each needs the texts {', '.join(_FIELDS)}.")
    return Preset(entry["name"], entry["title"], entry["prompt"], entry["family"], entry.get("thumbnail"))
