"""``sanacam train finetune``: read the footage, train the factors, write the adapter, look at it."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sanacam.model.errors import UserError

if TYPE_CHECKING:
    import torch

    from sanacam.model.adapter.low_rank import AdapterFactors
    from sanacam.model.training.config import StageConfig
    from sanacam.model.training.finetune.footage import Footage, FootageSampler
    from sanacam.model.training.finetune.measure import Comparison
    from sanacam.model.training.finetune.stages import AdapterStage
    from sanacam.model.training.finetune.style_loss import StyleLoss
    from sanacam.model.training.parallel import Ranks
    from sanacam.model.zoo.bundle import ModelBundle

RUN_FOLDER, REPORT_FILE, SHEET_FILE, CLAIM_FILE = "run", "report.json", "contact_sheet.png", "for.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
CHUNKS_OF_MINI, CHUNKS_OF_OTHERS = 6, 2
"""Chunks of a training window."""
LARGEST_RANK = 256


@dataclass(frozen=True)
class Finetuning:
    """What was asked for.

    Attributes:
        pairs, style: folders; exactly one is given. ``clips``: to try a style on; None: the shipped ones.
        prompt: what the adapter answers to.
        size: (width, height) of training windows; None: the model's own.
        minutes, steps: whichever ends first.
        content: weight of what the source shows when there is only a style.
    """

    name: str
    title: str
    prompt: str
    out: Path
    pairs: Path | None = None
    style: Path | None = None
    clips: Path | None = None
    model: str = "mini"
    device: str | None = None
    size: tuple[int, int] | None = None
    minutes: float = 12.0
    steps: int = 4000
    batch: int = 8
    rank: int = 16
    lr: float = 1e-3
    content: float = 0.4
    seed: int = 1

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise UserError(
                f'"{self.name}" cannot be the name of an adapter.', "Use up to 40 lower-case letters, digits, _ and -."
            )
        if (self.pairs is None) == (self.style is None):
            raise UserError("An adapter is made from pairs or from pictures of a style.", "Give one of the two.")
        if not any(c.isalnum() for c in self.prompt):
            raise UserError("The prompt of the adapter has no words.", "Say what it does: --prompt TEXT.")
        if min(self.batch, self.rank, self.steps) < 1 or self.minutes <= 0 or self.lr <= 0 or self.content < 0:
            raise UserError("A number of this fine-tuning is too small.", "Steps, batch and rank begin at 1.")
        if self.rank > LARGEST_RANK or not math.isfinite(self.content):
            raise UserError(
                f"A rank of {self.rank} with content {self.content} is too much.",
                f"Ranks end at {LARGEST_RANK}; content lies mostly in 0…1.",
            )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam train finetune``."""
    add = parser.add_argument
    made_from = parser.add_mutually_exclusive_group(required=True)
    made_from.add_argument("--pairs", type=Path, help="folder with source/NAME.* and target/NAME.*: clips or pictures")
    made_from.add_argument("--style-images", type=Path, help="folder with pictures in the style, without sources")
    add("--name", required=True, help="of the look: lower-case letters, digits, _ and -")
    add("--out", type=Path, required=True, help="folder for NAME.safetensors, report and sheet; resumed if stopped")
    add("--prompt", help="text that calls the look (default: made from the name)")
    add("--title", help="what the window shows (default: made from the name)")
    add("--model", default="mini", help="model name or folder (default: mini)")
    add("--clips", type=Path, help="with --style-images: clips to try the style on (default: the shipped ones)")
    add("--size", help="WIDTHxHEIGHT of training windows (default: what the model was made for)")
    add("--minutes", type=float, default=12.0, help="time budget for training (default: 12)")
    add("--steps", type=int, default=4000, help="steps at which it is done in any case (default: 4000)")
    add("--batch", type=int, default=8, help="windows a step; fewer need less memory (default: 8)")
    add("--rank", type=int, default=16, help="of the factors; more can learn more (default: 16)")
    add(
        "--content", type=float, default=0.4, help="with --style-images: weight of what the source shows (default: 0.4)"
    )
    add("--device", help="cuda, cuda:1, cpu (default: what is there)")


def run(arguments: argparse.Namespace) -> int:
    """Make the adapter; 0 when it is written."""
    words = arguments.name.replace("_", " ").replace("-", " ")
    finetune(
        Finetuning(
            name=arguments.name,
            title=arguments.title or words[:1].upper() + words[1:],
            prompt=" ".join((arguments.prompt or f"Turn it into the {words} style.").split()),
            out=arguments.out,
            pairs=arguments.pairs,
            style=arguments.style_images,
            clips=arguments.clips,
            model=arguments.model,
            device=arguments.device,
            size=_parse_size(arguments.size),
            minutes=arguments.minutes,
            steps=arguments.steps,
            batch=arguments.batch,
            rank=arguments.rank,
            content=arguments.content,
        )
    )
    return 0


def finetune(wish: Finetuning) -> Path:
    """Train, write ``NAME.safetensors``, compare and report; returns the adapter's path.

    Raises:
        UserError: unusable footage, model, numbers or folder, or training diverged. No adapter is written then.
    """
    from sanacam.model.adapter.file import read_adapter
    from sanacam.model.training.finetune.footage import hold_out
    from sanacam.model.training.finetune.measure import compare
    from sanacam.model.training.parallel import training_device
    from sanacam.model.zoo import load_bundle

    began = time.monotonic()
    device = training_device(wish.device)
    bundle = load_bundle(wish.model, device, _number_format(wish.model, device))
    size = wish.size or (bundle.config.native_width, bundle.config.native_height)
    _check(wish, bundle, *size)
    footage, style = _read(wish, size, device)
    trained_on, held_out = hold_out(footage)
    print(f"{len(trained_on)} clips or pictures to learn from, at {size[0]}×{size[1]}", flush=True)
    path = _train(wish, bundle, trained_on, style, size, device)
    comparison = compare(bundle, read_adapter(path), held_out, device, wish.out / SHEET_FILE, style)
    _report(wish, path, comparison, held_out is not trained_on, time.monotonic() - began)
    return path


def _train(
    wish: Finetuning, bundle: ModelBundle, footage: list[Footage], style: StyleLoss | None, size: tuple[int, int],
    device: torch.device,
) -> Path:  # fmt: skip
    """Train factors on the bundle's networks, take them off again and write them."""
    import torch

    from sanacam.model.adapter.file import Adapter, AdapterAbout, write_adapter
    from sanacam.model.adapter.low_rank import AdapterFactors, adaptable_layers
    from sanacam.model.adapter.shelf import fingerprint
    from sanacam.model.training.finetune.footage import FootageSampler
    from sanacam.model.training.loop import TrainingLoop
    from sanacam.model.training.parallel import Ranks

    networks = {"dit": bundle.dit, "vae": bundle.vae}
    layers = adaptable_layers(networks)
    prints = {part: fingerprint(networks[part]) for part in sorted({name.partition(".")[0] for name in layers})}
    config = _config(wish, bundle, *size)
    sampler = FootageSampler(footage, device, (config.height, config.width), config.frames, wish.seed)
    torch.manual_seed(wish.seed)
    factors = AdapterFactors(networks, layers, wish.rank)
    try:
        stage = _stage(wish, config, Ranks(0, 1, device), bundle, factors, sampler, style)
        loop = TrainingLoop(stage, stage.ranks, wish.out / RUN_FOLDER, wish.minutes)
        _claim(wish, prints)
        if loop.resume():
            print(f"resumed at step {loop.step}", flush=True)
        loop.run()
        learnt = factors.factors()
    finally:
        factors.detach()
    made = {
        "from": "pairs" if wish.pairs else "pictures of the style",
        "clips": len(footage),
        "steps": loop.step,
        "seconds": round(loop.seconds, 1),
    }
    about = AdapterAbout(wish.name, wish.title, wish.prompt, bundle.config.name, prints, wish.rank, made)
    path = wish.out / f"{wish.name}.safetensors"
    write_adapter(path, Adapter(about, learnt))
    return path


def _claim(wish: Finetuning, prints: dict[str, str]) -> None:
    """Note in the run's folder what it is for.

    Raises:
        UserError: a run that was begun there is for another look, footage or model, or the folder cannot be written.
    """
    about = {"name": wish.name, "prompt": wish.prompt, "model": prints, "footage": _footage(wish)}
    path = wish.out / RUN_FOLDER / CLAIM_FILE
    try:
        if path.is_file():
            before = json.loads(path.read_text(encoding="utf-8"))
            other = [what for what, value in about.items() if before.get(what) != value]
            if other:
                raise UserError(
                    f"The run in {path.parent} was begun with another {' and '.join(other)}.",
                    "Choose another --out, or remove that folder to begin anew.",
                )
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".partial")
        beside.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        beside.replace(path)
    except (OSError, ValueError, AttributeError) as error:
        raise UserError(f"{path} cannot be used: {error}.", "Choose another --out, or remove that folder.") from error


def _footage(wish: Finetuning) -> str:
    """Digest of the names and sizes of all files that the adapter learns from."""
    folders = [folder for folder in (wish.pairs, wish.style, wish.clips) if folder is not None]
    files = [(str(p.relative_to(f)), p.stat().st_size) for f in folders for p in sorted(f.rglob("*")) if p.is_file()]
    return hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]


def _number_format(model: str, device: torch.device) -> torch.dtype:
    """Frozen weights: fp32 where they are small or the CPU computes, bf16 for large models on a card."""
    import torch

    from sanacam.model.zoo.registry import find_model

    entry = find_model(model)
    large = entry is not None and not entry.built_in
    return torch.bfloat16 if large and device.type == "cuda" else torch.float32


def _check(wish: Finetuning, bundle: ModelBundle, width: int, height: int) -> None:
    stride = bundle.vae.spatial_stride
    if bundle.config.sampler != "stream":
        raise UserError(
            f"{wish.model} edits whole clips; adapters are for streaming models.", "Choose another --model."
        )
    if wish.style is not None and bundle.config.vae_kind != "mini":
        raise UserError(
            f"The decoder of {wish.model} is too large to learn a style through it from pictures alone.",
            "Give --pairs, or use --model mini.",
        )
    if width % stride or height % stride or min(width, height) < 64:
        raise UserError(
            f"{width}×{height} cannot be trained on.", f"Use multiples of {stride} from 64 up, for example 320x176."
        )


def _read(wish: Finetuning, size: tuple[int, int], device: torch.device) -> tuple[list[Footage], StyleLoss | None]:
    """The footage, and the style where there are no targets."""
    from sanacam.model.evaluation.clips import shipped_clips_folder
    from sanacam.model.evaluation.lpips import LPIPS
    from sanacam.model.training.finetune.footage import read_clips, read_pairs, read_style
    from sanacam.model.training.finetune.style_loss import StyleLoss

    if wish.pairs is not None:
        return read_pairs(wish.pairs, size), None
    assert wish.style is not None
    pictures = read_style(wish.style, size[1])
    with ExitStack() as stack:
        clips = read_clips(wish.clips or shipped_clips_folder(stack), size)
    return clips, StyleLoss(pictures, LPIPS(device), content=wish.content)


def _config(wish: Finetuning, bundle: ModelBundle, width: int, height: int) -> StageConfig:
    from sanacam.model.training.config import StageConfig
    from sanacam.model.training.finetune.stages import training_frames

    chunks = CHUNKS_OF_MINI if bundle.config.vae_kind == "mini" else CHUNKS_OF_OTHERS
    return StageConfig(
        stage="finetune", steps=wish.steps, batch=wish.batch, groups=1, frames=training_frames(bundle, chunks),
        height=height, width=width, lr=wish.lr, seed=wish.seed, warmup=0.02, hold=0.5, weight_decay=0.0, ema=0.99,
        lpips=0.8, gradient=0.5, temporal=1.0, change=0.3, compile=False,
    )  # fmt: skip


def _stage(
    wish: Finetuning, config: StageConfig, ranks: Ranks, bundle: ModelBundle, factors: AdapterFactors,
    sampler: FootageSampler, style: StyleLoss | None,
) -> AdapterStage:  # fmt: skip
    from sanacam.model.evaluation.lpips import LPIPS
    from sanacam.model.training.finetune.stages import PairLoss, PictureStage, VelocityStage

    if bundle.config.vae_kind != "mini":
        return VelocityStage(config, ranks, bundle, factors, wish.prompt, sampler)
    judge = style or PairLoss(config, LPIPS(ranks.device))
    return PictureStage(config, ranks, bundle, factors, wish.prompt, sampler, judge)


def _report(wish: Finetuning, path: Path, comparison: Comparison, unseen: bool, seconds: float) -> None:
    from sanacam.model.adapter.file import read_about

    about = read_about(path)
    report = {
        "adapter": path.name,
        "bytes": path.stat().st_size,
        "prompt": about.prompt,
        "base": about.base,
        "rank": about.rank,
        "made": about.made,
        "seconds_in_all": round(seconds, 1),
        "clips_unseen_in_training": unseen,
        **comparison.to_dict(),
    }
    (wish.out / REPORT_FILE).write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    kind = comparison.distances[0].kind
    what = "LPIPS to the target" if kind == "LPIPS" else "Distance to the style"
    where = "clips kept out of training" if unseen else "the clips trained on (fewer than four: none was kept out)"
    means = {name: comparison.mean(name) for name in ("source", "before", "after")}
    print(
        f"{what} on {where}: {means['before']:.3f} before, {means['after']:.3f} with the adapter "
        f"({means['source']:.3f} for the unedited picture)."
    )
    print(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB) after {about.made['steps']} steps in {seconds:.0f} s.")
    print(f"Look at {wish.out / SHEET_FILE}; use it: sanacam presets --add-adapter {path}")


def _parse_size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d+)[x×](\d+)", text.strip().lower())
    if not found:
        raise UserError(f"“{text}” is not a picture size.", "Write WIDTHxHEIGHT, for example 320x176.")
    return int(found[1]), int(found[2])
