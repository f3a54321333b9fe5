"""docs/models.md says what the registry and the memory estimate say."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanacam.model.zoo.registry import MODELS, ModelEntry
from sanacam.model.zoo.vram import HybridMemory, Precision, Running

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "models.md").read_text(encoding="utf-8")
SIZES = ((1280, 704), (832, 480), (640, 352))
ENTRIES = pytest.mark.parametrize("entry", MODELS, ids=lambda entry: entry.name)


def row(entry: ModelEntry, title: str, precision: Precision, **choice: object) -> str:
    cells = []
    for width, height in SIZES:
        footprint = entry.memory.footprint(Running(width, height, precision, **choice))  # type: ignore[arg-type]
        cells.append(f"{footprint.total / 1e9:.1f}")
    return f"| {title} | {' | '.join(cells)} |"


@ENTRIES
def test_every_part_stands_there_with_origin_and_licence(entry: ModelEntry) -> None:
    for part in entry.all_parts:
        (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{part.name}`") and line.count("|") == 6]
        if part.role == "mini":
            continue
        assert (part.repository or "taehv") in line
        assert part.licence.url in PAGE


@ENTRIES
def test_memory_rows_are_what_the_program_computes(entry: ModelEntry) -> None:
    rows = [row(entry, f"`{entry.name}`, bf16", "bf16")]
    if not entry.built_in:
        rows.append(row(entry, "… tiny decoder", "bf16", decoder="tiny"))
        rows.append(row(entry, "… tiny encoder and decoder", "bf16", encoder="tiny", decoder="tiny"))
        rows.append(row(entry, "… text encoder kept", "bf16", text="card-kept"))
    if isinstance(entry.memory, HybridMemory) and entry.memory.fp8 is not None:
        rows.append(row(entry, "… fp8", "bf16", packed=entry.memory.fp8))
    rows.append(row(entry, "… fp32", "fp32"))
    assert "\n".join(rows) in PAGE


def test_sizes_on_disk() -> None:
    for entry in MODELS:
        size = sum(part.size for part in entry.parts)
        text = f"{size / 1e9:.1f} GB" if size > 1e9 else f"{size / 1e6:.0f} MB"
        assert any(
            line.startswith(f"| `{entry.name}` |") and line.endswith(f"| {text} |") for line in PAGE.splitlines()
        )
