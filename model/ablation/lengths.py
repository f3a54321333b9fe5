"""Speed and memory of a chunk against how long the stream has been running (the paper's Fig. 1 c, d).

The networks have random weights and the memory has random content: neither changes the time. A hybrid or linear network
remembers the same amount at any time; softmax attention to everything remembers every chunk.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import torch

from sanacam.model.ablation.plan import Lengths
from sanacam.model.checkpoint import cast_weights
from sanacam.model.dit import DiTConfig, HybridDiT, StreamState
from sanacam.model.dit.blocks import BlockRecord
from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.sampling import TRAIN_STEPS
from sanacam.model.vae.mini import FRAMES_PER_LATENT, SPATIAL_STRIDE

_FEW = 4
"""Chunks after which a memory of fixed size is full."""
_TOKENS = 16


def measure_lengths(lengths: Lengths, device: torch.device, rate: float) -> list[dict[str, Any]]:
    """One row for each kind and length: ``kind``, ``seconds``, ``chunk_ms`` (median of the transformer's forward, None
    where the memory would be too large), ``bytes`` of the memory."""
    rows: list[dict[str, Any]] = []
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    grid = (lengths.size[1] // SPATIAL_STRIDE, lengths.size[0] // SPATIAL_STRIDE)
    for kind, changes in lengths.kinds.items():
        changes = dict(changes)
        everything = bool(changes.pop("everything", False))
        config = DiTConfig.from_dict({**lengths.dit, **changes})
        for seconds in lengths.seconds:
            chunks = max(1, round(seconds * rate / FRAMES_PER_LATENT))
            held = replace(config, num_cached_blocks=chunks) if everything else config
            size = memory_bytes(held, *grid, dtype)
            row: dict[str, Any] = {"kind": kind, "seconds": seconds, "bytes": size, "chunk_ms": None}
            if size <= lengths.largest_gigabytes * 1e9:
                filled = chunks if everything else min(chunks, _FEW)
                row["chunk_ms"] = chunk_milliseconds(held, grid, filled, device, dtype, lengths.repeats)
            rows.append(row)
            print(f"length {kind} {seconds:g} s: {row['chunk_ms']} ms, {size / 1e9:.3f} GB", flush=True)
    return rows


def memory_bytes(config: DiTConfig, height: int, width: int, dtype: torch.dtype) -> int:
    """Of a stream's memory with chunks of one latent frame; nothing is allocated."""
    return StreamState(config, 1, height, width, 1, device="meta", dtype=dtype).nbytes


@torch.inference_mode()
def chunk_milliseconds(
    config: DiTConfig, grid: tuple[int, int], chunks: int, device: torch.device, dtype: torch.dtype, repeats: int
) -> float:
    """Median time of one chunk after ``chunks`` others."""
    dit = HybridDiT(config)
    cast_weights(dit, dtype, device)
    state = dit.new_state(1, *grid, 1, dtype=dtype)
    _fill(state, chunks)
    frame = torch.randn(1, config.in_channels, 1, *grid, device=device, dtype=dtype)
    text = torch.randn(1, _TOKENS, config.caption_channels, device=device, dtype=dtype)
    kv = dit.text_kv(text)
    level = torch.full((1,), float(TRAIN_STEPS), device=device)
    times = []
    for _ in range(repeats + 1):
        _wait(device)
        begun = time.perf_counter()
        dit(frame, frame, level, kv, state=state)
        _wait(device)
        times.append(1000 * (time.perf_counter() - begun))
    return round(sorted(times[1:])[repeats // 2], 3)


def _fill(state: StreamState, chunks: int) -> None:
    """Random content of ``chunks`` past chunks, one by one as a stream writes them."""
    tokens = state.height * state.width
    softmax = state.config.softmax_indices
    layout = ChunkLayout((1,), ((),), state.height, state.width)
    for _ in range(chunks):
        records = []
        for index, block in enumerate(state.blocks):
            batch, heads, dim = block.first.shape[-4], block.first.shape[-3], block.first.shape[-1]
            first = torch.randn(batch, heads, tokens if index in softmax else dim, dim, device=block.first.device)
            second = first if index in softmax else torch.rand_like(block.second) + 1
            records.append(BlockRecord(first, second, torch.randn_like(block.tail)))
        state.store(records, layout)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
