"""The stream's memory: constant size, same storage, right contents."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from tiny_dit import frozen, random_text

from sanacam.model.dit import DiTConfig, HybridDiT, StreamState
from sanacam.model.zoo.tiny import TINY_DIT

CONFIG = replace(TINY_DIT, depth=4)


def run(network: HybridDiT, state: StreamState, chunks: list[int], seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    text = network.text_kv(random_text(seed))
    outs = []
    for length in chunks:
        x, source = torch.randn(2, 1, 4, length, 2, 3, generator=generator)
        outs.append(network(x, source, torch.tensor([700.0]), text, state=state, save=True))
    return torch.cat(outs, 2)


@pytest.mark.parametrize("sink", [False, True])
def test_storage_never_moves_or_grows(sink: bool) -> None:
    network = frozen(replace(CONFIG, sink=sink))
    state = network.new_state(1, 2, 3, 2)
    pointers = [tensor.data_ptr() for tensor in state.tensors()]
    size = state.nbytes
    run(network, state, [2] * 25)
    state.reset()
    run(network, state, [1, 2, 1])
    assert [tensor.data_ptr() for tensor in state.tensors()] == pointers
    assert state.nbytes == size


def test_reset_is_a_fresh_start() -> None:
    network = frozen(CONFIG)
    state = network.new_state(1, 2, 3, 1)
    first = run(network, state, [1] * 4)
    run(network, state, [1] * 3, seed=1)
    state.reset()
    assert not any(tensor.any() for tensor in state.tensors())
    torch.testing.assert_close(run(network, state, [1] * 4), first, rtol=0, atol=0)


def test_reading_does_not_write() -> None:
    network = frozen(CONFIG)
    state = network.new_state(1, 2, 3, 1)
    run(network, state, [1] * 3)
    before = [tensor.clone() for tensor in state.tensors()]
    network(torch.randn(1, 4, 1, 2, 3), torch.randn(1, 4, 1, 2, 3), torch.tensor([1.0]), random_text(0), state=state)
    assert all(torch.equal(old, new) for old, new in zip(before, state.tensors(), strict=True))
    assert state.chunk_index == 3


@pytest.mark.parametrize(
    ("sink", "num_cached", "held"),
    [(False, 2, (5, 6)), (True, 2, (0, 6)), (True, 3, (0, 5, 6)), (False, 1, (6,)), (True, 1, (0,))],
)
def test_ring_holds_the_right_chunks(sink: bool, num_cached: int, held: tuple[int, ...]) -> None:
    network = frozen(replace(CONFIG, sink=sink, num_cached_blocks=num_cached))
    state = network.new_state(1, 2, 3, 1)
    index = CONFIG.softmax_indices[0]
    seen = {}
    for chunk in range(7):
        run(network, state, [1], seed=chunk)
        if chunk in held:
            seen[chunk] = state.stored_chunk(index, chunk)[0].clone()
    assert state.remembered() == held
    for chunk in held:
        assert torch.equal(state.stored_chunk(index, chunk)[0], seen[chunk])
    gone = next(chunk for chunk in range(7) if chunk not in held)
    with pytest.raises(KeyError):
        state.stored_chunk(index, gone)


def test_sizes_of_the_large_model() -> None:
    state = StreamState(
        DiTConfig.sana_streaming_2b(), 1, 22, 40, 3, first_chunk_latents=5, device="meta", dtype=torch.bfloat16
    )
    kinds = {True: 0, False: 0}
    for index, block in enumerate(state.blocks):
        kinds[index in state.config.softmax_indices] += sum(t.nbytes for t in (block.first, block.second))
    assert kinds[False] == 15_187_200
    assert sum(block.tail.nbytes for block in state.blocks) == 78_848_000


def test_impossible_states_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        StreamState(CONFIG, 1, 0, 3, 1)
