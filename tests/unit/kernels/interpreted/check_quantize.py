"""The packing kernels in Triton's interpreter equal their plain twins bit for bit. Started by
`test_quantize_interpreted.py`."""

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

from sanacam.kernels import quantize
from sanacam.kernels.gemm.bench import fixed_scale, odd_values
from sanacam.kernels.quantize_formats import WIDTH_MULTIPLE, Format, PackedMatrix
from sanacam.kernels.reference.quantize import quantise as plain_quantise

card_bf16.install()
card_fp8.install()
FIXED: tuple[Format, ...] = ("fp8_tensor", "nvfp4")
ODD = (0.0, -0.0, 1.0, -1.0, 6.0, 448.0, 464.0, 1e-40, -1e-38, 2.0**-126, 1e30, -3.3e38, float("inf"), float("nan"))


def same_bits(a: Tensor | None, b: Tensor | None) -> bool:
    if a is None or b is None:
        return a is b
    if a.dtype == torch.float32:
        return a.shape == b.shape and torch.equal(a.isnan(), b.isnan()) and torch.equal(a.nan_to_num(), b.nan_to_num())
    return a.shape == b.shape and torch.equal(a.view(torch.uint8), b.view(torch.uint8))


def assert_same(got: PackedMatrix, wanted: PackedMatrix) -> None:
    assert got.format == wanted.format
    for name in ("codes", "scale", "block_scale"):
        assert same_bits(getattr(got, name), getattr(wanted, name)), name


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    form=st.sampled_from(["fp8", "fp8_tensor", "mxfp8", "nvfp4", "int8", "int4"]),
    rows=st.integers(1, 5),
    width=st.sampled_from([32, 96, 224, 1056]),
    exponent=st.sampled_from([-130, -100, -30, -6, 0, 4, 40, 100]),
    dtype=st.sampled_from([torch.float32, torch.bfloat16]),
    odd=st.lists(st.tuples(st.integers(0, 31), st.sampled_from(ODD)), max_size=3),
)
def test_equals_twin(
    seed: int, form: Format, rows: int, width: int, exponent: int, dtype: torch.dtype, odd: list[tuple[int, float]]
) -> None:
    width += -width % WIDTH_MULTIPLE[form]
    random = torch.Generator().manual_seed(seed)
    spread = torch.randn(rows, 2 * width, generator=random) * torch.exp(
        2 * torch.randn(rows, 2 * width, generator=random)
    )
    x = torch.ldexp(spread, torch.tensor(exponent)).to(dtype)[:, :width]
    for place, value in odd:
        x[0, place] = value
    scale = torch.tensor(2.0 ** max(-100, min(exponent, 100)) * 0.3) if form in FIXED else None
    assert_same(quantize.quantise(x, form, scale), plain_quantise(x, form, scale))


@pytest.mark.parametrize("form", ["fp8", "fp8_tensor", "mxfp8", "nvfp4", "int8", "int4"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_the_card_is_tested_with(form: Format, dtype: torch.dtype) -> None:
    """Zeros of both signs, denormals, infinities and NaN, rows of very different size."""
    x = odd_values(34, 192 if form == "int4" else 224).to(dtype)
    scale = fixed_scale(form)
    assert_same(quantize.quantise(x, form, scale), plain_quantise(x, form, scale))


@pytest.mark.parametrize("form", ["fp8", "mxfp8", "nvfp4", "int8", "int4"])
def test_ties_go_to_even(form: Format) -> None:
    """Multiples of half a step of every magnitude."""
    steps = torch.arange(-64, 64, dtype=torch.float32).repeat(2) / torch.tensor([[8.0], [32.0]])
    scale = torch.tensor(1.0) if form == "nvfp4" else None
    assert_same(quantize.quantise(steps, form, scale), plain_quantise(steps, form, scale))


def test_many_rows_reach_every_place_of_a_tile() -> None:
    x = torch.randn(131, 96, generator=torch.Generator().manual_seed(0))
    for form in ("mxfp8", "nvfp4"):
        scale = torch.tensor(0.01) if form == "nvfp4" else None
        assert_same(quantize.quantise(x, form, scale), plain_quantise(x, form, scale))


def test_refuses_what_it_cannot_do() -> None:
    x = torch.randn(2, 48)
    for arguments, words in (
        ((x, "mxfp8"), "48 values cannot be packed as mxfp8"),
        ((x, "int4"), "48 values cannot be packed as int4"),
        ((x[:, :40], "nvfp4", torch.tensor(1.0)), "40 values cannot be packed as nvfp4"),
        ((x, "nvfp4"), "nvfp4 needs a tensor scale"),
        ((x, "fp8", torch.tensor(1.0)), "fp8 takes no tensor scale"),
        ((x.double(), "fp8"), "float64"),
        ((x.T, "fp8"), "channels must be innermost"),
        ((torch.randn(1, 16400), "int8"), "16400 values are longer"),
    ):
        with pytest.raises(ValueError, match=words):
            quantize.quantise(*arguments)
