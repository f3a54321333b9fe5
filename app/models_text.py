"""Models in words and as JSON values, for ``sanacam models``."""

from __future__ import annotations

from typing import Any

from sanacam.model.zoo.fits import describe
from sanacam.model.zoo.registry import Licence, ModelEntry, ModelPart
from sanacam.model.zoo.store import ModelStore
from sanacam.model.zoo.vram import HybridMemory, Running

SIZES = ((1280, 704), (832, 480), (640, 352))
LEFT_MARGIN = 14


def bytes_text(count: int) -> str:
    """``881 bytes``, ``17.5 MB``, ``4.52 GB``."""
    if count < 1000:
        return f"{count} bytes"
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:.2f} {unit}" if count < 10 * size else f"{count / size:.1f} {unit}"
    return f"{count / 1e3:.1f} kB"


def state_text(store: ModelStore, entry: ModelEntry) -> str:
    """Whether it is here and can be run."""
    words = {"built in": "built in", "installed": "downloaded", "partial": "incomplete", "absent": "not downloaded"}
    text = words[store.state(entry)]
    return text if entry.runnable else f"{text}; cannot be run yet"


def entry_values(store: ModelStore, entry: ModelEntry) -> dict[str, Any]:
    """Everything about a model, for JSON. Sizes in bytes."""
    return {
        "name": entry.name,
        "title": entry.title,
        "state": store.state(entry),
        "runnable": entry.runnable,
        "limitation": entry.limitation,
        "size": store.size(entry),
        "on_disk": store.installed_bytes(entry),
        "native": {"width": entry.native_width, "height": entry.native_height, "fps": entry.native_fps},
        "chunk": entry.chunk,
        "gpu": entry.gpu,
        "parts": [_part_values(store, part, part in entry.optional_parts) for part in entry.all_parts],
        "memory": [
            {
                "width": way.width,
                "height": way.height,
                "precision": way.formats,
                "encoder": way.encoder,
                "decoder": way.decoder,
                "text": way.text,
                "bytes": entry.memory.footprint(way).total,
            }
            for way in ways_of_running(entry)
        ],
    }


def list_lines(store: ModelStore, entries: tuple[ModelEntry, ...]) -> list[str]:
    """Two lines a model."""
    width = max(len(entry.name) for entry in entries)
    lines = []
    for entry in entries:
        licences = ", ".join(licence.name for licence in licences_of(entry.parts))
        native = f"{entry.native_width}×{entry.native_height} at {entry.native_fps:g} fps"
        lines.append(f"{entry.name.ljust(width)}  {entry.title}")
        facts = (state_text(store, entry), bytes_text(store.size(entry)), native, licences)
        lines.append(f"{'':{width}}  {' · '.join(facts)}")
    return lines


def show_lines(store: ModelStore, entry: ModelEntry) -> list[str]:
    """All about one model."""
    lines = [f"{entry.name}: {entry.title}", _row("state", state_text(store, entry))]
    if entry.limitation:
        lines.append(_row("note", entry.limitation))
    lines += [
        _row("made for", f"{entry.native_width}×{entry.native_height} at {entry.native_fps:g} frames a second"),
        _row("chunk", entry.chunk),
        _row("card", entry.gpu),
        _row("folder", str(store.part_folder(entry.parts[0]) if entry.built_in else store.root / "parts")),
        "",
        f"Files, {bytes_text(store.size(entry))} without optional parts (sizes are rounded until they are here):",
    ]
    for part in entry.all_parts:
        kind = f"optional, --with {part.name}" if part in entry.optional_parts else "required"
        origin = f" from {part.origin}" if part.origin else ""
        lines.append(f"  {part.name}: {part.title} ({kind}; {store.part_state(part)}){origin}")
        lines += [f"    {bytes_text(store.size_of(part, file)).rjust(9)}  {file.path}" for file in part.files]
        lines.append(f"    {'licence'.rjust(9)}  {part.licence.name} <{part.licence.url}>")
        lines.append(f"    {'':9}  {part.licence.summary}")
    lines += ["", "Memory it needs, estimated (weights + state + work):"]
    for way in ways_of_running(entry):
        need = entry.memory.footprint(way)
        sums = " + ".join(f"{part / 1e9:.1f}" for part in (need.weights, need.state, need.work))
        lines.append(f"  {need.total / 1e9:5.1f} GB  {describe(way)}  ({sums})")
    return lines


def licence_lines(parts: list[ModelPart]) -> list[str]:
    """The licences of parts, each with what it covers and its page."""
    lines = []
    for licence in licences_of(parts):
        covered = ", ".join(part.title for part in parts if part.licence == licence)
        lines += [f"  {licence.name}: {covered}", f"    {licence.summary}", f"    {licence.url}"]
    return lines


def licences_of(parts: tuple[ModelPart, ...] | list[ModelPart]) -> list[Licence]:
    """Each licence once, in order."""
    return list(dict.fromkeys(part.licence for part in parts))


def ways_of_running(entry: ModelEntry) -> list[Running]:
    """The rows of the memory table."""
    if not isinstance(entry.memory, HybridMemory):
        return [
            Running(width, height, precision)
            for width, height in (*SIZES, (320, 176))
            for precision in ("fp32", "bf16")
        ]
    ways = []
    for width, height in SIZES:
        ways += [Running(width, height), Running(width, height, decoder="tiny")]
        ways.append(Running(width, height, encoder="tiny", decoder="tiny"))
    ways.append(Running(*SIZES[0], text="card-kept"))
    if entry.memory.fp8 is not None:
        ways += [Running(width, height, packed=entry.memory.fp8) for width, height in SIZES]
    ways.append(Running(*SIZES[0], precision="fp32"))
    return ways


def _part_values(store: ModelStore, part: ModelPart, optional: bool) -> dict[str, Any]:
    stored = store.manifest(part)
    return {
        "name": part.name,
        "title": part.title,
        "optional": optional,
        "state": store.part_state(part),
        "folder": str(store.part_folder(part)),
        "origin": part.origin,
        "revision": part.revision if part.repository else "",
        "licence": {"name": part.licence.name, "url": part.licence.url, "summary": part.licence.summary},
        "files": [
            {
                "path": file.path,
                "size": store.size_of(part, file),
                "exact": file.exact or store.has(part, file),
                "sha256": file.sha256 or (stored[file.path].sha256 if file.path in stored else ""),
            }
            for file in part.files
        ],
    }


def _row(name: str, text: str) -> str:
    return f"  {name.ljust(LEFT_MARGIN - 2)}{text}"
