"""Chunks of latent frames and which earlier chunks a softmax block sees (sink and window)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple


def visible_chunks(index: int, num_cached: int, sink: bool) -> tuple[int, ...]:
    """Earlier chunks that chunk ``index`` attends to, oldest first (its own excluded).

    Args:
        index: 0-based chunk number.
        num_cached: how many earlier chunks are kept, the sink among them; negative keeps all.
        sink: chunk 0 stays visible when the window has moved past it.
    """
    if num_cached < 0:
        return tuple(range(index))
    if num_cached == 0:
        return ()
    window = max(index - num_cached + 1, 0)
    if sink and window > 0:
        return (0, *range(window, index))
    return tuple(range(max(index - num_cached, 0), index))


class ChunkLayout(NamedTuple):
    """How one call's latent frames fall into chunks; static for compiled blocks.

    Attributes:
        lengths: latent frames of each chunk of this call.
        visible: for each chunk of this call, positions in the list ``remembered chunks + this call's chunks`` that it
            attends to besides itself.
        height, width: latent grid.
    """

    lengths: tuple[int, ...]
    visible: tuple[tuple[int, ...], ...]
    height: int
    width: int


def equal_runs(lengths: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Consecutive chunks of one length, as (first frame, number of chunks, length): such a run is computed as one
    batch."""
    start = first = 0
    for end in range(1, len(lengths) + 1):
        if end == len(lengths) or lengths[end] != lengths[start]:
            count, length = end - start, lengths[start]
            yield first, count, length
            first += count * length
            start = end
