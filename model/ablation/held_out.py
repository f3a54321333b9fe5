"""Clips and wordings that training never saw, made ready once for all variants of a part."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from sanacam.model.ablation.plan import Measure
from sanacam.model.ablation.warp import Flow, source_flow
from sanacam.model.errors import UserError
from sanacam.model.evaluation.clips import choose_clips, find_clips, load_clip
from sanacam.model.evaluation.teachers import Teachers
from sanacam.model.training.prompts.bank import PromptBank


@dataclass(frozen=True)
class HeldOut:
    """Clips of one length and size with their teachers' edits and motion."""

    teachers: list[Teachers]
    flows: list[Flow]
    prompts: PromptBank

    def features(self, edits: list[str], turn: int, split: str = "held_out") -> tuple[Tensor, Tensor]:
        """Features (B, L, D) and mask (B, L) of one wording of each edit; the next ``turn`` gets the next wording.

        Raises:
            UserError: the bank has no such wording of an edit.
        """
        rows = []
        for edit in edits:
            there = self.prompts.indices(edit, split) if edit in self.prompts.edits else torch.empty(0)
            if not len(there):
                raise UserError(f"The prompt bank has no {split.replace('_', '-')} wording for {edit}.")
            rows.append(int(there[turn % len(there)]))
        return self.prompts.batch(torch.tensor(rows))


def load_held_out(
    folder: Path, edits: list[str], size: tuple[int, int], measure: Measure, prompts: PromptBank, device: torch.device
) -> HeldOut:
    """The clips of a folder, as many as ``measure`` asks for.

    Raises:
        UserError: no clips, or one that is too short.
    """
    teachers = []
    for source in choose_clips(find_clips(folder), measure.clips):
        clip = load_clip(source, size, measure.frames)
        if len(clip.frames) < measure.frames:
            raise UserError(f"{clip.name} has {len(clip.frames)} of {measure.frames} pictures.", "Give longer clips.")
        teachers.append(Teachers(clip, edits, device))
    return HeldOut(teachers, [source_flow(t.clip.frames, device) for t in teachers], prompts)
