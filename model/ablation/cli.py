"""``sanacam train ablate``: train variants that differ in one thing, measure them, and say what each part did."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from sanacam.model.errors import UserError

if TYPE_CHECKING:
    from sanacam.model.ablation.variant import Given

LENGTHS = "lengths"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The options of ``sanacam train ablate``."""
    add = command.add_argument
    add("--out", type=Path, required=True, help="folder for results and report; what is there is not made again")
    add("--plan", type=Path, help="TOML file of what is compared (default: the shipped one)")
    add("--parts", help=f"names with commas between them, '{LENGTHS}' among them (default: all)")
    add("--report-only", action="store_true", help="write the report from the results that are there")
    add("--data", type=Path, help="folder made by 'sanacam train prepare'")
    add("--prompts", type=Path, help="folder with the prompt bank (default: the data folder)")
    add("--clips", type=Path, help="folder with held-out clips")
    add("--vae", type=Path, help="vae.safetensors of the model")
    add("--plain-vae", type=Path, help="vae.safetensors whose decoder never saw a source")
    add("--dit", type=Path, help="dit.safetensors of the model")
    add("--teacher", type=Path, help="dit.safetensors of the bidirectional stage")
    add("--devices", help="with commas between them (default: all CUDA cards, else cpu)")
    add("--jobs", type=int, default=1, help="variants at once on each device (default 1)")


def ablate(arguments: argparse.Namespace) -> int:
    """Entry: 0 when everything asked for is measured and the report is written.

    Raises:
        UserError: bad arguments or files, or variants that failed (the report then has the others).
    """
    import torch

    from sanacam.model.ablation.lengths import measure_lengths
    from sanacam.model.ablation.plan import read_plan
    from sanacam.model.ablation.report import LENGTHS_FILE, write_report
    from sanacam.model.ablation.schedule import run_jobs
    from sanacam.model.ablation.variant import jobs_of

    plan = read_plan(arguments.plan)
    names = [part.name for part in plan.parts] + [LENGTHS]
    wanted = [n.strip() for n in arguments.parts.split(",")] if arguments.parts else names
    parts = [plan.part(name) for name in wanted if name != LENGTHS]
    if arguments.jobs < 1:
        raise UserError("--jobs must be 1 or more.")
    devices = arguments.devices.split(",") if arguments.devices else _devices()
    if arguments.report_only:
        if not arguments.out.is_dir():
            raise UserError(f"There are no results in {arguments.out}.")
        print(f"Report: {write_report(arguments.out, plan)}")
        return 0
    given = _given(arguments)
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        if parts:
            run_jobs(jobs_of(plan, parts), plan, given, arguments.out, devices, arguments.jobs)
        if LENGTHS in wanted and plan.lengths.seconds and not (arguments.out / LENGTHS_FILE).is_file():
            rows = measure_lengths(plan.lengths, torch.device(devices[0]), plan.measure.rate)
            (arguments.out / LENGTHS_FILE).write_text(json.dumps(rows), encoding="utf-8")
    finally:
        print(f"Report: {write_report(arguments.out, plan)}")
    return 0


def _given(arguments: argparse.Namespace) -> Given:
    from sanacam.model.ablation.variant import Given

    if arguments.data is None or arguments.clips is None:
        raise UserError("Training and measuring need --data and --clips.", "Or give --report-only.")
    return Given(
        data=arguments.data, prompts=arguments.prompts or arguments.data, clips=arguments.clips, vae=arguments.vae,
        plain_vae=arguments.plain_vae, dit=arguments.dit, teacher=arguments.teacher,
    )  # fmt: skip


def _devices() -> list[str]:
    import torch

    return [f"cuda:{i}" for i in range(torch.cuda.device_count())] or ["cpu"]
