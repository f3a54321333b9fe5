"""Checkpoints of a run: one folder each, sharded over the ranks that wrote it, readable by any number of ranks.

``checkpoints/step-00000120/`` holds what ``torch.distributed.checkpoint`` writes and ``progress.json``. It is written
under another name and renamed when every rank is done and everything is on the disk, so a folder with that name is
whole; only then is the one before removed. Ranks of several machines need a shared file system.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import textwrap
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.filesystem import FileSystemReader, FileSystemWriter
from torch.distributed.checkpoint.state_dict_loader import load as load_tensors
from torch.distributed.checkpoint.state_dict_saver import save as save_tensors

from sanacam.model.errors import UserError
from sanacam.model.training.parallel import Ranks, meet

FOLDER = "checkpoints"
PROGRESS_FILE = "progress.json"
_PREFIX, _PARTIAL = "step-", ".partial-"
_PROGRESS = ("step", "seconds", "stage", "shards", "updates")


def checkpoints(out: Path) -> list[Path]:
    """Whole checkpoints of a run, oldest first."""
    return sorted((out / FOLDER).glob(f"{_PREFIX}*"))


def newest_checkpoint(out: Path) -> Path | None:
    """The one to go on from, if there is any."""
    found = checkpoints(out)
    return found[-1] if found else None


def save_run(out: Path, step: int, tensors: dict[str, Tensor], progress: dict[str, Any], ranks: Ranks) -> Path:
    """Write a checkpoint; every rank calls this with its own shards. Tensors under the same name on several ranks are
    taken to be equal.

    Raises:
        UserError: it cannot be written (a full disk, say), on every rank; the one before is untouched.
    """
    final = out / FOLDER / f"{_PREFIX}{step:08d}"
    partial = out / FOLDER / f"{_PARTIAL}{step:08d}"
    older = [path for path in checkpoints(out) if path != final]
    if ranks.leads:
        shutil.rmtree(partial, ignore_errors=True)
    meet(ranks)
    problem = ""
    try:
        partial.mkdir(parents=True, exist_ok=True)
        _save(tensors, partial)
        if ranks.leads:
            (partial / PROGRESS_FILE).write_text(json.dumps(progress), encoding="utf-8")
            if final.exists():
                shutil.rmtree(final)
            partial.rename(final)
    except (OSError, RuntimeError, CheckpointException) as error:
        problem = _root_cause(error)
    problem = next((text for text in meet(ranks, problem) if text), "")
    if problem:
        if ranks.leads:
            shutil.rmtree(partial, ignore_errors=True)
        kept = older[-1].name if older else "none"
        raise UserError(
            f"The checkpoint of step {step} could not be written: {problem}.",
            f"The last good one is {kept}; make room and start again with the same --out to go on from there.",
        )
    if ranks.leads:
        for path in older:
            shutil.rmtree(path, ignore_errors=True)
    return final


def read_progress(checkpoint: Path) -> dict[str, Any]:
    """What the run said of itself when it wrote this checkpoint.

    Raises:
        UserError: it is damaged.
    """
    try:
        progress: dict[str, Any] = json.loads((checkpoint / PROGRESS_FILE).read_text(encoding="utf-8"))
        lacking = [key for key in _PROGRESS if key not in progress]
    except (OSError, ValueError, TypeError) as error:
        raise _damaged(checkpoint, str(error)) from error
    if lacking:
        raise _damaged(checkpoint, f"{PROGRESS_FILE} lacks {', '.join(lacking)}")
    return progress


def stored_names(checkpoint: Path) -> set[str]:
    """Names of the tensors that a checkpoint holds.

    Raises:
        UserError: its table of contents is missing or damaged.
    """
    try:
        return set(FileSystemReader(checkpoint).read_metadata().state_dict_metadata)
    except Exception as error:  # a pickle cut short or overwritten raises nearly anything
        raise _damaged(checkpoint, _root_cause(error)) from error


def _damaged(checkpoint: Path, reason: str) -> UserError:
    return UserError(
        f"The checkpoint {checkpoint} is damaged: {reason}.",
        "Remove that folder: the run begins anew, or goes on from an older one if there is one.",
    )


def load_run(checkpoint: Path, tensors: dict[str, Tensor]) -> None:
    """Fill tensors in place, each with what the checkpoint holds under its name.

    Raises:
        UserError: a name is missing, a shape differs, or a file of it is damaged.
    """
    missing = sorted(set(tensors) - stored_names(checkpoint))
    if missing:
        raise UserError(
            f"The checkpoint {checkpoint} lacks {missing[0]} ({len(missing)} in all).",
            "It belongs to another stage or configuration; choose another --out.",
        )
    try:
        with torch.no_grad(), _quiet():
            load_tensors(tensors, storage_reader=FileSystemReader(checkpoint), no_dist=not dist.is_initialized())
    except (OSError, ValueError, RuntimeError, CheckpointException) as error:
        if not isinstance(_innermost(error), ValueError):
            raise _damaged(checkpoint, _root_cause(error)) from error
        raise UserError(
            f"The checkpoint {checkpoint} does not fit this run: {_root_cause(error)}.",
            "It belongs to another configuration; choose another --out.",
        ) from error


def _save(tensors: dict[str, Tensor], folder: Path) -> None:
    with _quiet():
        save_tensors(tensors, storage_writer=FileSystemWriter(folder), no_dist=not dist.is_initialized())


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Saving without a process group is meant; it needs no warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module=r"torch\.distributed.*")
        warnings.filterwarnings("ignore", category=FutureWarning, module=r"torch\.distributed.*")
        yield


def _innermost(error: BaseException) -> BaseException:
    """A checkpoint's exception lists one for each rank that failed."""
    if isinstance(error, CheckpointException) and error.failures:
        return next(iter(error.failures.values()))[0]
    return error


def _root_cause(error: BaseException) -> str:
    """The innermost reason in one line, of a length that a person reads."""
    error = _innermost(error)
    return textwrap.shorten(str(error), 160, placeholder=" …").rstrip(".") or type(error).__name__
