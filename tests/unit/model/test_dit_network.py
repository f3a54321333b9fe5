"""The whole network: one parallel pass is the stream, gradients reach everything, names are the checkpoint's."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_dit import filled
from torch import Tensor

from sanacam.model.dit import DiTConfig, HybridDiT, StreamState
from sanacam.model.dit.gdn import GatedDeltaAttention

CONFIG = DiTConfig(
    hidden_size=32,
    depth=4,
    self_heads=2,
    cross_heads=4,
    mlp_ratio=2.5,
    in_channels=4,
    source_channels=3,
    out_channels=4,
    softmax_ratio=0.5,
    caption_channels=12,
    max_text_tokens=6,
    sink=False,
    num_cached_blocks=2,
)
HEIGHT, WIDTH = 2, 3


def inputs(frames: int, batch: int = 2) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(frames)
    x = torch.randn(batch, 4, frames, HEIGHT, WIDTH, generator=generator)
    source = torch.randn(batch, 3, frames, HEIGHT, WIDTH, generator=generator)
    timestep = torch.rand(batch, frames, generator=generator) * 1000
    text = torch.randn(batch, 6, 12, generator=generator)
    mask = torch.arange(6)[None] < torch.tensor([[3], [6]])[:batch]
    return x, source, timestep, text, mask


def stream(network: HybridDiT, state: StreamState, chunks: list[int], data: tuple[Tensor, ...], scale: float) -> Tensor:
    x, source, timestep, text, mask = data
    kv = network.text_kv(text, mask)
    parts, start = [], 0
    for length in chunks:
        now = slice(start, start + length)
        parts.append(
            network(x[:, :, now], source[:, :, now], timestep[:, now], kv, state=state, save=True, position_scale=scale)
        )
        start += length
    return torch.cat(parts, 2)


@settings(max_examples=20, deadline=None)
@given(
    chunks=st.one_of(
        st.integers(1, 7).map(lambda n: [1] * n),
        st.integers(1, 4).map(lambda n: [2] * n),
        st.integers(1, 3).map(lambda n: [3] * n),
        st.lists(st.integers(1, 3), min_size=1, max_size=6),
    ),
    sink=st.booleans(),
    num_cached=st.integers(0, 3),
    scale=st.sampled_from([1.0, 0.5]),
    cut=st.integers(0, 7),
)
@torch.no_grad()
def test_parallel_pass_equals_stream(chunks: list[int], sink: bool, num_cached: int, scale: float, cut: int) -> None:
    network = filled(replace(CONFIG, sink=sink, num_cached_blocks=num_cached))
    data = inputs(sum(chunks))
    x, source, timestep, text, mask = data
    parallel = network(*data, chunks=chunks, position_scale=scale)
    state = network.new_state(2, HEIGHT, WIDTH, 3)
    torch.testing.assert_close(stream(network, state, chunks, data, scale), parallel, rtol=1e-5, atol=1e-5)
    assert (state.frame_index, state.chunk_index) == (sum(chunks), len(chunks))

    # A parallel pass may also continue a stream.
    head, rest = chunks[:cut], chunks[cut:]
    if head and rest:
        state.reset()
        stream(network, state, head, data, scale)
        now = slice(sum(head), None)
        continued = network(
            x[:, :, now],
            source[:, :, now],
            timestep[:, now],
            text,
            mask,
            state=state,
            chunks=rest,
            position_scale=scale,
        )
        torch.testing.assert_close(continued, parallel[:, :, now], rtol=1e-5, atol=1e-5)


@torch.no_grad()
def test_first_chunk_may_be_longer() -> None:
    network, chunks = filled(replace(CONFIG, sink=True)), [3, 2, 2, 2]
    data = inputs(9)
    state = network.new_state(2, HEIGHT, WIDTH, 2, first_chunk_latents=3)
    torch.testing.assert_close(
        stream(network, state, chunks, data, 1.0), network(*data, chunks=chunks), rtol=1e-5, atol=1e-5
    )


@torch.no_grad()
def test_without_sink_only_relative_positions_matter() -> None:
    network, data = filled(CONFIG), inputs(4)
    near = network(*data, chunks=[1] * 4)
    far = network(*data, chunks=[1] * 4, first_frame=10_000)
    torch.testing.assert_close(far, near, rtol=1e-3, atol=1e-3)


@torch.no_grad()
def test_frames_do_not_see_later_chunks() -> None:
    network, data = filled(CONFIG), inputs(6)
    x, *others = data
    before = network(*data, chunks=[2, 2, 2])
    x = x.clone()
    x[:, :, 4:] += 1.0
    after = network(x, *others, chunks=[2, 2, 2])
    torch.testing.assert_close(after[:, :, :4], before[:, :, :4], rtol=0, atol=0)
    assert not torch.allclose(after[:, :, 4:], before[:, :, 4:])


@torch.no_grad()
def test_frames_see_the_end_of_their_chunk_and_the_past() -> None:
    network, data = filled(CONFIG), inputs(4)
    x, *others = data
    before = network(*data, chunks=[2, 2])
    for changed, seen in ((0, (0, 1, 2, 3)), (1, (0, 1, 2, 3)), (2, (2, 3)), (3, (2, 3))):
        moved = x.clone()
        moved[:, :, changed] += 1.0
        difference = (network(moved, *others, chunks=[2, 2]) - before).abs().amax(dim=(0, 1, 3, 4))
        assert tuple(difference.gt(1e-6).nonzero().flatten().tolist()) == seen


@pytest.mark.parametrize("chunks", [[1] * 4, [2, 2], [3, 1]])
@pytest.mark.parametrize("autocast", [False, True])
def test_gradients_reach_every_parameter(chunks: list[int], autocast: bool) -> None:
    network = filled(CONFIG)
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        velocity = network(*inputs(4), chunks=chunks)
    velocity.float().square().mean().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name


def test_gradient_through_a_window_that_continues_a_stream() -> None:
    network, data = filled(CONFIG), inputs(4)
    x, source, timestep, text, mask = data
    state = network.new_state(2, HEIGHT, WIDTH, 1)
    with torch.no_grad():
        network(x[:, :, :2], source[:, :, :2], timestep[:, :2], text, mask, state=state, chunks=[1, 1], save=True)
    first = network(x[:, :, 2:3], source[:, :, 2:3], timestep[:, 2:3], text, mask, state=state, save=True)
    second = network(x[:, :, 3:], source[:, :, 3:], timestep[:, 3:], text, mask, state=state, save=True)
    (first.mean() + second.mean()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


@torch.no_grad()
def test_autocast_stays_close_to_fp32() -> None:
    network, data = filled(CONFIG), inputs(6)
    exact = network(*data, chunks=[1] * 6)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = network(*data, chunks=[1] * 6)
    assert (rounded.float() - exact).abs().max() < 0.05 * exact.abs().max()


@torch.no_grad()
def test_text_kv_stands_for_text_and_padding_is_ignored() -> None:
    network, data = filled(CONFIG), inputs(2)
    x, source, timestep, text, mask = data
    direct = network(*data)
    torch.testing.assert_close(network(x, source, timestep, network.text_kv(text, mask)), direct)
    torch.testing.assert_close(network(x, source, timestep, text[:, None], mask.long()), direct)
    padded = text.clone()
    padded[0, 3:] = 9.0
    torch.testing.assert_close(network(x, source, timestep, padded, mask), direct)
    padded[0, 2] = 9.0
    assert not torch.allclose(network(x, source, timestep, padded, mask), direct)


@torch.no_grad()
def test_timestep_per_frame_and_truncation() -> None:
    network, data = filled(CONFIG), inputs(3)
    x, source, _, text, mask = data
    shared = network(x, source, torch.tensor([500.0, 20.0]), text, mask)
    per_frame = network(x, source, torch.tensor([[500.9] * 3, [20.2] * 3]), text, mask)
    torch.testing.assert_close(per_frame, shared)
    other = network(x, source, torch.tensor([501.0, 20.0]), text, mask)
    assert not torch.equal(other[0], shared[0])


def test_starts_with_zero_velocity_and_the_asked_decays() -> None:
    network = HybridDiT(replace(CONFIG, gdn_dt_bias=(-7.0, -2.5)))
    assert not network(*inputs(2)).any()
    attention = network.hybrid_blocks[0].attn
    assert isinstance(attention, GatedDeltaAttention)
    torch.testing.assert_close(attention.dt_bias.detach(), torch.tensor([-7.0, -2.5]))
    _, decay = attention.gates(torch.randn(1, 2, 6, 32))
    torch.testing.assert_close(decay[0, 0].detach(), torch.tensor([0.99909, 0.92411]), rtol=1e-4, atol=0)


def test_wrong_calls_are_named() -> None:
    network, data = filled(CONFIG), inputs(3)
    with pytest.raises(ValueError, match="do not cover 3"):
        network(*data, chunks=[1, 1])
    with pytest.raises(ValueError, match="needs a state"):
        network(*data, save=True)
    with pytest.raises(ValueError, match="source"):
        network(data[0], data[1][:, :, :2], *data[2:])
    with pytest.raises(ValueError, match="state is for"):
        network(*data, state=network.new_state(1, HEIGHT, WIDTH, 3))
    with pytest.raises(ValueError, match="does not fit"):
        network(*data, state=network.new_state(2, HEIGHT, WIDTH, 2), save=True)
    with pytest.raises(ValueError, match="unlimited"):
        HybridDiT(replace(CONFIG, num_cached_blocks=-1)).new_state(1, HEIGHT, WIDTH, 1)


def test_blocks_compile_without_graph_breaks() -> None:
    network = filled(replace(CONFIG, depth=2))
    data = inputs(2)
    plain = network(*data, chunks=[1, 1])
    names = list(network.state_dict())
    network.compile_blocks(backend="eager", fullgraph=True)
    torch.testing.assert_close(network(*data, chunks=[1, 1]), plain)
    assert list(network.state_dict()) == names
