"""Where downloaded models lie.

    <models folder>/parts/<part>/…             files of a part, shared by all models that use it
    <models folder>/parts/<part>/manifest.json sizes and SHA-256 of the files that have arrived and been checked
    <models folder>/incoming/<part>/…          files on their way
    <models folder>/converted/<model>/         what a model's checkpoint was converted to, made again when missing

A file counts as here only once the manifest names it; the manifest is replaced in one step.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

import platformdirs
from filelock import FileLock, Timeout

from sanacam.model.errors import UserError
from sanacam.model.zoo.registry import MODELS, ModelEntry, ModelFile, ModelPart

MODELS_DIR_VARIABLE = "SANACAM_MODELS_DIR"
MANIFEST, CONVERTED_FILE = "manifest.json", "dit.safetensors"
FORMAT = 1

State = Literal["built in", "installed", "partial", "absent"]


def models_dir() -> Path:
    """Folder of downloaded models; ``SANACAM_MODELS_DIR`` overrides it."""
    chosen = os.environ.get(MODELS_DIR_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("sanacam", appauthor=False)) / "models"


@dataclass(frozen=True)
class StoredFile:
    """What the manifest says of a file: bytes, SHA-256 in hex, and where it came from."""

    size: int
    sha256: str
    origin: str


class ModelStore:
    """The models folder.

    Args:
        root: the folder; default :func:`models_dir`. It is made when something is put there.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = models_dir() if root is None else root

    def part_folder(self, part: ModelPart) -> Path:
        """Folder of a part's files; those of built-in parts lie in the program's assets."""
        if part.role == "mini":
            return Path(str(resources.files("sanacam.assets") / "models" / part.name))
        return self.root / "parts" / part.name

    def incoming_folder(self, part: ModelPart) -> Path:
        """Folder of half-downloaded files."""
        return self.root / "incoming" / part.name

    def converted_folder(self, entry: ModelEntry) -> Path:
        """Folder for a model's converted checkpoint; ``remove`` deletes it."""
        return self.root / "converted" / entry.name

    def converted_file(self, entry: ModelEntry) -> Path:
        """Where a model's checkpoint is once it is converted."""
        return self.converted_folder(entry) / CONVERTED_FILE

    def manifest(self, part: ModelPart) -> dict[str, StoredFile]:
        """Files of a part that have arrived and been checked, by path. A damaged manifest counts as none."""
        try:
            content = json.loads((self.part_folder(part) / MANIFEST).read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                return {}
            return {path: StoredFile(**values) for path, values in content["files"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def record(self, part: ModelPart, path: str, stored: StoredFile) -> None:
        """Add a file, already in its place, to the manifest.

        Raises:
            OSError: the folder cannot be written; the old manifest stays.
        """
        self._write_manifest(part, {**self.manifest(part), path: stored})

    def forget(self, part: ModelPart, path: str) -> None:
        """Take a file that turned out damaged off the manifest, so that the next download fetches it again.

        Raises:
            OSError: the folder cannot be written.
        """
        files = self.manifest(part)
        if files.pop(path, None) is not None:
            self._write_manifest(part, files)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes from changing the folder meanwhile. It falls with the process that holds it.

        Raises:
            UserError: another process is at it, or the folder cannot be made.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            held = FileLock(self.root / ".lock", timeout=0)
            held.acquire()
        except Timeout as error:
            raise UserError(
                f"Another Sanacam is changing {self.root} at the moment.", "Wait until it is done, then try again."
            ) from error
        except OSError as error:
            raise UserError(
                f"{self.root} cannot be written: {error.strerror or error}.",
                "Check that it is yours, or set SANACAM_MODELS_DIR to another folder.",
            ) from error
        try:
            yield
        finally:
            held.release()

    def has(self, part: ModelPart, file: ModelFile) -> bool:
        """Whether the file is there with the size that was recorded (its content is what ``verify`` looks at)."""
        if part.role == "mini":
            return (self.part_folder(part) / file.path).is_file()
        stored = self.manifest(part).get(file.path)
        return stored is not None and _size(self.part_folder(part) / file.path) == stored.size

    def part_state(self, part: ModelPart) -> State:
        """Built in, installed (every file is here), partial or absent."""
        here = [self.has(part, file) for file in part.files]
        if all(here):
            return "built in" if part.role == "mini" else "installed"
        return "partial" if any(here) or self.partial_bytes(part) else "absent"

    def state(self, entry: ModelEntry) -> State:
        """Of the model's required parts together."""
        states = {self.part_state(part) for part in entry.parts}
        if len(states) == 1:
            return states.pop()
        return "partial"

    def partial_bytes(self, part: ModelPart) -> int:
        """Bytes of half-downloaded files."""
        return sum(path.stat().st_size for path in self.incoming_folder(part).glob("**/*.part") if path.is_file())

    def size_of(self, part: ModelPart, file: ModelFile) -> int:
        """Bytes of a file as it is here, else as the registry states it."""
        if self.has(part, file):
            return _size(self.part_folder(part) / file.path) or 0
        return file.size

    def size(self, entry: ModelEntry) -> int:
        """Bytes of the model's required parts, as far as known."""
        return sum(self.size_of(part, file) for part in entry.parts for file in part.files)

    def installed_bytes(self, entry: ModelEntry) -> int:
        """Bytes of the model's files on disk, optional parts included."""
        folders = [(part, self.part_folder(part)) for part in entry.all_parts]
        return sum(_size(folder / file.path) or 0 for part, folder in folders for file in part.files)

    def converted_bytes(self, entry: ModelEntry) -> int:
        """Bytes of what the model's checkpoint was converted to; 0 if it was not."""
        return _size(self.converted_file(entry)) or 0

    def require_installed(self, entry: ModelEntry) -> dict[str, Path]:
        """Folders of the required parts by role (``dit``, ``vae``, ``text``).

        Raises:
            UserError: something is missing; the hint says how to get it.
        """
        missing = [part.title for part in entry.parts if self.part_state(part) not in ("installed", "built in")]
        if missing:
            raise UserError(
                f"{entry.name} is not complete on this machine; missing: {', '.join(missing)}.",
                f"Get it with `sanacam models download {entry.name}`.",
            )
        return {part.role: self.part_folder(part) for part in entry.parts}

    def remove(self, entry: ModelEntry) -> tuple[int, list[ModelPart]]:
        """Delete a model's files, except parts that another model on this machine uses.

        Returns:
            Bytes freed, and the parts that were kept for other models.

        Raises:
            UserError: built in, or not here, or the files are in use.
        """
        if entry.built_in:
            raise UserError(f"{entry.name} is part of the program.", "It goes when Sanacam is uninstalled.")
        kept, freed = [], 0
        doomed = [self.converted_folder(entry)]
        for part in entry.all_parts:
            if self.part_state(part) == "absent" and not self.part_folder(part).exists():
                continue
            if self._wanted_elsewhere(part, entry):
                kept.append(part)
            else:
                doomed += [self.part_folder(part), self.incoming_folder(part)]
        for folder in doomed:
            freed += _folder_bytes(folder)
            try:
                if folder.exists():
                    shutil.rmtree(folder)
            except OSError as error:
                raise UserError(
                    f"{folder} cannot be deleted: {error.strerror}.", "Close programs that use the model and try again."
                ) from error
        if not freed and not kept:
            raise UserError(f"{entry.name} is not on this machine.", f"Models lie in {self.root}.")
        return freed, kept

    def _wanted_elsewhere(self, part: ModelPart, leaving: ModelEntry) -> bool:
        """Whether another model, of which a part of its own is here, uses this part."""
        for other in MODELS:
            if other is leaving or part not in other.all_parts:
                continue
            own = [mine for mine in other.all_parts if mine not in leaving.all_parts]
            if any(self.part_state(mine) != "absent" for mine in own):
                return True
        return False

    def _write_manifest(self, part: ModelPart, files: dict[str, StoredFile]) -> None:
        folder = self.part_folder(part)
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "format": FORMAT,
            "part": part.name,
            "licence": part.licence.name,
            "files": {path: asdict(stored) for path, stored in sorted(files.items())},
        }
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{MANIFEST}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(json.dumps(content, indent=2) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(name, folder / MANIFEST)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def free_bytes(folder: Path) -> int:
    """Bytes that can be written on the disk of a folder that may not exist yet."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("**/*") if path.is_file())
