"""Data-parallel training over the processes that ``torchrun`` starts; one process works the same way alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import torch
import torch.distributed as dist
from torch import Tensor

from sanacam.model.errors import UserError


@dataclass(frozen=True)
class Ranks:
    """This process's place among its peers."""

    rank: int
    world: int
    device: torch.device

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def shard(self, part: int) -> int:
        """Number of the data shard that this rank sees in one part of a step: the same set of shards comes from few
        ranks with many parts and from many ranks with few."""
        return self.rank + self.world * part


def training_device(wish: str | None = None, local: int = 0) -> torch.device:
    """The device that was asked for; by default this rank's card (``local``), or the processor where there is none.

    Raises:
        UserError: there is no such device.
    """
    name = wish or (f"cuda:{local}" if torch.cuda.is_available() else "cpu")
    try:
        chosen = torch.device(name)
    except RuntimeError as error:
        raise UserError(f"“{name}” is not a device.", "Use cpu, cuda or cuda:1.") from error
    there = {"cpu": 1, "cuda": torch.cuda.device_count(), "mps": int(torch.backends.mps.is_available())}
    if (chosen.index or 0) >= there.get(chosen.type, 0):
        raise UserError(f"There is no device {name} that PyTorch can use here.", "Use --device cpu.")
    return chosen


def join_ranks(device: str | None = None) -> Ranks:
    """Joins the group described by torchrun's environment (RANK, WORLD_SIZE, LOCAL_RANK), or makes a group of one.

    Raises:
        UserError: there is no such device.
    """
    world = int(os.environ.get("WORLD_SIZE", "1"))
    chosen = training_device(device, int(os.environ.get("LOCAL_RANK", "0")))
    if chosen.type == "cuda":
        torch.cuda.set_device(chosen)
    if world > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    return Ranks(int(os.environ.get("RANK", "0")), world, chosen)


def leave_ranks() -> None:
    if dist.is_initialized():
        dist.destroy_process_group()


def average_gradients(parameters: Iterable[Tensor], ranks: Ranks) -> None:
    """Replaces every gradient by its mean over the ranks, in one all-reduce of one flat fp32 buffer."""
    if ranks.world == 1:
        return
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return
    flat = torch.cat([g.reshape(-1).float() for g in gradients])
    dist.all_reduce(flat)
    flat /= ranks.world
    offset = 0
    for gradient in gradients:
        count = gradient.numel()
        gradient.copy_(flat[offset : offset + count].view_as(gradient))
        offset += count


def agree(values: Sequence[float], ranks: Ranks) -> list[float]:
    """The first rank's values, on every rank (so that all stop and save at the same step)."""
    if ranks.world == 1:
        return list(values)
    tensor = torch.tensor(values, dtype=torch.float64, device=ranks.device)
    dist.broadcast(tensor, 0)
    numbers: list[float] = tensor.tolist()
    return numbers


def mean_numbers(numbers: dict[str, float], ranks: Ranks) -> dict[str, float]:
    """Of each number the mean over the ranks that have it."""
    if ranks.world == 1:
        return numbers
    everywhere = [json.loads(text) for text in meet(ranks, json.dumps(numbers))]
    known = dict.fromkeys(name for row in everywhere for name in row)
    return {name: fmean(row[name] for row in everywhere if name in row) for name in known}


def meet(ranks: Ranks, message: str = "") -> list[str]:
    """Waits for all ranks; every rank's message, on every rank."""
    if ranks.world == 1:
        return [message]
    messages = [""] * ranks.world
    dist.all_gather_object(messages, message)
    return messages
