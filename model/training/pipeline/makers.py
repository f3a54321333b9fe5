"""The interfaces of what makes data, one for each stage. Everything that fits one can replace another.

Pictures are ``numpy`` uint8 RGB as in :mod:`.pictures`. ``describe`` gives all that decides a maker's results: shards
made by another maker, or by the same with other numbers, are made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from sanacam.model.training.data.carrier import Picture
from sanacam.model.training.pipeline.instructions import Instruction
from sanacam.model.training.pipeline.pictures import Clip


class Maker(Protocol):
    def describe(self) -> dict[str, Any]:
        """Name and all settings, as JSON values."""
        ...


class Instructor(Maker, Protocol):
    def instruct(self, clip: Clip, count: int, chance: Random) -> list[Instruction]:
        """Up to ``count`` different instructions that make sense for the clip."""
        ...


class ImageEditor(Maker, Protocol):
    def edit(self, clip: Clip, instruction: Instruction) -> Picture:
        """The clip's first frame (H, W, 3), edited: the anchor."""
        ...


class Propagator(Maker, Protocol):
    def propagate(self, clip: Clip, anchor: Picture, instruction: Instruction) -> Picture:
        """All frames (T, H, W, 3), edited as the anchor is and moving as the clip does."""
        ...


@dataclass(frozen=True)
class Verdict:
    """``reason`` is empty for what is accepted; before its colon stands the kind of fault: ``instruction``, ``kept
    region``, ``temporal`` or ``quality``. ``scores`` are what was measured."""

    reason: str
    scores: dict[str, float]

    @property
    def accepted(self) -> bool:
        return not self.reason


class Judge(Maker, Protocol):
    def judge(self, clip: Clip, anchor: Picture, edited: Picture, instruction: Instruction) -> Verdict: ...


class NotPossibleError(Exception):
    """A maker cannot make this one sample; the message is the reason, and the pipeline goes on without it."""
