"""One variant with one seed: trained, measured, written down. What is written is never made again."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from sanacam.model.ablation.held_out import load_held_out
from sanacam.model.ablation.long_streams import measure_long_streams
from sanacam.model.ablation.matches import measure_matches
from sanacam.model.ablation.plan import Part, Plan, Variant, stage_config
from sanacam.model.ablation.streams import Network
from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.errors import UserError
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.checkpoint import load_slim
from sanacam.model.training.config import StageConfig
from sanacam.model.training.loop import TrainingLoop
from sanacam.model.training.parallel import Ranks
from sanacam.model.training.prompts.bank import PromptBank
from sanacam.model.training.run_log import LOG_FILE
from sanacam.model.training.stages.build import Origins, build_stage
from sanacam.model.training.stages.context import make_context
from sanacam.model.vae import MiniVAE, MiniVAEConfig

RESULT_FILE = "result.json"
_LOG_EVERY = 10


@dataclass(frozen=True)
class Given:
    """Files and folders that an ablation needs.

    Attributes:
        data, prompts: training data, and the prompt bank with training, held-out and inverse wordings.
        clips: held-out clips.
        vae, plain_vae: autoencoders; the latter never had a source in its decoder.
        dit, teacher: transformers.
    """

    data: Path
    prompts: Path
    clips: Path
    vae: Path | None = None
    plain_vae: Path | None = None
    dit: Path | None = None
    teacher: Path | None = None

    def start(self, name: str) -> Path:
        """
        Raises:
            UserError: it was not given.
        """
        path: Path | None = getattr(self, name)
        if path is None:
            raise UserError(f"These parts need --{name.replace('_', '-')}.", "See `sanacam train ablate --help`.")
        return path


@dataclass(frozen=True)
class Job:
    """One variant with one seed."""

    part: str
    variant: str
    seed: int

    def folder(self, out: Path) -> Path:
        return out / self.part / f"{self.variant}-{self.seed}"

    def done(self, out: Path) -> bool:
        return (self.folder(out) / RESULT_FILE).is_file()


def jobs_of(plan: Plan, parts: list[Part]) -> list[Job]:
    """Seed by seed, so that the first results already compare all variants."""
    return [Job(part.name, v.name, seed) for part in parts for seed in plan.seeds for v in part.variants]


def run_job(job: Job, plan: Plan, given: Given, out: Path, device: str) -> None:
    """Trains (or goes on training), measures, writes ``RESULT_FILE``.

    Raises:
        UserError: something that it needs is missing or does not fit, or training diverged.
    """
    part = plan.part(job.part)
    variant = next(v for v in part.variants if v.name == job.variant)
    place, folder = torch.device(device), job.folder(out)
    if place.type == "cuda":
        torch.cuda.set_device(place)
        torch.cuda.reset_peak_memory_stats()
    begun = time.monotonic()
    report: dict[str, Any] = {"part": part.name, "variant": variant.name, "seed": job.seed}
    if variant.stage:
        report |= _train(plan, part, variant, job.seed, given, folder, place)
    else:
        given.start("dit")
    network = _network(plan, part, variant, job.seed, given, folder, place)
    report["parameters"] = sum(p.numel() for p in network.dit.parameters())
    trained = time.monotonic()
    perceptual = LPIPS(place)
    prompts = PromptBank.load(given.prompts).to(place)
    held = load_held_out(given.clips, list(plan.edits), part.size, plan.measure, prompts, place)
    report["cases"] = measure_matches(network, held, plan.measure, perceptual, job.seed, undo=part.undo)
    if plan.measure.drift_edits:
        report["streams"] = measure_long_streams(network, held, plan.measure, perceptual, job.seed)
    report["took"] = {"training": round(trained - begun, 1), "measuring": round(time.monotonic() - trained, 1)}
    if place.type == "cuda":
        report["peak_gigabytes"] = round(torch.cuda.max_memory_allocated() / 1e9, 2)
    _write(folder / RESULT_FILE, report)
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)


def _train(
    plan: Plan, part: Part, variant: Variant, seed: int, given: Given, folder: Path, device: torch.device
) -> dict[str, Any]:
    config = stage_config(plan, part, variant, seed)
    starts: dict[str, Path] = {"vae": given.start(part.vae)}
    if not variant.fresh:
        starts["dit"] = given.start("dit")
    if config.stage in ("self_forcing", "cycle_reverse", "few_step") and config.stream.matching:
        starts["teacher"] = given.start("teacher")
    ranks = Ranks(0, 1, device)
    context = make_context(config, ranks, given.data, given.prompts)
    loop = TrainingLoop(build_stage(context, Origins(**starts)), ranks, folder, part.minutes or None)
    loop.resume()
    loop.run(log_every=_LOG_EVERY)
    rows = [json.loads(line) for line in (folder / LOG_FILE).read_text(encoding="utf-8").splitlines()]
    return {
        "steps": loop.step,
        "of_steps": config.steps,
        "updates": {name: learner.updates for name, learner in loop.learners.items()},
        "seconds": round(loop.seconds, 1),
        "log": rows,
    }


def _network(
    plan: Plan, part: Part, variant: Variant, seed: int, given: Given, folder: Path, device: torch.device
) -> Network:
    """The variant's weights: those that training left, else those that were given."""
    config: StageConfig = stage_config(plan, part, _shaped(part, variant), seed)
    dit, vae = HybridDiT(DiTConfig.from_dict(config.dit)), MiniVAE(MiniVAEConfig(**config.vae))
    for name, module, start in (("dit", dit, "dit"), ("vae", vae, part.vae)):
        left = folder / f"{name}.safetensors"
        load_slim(left if left.is_file() else given.start(start), module)
        module.to(device).eval().requires_grad_(False)
    return Network(dit, vae, alone=variant.decoder == "alone")


def _shaped(part: Part, variant: Variant) -> Variant:
    """A variant with a stage, from whose configuration the networks' shapes follow."""
    if variant.stage:
        return variant
    trained = next((v for v in part.variants if v.stage), None)
    if trained is None:
        raise UserError(f"No variant of {part.name} is trained, so there is nothing to compare.")
    return Variant(variant.name, variant.title, trained.stage)


def _write(path: Path, report: dict[str, Any]) -> None:
    """All of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".partial")
    beside.write_text(json.dumps(report), encoding="utf-8")
    os.replace(beside, path)
