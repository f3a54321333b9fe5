"""``manifest.json``: what a data folder holds, where it came from and under which licence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sanacam.model.errors import UserError

Item = dict[str, Any]
"""Keys: name, file, mask (path or None), frames, width, height, fps (0 for photos), people, weight, licence, credit,
source (``package==version``), registry, member, source_sha256 (of the packaged file), sha256 (of ``file``), bytes,
recipe.
"""


def read_manifest(folder: Path) -> list[Item]:
    """The items of a data folder; none if it has no manifest yet.

    Raises:
        UserError: the manifest cannot be read.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        return []
    try:
        items: list[Item] = json.loads(path.read_text(encoding="utf-8"))["items"]
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path} cannot be read.", "Delete it and run 'sanacam train prepare' again.") from None
    return items


def write_manifest(folder: Path, items: Sequence[Item]) -> None:
    """Replaces the manifest in one step."""
    text = json.dumps({"version": 1, "items": list(items)}, indent=1, ensure_ascii=False)
    partial = folder / "manifest.json.partial"
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(folder / "manifest.json")


def credits_page(items: Sequence[Item]) -> str:
    """The names that the licences ask for, as a Markdown page: one table for each package."""
    lines = ["# Credits of the training data", ""]
    for source in sorted({item["source"] for item in items}):
        rows = [item for item in items if item["source"] == source]
        lines += [f"## {source} ({rows[0]['registry']})", "", "| item | file | licence | credit |", "|---|---|---|---|"]
        lines += [f"| {r['name']} | `{r['member']}` | {r['licence']} | {r['credit'].replace('|', '/')} |" for r in rows]
        lines.append("")
    return "\n".join(lines)
