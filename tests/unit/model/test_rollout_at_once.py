"""Turns without gradient run a window in one forward: the same edit, the same caches, as chunk by chunk."""

from __future__ import annotations

import pytest
import torch
from tiny_training import tiny_transformer

from sanacam.model.training.config import StreamTraining
from sanacam.model.training.cycle_reverse import reverse_window
from sanacam.model.training.rollout import CachedStream, Rollout

KIND = StreamTraining(
    clip_latents=9, first_window=3, window=2, context=1, sampling_steps=1, generator_every=3, matching=0.0
)
BATCH, GRID = 2, (4, 6)


def window(train: bool, *, reverse: bool) -> tuple[torch.Tensor, CachedStream]:
    """Three windows of one stream; the last one's result."""
    rollout = Rollout(tiny_transformer(3), KIND)
    stream = rollout.new_stream(BATCH, *GRID)
    chance = torch.Generator().manual_seed(9)
    text, mask = torch.randn(BATCH, 4, 16, generator=chance), torch.ones(BATCH, 4, dtype=torch.bool)
    result = torch.empty(0)
    for index in range(3):
        chunks = KIND.chunks(index)
        shape = (BATCH, 8, sum(chunks), *GRID)
        source, noise = (torch.randn(shape, generator=chance) for _ in range(2))
        if reverse:
            loss, result = reverse_window(rollout, stream, noise, source, text, mask, chunks, 0, chance, train=train)
            result = torch.cat([result.flatten(), loss.detach()[None]])
        else:
            result = rollout.window(stream, source, text, mask, chunks, 0, noise, chance, train=train)
            assert result.requires_grad == train
    return result.detach(), stream


@pytest.mark.parametrize("reverse", [False, True])
def test_one_forward_equals_chunk_by_chunk(reverse: bool) -> None:
    (slow, slow_stream), (fast, fast_stream) = window(True, reverse=reverse), window(False, reverse=reverse)
    torch.testing.assert_close(fast, slow, atol=1e-5, rtol=1e-4)
    assert fast_stream.lengths == slow_stream.lengths == [1] * 7
    assert fast_stream.state.position == slow_stream.state.position
    for ours, theirs in zip(fast_stream.tensors(), slow_stream.tensors(), strict=True):
        torch.testing.assert_close(ours, theirs.detach(), atol=1e-5, rtol=1e-4)
