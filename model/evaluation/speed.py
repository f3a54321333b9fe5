"""Frames a second of the whole path, with what is inside the clock."""

from __future__ import annotations

import os
import platform
import statistics
import time
from dataclasses import dataclass

import torch

from sanacam.model.evaluation.streaming import Editor, Pixels

CLOCK = (
    "Inside: pictures in memory as 8-bit RGB → conversion and copy to the device → VAE encode → DiT → VAE decode → "
    "copy back → 8-bit RGB. Outside: capture, reading of files, the text encoder, display, warm-up."
)
_WARM_UP_CHUNKS = 4


@dataclass(frozen=True)
class Speed:
    """A speed measurement.

    Attributes:
        device: name of the CPU or GPU.
        threads: CPU threads that torch used.
        size: (width, height).
        frames, seconds: what the clock saw; on CUDA between two events, otherwise on the monotonic clock.
        chunk_ms, slowest_ms: time of a chunk, median and 95th percentile.
        chunk_frames: frames of a chunk.
        clock: what the clock included, in words.
    """

    device: str
    cuda: bool
    threads: int
    size: tuple[int, int]
    frames: int
    seconds: float
    chunk_frames: int
    chunk_ms: float
    slowest_ms: float
    clock: str = CLOCK

    @property
    def fps(self) -> float:
        return self.frames / self.seconds


def device_name(device: torch.device) -> str:
    """The name of the card or of the processor, for the report."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cpuinfo = "/proc/cpuinfo"
    if os.path.exists(cpuinfo):
        with open(cpuinfo, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def measure_speed(
    editor: Editor, frames: list[Pixels], wording: str, device: torch.device, seconds: float = 5.0
) -> Speed:
    """Pushes ``frames`` round and round, a chunk at a time, for about ``seconds`` after a warm-up."""
    size = editor.frames_per_chunk
    chunks = [frames[i : i + size] for i in range(0, len(frames) - size + 1, size)]
    if not chunks:
        raise ValueError(f"{len(frames)} frames do not fill a chunk of {size}")
    editor.reset()
    editor.set_prompt(wording)
    for index in range(_WARM_UP_CHUNKS):
        editor.push(chunks[index % len(chunks)])
    times: list[float] = []
    cuda = device.type == "cuda"
    if cuda:
        torch.cuda.synchronize(device)
        first, last = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        first.record(torch.cuda.current_stream(device))
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(times) < 3:
        before = time.perf_counter()
        editor.push(chunks[len(times) % len(chunks)])
        times.append(time.perf_counter() - before)
    spent = time.perf_counter() - start
    if cuda:
        last.record(torch.cuda.current_stream(device))
        torch.cuda.synchronize(device)
        spent = first.elapsed_time(last) / 1e3
    editor.flush()
    ordered = sorted(times)
    return Speed(
        device=device_name(device),
        cuda=cuda,
        threads=torch.get_num_threads(),
        size=(frames[0].shape[1], frames[0].shape[0]),
        frames=len(times) * size,
        seconds=spent,
        chunk_frames=size,
        chunk_ms=statistics.median(times) * 1e3,
        slowest_ms=ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))] * 1e3,
    )
