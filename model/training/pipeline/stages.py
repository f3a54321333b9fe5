"""The stages. Each turns one sample into none, one or several, or rejects it with a reason.

    clips ─▶ instruct ─▶ anchor ─▶ propagate ─▶ pairs (verified)
    sources ─▶ long (verified by a trial edit of the first window)

Fields of a sample grow along the way: ``source.avif`` and ``mask.avif`` (clips), ``anchor.webp`` (anchor),
``edited.avif`` (propagate); so does its description: ``origin``, ``fps``, ``instruction``, ``scores``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from random import Random
from typing import Any, Protocol

import numpy as np

from sanacam.model.training.pipeline.config import ClipTable, LongTable
from sanacam.model.training.pipeline.instructions import Instruction
from sanacam.model.training.pipeline.makers import ImageEditor, Instructor, Judge, NotPossibleError, Propagator
from sanacam.model.training.pipeline.manifest import Rejected
from sanacam.model.training.pipeline.origins import Masker, read_source, windows, with_mask
from sanacam.model.training.pipeline.pictures import (
    Clip,
    clip_of,
    decode_clip_field,
    decode_picture,
    encode_clip_field,
    encode_picture,
)
from sanacam.model.training.pipeline.shards import Sample

Outcome = Sample | Rejected
_EMPTY_DEVIATION = 6.0
"""Standard deviation (of 255) below which a picture counts as black or empty."""
_MASK_QUALITY = 70


class Stage(Protocol):
    """``keeps_rejected``: rejected samples are written too, beside the accepted, for people to look at."""

    name: str
    keeps_rejected: bool

    def describe(self) -> dict[str, Any]: ...

    def process(self, sample: Sample) -> Iterator[Outcome]: ...


def _fields(clip: Clip) -> dict[str, bytes]:
    fields = {"source.avif": encode_clip_field(clip.frames, clip.fps)}
    if clip.mask is not None:
        fields["mask.avif"] = encode_clip_field(clip.mask, clip.fps, _MASK_QUALITY)
    return fields


def _origin(source: Sample) -> dict[str, Any]:
    return {key: source.meta[key] for key in ("name", "licence", "credit")}


def _chance(seed: int, key: str) -> Random:
    """Random numbers that depend on the sample, not on which shard or machine it is in."""
    return Random(f"{seed} {key}")


class ClipStage:
    """Sources to windows."""

    name, keeps_rejected = "clips", False

    def __init__(self, table: ClipTable, masker: Masker | None) -> None:
        self.table, self.masker = table, masker

    def describe(self) -> dict[str, Any]:
        return {**asdict(self.table), "masks": self.masker is not None}

    def process(self, sample: Sample) -> Iterator[Outcome]:
        table = self.table
        clip = read_source(sample, table, round(table.seconds * table.fps))
        if len(clip.frames) < table.frames:
            reason = f"too short: {len(clip.frames)} frames for a window of {table.frames}"
            yield Rejected(sample.key, reason, {})
        for start, bare in windows(clip, table.frames, table.windows):
            window = with_mask(bare, self.masker)
            meta = {"origin": _origin(sample), "fps": round(window.fps, 3), "start": start}
            yield Sample(f"{sample.key}-{start:05d}", meta, _fields(window))


class InstructStage:
    """Windows to (window, instruction)."""

    name, keeps_rejected = "instruct", False

    def __init__(self, maker: Instructor, per_clip: int, seed: int) -> None:
        self.maker, self.per_clip, self.seed = maker, per_clip, seed

    def describe(self) -> dict[str, Any]:
        return {**self.maker.describe(), "per_clip": self.per_clip, "seed": self.seed}

    def process(self, sample: Sample) -> Iterator[Outcome]:
        chosen = self.maker.instruct(clip_of(sample), self.per_clip, _chance(self.seed, sample.key))
        if not chosen:
            yield Rejected(sample.key, "no instruction: none fits the clip", {})
        for number, instruction in enumerate(chosen):
            meta = {**sample.meta, "instruction": instruction.as_meta()}
            yield Sample(f"{sample.key}-{number:02d}", meta, sample.fields)


class AnchorStage:
    """The first frame, edited."""

    name, keeps_rejected = "anchor", False

    def __init__(self, maker: ImageEditor) -> None:
        self.maker = maker

    def describe(self) -> dict[str, Any]:
        return self.maker.describe()

    def process(self, sample: Sample) -> Iterator[Outcome]:
        anchor = self.maker.edit(clip_of(sample), Instruction.from_meta(sample.meta["instruction"]))
        yield replace(sample, fields={**sample.fields, "anchor.webp": encode_picture(anchor)})


class PropagateStage:
    """The edit of the anchor, over the whole window."""

    name, keeps_rejected = "propagate", False

    def __init__(self, maker: Propagator) -> None:
        self.maker = maker

    def describe(self) -> dict[str, Any]:
        return self.maker.describe()

    def process(self, sample: Sample) -> Iterator[Outcome]:
        clip, anchor = clip_of(sample), decode_picture(sample.fields["anchor.webp"])
        edited = self.maker.propagate(clip, anchor, Instruction.from_meta(sample.meta["instruction"]))
        yield replace(sample, fields={**sample.fields, "edited.avif": encode_clip_field(edited, clip.fps)})


class VerifyStage:
    """Accepts or rejects."""

    name, keeps_rejected = "pairs", True

    def __init__(self, maker: Judge) -> None:
        self.maker = maker

    def describe(self) -> dict[str, Any]:
        return self.maker.describe()

    def process(self, sample: Sample) -> Iterator[Outcome]:
        clip, anchor = clip_of(sample), decode_picture(sample.fields["anchor.webp"])
        edited = decode_clip_field(sample.fields["edited.avif"])
        verdict = self.maker.judge(clip, anchor, edited, Instruction.from_meta(sample.meta["instruction"]))
        if verdict.accepted:
            yield replace(sample, meta={**sample.meta, "scores": verdict.scores})
        else:
            yield Rejected(sample.key, verdict.reason, verdict.scores)


class LongStage:
    """Sources to long clips with instructions there and back, from anchor frames at both ends.

    Long training edits the clips itself; what is verified is that the teacher can: the first window, edited, must be
    accepted.
    """

    name, keeps_rejected = "long", False

    def __init__(
        self,
        clips: ClipTable,
        table: LongTable,
        masker: Masker | None,
        makers: tuple[Instructor, ImageEditor, Propagator, Judge],
        seed: int,
    ) -> None:
        self.clips, self.table, self.masker, self.seed = clips, table, masker, seed
        self.instructor, self.editor, self.propagator, self.judge = makers

    def describe(self) -> dict[str, Any]:
        makers = (self.instructor, self.editor, self.propagator, self.judge)
        return {
            **asdict(self.table), "clips": asdict(self.clips), "masks": self.masker is not None, "seed": self.seed,
            "makers": [maker.describe() for maker in makers],
        }  # fmt: skip

    def process(self, sample: Sample) -> Iterator[Outcome]:
        table = self.table
        clip = read_source(sample, self.clips, table.frames)
        if len(clip.frames) < table.window:
            reason = f"too short: {len(clip.frames)} frames for a window of {table.window}"
            yield Rejected(sample.key, reason, {})
            return
        empty = self._empty_picture(clip)
        if empty is not None:
            yield Rejected(sample.key, f"black picture: frame {empty} is empty", {})
            return
        clip = with_mask(clip, self.masker)
        chance = _chance(self.seed, sample.key)
        fields: dict[str, bytes] = {}
        accepted = 0
        # Twice as many as wanted, since some will be rejected.
        for number, instruction in enumerate(self.instructor.instruct(clip, 2 * table.instructions, chance)):
            key = f"{sample.key}-long-{number:02d}"
            if accepted == table.instructions:
                break
            if not instruction.inverse:
                yield Rejected(key, f"no inverse: nobody has written how to undo {instruction.name}", {})
                continue
            trial = clip.first(table.window)
            anchor = self.editor.edit(trial, instruction)
            edited = self.propagator.propagate(trial, anchor, instruction)
            verdict = self.judge.judge(trial, anchor, edited, instruction)
            if not verdict.accepted:
                yield Rejected(key, verdict.reason, verdict.scores)
                continue
            accepted += 1
            fields = fields or _fields(clip)
            meta = {
                "origin": _origin(sample), "fps": round(clip.fps, 3), "frames": len(clip.frames),
                "instruction": instruction.as_meta(), "scores": verdict.scores,
            }  # fmt: skip
            last = encode_picture(self.editor.edit(_last_picture(clip), instruction))
            anchors = {"anchor.webp": encode_picture(anchor), "anchor_last.webp": last}
            yield Sample(key, meta, {**fields, **anchors})

    def _empty_picture(self, clip: Clip) -> int | None:
        """The first frame at either end, of those looked at, that is black or empty."""
        step = max(1, round(clip.fps / self.table.screened_fps))
        reach = round(self.table.screened_seconds * clip.fps)
        count = len(clip.frames)
        looked = sorted({*range(0, min(reach, count), step), *range(max(0, count - reach), count, step)})
        return next((i for i in looked if float(np.std(clip.frames[i])) < _EMPTY_DEVIATION), None)


def _last_picture(clip: Clip) -> Clip:
    return Clip(clip.frames[-1:], None if clip.mask is None else clip.mask[-1:], clip.fps)


def process_kindly(stage: Stage, sample: Sample) -> list[Outcome]:
    """All outcomes of a sample; what a maker cannot do becomes a rejection."""
    outcomes: list[Outcome] = []
    try:
        outcomes.extend(stage.process(sample))
    except NotPossibleError as error:
        outcomes.append(Rejected(sample.key, str(error), {}))
    return outcomes
