"""The GDN kernels in Triton's interpreter against their plain twin. Started by `test_triton_numerics.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parent))
import card_bf16
import card_fp8

from sanacam.kernels.gdn import DENOMINATOR_EPS, NORM_EPS, gdn, gdn_fp8
from sanacam.kernels.operations import count_number
from sanacam.kernels.reference.gdn_layer import gdn_layer
from sanacam.kernels.reference.quantize_fp8 import quantise_fp8_tensor
from sanacam.model.dit.rope import rotary_tables

card_fp8.install()
card_bf16.install()  # last: no kernel here multiplies fp8, and each brings a product of its own
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 1e-2}


def arguments(
    seed: int, dtype: torch.dtype, batch: int, frames: int, heads: int, head_dim: int, height: int, width: int
) -> list[Tensor]:
    """Random projections as slices of one wide, padded product; a state as a stream would have left it."""
    random = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=random)

    channels, tokens = heads * head_dim, height * width
    wide = normal(batch, frames, tokens, 4 * channels + 2 * heads + -2 * heads % 16).to(dtype)
    q, k, v, gate = wide[..., : 4 * channels].split(channels, -1)
    update = wide[..., 4 * channels : 4 * channels + 2 * heads]
    q_weight, k_weight = ((1 + 0.3 * normal(channels)).to(dtype) for _ in range(2))
    cos, sin = rotary_tables(head_dim, seed % 1000, frames, height, width, 1.0, torch.device("cpu"))
    # Denominators away from zero, as in a trained stream; a quotient near 0 / 0 would measure nothing.
    q += 1
    m, z = 0.5 * normal(batch, heads, head_dim, head_dim), normal(batch, heads, head_dim, 1).abs() + 1
    return [q, k, v, gate, update, q_weight, k_weight, cos.contiguous(), sin.contiguous(), normal(heads) * 0.3,
            normal(heads) - 2, m, z]  # fmt: skip


def counts_of(given: list[Tensor]) -> Tensor:
    return torch.zeros(count_number(given[0].shape[0], given[9].numel()), dtype=torch.int32)


def error(got: Tensor, wanted: Tensor) -> float:
    return float((got.double() - wanted).norm() / wanted.norm())


@settings(max_examples=3)
@given(
    seed=st.integers(0, 10**6),
    dtype=st.sampled_from(sorted(TOLERANCE, key=str)),
    batch=st.integers(1, 2),
    frames=st.integers(1, 4),
    heads=st.integers(1, 2),
    head_dim=st.sampled_from([16, 48, 64]),
    height=st.integers(1, 3),
    width=st.integers(1, 4),
)
def test_equals_twin(
    seed: int, dtype: torch.dtype, batch: int, frames: int, heads: int, head_dim: int, height: int, width: int
) -> None:
    given_arguments = arguments(seed, dtype, batch, frames, heads, head_dim, height, width)
    counts = counts_of(given_arguments)
    results = gdn(*given_arguments, counts)
    assert not counts.any(), "the stages begin anew"
    wanted = gdn_layer(*(t.double() for t in given_arguments), norm_eps=NORM_EPS, eps=DENOMINATOR_EPS)
    assert results[0].dtype == dtype
    for got, expected in zip(results, wanted, strict=True):
        assert error(got, expected) < TOLERANCE[dtype]


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_the_large_models_head_size_and_split_tokens(dtype: torch.dtype) -> None:
    given_arguments = arguments(7, dtype, 1, 2, 1, 112, 5, 13)
    wanted = gdn_layer(*(t.double() for t in given_arguments), norm_eps=NORM_EPS, eps=DENOMINATOR_EPS)
    kept, counts = given_arguments[11].clone(), counts_of(given_arguments)
    for got, expected in zip(gdn(*given_arguments, counts, splits=2), wanted, strict=True):
        assert error(got, expected) < TOLERANCE[dtype]
    assert torch.equal(given_arguments[11], kept), "the given state is left as it is"


def test_the_state_may_be_written_where_it_was_read() -> None:
    given_arguments = arguments(8, torch.float32, 1, 2, 2, 32, 2, 3)
    wanted = gdn_layer(*(t.double() for t in given_arguments), norm_eps=NORM_EPS, eps=DENOMINATOR_EPS)
    state = given_arguments[11], given_arguments[12]
    gdn(*given_arguments, counts_of(given_arguments), into=state)
    for got, expected in zip(state, wanted[1:], strict=True):
        assert error(got, expected) < TOLERANCE[torch.float32]


def test_two_chunks_carry_the_state() -> None:
    """Streaming chunk by chunk from the returned state, in fp32."""
    given_arguments = arguments(3, torch.float32, 1, 4, 1, 16, 2, 2)
    m, z = given_arguments[11:]
    m_wanted, z_wanted = m.double(), z.double()
    for part in (slice(0, 2), slice(2, 4)):
        chunk = [t[:, part] for t in given_arguments[:5]]
        tables = [t[part].contiguous() for t in given_arguments[7:9]]
        inputs = [*chunk, *given_arguments[5:7], *tables, *given_arguments[9:11]]
        out, m, z = gdn(*inputs, m, z, counts_of(given_arguments))
        wanted, m_wanted, z_wanted = gdn_layer(
            *(t.double() for t in inputs), m_wanted, z_wanted, norm_eps=NORM_EPS, eps=DENOMINATOR_EPS
        )
        assert error(out, wanted) < 1e-5
    assert error(m, m_wanted) < 1e-5
    assert error(z, z_wanted) < 1e-5


def test_refuses_what_it_cannot_do() -> None:
    good = arguments(1, torch.float32, 1, 2, 2, 16, 2, 2)
    for index, bad, words in (
        (0, good[0].half(), "bfloat16 or float32"),
        (1, good[1].bfloat16(), "k is torch.bfloat16"),
        (2, good[2][:, :1], "v has shape"),
        (0, good[0].contiguous().transpose(1, 2).contiguous().transpose(1, 2), "rows must follow"),
        (3, torch.randn(1, 2, 4, 33)[..., 1:], "16-byte boundaries"),
        (7, good[7].double(), "cos must be contiguous float32"),
        (9, torch.zeros(3), "head sizes"),
        (9, torch.zeros(1, 32)[0], "head sizes"),
        (11, good[11][..., :8].contiguous(), "m has shape"),
        (12, good[12].bfloat16(), "z must be contiguous float32"),
    ):
        changed = [*good]
        changed[index] = bad
        with pytest.raises(ValueError, match=words):
            gdn(*changed, counts_of(good))


def test_the_packed_result_is_the_result_packed() -> None:
    given_arguments, scale = arguments(3, torch.bfloat16, 1, 2, 2, 16, 2, 3), torch.tensor(0.01)
    counts = counts_of(given_arguments)
    out, m, z = gdn(*given_arguments, counts)
    packed, m_packed, z_packed = gdn_fp8(*given_arguments, counts, scale)
    assert torch.equal(m, m_packed)
    assert torch.equal(z, z_packed)
    wanted = quantise_fp8_tensor(out.flatten(0, 2), scale)
    assert torch.equal(packed.codes.view(torch.uint8), wanted.codes.view(torch.uint8))
