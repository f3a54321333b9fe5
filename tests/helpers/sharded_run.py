"""A tiny training run as one process of several: ``python sharded_run.py '{"out": …, "origins": …, …}'``.

Keys: ``out``, ``origins`` (folder), ``stage``, ``changes`` (of the configuration), ``stop_at``; ``die_at``: the last
rank kills itself after that step; ``save_every``: seconds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import torch
from tiny_training import stage_config, tiny_stage

from sanacam.model.errors import UserError
from sanacam.model.training.loop import TrainingLoop
from sanacam.model.training.parallel import join_ranks, leave_ranks
from sanacam.model.training.stages.build import Origins

PARTS = ("vae", "dit", "teacher")


def run(task: dict[str, Any]) -> None:
    torch.set_num_threads(1)
    ranks = join_ranks("cpu")
    folder = Path(task["origins"])
    origins = Origins(**{part: folder / f"{part}.safetensors" for part in PARTS})
    stage = tiny_stage(stage_config(task["stage"], **task["changes"]), origins, None, ranks)
    if "die_at" in task and ranks.rank == ranks.world - 1:
        turns = stage.turns

        def dying(step: int, part: int) -> Any:
            if step == task["die_at"]:
                os.kill(os.getpid(), signal.SIGKILL)
            return turns(step, part)

        stage.turns = dying  # type: ignore[method-assign]
    try:
        loop = TrainingLoop(stage, ranks, Path(task["out"]))
        loop.resume()
        loop.run(log_every=1, save_every=task.get("save_every", 1e9), stop_at=task["stop_at"])
    finally:
        leave_ranks()


if __name__ == "__main__":
    try:
        run(json.loads(sys.argv[1]))
    except UserError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
