"""The loop shared by all stages: schedule, optimisers, moving average, log, checkpoints, time budget."""

from __future__ import annotations

import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor

from sanacam.model.errors import UserError
from sanacam.model.training.checkpoint import named_state, save_slim
from sanacam.model.training.config import StageConfig
from sanacam.model.training.learner import Learner
from sanacam.model.training.parallel import Ranks, agree, mean_numbers
from sanacam.model.training.run_log import Averages, RunLog, writing
from sanacam.model.training.run_state import load_run, newest_checkpoint, read_progress, save_run, stored_names
from sanacam.model.training.stage import Stage

PATIENCE = 25
"""Turns of a player in a row whose gradient may be thrown away before the run is given up."""


def rate(config: StageConfig, progress: float) -> float:
    """Learning rate at ``progress`` 0…1: linear warm-up, plateau, cosine to zero (``hold`` = 1: no fall)."""
    if progress < config.warmup:
        return config.lr * max(progress / config.warmup, 0.01)
    if progress < config.hold or config.hold >= 1:
        return config.lr
    fall = min((progress - config.hold) / (1 - config.hold), 1.0)
    return config.lr * 0.5 * (1 + math.cos(math.pi * fall))


class TrainingLoop:
    """Runs a :class:`Stage` for ``config.steps`` steps or ``minutes``, whichever ends first.

    Files in ``out``: ``checkpoints/`` (exact resume), ``NAME.safetensors`` for each module that was trained (fp16; the
    moving average where there is one), ``log.jsonl`` and its curves ``log.html``, ``sheet_STEP.png``. With a time
    budget the schedule follows whichever of steps and time is further on.
    """

    def __init__(self, stage: Stage, ranks: Ranks, out: Path, minutes: float | None = None) -> None:
        self.stage, self.ranks, self.out, self.minutes = stage, ranks, out, minutes
        self.learners = {player.name: Learner(player, ranks) for player in stage.players()}
        self.ema = {k: t.detach().clone() for k, t in named_state(stage.trained).items()}
        self.step, self.seconds = 0, 0.0
        self.dropped = dict.fromkeys(self.learners, 0)
        self._saved: int | None = None
        self._row, self._log_file = Averages(), RunLog(out)

    def resume(self) -> bool:
        """Continues from the newest checkpoint in ``out`` if there is one; says which settings differ from those it was
        made with, since from here on the run is no longer the one that was begun.

        Raises:
            UserError: it is damaged, or of another stage, network or number of data shards.
        """
        folder = newest_checkpoint(self.out)
        if folder is None:
            return False
        progress = read_progress(folder)
        config, shards = self.stage.config, self.ranks.world * self.stage.config.accumulate
        if progress["stage"] != config.stage:
            raise UserError(f"{folder} belongs to the {progress['stage']} stage.", "Choose another --out.")
        if progress["shards"] != shards:
            raise UserError(
                f"{folder} was written with {progress['shards']} data shards, this run has {shards}.",
                "Choose ranks and 'accumulate' so that their product is the same.",
            )
        stored = stored_names(folder)
        load_run(folder, self._tensors(stored))
        self.step, self.seconds = int(progress["step"]), float(progress["seconds"])
        self._saved = self.step
        for name, learner in self.learners.items():
            learner.updates = int(progress["updates"][name])
        if self.ranks.leads:
            with writing(self.out, self.step):
                self._log_file.forget_after(self.step)
        changes = changed_settings(progress.get("config", {}), _settings(self.stage.config))
        if changes and self.ranks.leads:
            print(f"goes on with other settings than before: {'; '.join(changes)}", flush=True)
        return True

    def run(self, log_every: int = 50, save_every: float = 120.0, stop_at: int | None = None) -> None:
        """Trains to the end of the schedule, or to step ``stop_at`` (then ``resume`` goes on exactly there).

        Raises:
            UserError: a checkpoint or a result cannot be written, or the gradient is not finite :data:`PATIENCE` times
                in a row.
        """
        self.stage.prepare(self.step)
        begun, saved = time.monotonic(), time.monotonic()
        before = self.seconds
        while True:
            self.seconds = before + time.monotonic() - begun
            progress, due = agree([self._progress(), float(time.monotonic() - saved > save_every)], self.ranks)
            if progress >= 1 or self.step == stop_at:
                break
            if due:
                self.save()
                saved = time.monotonic()
            self._train_step(rate(self.stage.config, progress))
            if self.step % log_every == 0 or self.step == 1:
                self._log(progress)
        self.save()
        self._export()

    def _progress(self) -> float:
        by_steps = self.step / self.stage.config.steps
        by_time = self.seconds / (60 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(by_steps, by_time))

    def _train_step(self, lr: float) -> None:
        parts = self.stage.config.accumulate
        made: dict[str, bool] = {}
        for part in range(parts):
            for turn in self.stage.turns(self.step, part):
                (turn.loss / parts).backward()
                name = "loss" if len(self.learners) == 1 else turn.player
                self._row.add({name: turn.loss.detach(), **turn.numbers})
                if part == parts - 1:
                    norm, made[turn.player] = self.learners[turn.player].update(lr)
                    self._row.add({"norm" if len(self.learners) == 1 else f"{turn.player}_norm": norm})
        self.step += 1
        self._watch(made)
        for player, updated in made.items():
            if updated:
                self._average(player)

    def _watch(self, made: dict[str, bool]) -> None:
        """Counts each player's turns without an update, and gives up when there is no end of them."""
        for player, updated in made.items():
            self.dropped[player] = 0 if updated else self.dropped[player] + 1
        if all(made.values()):
            return
        if self.ranks.leads:
            names = ", ".join(name for name, updated in made.items() if not updated)
            print(f"step {self.step}: the gradient of {names} is not finite; not used", flush=True)
        if max(self.dropped.values()) >= PATIENCE:
            raise UserError(
                f"Training diverged: no finite gradient in {PATIENCE} steps up to step {self.step}.",
                "Lower the learning rate and start again with the same --out: the last checkpoint is good.",
            )

    @torch.no_grad()
    def _average(self, player: str) -> None:
        learner = self.learners[player]
        decay = min(self.stage.config.ema, (1 + learner.updates) / (10 + learner.updates))
        now = named_state({k: m for k, m in self.stage.trained.items() if k in learner.player.modules})
        moving = [k for k in now if self.ema[k].is_floating_point()]
        if moving:
            torch._foreach_lerp_([_local(self.ema[k]) for k in moving], [_local(now[k]) for k in moving], 1 - decay)

    def _log(self, progress: float) -> None:
        numbers = mean_numbers(self._row.take(), self.ranks)
        if not self.ranks.leads:
            return
        row: dict[str, Any] = {"step": self.step, "seconds": round(self.seconds, 1), "progress": round(progress, 4)}
        row |= {k: round(v, 5) for k, v in numbers.items()}
        with writing(self.out, self.step):
            self._log_file.append(row)
        left = self.seconds / progress * (1 - progress) if progress else 0.0
        print(" ".join(f"{k}={v}" for k, v in row.items()), f"left={left:.0f}s", flush=True)

    def _modules(self) -> dict[str, Any]:
        return {name: m for learner in self.learners.values() for name, m in learner.player.modules.items()}

    def _tensors(self, stored: set[str] | None = None) -> dict[str, Tensor]:
        """Everything a checkpoint holds, by name; with ``stored`` there is room for the moments it has."""
        tensors = {f"model.{k}": t for k, t in named_state(self._modules()).items()}
        tensors |= {f"ema.{k}": t for k, t in self.ema.items()}
        for name, learner in self.learners.items():
            prefix = f"optimiser.{name}."
            if stored is None:
                moments = learner.moments()
            else:
                moments = learner.empty_moments({k.removeprefix(prefix) for k in stored if k.startswith(prefix)})
            tensors |= {f"{prefix}{k}": t for k, t in moments.items()}
        return tensors | {f"memory.{k}": t for k, t in self.stage.memory().items()}

    def save(self) -> None:
        """Writes a checkpoint, on all ranks together.

        Raises:
            UserError: it cannot be written; the one before is untouched.
        """
        if self.step == self._saved:
            return
        progress = {
            "step": self.step,
            "seconds": self.seconds,
            "stage": self.stage.config.stage,
            "shards": self.ranks.world * self.stage.config.accumulate,
            "updates": {name: learner.updates for name, learner in self.learners.items()},
            "config": _settings(self.stage.config),
        }
        save_run(self.out, self.step, self._tensors(), progress, self.ranks)
        self._saved = self.step

    def _export(self) -> None:
        config = self.stage.config
        sharded = any(isinstance(t, DTensor) for t in self.ema.values())
        if not (sharded or self.ranks.leads):
            return
        # Other batch sizes and no gradient: compiling for a few calls would take longer than they do.
        with torch.compiler.set_stance("force_eager"), writing(self.out, self.step):
            self.stage.finish(self.ema)
            results = {**named_state(self.stage.results()), **self.ema}
            # Gathered one module at a time, on every rank, since all of them hold a part.
            for part in self.stage.results():
                whole = {k: _whole(t) for k, t in results.items() if k.startswith(f"{part}.")}
                numbers = {
                    "step": str(self.step),
                    "config": json.dumps(self.stage.described(part)),
                    "noise": config.stream.noise,
                }
                if self.ranks.leads:
                    save_slim(self.out / f"{part}.safetensors", whole, part, {"stage": config.stage, **numbers})
            self.stage.sheet(self.out / f"sheet_{self.step}.png", self.step)
            if self.ranks.leads:
                self.stage.export(self.out)
                self._log_file.draw()


def _settings(config: StageConfig) -> dict[str, Any]:
    """A configuration as it is read back from JSON."""
    settings: dict[str, Any] = json.loads(json.dumps(asdict(config)))
    return settings


def changed_settings(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """``name: old → new`` for every setting both have, tables entry by entry."""
    found = []
    for name in before:
        old, new = before[name], now.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            keys = dict.fromkeys((*old, *new))
            found += [f"{name}.{k}: {old.get(k)} → {new.get(k)}" for k in keys if old.get(k) != new.get(k)]
        elif old != new and name in now:
            found.append(f"{name}: {old} → {new}")
    return found


def _local(tensor: Tensor) -> Tensor:
    """This rank's part of a tensor."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def _whole(tensor: Tensor) -> Tensor:
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor
