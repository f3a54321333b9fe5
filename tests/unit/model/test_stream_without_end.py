"""Streams of any length: positions are re-based without a trace, the sink stays within its distance, nothing grows."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_dit import frozen, random_text
from torch import Tensor

from sanacam.model.dit import HybridDiT, StreamState
from sanacam.model.dit.rope import POSITION_RANGE, axis_pairs, rotary_tables, rotate, shift_in_time
from sanacam.model.dit.state import TRAINED_SINK_DISTANCE
from sanacam.model.zoo.tiny import TINY_DIT

CONFIG = replace(
    TINY_DIT,
    hidden_size=48,
    depth=4,
    caption_channels=8,
    max_text_tokens=4,
    sink=True,
    gdn_dt_bias=(-4.0, -1.0),
)
HEIGHT, WIDTH = 1, 2


class Run:
    """A stream of random chunks; a chunk's numbers depend on its seed only."""

    def __init__(self, network: HybridDiT, state: StreamState) -> None:
        self.network, self.state = network, state
        self.text = network.text_kv(random_text(9, CONFIG))

    def chunk(self, seed: int, length: int = 3) -> Tensor:
        generator = torch.Generator().manual_seed(seed)
        x, source = torch.randn(2, 1, 4, length, HEIGHT, WIDTH, generator=generator)
        return self.network(x, source, torch.tensor([500.0]), self.text, state=self.state, save=True)


@pytest.mark.parametrize(("sink", "num_cached"), [(True, 2), (True, 1), (False, 3)])
def test_forty_chunks_with_a_re_base_every_five(sink: bool, num_cached: int) -> None:
    network = frozen(replace(CONFIG, sink=sink, num_cached_blocks=num_cached))
    plain, rebased = (Run(network, network.new_state(1, HEIGHT, WIDTH, 3, first_chunk_latents=5)) for _ in range(2))
    for chunk in range(40):
        length = 5 if chunk == 0 else 3
        expected, got = plain.chunk(chunk, length), rebased.chunk(chunk, length)
        torch.testing.assert_close(got, expected, rtol=0, atol=1e-4)
        if chunk % 5 == 4:
            rebased.state.rebase()
            assert rebased.state.position == 0
    assert plain.state.position == plain.state.frame_index == rebased.state.frame_index == 122
    # The normaliser carries no rotation; the remembered keys and M do.
    for index in range(CONFIG.depth):
        a, b = plain.state.blocks[index], rebased.state.blocks[index]
        if index not in CONFIG.softmax_indices:
            torch.testing.assert_close(a.second, b.second, rtol=1e-5, atol=1e-6)
            assert (a.first - b.first).abs().max() > 1e-3 * a.first.abs().max()


def test_rebasing_by_itself_keeps_positions_in_range() -> None:
    network = frozen(CONFIG)
    plain = Run(network, network.new_state(1, HEIGHT, WIDTH, 3))
    ours = Run(network, network.new_state(1, HEIGHT, WIDTH, 3, rebase_every=20))
    for chunk in range(30):
        torch.testing.assert_close(ours.chunk(chunk), plain.chunk(chunk), rtol=0, atol=1e-4)
        assert 0 <= ours.state.position < 20
    assert (ours.state.frame_index, ours.state.chunk_index) == (90, 30)
    ours.state.reset()
    assert (ours.state.position, ours.state.origin, ours.state.sink_frame) == (0, 0, 0)
    again, fresh = ours.chunk(0), Run(network, network.new_state(1, HEIGHT, WIDTH, 3)).chunk(0)
    assert torch.equal(again, fresh)


@pytest.mark.parametrize("seed", [0, 3])
def test_frame_5000_is_as_good_as_frame_100(seed: int) -> None:
    """Old memory fades from the GDN state and the sink's distance is capped, so that the last chunks of a long stream
    must equal those of a short one with the same sink: any loss of precision or drift of positions would show. How fast
    it fades is up to the decays: with these, 16 to 200 times a chunk and below rounding after four, for any weights."""
    network = frozen(replace(CONFIG, depth=2, gdn_dt_bias=(1.0, 3.0)), seed)
    states = [network.new_state(1, HEIGHT, WIDTH, 16, sink_distance=48, rebase_every=128) for _ in range(2)]
    long, short = (Run(network, state) for state in states)
    pointers, size = [tensor.data_ptr() for tensor in long.state.tensors()], long.state.nbytes
    for chunk in range(310):
        long.chunk(chunk if chunk == 0 else 10_000 + chunk, 16)
    short.chunk(0, 16)
    for chunk in range(6):
        short.chunk(20_000 + chunk, 16)
    for chunk in range(5):
        expected, got = short.chunk(chunk + 1, 16), long.chunk(chunk + 1, 16)
    assert long.state.frame_index == 5040
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-5)
    assert [tensor.data_ptr() for tensor in long.state.tensors()] == pointers
    assert long.state.nbytes == size
    assert long.state.position < 128
    assert all(tensor.isfinite().all() for tensor in long.state.tensors())

    # The cap is what makes them equal: without it the sink is seen from 100 times as far.
    far = Run(network, network.new_state(1, HEIGHT, WIDTH, 16))
    far.chunk(0, 16)
    far.state.skip_to(5040 - 80)
    for chunk in range(5):
        uncapped = far.chunk(chunk + 1, 16)
    assert (uncapped - expected).abs().max() > 1e-3


def test_the_cap_changes_nothing_until_it_is_reached() -> None:
    network = frozen(CONFIG)
    free = Run(network, network.new_state(1, HEIGHT, WIDTH, 3, first_chunk_latents=5))
    capped = Run(network, network.new_state(1, HEIGHT, WIDTH, 3, first_chunk_latents=5, sink_distance=29))
    for chunk in range(14):
        a, b = (run.chunk(chunk, 3 if chunk else 5) for run in (free, capped))
        start = free.state.frame_index - 3
        assert torch.equal(a, b) == (start <= 29), start
        assert capped.state.sink_frame == max(0, capped.state.frame_index - 29)
    # The released clip of 122 latent frames starts its last chunk exactly at the default distance.
    assert TRAINED_SINK_DISTANCE == 5 + 38 * 3


@settings(max_examples=8)
@given(lengths=st.lists(st.integers(1, 3), min_size=8, max_size=20), rebases=st.sets(st.integers(0, 19)))
def test_cap_and_re_base_do_not_meet(lengths: list[int], rebases: set[int]) -> None:
    network = frozen(replace(CONFIG, depth=2))
    plain, rebased = (Run(network, network.new_state(1, HEIGHT, WIDTH, 3, sink_distance=9)) for _ in range(2))
    for chunk, length in enumerate(lengths):
        torch.testing.assert_close(rebased.chunk(chunk, length), plain.chunk(chunk, length), rtol=0, atol=1e-4)
        if chunk in rebases:
            rebased.state.rebase()


def test_a_bf16_sink_is_rounded_once_however_often_it_moves() -> None:
    config = replace(CONFIG, depth=2)
    network = frozen(config).to(torch.bfloat16)
    run = Run(network, network.new_state(1, HEIGHT, WIDTH, 3, sink_distance=12))
    run.chunk(0)
    index = config.softmax_indices[0]
    original = run.state.stored_chunk(index, 0)[0].clone()
    for chunk in range(60):
        run.chunk(chunk)
        run.state.rebase()
    turn = run.state.sink_frame - run.state.origin
    exact = shift_in_time(original.float(), turn)
    moved = run.state.stored_chunk(index, 0)[0].float()
    assert turn == -12
    assert ((moved - exact).abs() <= exact.abs() * 2**-8 + 1e-6).all()


@settings(max_examples=30)
@given(first=st.integers(0, 900), shift=st.integers(-2000, 2000), half_dim=st.integers(3, 20))
def test_shift_in_time_is_a_later_rotation(first: int, shift: int, half_dim: int) -> None:
    dim, cpu = 2 * half_dim, torch.device("cpu")
    x = torch.randn(1, 2, 6, 2, dim, generator=torch.Generator().manual_seed(0))
    there = rotate(x, *rotary_tables(dim, first, 2, 2, 3, 1.0, cpu))
    directly = rotate(x, *rotary_tables(dim, first + shift, 2, 2, 3, 1.0, cpu))
    torch.testing.assert_close(shift_in_time(there, shift), directly, rtol=0, atol=2e-6)


def test_tables_within_and_outside_the_range_agree() -> None:
    cpu = torch.device("cpu")
    for first in (0, 7, POSITION_RANGE - 3, POSITION_RANGE - 2, -4, 200_000):
        cos, sin = rotary_tables(12, first, 3, 1, 1, 1.0, cpu)
        pairs = axis_pairs(12)[0]
        for frame in range(3):
            for k in range(pairs):
                angle = (first + frame) * 10000.0 ** (-k / pairs)
                assert cos[frame, 0, k].item() == pytest.approx(math.cos(angle), abs=1e-7)
                assert sin[frame, 0, k].item() == pytest.approx(math.sin(angle), abs=1e-7)


def test_skipping() -> None:
    network = frozen(replace(CONFIG, depth=2))
    state = network.new_state(1, HEIGHT, WIDTH, 3, sink_distance=10)
    state.skip_to(500)
    assert (state.position, state.frame_index) == (0, 500)
    Run(network, state).chunk(0)
    assert (state.sink_frame, state.frame_index) == (500, 503)
    state.skip_to(540)
    assert (state.sink_frame, state.position) == (530, 40)
    with pytest.raises(ValueError, match="has passed"):
        state.skip_to(539)


def test_impossible_settings() -> None:
    with pytest.raises(ValueError, match="stand in the window"):
        StreamState(CONFIG, 1, 1, 1, 3, sink_distance=5)
    with pytest.raises(ValueError, match="rebase_every"):
        StreamState(CONFIG, 1, 1, 1, 3, rebase_every=0)
