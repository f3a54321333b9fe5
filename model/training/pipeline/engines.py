"""What makes the shards of a stage: this process, several of this machine, or Ray Data over many machines."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Any

from sanacam.model.errors import UserError
from sanacam.model.training.pipeline.run import Engine, Plan, ShardMaker

_maker: ShardMaker | None = None


def _start_worker(plan: Plan, stage: str) -> None:
    global _maker
    _maker = ShardMaker(plan, stage)


def _make(number: int) -> dict[str, Any]:
    assert _maker is not None
    return _maker({"number": number})


class LocalEngine:
    """This machine.

    Args:
        workers: processes; 1 is this one.
    """

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers

    def run(self, plan: Plan, stage: str, numbers: list[int]) -> Iterator[dict[str, Any]]:
        if self.workers == 1:
            maker = ShardMaker(plan, stage)
            for number in numbers:
                yield maker({"number": number})
            return
        # Fresh processes: forked ones would share threads of PyTorch and OpenCV that do not live on.
        with ProcessPoolExecutor(self.workers, get_context("spawn"), _start_worker, (plan, stage)) as pool:
            for future in as_completed([pool.submit(_make, number) for number in numbers]):
                yield future.result()


class RayEngine:
    """Ray Data: the cluster that ``RAY_ADDRESS`` names, or a Ray of its own on this machine. All machines must see the
    folders of the plan under the same paths.

    Args:
        workers: actors, each with its own models.
        gpus: of each actor; a fraction shares a GPU.

    Raises:
        UserError: Ray is not installed.
    """

    def __init__(self, workers: int = 1, gpus: float = 0.0) -> None:
        if find_spec("ray") is None:
            raise UserError(
                "The engine 'ray' needs Ray.", "Install it: pip install 'ray[data]'; one machine needs none."
            )
        self.workers, self.gpus = workers, gpus

    def run(self, plan: Plan, stage: str, numbers: list[int]) -> Iterator[dict[str, Any]]:
        import ray.data

        rows = ray.data.from_items([{"number": number} for number in numbers], override_num_blocks=len(numbers))
        made = rows.map(
            ShardMaker,
            fn_constructor_args=(plan, stage),
            compute=ray.data.ActorPoolStrategy(size=self.workers),
            num_gpus=self.gpus or None,
        )
        yield from made.iter_rows()


def make_engine(name: str, workers: int, gpus: float) -> Engine:
    """``local`` or ``ray``.

    Raises:
        UserError: nobody knows the engine, or fewer than one worker.
    """
    if workers < 1 or gpus < 0:
        raise UserError(f"{workers} workers with {gpus:g} GPUs each cannot be.")
    if name == "local":
        return LocalEngine(workers)
    if name == "ray":
        return RayEngine(workers, gpus)
    raise UserError(f"There is no engine called {name!r}.", "Choose local or ray.")
