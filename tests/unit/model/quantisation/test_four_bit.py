"""Rotation before int4: it changes no product, and it spreads what is large."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sanacam.model.quantisation.bench_four_bit import INT4_MAX, block_of, hadamard, int4_rounded, turned


@pytest.mark.parametrize(("width", "block"), [(2240, 64), (6720, 64), (256, 64), (48, 16), (7, 1)])
def test_blocks_divide_the_width(width: int, block: int) -> None:
    assert block_of(width) == block
    matrix = hadamard(block)
    torch.testing.assert_close(matrix @ matrix.t(), torch.eye(block))


def test_turned_on_both_sides_is_the_same_product() -> None:
    x, weight = torch.randn(5, 96), torch.randn(7, 96)
    torch.testing.assert_close(turned(x) @ turned(weight).t(), x @ weight.t(), rtol=1e-4, atol=1e-4)


@given(st.integers(0, 99), st.sampled_from([0, 16, 64]))
def test_int4_is_off_by_half_a_step_at_most(seed: int, group: int) -> None:
    x = torch.randn(3, 64, generator=torch.Generator().manual_seed(seed))
    parts = x.unflatten(-1, (-1, group or 64))
    step = (parts.abs().amax(-1, keepdim=True) / INT4_MAX).expand_as(parts).flatten(-2)
    assert ((int4_rounded(x, group) - x).abs() <= 0.501 * step).all()


def test_one_large_value_costs_less_when_turned() -> None:
    x = torch.randn(16, 64, generator=torch.Generator().manual_seed(0))
    x[:, 3] = 40.0
    plain, spread = (x - int4_rounded(x, 0)).norm(), (turned(x) - int4_rounded(turned(x), 0)).norm()
    assert spread < 0.7 * plain
