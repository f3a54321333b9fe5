"""What a training stage brings to the loop: who is trained, and the losses of one step, one after another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from sanacam.model.training.config import StageConfig


@dataclass(frozen=True)
class Player:
    """Modules that one optimiser trains.

    Attributes:
        name: as in log and checkpoints.
        modules: by the name that their exported file gets.
        rate: learning rate as a multiple of the schedule's.
        betas, weight_decay, clip: of AdamW, and the largest norm of the gradient.
    """

    name: str
    modules: dict[str, nn.Module]
    rate: float
    betas: tuple[float, float]
    weight_decay: float
    clip: float


@dataclass(frozen=True)
class Turn:
    """One player's loss and the numbers to log. The loop goes backward and updates the player before it asks for the
    next turn, so that a graph never outlives its turn."""

    player: str
    loss: Tensor
    numbers: dict[str, Tensor]


class Stage(ABC):
    """One stage of training.

    A step consists of ``config.accumulate`` parts; each has data of its own, and the gradients of all parts are
    averaged. What a part sees depends on (seed, step, shard) alone, where shard = rank + ranks · part: the same number
    of shards gives the same run, however they are spread over ranks and parts.

    Attributes:
        config: what the stage was told.
        trained: modules whose moving average is the stage's result.
    """

    config: StageConfig
    trained: dict[str, nn.Module]

    def players(self) -> tuple[Player, ...]:
        """Who is trained; by default all of ``trained`` with one optimiser."""
        config = self.config
        return (Player("model", self.trained, 1.0, config.betas, config.weight_decay, config.clip),)

    @abstractmethod
    def prepare(self, step: int) -> None:
        """Called once before the first step, after a checkpoint was restored; ``step`` is where the run stands."""

    def turns(self, step: int, part: int) -> Iterator[Turn]:
        """The turns of one part of a step; by default :meth:`loss` for the only player."""
        loss, numbers = self.loss(step, part)
        yield Turn("model", loss, numbers)

    def loss(self, step: int, part: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of one part of a step and the numbers to log, of a stage with one player."""
        raise NotImplementedError("a stage has a loss, or turns of its own")

    def memory(self) -> dict[str, Tensor]:
        """Tensors that the next step depends on besides the weights, as they are: a checkpoint stores them and writes
        them back in place. Keys begin with the shard they belong to."""
        return {}

    @abstractmethod
    def sheet(self, path: Path, step: int) -> None:
        """Draws a validation sheet with the averaged weights."""

    @abstractmethod
    def finish(self, ema: dict[str, Tensor]) -> None:
        """Load the averaged weights (``ema``: ``module.parameter``) and make last changes to them."""

    def results(self) -> dict[str, nn.Module]:
        """What the loop writes out at the end, each as ``NAME.safetensors``; by default all of ``trained``."""
        return self.trained

    def described(self, part: str) -> dict[str, Any]:
        """The configuration that an exported module's file carries."""
        table: dict[str, Any] = self.config.vae if part == "vae" else self.config.dit
        return table

    def export(self, out: Path) -> None:
        """Write what a program needs besides the modules' own files; the first rank alone is asked."""
        return


def load_average(modules: dict[str, nn.Module], ema: dict[str, Tensor]) -> None:
    """Put averaged weights into their modules."""
    for part, module in modules.items():
        module.load_state_dict({k.removeprefix(f"{part}."): t for k, t in ema.items() if k.startswith(f"{part}.")})
