"""Our products of packed matrices in Triton's interpreter against the exact emulation. Started by
`test_quantize_interpreted.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import card_bf16
import card_fp8

from sanacam.kernels.gemm import triton_rows
from sanacam.kernels.gemm.triton_blocks import blocks_gemm
from sanacam.kernels.gemm.triton_rows import rows_gemm
from sanacam.kernels.quantize_formats import Format
from sanacam.kernels.reference.quantize import dequantise, quantise

card_bf16.install()
card_fp8.install()
PAIRS: tuple[tuple[Format, Format], ...] = (
    ("fp8", "fp8"), ("fp8_tensor", "fp8_tensor"), ("fp8_tensor", "fp8"), ("int8", "int8"), ("mxfp8", "mxfp8"),
    ("nvfp4", "nvfp4"),
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    forms=st.sampled_from(PAIRS),
    rows=st.sampled_from([1, 100, 130]),
    columns=st.sampled_from([16, 144]),
    inner=st.sampled_from([32, 96, 160]),
    with_bias=st.booleans(),
    with_residual=st.booleans(),
    dtype=st.sampled_from([torch.bfloat16, torch.float32]),
)
def test_equals_emulation(
    seed: int, forms: tuple[Format, Format], rows: int, columns: int, inner: int, with_bias: bool, with_residual: bool,
    dtype: torch.dtype,
) -> None:  # fmt: skip
    random = torch.Generator().manual_seed(seed)
    x = quantise(torch.randn(rows, inner, generator=random), forms[0])
    weight = quantise(0.1 * torch.randn(columns, inner, generator=random), forms[1])
    bias = torch.randn(columns, generator=random).bfloat16() if with_bias else None
    residual = torch.randn(rows, 2 * columns, generator=random).bfloat16()[:, columns:] if with_residual else None
    multiply = blocks_gemm if x.block_scale is not None else rows_gemm
    got = multiply(x, weight, bias, residual, dtype)
    wanted = dequantise(x).double() @ dequantise(weight).double().T
    if bias is not None:
        wanted += bias.double()
    if residual is not None:
        wanted += residual.double()
    assert got.dtype == dtype
    limit = 4e-3 if dtype == torch.bfloat16 else 1e-6
    assert float((got.double() - wanted).norm() / wanted.norm()) < limit


@pytest.mark.parametrize("form", ["fp8", "int8"])
def test_cards_without_descriptors(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    x, weight = quantise(torch.randn(130, 176), form), quantise(torch.randn(144, 176), form)
    bias, residual = torch.randn(144), torch.randn(130, 144)
    with_descriptors = triton_rows.rows_gemm(x, weight, bias, residual, torch.float32)
    monkeypatch.setattr(triton_rows, "has_accelerator", lambda device: False)
    torch.testing.assert_close(rows_gemm(x, weight, bias, residual, torch.float32), with_descriptors)


def test_a_row_that_is_not_finite_shows() -> None:
    values = torch.randn(3, 64)
    values[1, 5] = torch.inf
    for form in ("fp8", "int8", "mxfp8"):
        multiply = blocks_gemm if form == "mxfp8" else rows_gemm
        out = multiply(quantise(values, form), quantise(torch.randn(16, 64), form))
        assert out[1].isnan().all()
        assert out[[0, 2]].isfinite().all()


def test_refuses_what_it_cannot_do() -> None:
    x, weight = quantise(torch.randn(2, 48), "fp8"), quantise(torch.randn(16, 64), "fp8")
    with pytest.raises(ValueError, match="48 values times weights of 64"):
        rows_gemm(x, weight)
    with pytest.raises(ValueError, match="fp8 times int8"):
        rows_gemm(x, quantise(torch.randn(16, 48), "int8"))
    with pytest.raises(ValueError, match="24 is not divisible by 16"):
        rows_gemm(quantise(torch.randn(2, 24), "fp8"), quantise(torch.randn(16, 24), "fp8"))
    with pytest.raises(ValueError, match="48 is not divisible by 32"):
        blocks_gemm(*(quantise(torch.randn(16, 48), "nvfp4") for _ in range(2)))
    with pytest.raises(ValueError, match="fp8 times fp8"):
        blocks_gemm(weight, weight)
    with pytest.raises(ValueError, match="bias has shape"):
        rows_gemm(weight, weight, torch.zeros(3))
    with pytest.raises(ValueError, match="residual has shape"):
        rows_gemm(weight, weight, None, torch.zeros(3, 3))
