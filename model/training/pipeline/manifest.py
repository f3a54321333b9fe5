"""What a stage says about itself: a record beside every shard, and one manifest of them all.

A shard counts as made when its record is there and fits it. The record is written last, so a stage that was killed has
whole shards with records, and at most one without, which is made again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sanacam.model.errors import UserError
from sanacam.model.training.pipeline.shards import Sample, dump_json, sha256, shard_name, write_whole

FORMAT, VERSION = "sanacam.shards", 1


@dataclass(frozen=True)
class Rejected:
    """A sample that went no further, and why.

    Attributes:
        reason: one plain sentence; its part before a colon names the kind of reason.
        scores: measured values, if there are any.
    """

    key: str
    reason: str
    scores: dict[str, float]


@dataclass(frozen=True)
class ShardRecord:
    """One shard.

    Attributes:
        name: of the tar without its ending.
        recipe: digest of the stage's description and of what went in.
        samples: how many are in it. ``families``: how many of each. ``size`` in bytes.
        digest: SHA-256 of the tar.
        licences: samples by the licence of their source.
        credits: the names that licences ask for.
    """

    name: str
    recipe: str
    samples: int
    size: int
    digest: str
    families: dict[str, int]
    licences: dict[str, int]
    credits: list[str]
    rejected: list[Rejected]

    @classmethod
    def of(
        cls, number: int, recipe: str, content: bytes, samples: Sequence[Sample], rejected: list[Rejected]
    ) -> ShardRecord:
        origins = [sample.meta["origin"] for sample in samples]
        families = Counter(s.meta["instruction"]["family"] for s in samples if "instruction" in s.meta)
        return cls(
            shard_name(number),
            recipe,
            len(samples),
            len(content),
            sha256(content),
            dict(families),
            dict(Counter(origin["licence"] for origin in origins)),
            sorted({f"{origin['name']}: {origin['credit']} ({origin['licence']})" for origin in origins}),
            rejected,
        )


def write_record(folder: Path, record: ShardRecord) -> None:
    write_whole(folder / f"{record.name}.json", dump_json(asdict(record)))


def read_record(folder: Path, number: int) -> ShardRecord | None:
    """None if there is none. A record that cannot be read counts as none: its shard is then made again."""
    path = folder / f"{shard_name(number)}.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return ShardRecord(**{**values, "rejected": [Rejected(**row) for row in values["rejected"]]})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def damage(folder: Path, record: ShardRecord) -> str:
    """What is wrong with a recorded shard; empty if nothing is."""
    path = folder / f"{record.name}.tar"
    if not path.is_file():
        return "missing"
    size = path.stat().st_size
    if size < record.size:
        return f"cut short ({size} of {record.size} bytes)"
    return "" if sha256(path.read_bytes()) == record.digest else "changed since it was made"


def write_stage_manifest(folder: Path, stage: str, description: dict[str, Any], records: list[ShardRecord]) -> None:
    """``manifest.json`` of a stage, and ``CREDITS.md`` with the names that licences ask for."""
    rejected = [row for record in records for row in record.rejected]
    value = {
        "format": FORMAT,
        "version": VERSION,
        "stage": stage,
        "description": description,
        "samples": sum(record.samples for record in records),
        "rejected": len(rejected),
        "reasons": dict(Counter(row.reason.partition(":")[0] for row in rejected)),
        "families": _sum(record.families for record in records),
        "licences": _sum(record.licences for record in records),
        "shards": [asdict(record) for record in records],
    }
    write_whole(folder / "manifest.json", dump_json(value))
    names = sorted({line for record in records for line in record.credits})
    page = "\n".join(["# Credits", "", *(f"* {name}" for name in names), ""])
    write_whole(folder / "CREDITS.md", page.encode())


def _sum(counts: Any) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)


def read_stage_manifest(folder: Path) -> dict[str, Any]:
    """
    Raises:
        UserError: the folder holds no finished stage, or its manifest cannot be read.
    """
    path = folder / "manifest.json"
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if value["format"] != FORMAT or value["version"] != VERSION:
            raise ValueError
    except FileNotFoundError:
        raise UserError(f"There are no shards in {folder}.", "Make them: sanacam train data --help") from None
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path} is no manifest of shards.", "Run 'sanacam train data' again.") from None
    return value
