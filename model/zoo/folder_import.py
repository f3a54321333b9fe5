"""Model files from a folder instead of the network: found by name, checked, then linked or copied into the store."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sanacam.model.errors import UserError
from sanacam.model.zoo.file_check import broken_weights, sha256_of
from sanacam.model.zoo.registry import ModelEntry, ModelFile, ModelPart
from sanacam.model.zoo.store import ModelStore, StoredFile, free_bytes

DEEPEST = 8
"""Levels of folders that are searched."""


@dataclass(frozen=True)
class Found:
    """A part, and where each of its files lies."""

    part: ModelPart
    files: tuple[tuple[ModelFile, Path], ...]

    @property
    def size(self) -> int:
        """Bytes of the files found."""
        return sum(path.stat().st_size for _, path in self.files)


def find_parts(entry: ModelEntry, paths: Sequence[Path], only: ModelPart | None = None) -> list[Found]:
    """The parts of a model that lie in these folders or are these files, each with all its files.

    A part lies in a folder when its files have the paths that they have in their repository
    (``vae/config.json``), or, for files whose names are unmistakable, bare names. With ``only`` the folder is taken
    to hold that part's files directly.

    Raises:
        UserError: a path does not exist; a part is there but lacks files; nothing was found.
    """
    for path in paths:
        if not path.exists():
            raise UserError(f"There is no file or folder {path}.", "Check the path.")
    listed = sorted(
        {file for path in paths for file in _walk(path.absolute())}, key=lambda file: (len(file.parts), file)
    )
    found, incomplete = [], []
    for part in (only,) if only is not None else entry.all_parts:
        best = _best_match(part, listed, bare=only is not None)
        if best is None:
            continue
        missing = [part.remote_path(file) for file in part.files if file.path not in best]
        if missing:
            incomplete.append(f"{part.title}: {', '.join(missing)}")
        else:
            found.append(Found(part, tuple((file, best[file.path]) for file in part.files)))
    if incomplete:
        raise UserError(
            f"Files are missing beside those found ({'; '.join(incomplete)}).", "Get them all, then repeat."
        )
    if not found:
        names = ", ".join(part.remote_path(anchor(part)) for part in ((only,) if only is not None else entry.parts))
        raise UserError(
            f"There are no files of {entry.name} in {', '.join(map(str, paths))}.", f"These were looked for: {names}."
        )
    return found


def check_found(found: Sequence[Found]) -> None:
    """Check sizes and form, as far as that needs no full reading.

    Raises:
        UserError: a file cannot be what its name says; nothing was taken over.
    """
    for item in found:
        for file, path in item.files:
            size = path.stat().st_size
            trouble = broken_weights(path, file.path)
            if file.exact and size != file.size:
                trouble = f"it has {size} bytes instead of {file.size}"
            if trouble or not size:
                raise UserError(
                    f"{path} cannot be used: {trouble or 'it is empty'}.", "Get the file again; nothing was imported."
                )


def import_parts(
    store: ModelStore, found: Sequence[Found], on_bytes: Callable[[str, int], None] = lambda name, count: None
) -> list[tuple[str, str]]:
    """Put files into the store, by hard link where the disk allows it, else by copy.

    Args:
        on_bytes: hears the file's name and each block that was read.

    Returns:
        (part/path, ``linked`` or ``copied``) of each file.

    Raises:
        UserError: a checksum is wrong, no room, or the folder cannot be written. Files before that one stay.
    """
    done = []
    for item in found:
        for file, path in item.files:
            name = f"{item.part.name}/{file.path}"
            try:
                sha256 = sha256_of(path, lambda count, name=name: on_bytes(name, count))  # type: ignore[misc]
                if file.sha256 and sha256 != file.sha256:
                    raise UserError(
                        f"{path} is damaged or another version: its SHA-256 is {sha256[:12]}… and should be "
                        f"{file.sha256[:12]}….",
                        "Get the file again.",
                    )
                how = _place(path, store.part_folder(item.part) / file.path)
                store.record(item.part, file.path, StoredFile(path.stat().st_size, sha256, str(path.absolute())))
            except OSError as error:
                raise UserError(
                    f"{error.filename or path} cannot be taken over: {error.strerror or error}.",
                    "Make room or check the folders' permissions, then repeat.",
                ) from error
            done.append((name, how))
    return done


def anchor(part: ModelPart) -> ModelFile:
    """The file by which a part is recognised: its largest."""
    return max(part.files, key=lambda file: file.size)


def _place(source: Path, place: Path) -> str:
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and os.path.samefile(source, place):
        return "linked"
    fresh = place.with_name(f".{place.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        try:
            # the content, not a symbolic link to it, as in a hub's cache
            os.link(source.resolve(), fresh)
            how = "linked"
        except OSError:
            # another disk, or one without hard links
            if source.stat().st_size > free_bytes(place.parent):
                raise OSError(errno.ENOSPC, "there is not enough room on the disk", str(place.parent)) from None
            shutil.copyfile(source, fresh)
            how = "copied"
        os.replace(fresh, place)
    finally:
        fresh.unlink(missing_ok=True)
    return how


def _walk(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    base = len(path.parts)
    for folder, inner, names in os.walk(path):
        if len(Path(folder).parts) - base >= DEEPEST:
            inner.clear()
        yield from (Path(folder) / name for name in names)


def _best_match(part: ModelPart, listed: Sequence[Path], *, bare: bool) -> dict[str, Path] | None:
    """Files of the part by path: the place that holds most of them; None when its largest file is nowhere."""
    here = set(listed)
    best: dict[str, Path] | None = None
    largest = anchor(part)
    for path in listed:
        for full in (True, False):
            # `diffusion_pytorch_model.safetensors` alone may be any of several VAEs
            if not full and not bare and "diffusion" in largest.path:
                continue
            suffix = PurePosixPath(part.remote_path(largest) if full else largest.path).parts
            if path.parts[-len(suffix) :] != suffix:
                continue
            root = path.parents[len(suffix) - 1]
            match = {
                file.path: place
                for file in part.files
                if (place := root / (part.remote_path(file) if full else file.path)) in here
            }
            if best is None or len(match) > len(best):
                best = match
    return best
