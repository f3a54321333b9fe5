"""The four traps of streaming, each on its own: what softmax blocks see, the temporal convolution's borders, the reach
of the backward pass, and which pass writes the memory."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from tiny_dit import frozen, random_text
from torch import Tensor, nn

from sanacam.kernels.reference.gdn import absorb_frame
from sanacam.model.dit import HybridDiT, StreamState
from sanacam.model.dit.chunks import ChunkLayout
from sanacam.model.dit.ffn import GatedConvFFN
from sanacam.model.dit.gdn import GatedDeltaAttention
from sanacam.model.dit.rope import rotary_tables, rotate
from sanacam.model.sampling import flow_schedule, sample_chunk
from sanacam.model.zoo.tiny import TINY_DIT

CONFIG = replace(TINY_DIT, depth=1, softmax_ratio=1.0, sink=True)
HEIGHT, WIDTH = 2, 3
TOKENS = HEIGHT * WIDTH
CPU = torch.device("cpu")


def chunk_inputs(count: int, length: int) -> list[tuple[Tensor, Tensor]]:
    generator = torch.Generator().manual_seed(1)
    return [tuple(torch.randn(2, 1, 4, length, HEIGHT, WIDTH, generator=generator)) for _ in range(count)]


# Sink and window


def outputs(network: HybridDiT, chunks: list[tuple[Tensor, Tensor]]) -> list[Tensor]:
    state, text = network.new_state(1, HEIGHT, WIDTH, 2), network.text_kv(random_text(2))
    return [network(x, source, torch.zeros(1), text, state=state, save=True) for x, source in chunks]


@pytest.mark.parametrize(
    ("num_cached", "sink", "seen"),
    [
        (2, True, [(), (0,), (0, 1), (0, 2), (0, 3), (0, 4)]),
        (3, True, [(), (0,), (0, 1), (0, 1, 2), (0, 2, 3), (0, 3, 4)]),
        (1, True, [(), (0,), (0,), (0,), (0,), (0,)]),
        (2, False, [(), (0,), (0, 1), (1, 2), (2, 3), (3, 4)]),
    ],
)
def test_a_chunk_sees_the_sink_and_the_window_and_nothing_else(
    num_cached: int, sink: bool, seen: list[tuple[int, ...]]
) -> None:
    # One softmax block without temporal convolution: the past comes in through visible keys and values alone.
    network = frozen(replace(CONFIG, num_cached_blocks=num_cached, sink=sink))
    network.hybrid_blocks[0].mlp.t_conv.weight.zero_()
    chunks = chunk_inputs(6, 2)
    plain = outputs(network, chunks)
    for changed in range(5):
        moved = [(x + 1.0, source) if i == changed else (x, source) for i, (x, source) in enumerate(chunks)]
        for later in range(changed + 1, 6):
            difference = (outputs(network, moved)[later] - plain[later]).abs().max()
            assert (difference > 1e-6) == (changed in seen[later]), (changed, later)


# Tail of the temporal convolution


def test_temporal_convolution_takes_the_tail_and_never_looks_ahead() -> None:
    torch.manual_seed(3)
    ffn = GatedConvFFN(CONFIG).requires_grad_(False)
    nn.init.normal_(ffn.t_conv.weight, std=0.3)
    x = torch.randn(1, 6, TOKENS, 24)
    layout = ChunkLayout((3,), ((),), HEIGHT, WIDTH)
    first, tail = ffn(x[:, :3], layout, None)
    second, last_tail = ffn(x[:, 3:], layout, tail)

    r = ffn.spatial(x, HEIGHT, WIDTH)
    before, centre, after = ffn.t_conv.weight[..., 0].unbind(2)
    for frame in range(6):
        expected = r[:, frame] + r[:, frame] @ centre.T
        if frame > 0:
            expected += r[:, frame - 1] @ before.T  # across the border too: that is what the tail is for
        if frame not in (2, 5):
            expected += r[:, frame + 1] @ after.T  # not at a chunk's end, though frame 3 exists
        got = first[:, frame] if frame < 3 else second[:, frame - 3]
        torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(tail, r[:, 2:3])  # before the convolution, not after
    torch.testing.assert_close(last_tail, r[:, 5:])


def test_only_the_tail_of_the_last_chunk_counts() -> None:
    network = frozen(replace(CONFIG, num_cached_blocks=0, sink=False))
    network.hybrid_blocks[0].attn.proj.weight.zero_()  # no frame sees another but through the convolution
    chunks = chunk_inputs(3, 2)
    plain = outputs(network, chunks)
    for changed, frame, reaches in ((1, 1, True), (1, 0, False), (0, 1, False)):
        x, source = chunks[changed]
        x = x.clone()
        x[:, :, frame] += 1.0
        moved = [*chunks[:changed], (x, source), *chunks[changed + 1 :]]
        assert ((outputs(network, moved)[2] - plain[2]).abs().max() > 1e-6) == reaches


# Backward pass


def gdn_inputs(a: Tensor, attention: GatedDeltaAttention) -> tuple[Tensor, ...]:
    """q, k, q̃, k̃, v as (B, T, heads, D, tokens), β and g of the reference's shapes."""
    frames = a.shape[1]
    cos, sin = rotary_tables(12, 0, frames, HEIGHT, WIDTH, 1.0, CPU)
    q = attention.q_norm(attention.q(a)).relu().unflatten(-1, (2, 12))
    k = attention.k_norm(attention.k(a)).relu().unflatten(-1, (2, 12)) * (12 * TOKENS) ** -0.5
    v = attention.v(a).unflatten(-1, (2, 12))
    beta, decay = attention.gates(a)
    turned = (q, k, rotate(q, cos, sin), rotate(k, cos, sin), v)
    return *(t.permute(0, 1, 3, 4, 2) for t in turned), beta[..., None, :], decay[..., None, None]


def test_backward_pass_stays_within_the_chunk_and_leaves_no_state() -> None:
    attention = frozen(replace(CONFIG, softmax_ratio=0.0)).hybrid_blocks[0].attn
    assert isinstance(attention, GatedDeltaAttention)
    nn.init.normal_(attention.beta_proj.weight, std=0.5)
    nn.init.normal_(attention.gate_proj.weight, std=0.5)
    nn.init.normal_(attention.dt_bias)
    a = torch.randn(1, 5, TOKENS, 24)
    cos, sin = rotary_tables(12, 0, 5, HEIGHT, WIDTH, 1.0, CPU)
    first, m, z = attention(a[:, :3], cos[:3], sin[:3], (3,), None, None)
    second, m_end, z_end = attention(a[:, 3:], cos[3:], sin[3:], (2,), m, z)

    # The handed-over state is that of a forward pass over all frames, none of it from the backward pass.
    _, k, _, k_rot, v, beta, decay = gdn_inputs(a, attention)
    forward_m, forward_z = torch.zeros(1, 2, 12, 12), torch.zeros(1, 2, 12, 1)
    for f in range(5):
        forward_m, forward_z = absorb_frame(
            forward_m, forward_z, k[:, f], k_rot[:, f], v[:, f], beta[:, f], decay[:, f]
        )
        if f == 2:
            torch.testing.assert_close((m, z), (forward_m, forward_z), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close((m_end, z_end), (forward_m, forward_z), rtol=1e-5, atol=1e-5)

    # A frame sees later frames of its own chunk, and no frame of a later one.
    moved = a.clone()
    moved[:, 2] += 1.0
    changed, _, _ = attention(moved[:, :3], cos[:3], sin[:3], (3,), None, None)
    assert ((changed - first).abs().amax((0, 2, 3)) > 1e-6).tolist() == [True, True, True]
    one_pass, _, _ = attention(a, cos, sin, (3, 2), None, None)
    torch.testing.assert_close(one_pass, torch.cat((first, second), 1), rtol=1e-5, atol=1e-5)
    unbounded, _, _ = attention(a, cos, sin, (5,), None, None)
    assert (unbounded[:, :3] - first).abs().max() > 1e-4


# The cache pass


def stored(state: StreamState) -> list[Tensor]:
    return [tensor.clone() for tensor in state.tensors()]


def test_memory_is_written_by_a_pass_over_the_clean_result_at_t_0() -> None:
    network = frozen(replace(CONFIG, depth=2, softmax_ratio=0.5))
    text, schedule, chunks = network.text_kv(random_text(2)), flow_schedule(4), chunk_inputs(3, 2)
    state, twin = (network.new_state(1, HEIGHT, WIDTH, 2) for _ in range(2))
    for noise, source in chunks:
        clean, _ = sample_chunk(network, noise, source, text, state, schedule)
        # By hand: four readings that leave the twin alone, then one writing pass which reads what they read.
        x = noise
        for step, timestep in enumerate(schedule.timesteps):
            velocity = network(x, source, torch.tensor([timestep]), text, state=twin)
            x = x + (schedule.sigmas[step + 1] - schedule.sigmas[step]) * velocity
        torch.testing.assert_close(x, clean)
        network(x, source, torch.zeros(1), text, state=twin, save=True)
        for ours, by_hand in zip(state.tensors(), twin.tensors(), strict=True):
            torch.testing.assert_close(ours, by_hand)

    # Any other pass would have written something else: the last denoising one, or one over the noise.
    noise, source = chunks[0]
    clean, _ = sample_chunk(network, noise, source, text, network.new_state(1, HEIGHT, WIDTH, 2), schedule)
    right = network.new_state(1, HEIGHT, WIDTH, 2)
    network(clean, source, torch.zeros(1), text, state=right, save=True)
    for wrong_x, wrong_t in ((clean, 743.0), (noise, 0.0)):
        wrong = network.new_state(1, HEIGHT, WIDTH, 2)
        network(wrong_x, source, torch.tensor([wrong_t]), text, state=wrong, save=True)
        assert all((a - b).abs().max() > 1e-5 for a, b in zip(stored(right), stored(wrong), strict=True))


def test_the_last_chunk_writes_nothing() -> None:
    network = frozen(replace(CONFIG, depth=2, softmax_ratio=0.5))
    text, state = network.text_kv(random_text(2)), network.new_state(1, HEIGHT, WIDTH, 2)
    (noise, source), *_ = chunk_inputs(1, 2)
    sample_chunk(network, noise, source, text, state, flow_schedule(2), save=False)
    assert not any(tensor.any() for tensor in state.tensors())
    assert (state.chunk_index, state.frame_index) == (0, 0)
