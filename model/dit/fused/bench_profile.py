"""Kernels of a replayed chunk: how many, how long, of what kind, and how long the card waits between them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch
from torch.autograd.profiler_util import DeviceType  # type: ignore[attr-defined]

KINDS = (
    ("attention", r"sdpa|flash|fmha|attention_kernel"),
    ("gdn", r"^gdn_"),
    ("glu conv", r"glu_conv"),
    ("norm, residual, packing", r"modulate|residual|quantise"),
    ("window, gate", r"window_kernel|output_gate"),
    ("GEMM", r"linear_pack|gemm|nvjet|cutlass|xmma|splitk|cublas"),
    ("copy", r"memcpy|memset|copy|fill"),
)
RUNS = 3
SHOWN = 44
"""Kernels printed in their order, about two blocks."""


def short(name: str) -> str:
    return name.removeprefix("void ").replace("nvjet_sm90_", "")[:34]


def kind_of(name: str) -> str:
    """Which of the operations of the network a kernel's name belongs to."""
    return next((kind for kind, pattern in KINDS if re.search(pattern, name, re.IGNORECASE)), "other")


def profile_replays(work: Callable[[], object]) -> dict[str, Any]:
    """Per call of ``work``: kernels, busy and whole span in ms, idle share, and sums by kind and by name."""
    work()
    torch.cuda.synchronize()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profile:
        for _ in range(RUNS):
            work()
        torch.cuda.synchronize()
    spans = [
        (event.time_range.start, event.time_range.end, event.name)
        for event in profile.events()
        if event.device_type == DeviceType.CUDA
    ]
    spans.sort()
    busy, reached = 0.0, spans[0][0]
    kinds: dict[str, dict[str, float]] = {}
    names: dict[str, dict[str, float]] = {}
    for start, end, name in spans:
        busy += max(0.0, end - max(start, reached))
        reached = max(reached, end)
        for table, key in ((kinds, kind_of(name)), (names, name)):
            row = table.setdefault(key, {"ms": 0.0, "count": 0.0})
            row["ms"] += (end - start) / 1000 / RUNS
            row["count"] += 1 / RUNS
    whole = reached - spans[0][0]

    def sorted_rows(table: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        return dict(sorted(table.items(), key=lambda item: -item[1]["ms"]))

    first = len(spans) // 2
    sequence = ", ".join(
        f"{short(name)} {end - start:.0f} ({start - spans[place - 1][1]:.1f})"
        for place, (start, end, name) in enumerate(spans)
        if first <= place < first + SHOWN
    )
    return {
        "sequence": sequence,
        "kernels": len(spans) / RUNS,
        "busy_ms": busy / 1000 / RUNS,
        "span_ms": whole / 1000 / RUNS,
        "idle": 1.0 - busy / whole,
        "kinds": sorted_rows(kinds),
        "names": sorted_rows(names),
    }
