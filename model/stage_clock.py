"""How long the stages of a chunk take, measured where they run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

import torch

STAGES = ("pictures in", "encode", "dit", "decode", "pictures out")
"""Of one chunk in the editor, in order: 8-bit pictures to the device, VAE encode, denoising steps and cache pass, VAE
decode, back to 8-bit pictures in main memory."""


class StageClock(Protocol):
    """Told of every stage as it runs."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Around one stage, whose name is in :data:`STAGES`."""


class NoClock:
    """Measures nothing and costs nothing."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        return nullcontext()


class MeasuringClock:
    """Times each stage: on CUDA between two events in the current stream, elsewhere on the monotonic clock.

    Reading the result waits for the device; measuring does not.

    Attributes:
        peak_bytes: largest allocation on the CUDA device while a stage ran, with all that was there before; by stage.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._cuda = device.type == "cuda"
        self._events: dict[str, list[tuple[torch.cuda.Event, torch.cuda.Event]]] = {}
        self._seconds: dict[str, list[float]] = {}
        self.peak_bytes: dict[str, int] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        if not self._cuda:
            before = time.perf_counter()
            yield
            self._seconds.setdefault(name, []).append(time.perf_counter() - before)
            return
        torch.cuda.reset_peak_memory_stats(self._device)
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        stream = torch.cuda.current_stream(self._device)
        start.record(stream)
        yield
        end.record(stream)
        self._events.setdefault(name, []).append((start, end))
        peak = torch.cuda.max_memory_allocated(self._device)
        self.peak_bytes[name] = max(peak, self.peak_bytes.get(name, 0))

    def milliseconds(self) -> dict[str, list[float]]:
        """Of every stage, in the order in which it ran."""
        if not self._cuda:
            return {name: [1e3 * value for value in values] for name, values in self._seconds.items()}
        torch.cuda.synchronize(self._device)
        return {name: [start.elapsed_time(end) for start, end in pairs] for name, pairs in self._events.items()}

    def clear(self) -> None:
        """Forget what was measured so far."""
        for kept in (self._events, self._seconds, self.peak_bytes):
            kept.clear()
