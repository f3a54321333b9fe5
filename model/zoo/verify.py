"""Do the files of a model on disk still hold what was put there?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sanacam.model.zoo.file_check import broken_weights, sha256_of
from sanacam.model.zoo.registry import ModelEntry, ModelFile, ModelPart
from sanacam.model.zoo.store import ModelStore, StoredFile

CONVERTED = "converted"
"""Stands for a part's name in the finding of a converted checkpoint."""


@dataclass(frozen=True)
class Finding:
    """What was found of one file; ``detail`` says what is wrong, or of a sound file what was checked."""

    part: str
    path: str
    state: Literal["ok", "missing", "damaged"]
    detail: str


def anything_here(store: ModelStore, entry: ModelEntry) -> bool:
    """Whether there is a file of the model to verify; what its checkpoint was converted to is one."""
    return store.state(entry) != "absent" or bool(store.converted_bytes(entry))


def verify_model(
    store: ModelStore, entry: ModelEntry, on_bytes: Callable[[int], None] = lambda count: None
) -> list[Finding]:
    """Hash every file of a model, and look at what its checkpoint was converted to if it was.

    Damaged files are taken off the manifest, so that a download fetches them again; a damaged or foreign conversion is
    deleted where its checkpoint is here to make it again from. Built-in files have no recorded hash; their form is
    checked. Optional parts count when they are here.

    Args:
        on_bytes: hears of what was read, :meth:`ModelStore.installed_bytes` and :meth:`ModelStore.converted_bytes` in
            all.

    Raises:
        OSError: a file cannot be read, or the manifest not written.
        UserError: a checkpoint that is as it came cannot be read.
    """
    findings = []
    recorded = [store.manifest(part) for part in entry.parts]
    for part in entry.all_parts:
        if part in entry.optional_parts and store.part_state(part) == "absent":
            continue
        for file in part.files:
            findings.append(_verify_file(store, part, file, on_bytes))
            if findings[-1].state == "damaged" and not entry.built_in:
                store.forget(part, file.path)
    for part, manifest in zip(entry.parts, recorded, strict=True):
        if part.role == "dit" and store.converted_bytes(entry):
            findings.append(_verify_conversion(store, entry, part, manifest.get(part.files[0].path), on_bytes))
    return findings


def _verify_file(store: ModelStore, part: ModelPart, file: ModelFile, on_bytes: Callable[[int], None]) -> Finding:
    place = store.part_folder(part) / file.path
    stored = store.manifest(part).get(file.path)
    if not place.is_file():
        return Finding(part.name, file.path, "missing", "it is not there")
    if part.role == "mini":
        trouble = broken_weights(place)
        sound = "its form is right" if place.suffix == ".safetensors" else "it is there"
        return Finding(part.name, file.path, "damaged" if trouble else "ok", trouble or sound)
    if stored is None:
        return Finding(part.name, file.path, "missing", "it was never completed or was found damaged")
    size = place.stat().st_size
    if size != stored.size:
        return Finding(part.name, file.path, "damaged", f"it has {size} bytes instead of {stored.size}")
    sha256 = sha256_of(place, on_bytes)
    wanted = file.sha256 or stored.sha256
    if sha256 != wanted:
        return Finding(part.name, file.path, "damaged", f"its SHA-256 is {sha256[:12]}…, not {wanted[:12]}…")
    return Finding(part.name, file.path, "ok", f"SHA-256 as {'published' if file.sha256 else 'when it arrived'}")


def _verify_conversion(
    store: ModelStore, entry: ModelEntry, part: ModelPart, recorded: StoredFile | None, on_bytes: Callable[[int], None]
) -> Finding:
    """
    Args:
        part: of the checkpoint; ``recorded``: what the manifest said of it before its own check.
    """
    # Here, since all other files are verified without PyTorch.
    from sanacam.model.zoo.conversion_check import BrokenConversionError, check_conversion
    from sanacam.model.zoo.released_models import RELEASED_MODELS

    converted, file = store.converted_file(entry), part.files[0]
    path = f"{entry.name}/{converted.name}"
    sha256 = file.sha256 or (recorded.sha256 if recorded is not None else "")
    source = store.part_folder(part) / file.path if store.has(part, file) else None
    try:
        checked = check_conversion(converted, RELEASED_MODELS[entry.name].dit, sha256, source, on_bytes)
    except BrokenConversionError as error:
        if source is None:  # nothing could make it again, and part of it may be of use
            told = f"it was left as it is, since {file.path} is not here to make it again from"
        else:
            converted.unlink()
            told = "it was deleted and is made again when the model is next used"
        return Finding(CONVERTED, path, "damaged", f"{error}; {told}")
    return Finding(CONVERTED, path, "ok", checked)
