"""Spreads variants over devices, several on each: training that waits for kernel launches leaves a card half idle."""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import torch

from sanacam.model.ablation.plan import Plan
from sanacam.model.ablation.variant import Given, Job, run_job
from sanacam.model.errors import UserError

_THREADS = 2
"""Of each process on a card; the work is there."""


def run_jobs(jobs: Sequence[Job], plan: Plan, given: Given, out: Path, devices: Sequence[str], at_once: int) -> None:
    """Runs what has no result yet; one failure does not stop the others.

    Args:
        at_once: processes on each device.

    Raises:
        UserError: some failed; each is named with its reason, and the rest is done.
    """
    todo = [job for job in jobs if not job.done(out)]
    for job in jobs:
        if job not in todo:
            print(f"{_name(job)}: already there", flush=True)
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in todo:
        waiting.put(job)
    failures: list[str] = []
    slots = [device for _ in range(at_once) for device in devices][: len(todo)]
    work = partial(_work_off, waiting, plan, given, out, failures)
    threads = [threading.Thread(target=work, args=(device,)) for device in slots]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException:
        # Interrupted: what runs comes to its end, nothing new begins.
        while not waiting.empty():
            waiting.get_nowait()
        raise
    if failures:
        raise UserError(
            f"{len(failures)} of {len(todo)} variants failed: {'; '.join(failures)}",
            "Run the same command again: what is done is kept.",
        )


def _work_off(
    waiting: queue.SimpleQueue[Job], plan: Plan, given: Given, out: Path, failures: list[str], device: str
) -> None:
    """One slot: a process of its own, so that what one variant breaks no other notices."""
    pool = _new_pool()
    try:
        while True:
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            begun = time.monotonic()
            try:
                pool.submit(run_job, job, plan, given, out, device).result()
                print(f"{_name(job)}: {time.monotonic() - begun:.0f} s on {device}", flush=True)
            except BrokenProcessPool:
                failures.append(f"{_name(job)}: its process ended")
                pool = _new_pool()
            except Exception as error:  # reported with its name once the others are done
                failures.append(f"{_name(job)}: {type(error).__name__}: {error}")
                print(failures[-1], flush=True)
    finally:
        pool.shutdown()


def _new_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), torch.set_num_threads, (_THREADS,))


def _name(job: Job) -> str:
    return f"{job.part}/{job.variant} seed {job.seed}"
