"""The log of a run: ``log.jsonl``, one row of means for every so many steps, and ``log.html``, its curves."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.training.plot import plot_log

LOG_FILE = "log.jsonl"


class Averages:
    """Means of logged numbers since the last row, on their device until asked for."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[Tensor, int]] = {}

    def add(self, numbers: dict[str, Tensor]) -> None:
        for name, value in numbers.items():
            total, count = self._sums.get(name, (torch.zeros_like(value), 0))
            self._sums[name] = total + value, count + 1

    def take(self) -> dict[str, float]:
        means = {name: float(total) / count for name, (total, count) in self._sums.items()}
        self._sums.clear()
        return means


class RunLog:
    """The rows of a run in its folder ``out``."""

    def __init__(self, out: Path) -> None:
        self.path = out / LOG_FILE

    def append(self, row: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def forget_after(self, step: int) -> None:
        """Drop what a run that was killed wrote after the checkpoint of ``step``, a line cut short too: these steps are
        taken again."""
        if not self.path.is_file():
            return
        kept = []
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                earlier = json.loads(line)["step"] <= step
            except (ValueError, KeyError, TypeError):
                break
            if earlier:
                kept.append(line + "\n")
        beside = self.path.with_suffix(".partial")
        try:
            beside.write_text("".join(kept), encoding="utf-8")
            beside.replace(self.path)
        finally:
            beside.unlink(missing_ok=True)

    def draw(self) -> None:
        """Write the curves, if there is a row."""
        if self.path.is_file() and self.path.stat().st_size:
            plot_log(self.path, self.path.with_suffix(".html"))


@contextlib.contextmanager
def writing(out: Path, step: int) -> Iterator[None]:
    """
    Raises:
        UserError: what is done inside cannot be written (a full disk, say).
    """
    try:
        yield
    except (OSError, SafetensorError) as error:
        raise UserError(
            f"{out} could not be written at step {step}: {error}.",
            "Make room and start again with the same --out: the run goes on from its last checkpoint.",
        ) from error
