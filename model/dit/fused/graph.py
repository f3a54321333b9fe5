"""Replays of recorded work: on a CUDA card each kind of call becomes one graph, elsewhere it simply runs."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Protocol

import torch


class Runner(Protocol):
    """How work over static buffers is started."""

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        """Do ``work``. Equal keys mean the same kernels with the same arguments; contents of buffers may differ."""
        ...


class DirectRunner:
    """Launches every kernel anew."""

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        work()


class GraphRunner:
    """Runs each kind of work once as it is (kernels compile and choose their settings then), records it at its second
    call and replays it from then on.

    Graphs share one pool of memory, since none runs beside another and none leaves results in it."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._graphs: dict[Hashable, Any] = {}
        self._pool = torch.cuda.graph_pool_handle()

    def run(self, key: Hashable, work: Callable[[], None]) -> None:
        if key not in self._graphs:
            self._graphs[key] = None
            work()
            return
        graph = self._graphs[key]
        if graph is None:
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
                work()
            self._graphs[key] = graph
        graph.replay()

    @property
    def captured(self) -> int:
        """Graphs held."""
        return sum(graph is not None for graph in self._graphs.values())
