"""The loop shared by all stages: schedule, optimiser, moving average, log, checkpoints, time budget."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from sanacam.model.training.checkpoint import load_checkpoint, named_state, save_checkpoint, save_slim
from sanacam.model.training.config import StageConfig
from sanacam.model.training.parallel import Ranks, agree, average_gradients


class Stage(Protocol):
    """What a stage brings to the loop."""

    config: StageConfig
    trained: dict[str, nn.Module]

    def prepare(self, step: int) -> None:
        """Called once before the first step; ``step`` is where a resumed run stands."""

    def loss(self, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of one step and the numbers to log."""

    def sheet(self, path: Path, step: int) -> None:
        """Draws a validation sheet."""

    def finish(self, ema: dict[str, Tensor]) -> None:
        """Last changes to the averaged weights before they are written."""


def rate(config: StageConfig, progress: float) -> float:
    """Learning rate at ``progress`` 0…1: linear warm-up, plateau, cosine to zero."""
    if progress < config.warmup:
        return config.lr * max(progress / config.warmup, 0.01)
    if progress < config.hold:
        return config.lr
    fall = min((progress - config.hold) / (1 - config.hold), 1.0)
    return config.lr * 0.5 * (1 + math.cos(math.pi * fall))


class TrainingLoop:
    """Runs a :class:`Stage` for ``config.steps`` steps or ``minutes``, whichever ends first.

    Files in ``out``: ``checkpoint.safetensors`` (exact resume), ``NAME.safetensors`` for each trained module (moving
    average, fp16), ``log.jsonl``, ``sheet_STEP.png``. With a time budget the schedule follows whichever of steps and
    time is further on.
    """

    def __init__(self, stage: Stage, ranks: Ranks, out: Path, minutes: float | None = None) -> None:
        self.stage, self.ranks, self.out, self.minutes = stage, ranks, out, minutes
        self.parameters = [p for m in stage.trained.values() for p in m.parameters() if p.requires_grad]
        decayed = [p for p in self.parameters if p.dim() > 1]
        plain = [p for p in self.parameters if p.dim() <= 1]
        self.optimiser = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": stage.config.weight_decay}, {"params": plain, "weight_decay": 0.0}],
            lr=stage.config.lr,
            betas=(0.9, 0.98),
            fused=ranks.device.type == "cuda",
        )
        self.ema = {k: t.detach().clone() for k, t in named_state(stage.trained).items()}
        self.step, self.seconds = 0, 0.0

    def resume(self) -> bool:
        """Continues from the checkpoint in ``out`` if there is one."""
        path = self.out / "checkpoint.safetensors"
        if not path.is_file():
            return False
        progress = load_checkpoint(path, self.stage.trained, self.ema, self.optimiser)
        self.step, self.seconds = int(progress["step"]), float(progress["seconds"])
        return True

    def run(self, log_every: int = 50, save_every: float = 120.0, stop_at: int | None = None) -> None:
        """Trains to the end of the schedule, or to step ``stop_at`` (then ``resume`` goes on exactly there)."""
        config = self.stage.config
        self.stage.prepare(self.step)
        begun, saved = time.monotonic(), time.monotonic()
        before = self.seconds
        while True:
            self.seconds = before + time.monotonic() - begun
            progress = agree(self._progress(), self.ranks)
            if progress >= 1 or self.step == stop_at:
                break
            numbers = self._train_step(rate(config, progress))
            if self.step % log_every == 0 or self.step == 1:
                self._log(numbers, progress)
            if self.ranks.leads and time.monotonic() - saved > save_every:
                self.save()
                saved = time.monotonic()
        if self.ranks.leads:
            self.save()
            self._export(config)

    def _progress(self) -> float:
        by_steps = self.step / self.stage.config.steps
        by_time = self.seconds / (60 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(by_steps, by_time))

    def _train_step(self, lr: float) -> dict[str, Tensor]:
        for group in self.optimiser.param_groups:
            group["lr"] = lr
        loss, numbers = self.stage.loss(self.step)
        loss.backward()
        average_gradients(self.parameters, self.ranks)
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, self.stage.config.clip)
        # A batch that overflows is skipped on all ranks alike: the averaged norm is the same everywhere.
        if torch.isfinite(norm):
            self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        decay = min(self.stage.config.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            now = named_state(self.stage.trained)
            moving = [k for k, t in self.ema.items() if t.is_floating_point()]
            torch._foreach_lerp_([self.ema[k] for k in moving], [now[k] for k in moving], 1 - decay)
        return {"loss": loss.detach(), "norm": norm, **numbers}

    def _log(self, numbers: dict[str, Tensor], progress: float) -> None:
        if not self.ranks.leads:
            return
        row: dict[str, Any] = {"step": self.step, "seconds": round(self.seconds, 1), "progress": round(progress, 4)}
        row |= {k: round(float(v), 5) for k, v in numbers.items()}
        self.out.mkdir(parents=True, exist_ok=True)
        with (self.out / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        left = self.seconds / progress * (1 - progress) if progress else 0.0
        print(" ".join(f"{k}={v}" for k, v in row.items()), f"left={left:.0f}s", flush=True)

    def save(self) -> None:
        progress = {"step": self.step, "seconds": self.seconds, "stage": self.stage.config.stage}
        path = self.out / "checkpoint.safetensors"
        save_checkpoint(path, self.stage.trained, self.ema, self.optimiser, progress)

    def _export(self, config: StageConfig) -> None:
        # Other batch sizes and no gradient: compiling for a few calls would take longer than they do.
        with torch.compiler.set_stance("force_eager"):
            self.stage.finish(self.ema)
            for part in self.stage.trained:
                numbers = {"step": str(self.step), "config": json.dumps(getattr(config, part, {}))}
                save_slim(self.out / f"{part}.safetensors", self.ema, part, {"stage": config.stage, **numbers})
            self.stage.sheet(self.out / f"sheet_{self.step}.png", self.step)
