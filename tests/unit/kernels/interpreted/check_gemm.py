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

from sanacam.kernels import linear_pack as linear_pack_module
from sanacam.kernels.gemm import triton_rows
from sanacam.kernels.gemm.problem import Machine, Problem
from sanacam.kernels.gemm.registry import Choice
from sanacam.kernels.gemm.triton_blocks import blocks_gemm
from sanacam.kernels.gemm.triton_rows import rows_gemm
from sanacam.kernels.linear_pack import linear_pack
from sanacam.kernels.operations import row_count_number
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.reference import operations as plain
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


@pytest.mark.parametrize(
    ("forms", "form", "rows", "biased", "dtype"),
    [
        (("fp8_tensor", "fp8_tensor"), "fp8", 130, True, torch.bfloat16),
        (("fp8_tensor", "fp8"), "fp8", 9, False, torch.float32),
        (("fp8", "fp8"), "int8", 260, True, torch.bfloat16),
    ],
)
def test_product_and_its_packing(
    forms: tuple[Format, Format], form: Format, rows: int, biased: bool, dtype: torch.dtype
) -> None:
    """One, two and three rows of tiles, the last of them ragged; columns beyond one tile."""
    x = quantise(torch.randn(rows, 208), forms[0])
    weight = quantise(torch.randn(144, 208) / 208**0.5, forms[1])
    bias = torch.randn(144).bfloat16() if biased else None
    counts = torch.zeros(row_count_number(rows), dtype=torch.int32)
    got, packed = linear_pack(x, weight, bias, counts, form, dtype)
    wanted, _ = plain.linear_pack(x, weight, bias, counts, form, torch.float32)
    assert got.dtype == dtype
    assert float((got.float() - wanted).norm() / wanted.norm()) < (4e-3 if dtype == torch.bfloat16 else 1e-6)
    assert not counts.any(), "the stages begin anew"
    packed_equal(packed, quantise(got, form))


def test_product_and_its_packing_on_cards_without_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    x, weight, counts = quantise(torch.randn(9, 64), "fp8"), quantise(torch.randn(48, 64), "fp8"), torch.zeros(2)
    with_descriptors, _ = linear_pack(x, weight, None, counts.int(), "fp8")
    chosen: list[Problem] = []

    def choose(problem: Problem, machine: Machine) -> Choice:
        chosen.append(problem)
        return Choice(triton_rows.TritonRows(), problem, "for this test")

    monkeypatch.setattr(linear_pack_module, "choose", choose)
    monkeypatch.setattr(linear_pack_module, "has_accelerator", lambda device: False)
    got, packed = linear_pack(x, weight, None, counts.int(), "fp8")
    torch.testing.assert_close(got, with_descriptors)
    packed_equal(packed, quantise(got, "fp8"))
    assert chosen == [Problem("fp8", 9, 48, 64)]


def test_product_and_its_packing_refuse_what_they_cannot_do() -> None:
    x, weight = quantise(torch.randn(70, 64), "fp8"), quantise(torch.randn(48, 64), "fp8")
    counts = torch.zeros(row_count_number(70), dtype=torch.int32)
    for arguments, words in (
        ((quantise(torch.randn(70, 64), "int8"), weight, None, counts, "fp8"), "x is int8"),
        ((x, quantise(torch.randn(48, 64), "mxfp8"), None, counts, "fp8"), "weight is mxfp8"),
        ((x, weight, None, counts, "mxfp8"), "form is mxfp8"),
        ((quantise(torch.randn(70, 32), "fp8"), weight, None, counts, "fp8"), "32 values times weights of 64"),
        ((x, weight, torch.zeros(3), counts, "fp8"), "bias has shape"),
        ((x, quantise(torch.randn(40, 64), "fp8"), None, counts, "fp8"), "40 outputs"),
        ((x, weight, None, counts[:-1], "fp8"), "counts must be 3 int32"),
        ((x, weight, None, counts.float(), "fp8"), "counts must be 3 int32"),
        ((x, weight, None, counts, "fp8", torch.float64), "is no result"),
    ):
        with pytest.raises(ValueError, match=words):
            linear_pack(*arguments)  # type: ignore[arg-type]


def packed_equal(got: PackedMatrix, wanted: PackedMatrix) -> None:
    assert got.format == wanted.format
    assert torch.equal(got.codes.view(torch.uint8), wanted.codes.view(torch.uint8))
    assert got.scale is not None
    assert wanted.scale is not None
    assert torch.equal(got.scale, wanted.scale)


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
