"""Fast paths of the network against their plain twins."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sanacam.kernels.reference.attention import attention, chunk_mask
from sanacam.kernels.reference.gdn import gdn_attention
from sanacam.kernels.reference.glu_conv import glu_conv_ffn
from sanacam.kernels.reference.norm import modulated_layer_norm, rms_norm
from sanacam.kernels.reference.rope import rotary_factors
from sanacam.kernels.reference.rope import rotate as rotate_reference
from sanacam.model.dit import DiTConfig
from sanacam.model.dit.chunks import ChunkLayout, visible_chunks
from sanacam.model.dit.config import BLOCK_NORM_EPS, GDN_DENOMINATOR_EPS
from sanacam.model.dit.ffn import GatedConvFFN
from sanacam.model.dit.gdn import GatedDeltaAttention, frame_products, scan_backward, scan_forward, single_frame
from sanacam.model.dit.layers import RMSNorm, modulate
from sanacam.model.dit.rope import rotary_tables, rotate
from sanacam.model.dit.softmax import SoftmaxAttention

CPU = torch.device("cpu")
CHUNKS = st.lists(st.integers(1, 4), min_size=1, max_size=5)
CONFIG = DiTConfig(
    hidden_size=24,
    depth=1,
    self_heads=2,
    cross_heads=2,
    mlp_ratio=2.0,
    in_channels=4,
    source_channels=4,
    out_channels=4,
    softmax_ratio=0.0,
    caption_channels=8,
    max_text_tokens=4,
    sink=False,
    num_cached_blocks=2,
)


def gdn_inputs(frames: int, seed: int) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.rand(shape, generator=generator, dtype=torch.float64)

    q, k = draw(2, frames, 3, 5, 4), draw(2, frames, 3, 5, 4) * (4 * 5) ** -0.5
    q_rot, k_rot, v = q - 0.3, k - 0.05, draw(2, frames, 3, 5, 4) - 0.5
    beta, decay = draw(2, frames, 3, 5), draw(2, frames, 3)
    m, z = draw(2, 3, 4, 4) - 0.5, draw(2, 3, 4, 1)
    return q, k, q_rot, k_rot, v, beta, decay, m, z


@settings(max_examples=25, deadline=None)
@given(chunks=CHUNKS, seed=st.integers(0, 1000))
def test_chunkwise_gdn_equals_the_recurrence(chunks: list[int], seed: int) -> None:
    q, k, q_rot, k_rot, v, beta, decay, m, z = gdn_inputs(sum(chunks), seed)
    columns = [t.mT for t in (q, k, q_rot, k_rot, v)]
    wanted, m_wanted, z_wanted = gdn_attention(
        *columns, beta[..., None, :], decay[..., None, None], chunks, m, z, GDN_DENOMINATOR_EPS
    )
    products = frame_products(*(t.float() for t in (k, k_rot, v, beta, decay)))
    ms, zs = scan_forward(products, m.float(), z.float())
    m_last, z_last = ms[:, -1], zs[:, -1]
    later = scan_backward(products, tuple(chunks))
    assert (later is None) == (max(chunks) == 1)
    if later is not None:
        ms, zs = ms + later[0], zs + later[1]
    out = (q_rot @ ms.mT.double()) / (q @ zs.double() + GDN_DENOMINATOR_EPS)
    torch.testing.assert_close(out.mT, wanted, rtol=2e-4, atol=2e-4)
    torch.testing.assert_close(m_last.double(), m_wanted, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(z_last.double(), z_wanted, rtol=1e-5, atol=1e-5)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), start=st.booleans())
def test_single_frame_equals_the_scan(seed: int, start: bool) -> None:
    _, k, _, k_rot, v, beta, decay, m, z = (t.float() for t in gdn_inputs(1, seed))
    state = (None, None) if start else (m, z)
    got = single_frame(k, k_rot, v, beta, decay, *state)
    wanted = scan_forward(frame_products(k, k_rot, v, beta, decay), *state)
    torch.testing.assert_close(got, wanted, rtol=1e-5, atol=1e-5)


def test_first_frame_needs_no_state() -> None:
    _, k, _, k_rot, v, beta, decay, m, z = (t.float() for t in gdn_inputs(3, 0))
    products = frame_products(k, k_rot, v, beta, decay)
    zeros = scan_forward(products, torch.zeros_like(m), torch.zeros_like(z))
    torch.testing.assert_close(scan_forward(products, None, None), zeros)


@settings(max_examples=15, deadline=None)
@given(
    first=st.integers(0, 5_000_000),
    frames=st.integers(1, 3),
    height=st.integers(1, 4),
    width=st.integers(1, 4),
    scale=st.sampled_from([1.0, 0.5, 0.25]),
    head_dim=st.sampled_from([6, 12, 28, 64, 112]),
)
def test_rotation_equals_complex_product(
    first: int, frames: int, height: int, width: int, scale: float, head_dim: int
) -> None:
    x = torch.randn(1, frames, height * width, 2, head_dim, generator=torch.Generator().manual_seed(first))
    cos, sin = rotary_tables(head_dim, first, frames, height, width, scale, CPU)
    factors = rotary_factors(
        head_dim, torch.arange(first, first + frames), torch.arange(height) * scale, torch.arange(width) * scale
    )
    wanted = rotate_reference(x.transpose(2, 3), factors.unflatten(0, (frames, 1, -1))).transpose(2, 3)
    torch.testing.assert_close(rotate(x, cos, sin), wanted, rtol=1e-6, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(chunks=CHUNKS, num_cached=st.integers(-1, 4), sink=st.booleans())
def test_visible_chunks_are_the_mask(chunks: list[int], num_cached: int, sink: bool) -> None:
    mask = chunk_mask(chunks, 2, num_cached, sink)
    first_token = [2 * sum(chunks[:i]) for i in range(len(chunks))]
    for i, token in enumerate(first_token):
        seen = {j for j, other in enumerate(first_token) if mask[token, other]}
        assert seen == {*visible_chunks(i, num_cached, sink), i}


def test_table_of_visible_chunks_with_sink_and_two() -> None:
    assert [visible_chunks(i, 2, True) for i in range(6)] == [(), (0,), (0, 1), (0, 2), (0, 3), (0, 4)]


@settings(max_examples=15, deadline=None)
@given(chunks=CHUNKS, num_cached=st.integers(0, 3), sink=st.booleans())
def test_softmax_attention_by_chunks_equals_one_mask(chunks: list[int], num_cached: int, sink: bool) -> None:
    torch.manual_seed(sum(chunks))
    module = SoftmaxAttention(CONFIG)
    torch.nn.init.normal_(module.q.weight, std=0.3)
    torch.nn.init.normal_(module.k.weight, std=0.3)
    torch.nn.init.normal_(module.v.weight, std=0.3)
    frames = sum(chunks)
    a = torch.randn(1, frames, 6, 24)
    cos, sin = rotary_tables(12, 3, frames, 2, 3, 1.0, CPU)
    visible = tuple(visible_chunks(i, num_cached, sink) for i in range(len(chunks)))
    out, k, v = module(a, cos, sin, ChunkLayout(tuple(chunks), visible, 2, 3), ())
    q = rotate(module.q_norm(module.q(a)).unflatten(-1, (2, 12)), cos, sin).flatten(1, 2).transpose(1, 2)
    bias = torch.where(chunk_mask(chunks, 6, num_cached, sink), 0.0, -torch.inf)
    attended = attention(q, k, v, bias).transpose(1, 2).flatten(2).view_as(a)
    wanted = module.proj(attended * torch.nn.functional.silu(module.output_gate(a)))
    torch.testing.assert_close(out, wanted, rtol=1e-5, atol=1e-5)


@settings(max_examples=15, deadline=None)
@given(chunks=CHUNKS, with_tail=st.booleans())
def test_ffn_equals_its_convolutions(chunks: list[int], with_tail: bool) -> None:
    torch.manual_seed(len(chunks))
    module = GatedConvFFN(CONFIG)
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    frames = sum(chunks)
    x = torch.randn(2, frames, 12, 24)
    tail = torch.randn(2, 1, 12, 24) if with_tail else None
    layout = ChunkLayout(tuple(chunks), ((),) * len(chunks), 3, 4)
    out, new_tail = module(x, layout, tail)
    picture = x.permute(0, 3, 1, 2).unflatten(3, (3, 4))
    tail_picture = None if tail is None else tail.permute(0, 3, 1, 2).unflatten(3, (3, 4))
    wanted, wanted_tail = glu_conv_ffn(picture, module.state_dict(), chunks, tail_picture)
    torch.testing.assert_close(out, wanted.flatten(3).permute(0, 2, 3, 1), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(new_tail, wanted_tail.flatten(3).permute(0, 2, 3, 1), rtol=1e-5, atol=1e-5)


def test_norms_equal_their_formulas() -> None:
    torch.manual_seed(0)
    x, shift, scale = torch.randn(2, 3, 5, 8), torch.randn(2, 3, 1, 8), torch.randn(2, 3, 1, 8)
    norm = RMSNorm(8, 1e-5)
    torch.nn.init.normal_(norm.weight)
    torch.testing.assert_close(norm(x), rms_norm(x, norm.weight, 1e-5))
    torch.testing.assert_close(
        modulate(x, shift, scale, BLOCK_NORM_EPS), modulated_layer_norm(x, shift, scale, BLOCK_NORM_EPS)
    )
    assert norm(x.bfloat16()).dtype == torch.bfloat16


def test_gates_keep_decays_near_one_apart_in_bf16() -> None:
    attention_block = GatedDeltaAttention(CONFIG).bfloat16()
    attention_block.dt_bias.data = torch.tensor([-8.0, -7.0])
    torch.nn.init.zeros_(attention_block.gate_proj.weight)
    torch.nn.init.zeros_(attention_block.gate_proj.bias)
    _, decay = attention_block.gates(torch.zeros(1, 1, 4, 24, dtype=torch.bfloat16))
    assert decay.dtype == torch.float32
    torch.testing.assert_close(1 - decay[0, 0], torch.tensor([3.354e-4, 9.115e-4]), rtol=1e-2, atol=0)
