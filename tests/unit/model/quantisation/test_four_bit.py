"""The benchmark of 4-bit variants: what is a format is that format, and the others differ from it as they say."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sanacam.kernels.quantize_formats import INT4_MAX
from sanacam.kernels.reference.quantize import rounded
from sanacam.kernels.reference.quantize_int4 import turned
from sanacam.model.quantisation.bench_four_bit import VARIANTS, RoundedLinear, int4_rounded
from sanacam.model.quantisation.linear import EmulatedLinear


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.sampled_from([0, 16, 64]))
def test_int4_is_off_by_half_a_step_at_most(seed: int, group: int) -> None:
    x = torch.randn(3, 64, generator=torch.Generator().manual_seed(seed))
    parts = x.unflatten(-1, (-1, group or 64))
    step = (parts.abs().amax(-1, keepdim=True) / INT4_MAX).expand_as(parts).flatten(-2)
    assert ((int4_rounded(x, group) - x).abs() <= 0.501 * step).all()


def test_the_variants_are_ordered_as_one_large_value_orders_them() -> None:
    random = torch.Generator().manual_seed(0)
    x, weight, bias = (torch.randn(shape, generator=random) for shape in ((16, 128), (32, 128), (32,)))
    x[:, 3] = 40.0
    wanted = x @ weight.t() + bias
    errors = {name: float((RoundedLinear(weight, bias, *pair)(x) - wanted).norm()) for name, pair in VARIANTS.items()}
    assert errors["int8"] < errors["int4 by 64, turned"] < errors["int4"] < errors["int4, not turned"]
    assert errors["int4 weights, int8"] < errors["int4 by 64, turned"]


def test_the_format_and_its_variant_are_the_same_numbers() -> None:
    x, weight = torch.randn(5, 64), torch.randn(8, 64)
    torch.testing.assert_close(rounded(x, "int4"), turned(int4_rounded(turned(x))))
    torch.testing.assert_close(
        RoundedLinear(weight, None, *VARIANTS["int4"])(x), EmulatedLinear(weight, None, "int4")(x)
    )
