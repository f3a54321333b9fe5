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

from sanacam.app.atomic_file import copy_atomically, write_atomically
from sanacam.app.prompt_text import checked_prompt, shorten
from sanacam.app.settings_file import config_dir
from sanacam.model.errors import UserError

USER_FILE = "presets.json"
USER_FAMILY = "mine"
ADAPTERS_FOLDER = "adapters"
"""Beside the user's presets; holds the adapter files of those that have one."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_FIELDS = ("name", "title", "prompt", "family")
_FILES = ("thumbnail", "adapter")


@dataclass(frozen=True)
class Preset:
    """A look.

    Attributes:
        name: what the command line takes: lower-case letters, digits, ``_`` and ``-``.
        title: what the window shows.
        prompt: the English instruction.
        family: the group it is shown in ("colour", "style", …); ``mine`` for the user's own.
        thumbnail: file name inside ``assets/presets``, or None.
        adapter: file name inside :func:`adapters_dir`: the model wears it while the prompt is exactly this one.
    """

    name: str
    title: str
    prompt: str
    family: str
    thumbnail: str | None = None
    adapter: str | None = None

    def adapter_file(self) -> Path | None:
        """Where the adapter lies, None for a preset without one."""
        return None if self.adapter is None else adapters_dir() / self.adapter

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
    _check_name(name)
    preset = Preset(name, title.strip() or name, checked_prompt(prompt), USER_FAMILY)
    _save((*user_presets(), preset))
    return preset


def add_adapter(file: Path, name: str = "", title: str = "") -> Preset:
    """Keep a look that ``sanacam train finetune`` made; the file is copied.

    Args:
        name, title: other ones than the file's own.

    Raises:
        UserError: no adapter file, its name is taken or malformed, its prompt belongs to another preset, or the folder
            is not writable. Nothing has changed then.
    """
    from sanacam.model.adapter.file import read_about

    about = read_about(file)
    name, prompt = name or about.name, checked_prompt(about.prompt)
    _check_name(name)
    same = next((p for p in all_presets() if p.prompt.casefold() == prompt.casefold()), None)
    if same is not None:
        raise UserError(
            f'The prompt of {file.name} is that of the preset "{same.name}": {shorten(prompt)}.',
            "Make the adapter with another --prompt, or remove that preset first.",
        )
    preset = Preset(name, title.strip() or about.title, prompt, USER_FAMILY, adapter=f"{name}.safetensors")
    copy = adapters_dir() / f"{name}.safetensors"
    copy_atomically(file, copy)
    try:
        _save((*user_presets(), preset))
    except UserError:
        copy.unlink(missing_ok=True)
        raise
    return preset


def adapters_dir() -> Path:
    """The folder of adapter files, whether it is there or not."""
    return config_dir() / ADAPTERS_FOLDER


def remove_preset(name: str) -> None:
    """Forget one of the user's own presets, and its adapter.

    Raises:
        UserError: it is built in, or there is none of that name.
    """
    preset = find_preset(name)
    own = user_presets()
    if preset not in own:
        raise UserError(f'The preset "{preset.name}" is built in and stays.', "Only your own presets can be removed.")
    _save(other for other in own if other.name != preset.name)
    file = preset.adapter_file()
    if file is not None:
        file.unlink(missing_ok=True)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UserError(
            f'"{name}" cannot be the name of a preset.', "Use up to 40 lower-case letters, digits, _ and -."
        )
    if any(preset.name == name for preset in all_presets()):
        raise UserError(f'There is a preset called "{name}" already.', "Choose another name, or remove that one first.")


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
    # An adapter's name must not lead out of its folder.
    files_sound = all(isinstance(entry.get(key), str | None) for key in _FILES) if sound else False
    if not files_sound or Path(entry.get("adapter") or "").name != (entry.get("adapter") or ""):
        raise UserError(f"A preset in {place} is incomplete: {entry!r}.", f"Each needs the texts {', '.join(_FIELDS)}.")
    return Preset(entry["name"], entry["title"], entry["prompt"], entry["family"], *(entry.get(key) for key in _FILES))
