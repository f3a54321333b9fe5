"""Short streams, each of which answers one question: is German understood, does the edit grow with the word, does an
unknown prompt end gently, would more steps help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from sanacam.model.evaluation.clips import Clip
from sanacam.model.evaluation.metrics import Perceptual, perceptual_mean
from sanacam.model.evaluation.streaming import Editor, from_pixels, stream, to_pixels
from sanacam.model.evaluation.summary import mean
from sanacam.model.evaluation.teachers import Teachers, nearest_edit
from sanacam.model.evaluation.wordings import Wordings
from sanacam.model.training.prompts import Prompt
from sanacam.model.training.prompts.held_out_unknown import UnknownPrompt
from sanacam.model.training.prompts.taxonomy import FULL, MEDIUM, SUBTLE

DEGREES = (SUBTLE, MEDIUM, FULL)
_GENTLE = (FULL, MEDIUM, SUBTLE)
_NEAR = 6
"""Candidates by L1 that LPIPS then compares."""


class ShortStreams:
    """Streams the beginning of one clip again and again.

    Args:
        clip: with a person mask, so that every edit can be asked for.
        frames: how much of it.
        offered: edits whose teachers compete.
    """

    def __init__(self, clip: Clip, frames: int, offered: list[str], perceptual: Perceptual, device: torch.device):
        mask = None if clip.mask is None else clip.mask[:frames]
        self.teachers = Teachers(Clip(clip.name, clip.frames[:frames], mask), offered, device)
        self.perceptual, self.device = perceptual, device
        self._frames = to_pixels(self.teachers.source)
        # The second half of a late chunk and the very end: what a stream has settled to.
        self.probes = torch.tensor([len(self._frames) // 2, len(self._frames) - 1], device=device)

    def knows(self, edit: str) -> bool:
        return edit in self.teachers.names

    def show(self, editor: Editor, wording: str) -> Tensor:
        """(T, 3, H, W) float32 in 0…1."""
        return from_pixels(list(stream(editor, self._frames, wording)), self.device).float() / 255


@dataclass(frozen=True)
class Recognition:
    """Share of probed frames nearest to the right teacher, for each edit, and the wordings that missed."""

    edits: dict[str, float]
    missed: dict[str, str] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        return mean(self.edits.values())

    def to_dict(self) -> dict[str, Any]:
        return {"share": self.share, "edits": self.edits, "missed": self.missed}


def recognise(streams: ShortStreams, editor: Editor, wordings: Wordings, tick: Callable[[], None]) -> Recognition:
    """Every wording once."""
    shares, missed = {}, {}
    for edit, prompts in wordings.items():
        if not streams.knows(edit):
            continue
        hits: list[bool] = []
        for prompt in prompts:
            output = streams.show(editor, prompt.text)
            nearest = nearest_edit(output, streams.teachers, prompt.strength, streams.probes, streams.perceptual).unit
            hits += [name == edit for name in nearest]
            if nearest[-1] != edit:
                missed[prompt.text] = nearest[-1]
            tick()
        shares[edit] = sum(hits) / len(hits)
    return Recognition(shares, missed)


@dataclass(frozen=True)
class Growth:
    """How much of an edit is seen for each degree that was asked for: ``shares[edit]`` has a number, 0…1 and beyond,
    for each of :data:`DEGREES`."""

    shares: dict[str, list[float]]

    @property
    def growing(self) -> float | None:
        """Share of the edits that show more of themselves at each degree than at the one below."""
        return mean(float(little < half < full) for little, half, full in self.shares.values())

    @property
    def means(self) -> list[float]:
        """Mean share over the edits for each degree."""
        return [sum(column) / len(column) for column in zip(*self.shares.values(), strict=True)]

    def to_dict(self) -> dict[str, Any]:
        return {"degrees": list(DEGREES), "growing": self.growing, "means": self.means, "edits": self.shares}


def measure_growth(streams: ShortStreams, editor: Editor, wordings: Wordings, tick: Callable[[], None]) -> Growth:
    """The share is the projection of (output − source) on (teacher − source)."""
    shares = {}
    for edit, prompts in wordings.items():
        if not streams.knows(edit):
            continue
        source = streams.teachers.source[streams.probes].float() / 255
        way = streams.teachers.of(edit, FULL, streams.probes) - source
        seen: dict[float, list[float]] = {degree: [] for degree in DEGREES}
        for prompt in prompts:
            went = streams.show(editor, prompt.text)[streams.probes] - source
            seen[prompt.strength].append(float((went * way).sum() / way.square().sum().clamp_min(1e-6)))
            tick()
        if all(seen.values()):
            shares[edit] = [sum(values) / len(values) for values in seen.values()]
    return Growth(shares)


@dataclass(frozen=True)
class Answer:
    """What an unknown prompt got: the nearest teacher (of some strength), how near, and whether it is a gentle one."""

    text: str
    kind: str
    nearest: str
    strength: float
    lpips: float
    gentle: bool


def answer_unknown(
    streams: ShortStreams, editor: Editor, prompts: list[UnknownPrompt], tick: Callable[[], None]
) -> list[Answer]:
    """Every prompt once, its last frame against all teachers in three strengths."""
    last = streams.probes[-1:]
    candidates = [(name, strength) for name in streams.teachers.names for strength in _GENTLE]
    pictures = torch.cat([streams.teachers.of(name, strength, last) for name, strength in candidates])
    answers = []
    for prompt in prompts:
        output = streams.show(editor, prompt.text)[last]
        order = (pictures - output).abs().mean(dim=(1, 2, 3)).argsort()[:_NEAR]
        distance = streams.perceptual(output.expand(len(order), -1, -1, -1) * 2 - 1, pictures[order] * 2 - 1).float()
        name, strength = candidates[int(order[distance.argmin()])]
        answers.append(Answer(prompt.text, prompt.kind, name, strength, float(distance.min()), name in prompt.accepted))
        tick()
    return answers


def lpips_by_steps(
    streams: ShortStreams, editors: dict[int, Editor], prompts: list[Prompt], tick: Callable[[], None]
) -> dict[int, float]:
    """Mean LPIPS to the teacher for each number of steps; ``editors`` by that number."""
    values: dict[int, list[float]] = {steps: [] for steps in editors}
    for prompt in prompts:
        if not streams.knows(prompt.edit):
            continue
        target = streams.teachers.of(prompt.edit, prompt.strength)
        for steps, editor in editors.items():
            values[steps].append(perceptual_mean(streams.perceptual, streams.show(editor, prompt.text), target))
            tick()
    return {steps: sum(found) / len(found) for steps, found in values.items() if found}
