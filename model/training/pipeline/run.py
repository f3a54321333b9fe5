"""Running stages: which shards there are, which are made already, and making one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sanacam.model.errors import UserError
from sanacam.model.training.pipeline.config import CHAIN, PipelineConfig
from sanacam.model.training.pipeline.makers_by_name import SelfieMasker, make_maker
from sanacam.model.training.pipeline.manifest import (
    Rejected,
    ShardRecord,
    damage,
    read_record,
    write_record,
    write_stage_manifest,
)
from sanacam.model.training.pipeline.shards import Sample, Shard, pack_shard, shard_name, write_whole
from sanacam.model.training.pipeline.stages import (
    AnchorStage,
    ClipStage,
    InstructStage,
    LongStage,
    PropagateStage,
    Stage,
    VerifyStage,
    process_kindly,
)

_SEES_SOURCES = ("clips", "long")
_VERSION = 1
"""Of what the stages do; a change of it makes all shards anew."""
_PLACES = ("file", "mask")
"""Where a source lies says nothing about what is in it."""


@dataclass(frozen=True)
class Plan:
    """What a worker needs to make any shard; it travels to other processes and machines, which see the same folders.

    Attributes:
        out: one folder a stage comes into it.
        packages: folder for the segmenter's package; None: films get no person masks.
    """

    config: PipelineConfig
    out: Path
    sources: tuple[Sample, ...]
    packages: Path | None = None

    @property
    def shards(self) -> int:
        return -(-len(self.sources) // self.config.clips.per_shard)

    def group(self, number: int) -> tuple[Sample, ...]:
        """The sources of a shard."""
        size = self.config.clips.per_shard
        return self.sources[number * size : (number + 1) * size]

    def build(self, stage: str) -> Stage:
        """A stage with its makers.

        Raises:
            UserError: the configuration names makers that cannot be had.
        """
        config = self.config
        masker = None if self.packages is None else SelfieMasker(self.packages)
        match stage:
            case "clips":
                return ClipStage(config.clips, masker)
            case "instruct":
                maker = make_maker("instruct", config.instruct, ["per_clip"])
                return InstructStage(maker, int(config.instruct.get("per_clip", 5)), config.seed)
            case "anchor":
                return AnchorStage(make_maker("anchor", config.anchor))
            case "propagate":
                return PropagateStage(make_maker("propagate", config.propagate))
            case "pairs":
                return VerifyStage(make_maker("verify", config.verify))
            case _:
                makers = (
                    make_maker("instruct", config.instruct, ["per_clip"]),
                    make_maker("anchor", config.anchor),
                    make_maker("propagate", config.propagate),
                    make_maker("verify", config.verify),
                )
                return LongStage(config.clips, config.long, masker, makers, config.seed)


class Engine(Protocol):
    def run(self, plan: Plan, stage: str, numbers: list[int]) -> Iterator[dict[str, Any]]:
        """Makes the shards in any order, wherever it likes; gives the rows that :class:`ShardMaker` gives."""
        ...


class ShardMaker:
    """Makes shards of one stage in one process; models are loaded once, when the first shard really needs making."""

    def __init__(self, plan: Plan, stage: str) -> None:
        self.plan, self.name = plan, stage
        self.folder = plan.out / stage
        self.folder.mkdir(parents=True, exist_ok=True)
        self.stage = plan.build(stage)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """``row`` holds ``number``. Gives it back with ``samples``, ``rejected``, ``note`` (what a person should know)
        and ``error`` and ``hint`` (empty, or why it could not be made)."""
        number = int(row["number"])
        made = {"number": number, "samples": 0, "rejected": 0, "note": "", "error": "", "hint": ""}
        try:
            record, note = self.make(number)
        except UserError as error:
            return {**made, "error": error.message, "hint": error.hint}
        return {**made, "samples": record.samples, "rejected": len(record.rejected), "note": note}

    def make(self, number: int) -> tuple[ShardRecord, str]:
        """A shard's record, made now or before.

        Raises:
            UserError: what goes into it is missing or damaged, or it cannot be written.
        """
        inputs, digest = self._inputs(number)
        recipe = _digest([_VERSION, self.name, self.stage.describe(), digest])
        record, note = read_record(self.folder, number), ""
        if record is not None and record.recipe == recipe:
            wrong = damage(self.folder, record)
            if not wrong:
                return record, "as before"
            note = f"was {wrong}; made again"
        samples: list[Sample] = []
        rejected: list[Rejected] = []
        refused: list[Sample] = []
        for sample in inputs:
            for outcome in process_kindly(self.stage, sample):
                if isinstance(outcome, Sample):
                    samples.append(outcome)
                    continue
                rejected.append(outcome)
                refused.append(Sample(sample.key, {**sample.meta, "reason": outcome.reason}, sample.fields))
        if self.stage.keeps_rejected:
            write_whole(self.folder / f"rejected-{shard_name(number)}.tar", pack_shard(refused))
        content = pack_shard(samples)
        # The record last: without it the shard does not count.
        write_whole(self.folder / f"{shard_name(number)}.tar", content)
        record = ShardRecord.of(number, recipe, content, samples, rejected)
        write_record(self.folder, record)
        return record, note

    def _inputs(self, number: int) -> tuple[Iterator[Sample], str]:
        """The samples that go in, and their digest."""
        if self.name in _SEES_SOURCES:
            group = self.plan.group(number)
            content = [{k: v for k, v in source.meta.items() if k not in _PLACES} for source in group]
            return iter(group), _digest(content)
        before = CHAIN[CHAIN.index(self.name) - 1]
        folder = self.plan.out / before
        record = read_record(folder, number)
        if record is None:
            raise UserError(
                f"The stage {self.name} needs the shard {folder / shard_name(number)}.tar, which is not finished.",
                f"Run the stage {before} first.",
            )
        wrong = damage(folder, record)
        if wrong:
            raise UserError(
                f"The shard {folder / record.name}.tar is {wrong}.", f"Run the stage {before} again: it mends it."
            )
        return iter(Shard(folder / f"{record.name}.tar")), record.digest


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def run_stage(plan: Plan, stage: str, engine: Engine) -> Iterator[str]:
    """Makes what is missing of a stage, then its manifest; gives lines for people.

    Raises:
        UserError: a shard could not be made; those that could are kept.
    """
    folder = plan.out / stage
    folder.mkdir(parents=True, exist_ok=True)
    description = plan.build(stage).describe()
    failures = []
    for row in engine.run(plan, stage, list(range(plan.shards))):
        name = f"{stage}/{shard_name(row['number'])}"
        if row["error"]:
            failures.append(UserError(row["error"], row["hint"]))
            continue
        note = f" ({row['note']})" if row["note"] else ""
        yield f"{name}: {row['samples']} samples, {row['rejected']} rejected{note}"
    if failures:
        raise failures[0]
    records = [record for n in range(plan.shards) if (record := read_record(folder, n)) is not None]
    if len(records) != plan.shards:
        raise UserError(f"{plan.shards - len(records)} shards of {stage} were not made.", "Run it again.")
    # Shards of an earlier run with more sources would be read as if they belonged to this one.
    for stray in folder.glob("*.tar"):
        if int(stray.stem.removeprefix("rejected-")) >= plan.shards:
            stray.unlink()
            stray.with_suffix(".json").unlink(missing_ok=True)
    write_stage_manifest(folder, stage, description, records)
