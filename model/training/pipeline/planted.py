"""What a judge catches: faults planted into pairs on purpose, and how many of each it rejects.

``python -m sanacam.model.training.pipeline.planted FOLDER`` takes the pairs of a finished pipeline's ``pairs`` folder
that were accepted, spoils each in every way that fits it, and prints a table. A sheet of the spoilt pairs shows what
was missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from sanacam.model.errors import UserError
from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.config import load_pipeline_config
from sanacam.model.training.pipeline.instructions import Instruction, fitting, recipes
from sanacam.model.training.pipeline.makers import Judge, NotPossibleError
from sanacam.model.training.pipeline.makers_by_name import make_maker
from sanacam.model.training.pipeline.measures import motion_kept
from sanacam.model.training.pipeline.pictures import Clip, as_tensor, clip_of, decode_clip_field, decode_picture
from sanacam.model.training.pipeline.procedural import draw_recipe
from sanacam.model.training.pipeline.reader import ShardFolder
from sanacam.model.training.pipeline.sheet import draw_sheet

Fault = Callable[[Clip, Picture, Instruction], Picture | None]
"""The edited frames, spoilt; None where the fault could not be seen on this pair."""


def frozen(clip: Clip, edited: Picture, instruction: Instruction) -> Picture | None:
    """The first picture all the time."""
    return np.repeat(edited[:1], len(edited), axis=0) if _moves(clip) else None


def late(clip: Clip, edited: Picture, instruction: Instruction) -> Picture | None:
    """A third of the clip too late."""
    delay = len(edited) // 3
    return np.concatenate([edited[:1].repeat(delay, axis=0), edited[:-delay]]) if _moves(clip) else None


def backwards(clip: Clip, edited: Picture, instruction: Instruction) -> Picture | None:
    """Last picture first."""
    return edited[::-1] if _moves(clip) else None


def flickering(clip: Clip, edited: Picture, instruction: Instruction) -> Picture:
    """Every other picture a tenth brighter, the others a tenth darker."""
    gain = np.where(np.arange(len(edited)) % 2, 1.1, 0.9)[:, None, None, None]
    return (edited * gain).clip(0, 255).astype(np.uint8)


def boiling(clip: Clip, edited: Picture, instruction: Instruction) -> Picture:
    """Blotches that are new in every picture."""
    chance = np.random.default_rng(5)
    height, width = edited.shape[1:3]
    blotches = [
        cv2.resize(chance.normal(0, 26, (height // 8, width // 8, 3)), (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in edited
    ]
    return (edited + np.stack(blotches)).clip(0, 255).astype(np.uint8)


def melting(clip: Clip, edited: Picture, instruction: Instruction) -> Picture:
    """Sharp at the beginning, blurred at the end."""
    strengths = np.linspace(0.01, 4.0, len(edited))
    return np.stack([cv2.GaussianBlur(f, (0, 0), s) for f, s in zip(edited, strengths, strict=True)])


def jumping(clip: Clip, edited: Picture, instruction: Instruction) -> Picture:
    """One picture in the middle without the edit, mirrored."""
    spoilt = edited.copy()
    spoilt[len(edited) // 2] = clip.frames[len(edited) // 2][:, ::-1]
    return spoilt


def unedited(clip: Clip, edited: Picture, instruction: Instruction) -> Picture:
    """The source."""
    return clip.frames.copy()


def wrong_edit(clip: Clip, edited: Picture, instruction: Instruction) -> Picture:
    """Another edit of the same family that fits the clip."""
    family = [n for n in fitting(recipes(), masked=clip.mask is not None) if recipes()[n].family == instruction.family]
    # The next in the list, so that the same pair always gets the same one.
    other = family[(family.index(instruction.name) + 1) % len(family)]
    return draw_recipe(clip, Instruction(other, instruction.family, ("",), ()))


def outside(clip: Clip, edited: Picture, instruction: Instruction) -> Picture | None:
    """The part that was to stay changes its colour."""
    if instruction.kept is None or clip.mask is None:
        return None
    share = clip.mask[..., None] / 255
    region = share if instruction.kept == "person" else 1 - share
    tinted = edited * np.array([1.25, 0.9, 0.75])
    return (edited + region * (tinted - edited)).clip(0, 255).astype(np.uint8)


def empty(clip: Clip, edited: Picture, instruction: Instruction) -> Picture:
    """Black."""
    return np.zeros_like(edited)


FAULTS: dict[str, Fault] = {
    f.__name__: f
    for f in (
        frozen, late, backwards, flickering, boiling, melting, jumping, unedited, wrong_edit, outside, empty,
    )
}  # fmt: skip


def _moves(clip: Clip) -> bool:
    source = as_tensor(clip.frames)
    return motion_kept(source, source) is not None


def plant(folder: Path, judge: Judge, sheet: Path, most: int) -> dict[str, dict[str, int]]:
    """Counts by fault: ``planted``, ``rejected``, and rejected by kind of reason; first the pairs as they are.

    Args:
        sheet: picture of the spoilt pairs that were accepted, and of as many others.
        most: pairs to spoil.
    """
    counts: dict[str, dict[str, int]] = {}
    shown = []
    samples = ShardFolder(folder)
    for number in np.unique(np.linspace(0, len(samples) - 1, min(most, len(samples))).round().astype(int)):
        sample = samples[int(number)]
        clip, asked = clip_of(sample), Instruction.from_meta(sample.meta["instruction"])
        edited, anchor = decode_clip_field(sample.fields["edited.avif"]), decode_picture(sample.fields["anchor.webp"])
        for name, fault in FAULTS.items():
            spoilt = fault(clip, edited, asked)
            if spoilt is None:
                continue
            try:
                verdict = judge.judge(clip, anchor, spoilt, asked)
                reason = verdict.reason
            except NotPossibleError as error:
                reason = str(error)
            row = counts.setdefault(name, {"planted": 0, "rejected": 0})
            row["planted"] += 1
            row["rejected"] += bool(reason)
            kind = reason.partition(":")[0] or "missed"
            row[kind] = row.get(kind, 0) + 1
            if not reason:
                print(f"missed: {name} of {sample.key} ({asked.name}): {json.dumps(verdict.scores)}", flush=True)
                ends = (0, len(edited) // 2, len(edited) - 1)
                pictures = [frames[i] for frames in (clip.frames, spoilt) for i in ends]
                shown.append((f"{name} / {asked.name}\n{sample.key}", pictures))
    if shown:
        draw_sheet(shown).save(sheet, quality=88)
    return counts


def as_table(counts: dict[str, dict[str, int]]) -> str:
    """Markdown."""
    kinds = sorted({k for row in counts.values() for k in row} - {"planted", "rejected"})
    lines = [f"| fault | planted | rejected | {' | '.join(kinds)} |", "|---" * (3 + len(kinds)) + "|"]
    for name, row in counts.items():
        cells = " | ".join(str(row.get(kind, "")) for kind in kinds)
        lines.append(f"| {name} | {row['planted']} | {row['rejected']} | {cells} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Plant faults into accepted pairs and count what the judge catches.")
    parser.add_argument("folder", type=Path, help="the pipeline's folder 'pairs'")
    parser.add_argument("--config", type=Path, help="TOML file of the pipeline, for its table [verify]")
    parser.add_argument("--sheet", type=Path, default=Path("missed.jpg"), help="picture of what was missed")
    parser.add_argument("--most", type=int, default=12, help="pairs to spoil (default 12)")
    arguments = parser.parse_args()
    try:
        judge = make_maker("verify", load_pipeline_config(arguments.config).verify)
        print(as_table(plant(arguments.folder, judge, arguments.sheet, arguments.most)))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
