"""Do the files of a model on disk still hold what was put there?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sanacam.model.zoo.file_check import broken_weights, sha256_of
from sanacam.model.zoo.registry import ModelEntry, ModelFile, ModelPart
from sanacam.model.zoo.store import ModelStore


@dataclass(frozen=True)
class Finding:
    """What was found of one file; ``detail`` says what is wrong, or is empty."""

    part: str
    path: str
    state: Literal["ok", "missing", "damaged"]
    detail: str = ""


def verify_model(
    store: ModelStore, entry: ModelEntry, on_bytes: Callable[[int], None] = lambda count: None
) -> list[Finding]:
    """Hash every file of a model; damaged ones are taken off the manifest, so that a download fetches them again.

    Built-in files have no recorded hash; their form is checked. Optional parts count when they are here.

    Raises:
        OSError: a file cannot be read, or the manifest not written.
    """
    findings = []
    for part in entry.all_parts:
        if part in entry.optional_parts and store.part_state(part) == "absent":
            continue
        for file in part.files:
            findings.append(_verify_file(store, part, file, on_bytes))
            if findings[-1].state == "damaged" and not entry.built_in:
                store.forget(part, file.path)
    return findings


def _verify_file(store: ModelStore, part: ModelPart, file: ModelFile, on_bytes: Callable[[int], None]) -> Finding:
    place = store.part_folder(part) / file.path
    stored = store.manifest(part).get(file.path)
    if not place.is_file():
        return Finding(part.name, file.path, "missing", "it is not there")
    if part.role == "mini":
        trouble = broken_weights(place)
        return Finding(part.name, file.path, "damaged" if trouble else "ok", trouble)
    if stored is None:
        return Finding(part.name, file.path, "missing", "it was never completed or was found damaged")
    size = place.stat().st_size
    if size != stored.size:
        return Finding(part.name, file.path, "damaged", f"it has {size} bytes instead of {stored.size}")
    sha256 = sha256_of(place, on_bytes)
    wanted = file.sha256 or stored.sha256
    if sha256 != wanted:
        return Finding(part.name, file.path, "damaged", f"its SHA-256 is {sha256[:12]}…, not {wanted[:12]}…")
    return Finding(part.name, file.path, "ok")
