"""Training spread over two processes (FSDP2 over gloo) is the training of one; what a killed rank leaves is good."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_training import ALONE, stage_config, tiny_origins, tiny_stage

from sanacam.model.training.checkpoint import load_slim
from sanacam.model.training.loop import TrainingLoop
from sanacam.model.training.run_state import newest_checkpoint
from sanacam.model.training.stages.build import Origins

HELPERS = Path(__file__).parents[1] / "helpers"
SHARDED = {"shard": 2, "recompute": True}
"""Two ranks with one part each see what one rank with two parts sees."""
ALONE_CHANGES = {"accumulate": 2}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def two_ranks(task: dict[str, Any]) -> list[subprocess.CompletedProcess[str]]:
    """Runs ``sharded_run`` as two processes, as ``torchrun`` would start them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join([str(HELPERS), *(entry for entry in sys.path if entry)])
    shared = {"PYTHONPATH": path, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": "2"}
    processes = [
        subprocess.Popen(
            [sys.executable, str(HELPERS / "sharded_run.py"), json.dumps(task)],
            env={**os.environ, **shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        texts = [process.communicate(timeout=500)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    return [subprocess.CompletedProcess(p.args, p.returncode, text) for p, text in zip(processes, texts, strict=True)]


def rows(out: Path) -> dict[int, dict[str, float]]:
    """The log by step; a step that was repeated after a fall counts as it was the last time."""
    lines = (out / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["step"]: row for row in map(json.loads, lines)}


def same_curves(one: Path, other: Path) -> None:
    mine, theirs = rows(one), rows(other)
    assert mine.keys() == theirs.keys()
    for step, row in mine.items():
        numbers = {k: v for k, v in row.items() if k not in ("seconds", "progress")}
        assert numbers == pytest.approx({k: theirs[step][k] for k in numbers}, rel=2e-3, abs=2e-4), step


def same_result(one: Path, other: Path, stage: str) -> None:
    parts = []
    for out in (one, other):
        network = tiny_stage(stage_config(stage), tiny_origins(out / "o"), None).trained["dit"]
        load_slim(out / "dit.safetensors", network)
        parts.append(network.state_dict())
    for key, value in parts[0].items():
        torch.testing.assert_close(parts[1][key], value, rtol=2e-3, atol=2e-3, msg=key)


def test_two_ranks_train_as_one_and_a_killed_rank_costs_no_checkpoint(tmp_path: Path) -> None:
    stage, origins = "cycle_reverse", tmp_path / "origins"
    tiny_origins(origins)
    start = Origins(**{part: origins / f"{part}.safetensors" for part in ("vae", "dit", "teacher")})

    whole = tmp_path / "whole"
    TrainingLoop(tiny_stage(stage_config(stage, **ALONE_CHANGES), start, None), ALONE, whole).run(
        log_every=1, stop_at=6
    )  # fmt: skip

    spread = tmp_path / "spread"
    task = {"out": str(spread), "origins": str(origins), "stage": stage, "changes": SHARDED, "stop_at": 6}
    first, last = two_ranks({**task, "die_at": 3, "save_every": 0})
    assert last.returncode == -signal.SIGKILL
    assert first.returncode not in (0, -signal.SIGKILL), first.stdout
    good = newest_checkpoint(spread)
    assert good is not None
    assert good.name in ("step-00000002", "step-00000003")

    # One process goes on from what the two have written …
    alone = tmp_path / "alone"
    (alone / "checkpoints").mkdir(parents=True)
    subprocess.run(["cp", "-r", str(good), str(alone / "checkpoints")], check=True)
    loop = TrainingLoop(tiny_stage(stage_config(stage, **ALONE_CHANGES), start, None), ALONE, alone)
    assert loop.resume()
    loop.run(log_every=1, stop_at=6)
    same_result(whole, alone, stage)

    # … and so do two.
    for finished in two_ranks(task):
        assert finished.returncode == 0, finished.stdout
    same_curves(whole, spread)
    same_result(whole, spread, stage)


@pytest.mark.parametrize("shard", [0, 1])
def test_copies_on_two_ranks_train_as_one(shard: int, tmp_path: Path) -> None:
    """Each rank has the whole network and gradients are averaged: by one all-reduce, or by FSDP2 over two copies of one
    shard, which is how larger groups keep several copies."""
    stage, origins = "latent", tmp_path / "origins"
    tiny_origins(origins)
    start = Origins(vae=origins / "vae.safetensors", dit=origins / "dit.safetensors")
    whole, spread = tmp_path / "whole", tmp_path / "spread"
    TrainingLoop(tiny_stage(stage_config(stage, **ALONE_CHANGES), start, None), ALONE, whole).run(
        log_every=1, stop_at=3
    )  # fmt: skip
    task = {"out": str(spread), "origins": str(origins), "stage": stage, "changes": {"shard": shard}, "stop_at": 3}
    for finished in two_ranks(task):
        assert finished.returncode == 0, finished.stdout
    same_curves(whole, spread)
    same_result(whole, spread, stage)
