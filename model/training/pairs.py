"""Training pairs made on the fly: a source clip, its edited twin and the wording that asks for the edit.

Every random choice of a step comes from generators seeded by (seed, shard, step), so a resumed run sees exactly the
data that an uninterrupted one would have seen, and nothing about the data needs to be saved.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.falling_noise import CELL, FRAMES, falling_clips
from sanacam.model.training.config import StageConfig
from sanacam.model.training.data.bank import SourceBank
from sanacam.model.training.data.sampler import ClipSampler, camera_noise
from sanacam.model.training.edits import EDITS, apply_edit
from sanacam.model.training.edits.weather import without_particles
from sanacam.model.training.parallel import Ranks
from sanacam.model.training.prompts.bank import PromptBank


@dataclass
class Pairs:
    """One batch. Pictures (B, T, 3, H, W) in −1…1; ``prompts`` (B,) are rows of the prompt bank.

    ``source`` is what the camera sees (sometimes noisy), ``target`` the edit of the clean picture, ``bare`` the same
    without particles. ``falling`` (B, 12, t, h, w) is the noise by which the particles were drawn; None unless the
    stage trains with such noise.
    """

    source: Tensor
    target: Tensor
    bare: Tensor
    prompts: Tensor
    edits: list[str]
    falling: Tensor | None = None

    @property
    def fallen(self) -> list[bool]:
        """Whose particles were drawn by ``falling``. Stored pairs may have edits that no teacher is named after."""
        return [name in EDITS and EDITS[name].needs_field for name in self.edits]


def step_seed(seed: int, shard: int, step: int) -> int:
    """A generator seed that differs for every (seed, shard, step)."""
    return ((seed * 1_000_003 + shard) * 1_000_003 + step) % 2**63


def _check_names(config: StageConfig, prompts: PromptBank) -> None:
    """A misspelt weight would be none at all."""
    families = {edit.family for edit in EDITS.values()}
    for table, given, known in (
        ("family_weights", config.family_weights, families),
        ("edit_weights", config.edit_weights, {*EDITS, *prompts.edits}),
    ):
        if wrong := sorted(set(given) - known):
            raise UserError(f"[{table}] names {', '.join(wrong)}.", f"There is {', '.join(sorted(known))}.")


class PairMaker:
    """Draws :class:`Pairs` from a bank of source clips, the teacher edits and a bank of wordings."""

    def __init__(self, bank: SourceBank, prompts: PromptBank, config: StageConfig, ranks: Ranks) -> None:
        self.config, self.ranks, self.prompts = config, ranks, prompts
        self.cpu = torch.Generator()
        self.device = torch.Generator(ranks.device)
        self.sampler = ClipSampler(bank, self.cpu, ranks.device, (config.height, config.width), config.frames)
        self.falls = config.stream.noise == "falling"
        _check_names(config, prompts)
        known = [n for n in EDITS if n in prompts.edits and (self.falls or not EDITS[n].needs_field)]
        self.names = [n for n in known if self._weight(n) > 0 and len(prompts.indices(n))]
        self.weights = torch.tensor([self._weight(n) for n in self.names])
        if not self._has_pairs():
            raise UserError(
                "No edit is left to train on.", "See family_weights and edit_weights, and what the prompt bank knows."
            )

    def _has_pairs(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.names)

    def _weight(self, name: str) -> float:
        family = self.config.family_weights.get(EDITS[name].family, 1.0)
        return family * self.config.edit_weights.get(name, 1.0)

    def seed(self, step: int, part: int = 0) -> None:
        """Fixes every later draw of this part of a step."""
        value = step_seed(self.config.seed, self.ranks.shard(part), step)
        self.cpu.manual_seed(value)
        self.device.manual_seed(value)

    @torch.no_grad()
    def draw(self, batch: int, groups: int) -> Pairs:
        """``batch`` samples in ``groups`` groups of one edit each; groups that need a person mask get clips that have
        one."""
        drawn = torch.multinomial(self.weights, groups, replacement=True, generator=self.cpu).tolist()
        names = sorted((self.names[i] for i in drawn), key=lambda n: EDITS[n].needs_mask)
        size = batch // groups
        masked = sum(EDITS[n].needs_mask for n in names) * size
        parts = []
        if masked < batch:
            parts.append(self.sampler.sample(batch - masked, people_only=False))
        if masked:
            parts.append(self.sampler.sample(masked, people_only=True))
        clean = torch.cat([p[0] for p in parts])
        masks = torch.cat([p[1] for p in parts])
        falling = self._fall(batch)
        target, bare = torch.empty_like(clean), torch.empty_like(clean)
        for index, name in enumerate(names):
            part = slice(index * size, (index + 1) * size)
            mask = masks[part] if EDITS[name].needs_mask else None
            field = falling[part] if falling is not None and EDITS[name].needs_field else None
            target[part] = apply_edit(name, clean[part], mask, field)
            bare[part] = (
                target[part] if field is None else apply_edit(name, clean[part], mask, without_particles(field))
            )
        edits = [name for name in names for _ in range(size)]
        ids = torch.tensor([self.prompts.edits.index(name) for name in edits])
        rows = self.prompts.draw(ids.to(self.prompts.device), self.device, graded=self.config.graded)
        strength = self.prompts.strength(rows).view(-1, 1, 1, 1, 1)
        target, bare = torch.lerp(clean, target, strength), torch.lerp(clean, bare, strength)
        source = camera_noise(clean, self.cpu)
        return Pairs(source * 2 - 1, target * 2 - 1, bare * 2 - 1, rows, edits, falling)

    def _fall(self, batch: int) -> Tensor | None:
        """Falling noise of a batch, if this stage knows it."""
        if not self.falls:
            return None
        config = self.config
        frames, height, width = -(-config.frames // FRAMES), config.height // CELL, config.width // CELL
        return falling_clips(batch, frames, height, width, self.device, self.ranks.device)
