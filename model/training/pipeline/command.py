"""``sanacam train data``: runs the pipeline."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from sanacam.model.errors import UserError
from sanacam.model.training.pipeline.config import STAGES, load_pipeline_config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sources", type=Path, required=True, help="folder made by 'sanacam train prepare', or films and films.json"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the shards; what is made already is kept")
    parser.add_argument("--config", type=Path, help="TOML file of the pipeline (default: the shipped one)")
    parser.add_argument("--stages", default=",".join(STAGES), help=f"which to run (default: {','.join(STAGES)})")
    parser.add_argument("--packages", type=Path, help="folder for the person segmenter; without it films get no masks")
    parser.add_argument("--engine", default="local", help="local (default) or ray")
    parser.add_argument("--workers", type=int, default=1, help="processes, or actors of Ray (default 1)")
    parser.add_argument("--gpus", type=float, default=0.0, help="GPUs of each actor of Ray (default 0)")


def run(arguments: argparse.Namespace) -> int:
    """The command."""
    from sanacam.model.training.pipeline.engines import make_engine
    from sanacam.model.training.pipeline.manifest import read_stage_manifest
    from sanacam.model.training.pipeline.origins import list_sources
    from sanacam.model.training.pipeline.run import Plan, run_stage
    from sanacam.model.training.pipeline.sheet import write_sheets
    from sanacam.model.training.pipeline.wordings import write_wordings

    stages = [name for name in arguments.stages.split(",") if name]
    unknown = [name for name in stages if name not in STAGES]
    if unknown:
        raise UserError(f"There is no stage called {', '.join(unknown)}.", f"Choose from {', '.join(STAGES)}.")
    config = load_pipeline_config(arguments.config)
    engine = make_engine(arguments.engine, arguments.workers, arguments.gpus)
    out = arguments.out.resolve()
    packages = None if arguments.packages is None else arguments.packages.resolve()
    plan = Plan(config, out, tuple(list_sources(arguments.sources.resolve())), packages)
    for stage in (name for name in STAGES if name in stages):
        began = time.monotonic()
        for line in run_stage(plan, stage, engine):
            print(line, flush=True)
        manifest = read_stage_manifest(out / stage)
        took = time.monotonic() - began
        print(f"{stage}: {manifest['samples']} samples, {manifest['rejected']} rejected, {took:.0f} s")
        for reason, count in sorted(manifest["reasons"].items(), key=lambda item: -item[1]):
            print(f"  {count} × {reason}")
    if "pairs" in stages:
        print(*(f"wrote {path}" for path in write_sheets(out / "sheets", out / "pairs")), sep="\n")
    for stage in ("pairs", "long"):
        if stage in stages and read_stage_manifest(out / stage)["samples"]:
            print(write_wordings(out / stage))
    return 0
