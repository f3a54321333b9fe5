"""The small kernels of the fused forward in Triton's interpreter against their plain twins. Started by
`test_triton_numerics.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parent))
import card_bf16
import card_fp8

from sanacam.kernels import triton_operations as fused
from sanacam.kernels.operations import row_count_number
from sanacam.kernels.quantize_formats import Format, PackedMatrix
from sanacam.kernels.reference import operations as plain
from sanacam.kernels.reference.quantize import quantise
from sanacam.kernels.reference.quantize_fp8 import quantise_fp8_tensor
from sanacam.model.dit.rope import rotary_tables

card_fp8.install()
card_bf16.install()  # last: no kernel here multiplies fp8, and each brings a product of its own
TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 5e-3}
DTYPES = sorted(TOLERANCE, key=str)


def normal(*shape: int, dtype: torch.dtype = torch.float32, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def assert_near(got: Tensor, wanted: Tensor, dtype: torch.dtype) -> None:
    assert got.dtype == dtype
    assert float((got.double() - wanted.double()).norm() / wanted.double().norm()) < TOLERANCE[dtype]


@pytest.mark.parametrize("dtype", DTYPES)
def test_output_gate_and_residual(dtype: torch.dtype) -> None:
    wide = normal(7, 160, dtype=dtype)
    x, y = wide[:, 16:64], wide[:, 96:144]
    assert_near(fused.output_gate(x, y), plain.output_gate(x.double(), y.double()), dtype)
    gate = normal(48, seed=1)
    assert_near(fused.residual(x, y, gate), plain.residual(x.double(), y.double(), gate.double()), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("biased", [True, False])
def test_linear_map_gate_and_residual(dtype: torch.dtype, biased: bool) -> None:
    x, y, weight = (normal(*size, dtype=dtype, seed=s) for s, size in enumerate(((9, 48), (9, 80), (48, 80))))
    bias, gate = normal(48, dtype=dtype, seed=3) if biased else None, normal(48, seed=4)
    wide_bias = None if bias is None else bias.double()
    wanted = plain.residual_linear(x.double(), y.double(), weight.double(), wide_bias, gate.double())
    assert_near(fused.residual_linear(x, y, weight, bias, gate), wanted, dtype)


@pytest.mark.parametrize(("dtype", "biased", "rows"), [(torch.float32, True, 130), (torch.bfloat16, False, 9)])
def test_linear_map_residual_and_norm(dtype: torch.dtype, biased: bool, rows: int) -> None:
    """Rows of one and of two tiles, columns beyond one tile; the norm packed is the packed norm, bit for bit."""
    x, y, weight = (normal(*n, dtype=dtype, seed=s) for s, n in enumerate(((rows, 144), (rows, 80), (144, 80))))
    bias, shift, scale = normal(144, dtype=dtype, seed=3) if biased else None, normal(144, seed=4), normal(144, seed=5)
    counts = torch.zeros(row_count_number(rows), dtype=torch.int32)
    summed, normed = fused.linear_modulate(x, y, weight, bias, shift, scale, counts)
    assert not counts.any(), "the stages begin anew"
    wide_bias = None if bias is None else bias.double()
    wanted = plain.residual_linear(x.double(), y.double(), weight.double(), wide_bias, torch.ones(144).double())
    assert_near(summed, wanted, dtype)
    assert_near(normed, plain.modulate(summed.double(), shift.double(), scale.double()), dtype)
    if rows < 128:
        again, packed = fused.linear_modulate_pack(x, y, weight, bias, shift, scale, counts, "fp8")
        assert torch.equal(again, summed)
        packed_equal(packed, quantise(normed, "fp8"))
    with pytest.raises(ValueError, match="counts must be"):
        fused.linear_modulate(x, y, weight, bias, shift, scale, counts[:-1])


def test_vectors_with_gaps_are_refused() -> None:
    x, y, weight, gaps = normal(9, 48), normal(9, 80), normal(48, 80), normal(96)[::2]
    counts, whole = torch.zeros(row_count_number(9), dtype=torch.int32), normal(48)
    for name, call in (
        ("bias", lambda: fused.residual_linear(x, y, weight, gaps, whole)),
        ("gate", lambda: fused.residual_linear(x, y, weight, None, gaps)),
        ("bias", lambda: fused.linear_modulate(x, y, weight, gaps, whole, whole, counts)),
        ("scale", lambda: fused.linear_modulate(x, y, weight, None, whole, gaps, counts)),
        ("bias", lambda: fused.linear_pack(quantise(y, "fp8"), quantise(weight, "fp8"), gaps, counts, "fp8")),
    ):
        with pytest.raises(ValueError, match=f"{name} must be contiguous"):
            call()
    window, place = normal(2, 12, 48), torch.zeros(1, dtype=torch.int32)
    with pytest.raises(ValueError, match="q_weight must be contiguous"):
        fused.write_window(x, x, x, gaps, whole, normal(9, 24), normal(9, 24), place, *window)


def temporal_inputs(frames: int, dtype: torch.dtype, taps: int = 3) -> tuple[Tensor, ...]:
    """x, r, parts, tail, gate, shift, scale."""
    widths = (48, 48, 48 * taps)
    big = (normal(frames, 5, width, dtype=dtype, seed=s) for s, width in enumerate(widths))
    return *big, normal(5, 48, dtype=dtype, seed=3), *(normal(48, seed=s) for s in (4, 5, 6))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("frames", "taps"), [(1, 2), (1, 3), (2, 3), (4, 3)])
def test_temporal_sum_and_its_tail(dtype: torch.dtype, frames: int, taps: int) -> None:
    x, r, parts, tail, *tables = temporal_inputs(frames, dtype, taps)
    wide = [t.double() for t in (x, r, parts, tail, *tables)]
    wanted = plain.temporal_residual(*wide, False)
    kept = tail.clone()
    for save in (False, True):
        for got, expected in zip(fused.temporal_residual(x, r, parts, tail, *tables, save), wanted, strict=True):
            assert_near(got, expected, dtype)
        assert torch.equal(tail, parts[-1, :, :48] if save else kept)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("heads", "head_dim"), [(2, 48), (1, 112), (12, 64)])
def test_window_rows_and_nothing_else(dtype: torch.dtype, heads: int, head_dim: int) -> None:
    width, rows, place = heads * head_dim, 6, 4
    wide = normal(rows, 3 * width + 16, dtype=dtype)
    q, k, v = wide[:, : 3 * width].split(width, 1)
    weights = [(1 + 0.3 * normal(width, seed=s)).to(dtype) for s in (1, 2)]
    cos, sin = (t.flatten(0, 1) for t in rotary_tables(head_dim, 900, 1, 2, 3, 1.0, torch.device("cpu")))
    got, wanted = ([normal(12, width, dtype=dtype, seed=s) for s in (3, 4)] for _ in range(2))
    where = torch.tensor([place], dtype=torch.int32)
    queries = fused.write_window(q, k, v, *weights, cos, sin, where, *got)
    wide_wanted = [t.double() for t in wanted]
    expected = plain.write_window(
        q.double(), k.double(), v.double(), *(w.double() for w in weights), cos.double(), sin.double(), where,
        *wide_wanted,
    )  # fmt: skip
    assert_near(queries, expected, dtype)
    for window, other, before in zip(got, wide_wanted, wanted, strict=True):
        assert_near(window, other, dtype)
        assert torch.equal(window[:place], before[:place])
        assert torch.equal(window[place + rows :], before[place + rows :])
    assert torch.equal(got[1][place : place + rows], v)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("length", [1, 5, 40])
@pytest.mark.parametrize(("heads", "head_dim"), [(2, 48), (1, 112)])
def test_cross_attention_sees_the_first_tokens_only(dtype: torch.dtype, length: int, heads: int, head_dim: int) -> None:
    width = heads * head_dim
    wide = normal(9, 2 * width, dtype=dtype)
    q = wide[:, width:]
    keys, values = (normal(48, width, dtype=dtype, seed=s) for s in (1, 2))
    bias = normal(48, seed=3)
    count, counts = torch.tensor([length], dtype=torch.int32), torch.zeros(2, dtype=torch.int32)
    wanted = plain.cross_attention(q.double(), keys.double(), values.double(), bias.double(), count, heads, counts)
    keys[length:], values[length:], bias[length:] = torch.nan, torch.nan, torch.nan
    for _ in range(2):
        assert_near(fused.cross_attention(q, keys, values, bias, count, heads, counts), wanted, dtype)
        assert not counts.any(), "the stages begin anew"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("channels", "width", "first"), [(16, 48, 16), (4, 8, 0), (3, 7, 2)])
def test_euler_step_in_place(dtype: torch.dtype, channels: int, width: int, first: int) -> None:
    x, velocity = normal(5, channels), normal(5, channels, dtype=dtype, seed=1)
    wide = normal(5, width, dtype=dtype, seed=2)
    expected_x, expected_wide = x.clone(), wide.clone()
    place = slice(first, first + channels)
    fused.euler_step(x, velocity, -0.25, wide[:, place])
    plain.euler_step(expected_x, velocity, -0.25, expected_wide[:, place])
    torch.testing.assert_close(x, expected_x)
    torch.testing.assert_close(wide, expected_wide)


def packed_equal(got: PackedMatrix, wanted: PackedMatrix) -> None:
    assert got.format == wanted.format
    assert torch.equal(got.codes.view(torch.uint8), wanted.codes.view(torch.uint8))
    assert got.scale is not None
    assert wanted.scale is not None
    assert torch.equal(got.scale, wanted.scale)


@pytest.mark.parametrize("keep", [True, False])
def test_the_packed_norm_is_the_norm_packed(keep: bool) -> None:
    x, y = (normal(1, 2, 3, 48, dtype=torch.bfloat16, seed=s) for s in range(2))
    gate, shift, scale = (normal(1, 1, 1, 48, seed=s) for s in (3, 4, 5))
    summed, normed = fused.residual_modulate(x, y, gate, shift, scale)
    got = fused.residual_modulate_pack(x, y, gate, shift, scale, "fp8", keep=keep)
    assert torch.equal(got[0], summed)
    assert got[1] is None if not keep else torch.equal(got[1], normed)
    packed_equal(got[2], quantise(normed.flatten(0, 2), "fp8"))
    assert_near(summed, plain.residual_modulate(x.double(), y.double(), gate.double(), shift.double(),
                                                scale.double())[0], torch.bfloat16)  # fmt: skip


@pytest.mark.parametrize(("form", "width"), [("mxfp8", 32), ("mxfp8", 96), ("fp8", 16), ("int8", 80)])
def test_rows_of_every_width_are_packed(form: Format, width: int) -> None:
    x, y = (normal(1, 1, 3, width, dtype=torch.bfloat16, seed=s) for s in range(2))
    table = normal(1, 1, 1, width, seed=3)
    _, normed, packed = fused.residual_modulate_pack(x, y, table, table, table, form, keep=True)
    assert normed is not None
    for got, wanted in zip(packed[1:], quantise(normed.flatten(0, 2), form)[1:], strict=True):
        assert (got is None) == (wanted is None)
        assert got is None or torch.equal(got.view(torch.uint8), wanted.view(torch.uint8))


def test_the_packed_temporal_norm_is_the_norm_packed() -> None:
    inputs = temporal_inputs(3, torch.bfloat16)
    summed, normed = fused.temporal_residual(*inputs, False)
    got = fused.temporal_residual_pack(*inputs, False, "fp8", keep=True)
    assert torch.equal(got[0], summed)
    assert got[1] is not None
    assert torch.equal(got[1], normed)
    packed_equal(got[2], quantise(normed.flatten(0, 1), "fp8"))


def test_packed_glu_is_the_glu_packed() -> None:
    x, bias = normal(1, 3, 5, 64, dtype=torch.bfloat16), normal(64, dtype=torch.bfloat16, seed=2)
    weight, scale = normal(9, 64, dtype=torch.bfloat16, seed=1).t().view(64, 1, 3, 3), torch.tensor(0.01)
    wanted = quantise_fp8_tensor(fused.glu_conv(x, weight, bias).flatten(0, -2), scale)
    packed_equal(fused.glu_conv_fp8(x, weight, bias, scale), wanted)
    assert (wanted.codes.float().abs() == 448).any(), "some values are beyond the scale"


def test_packed_residual_gate_and_cross_attention() -> None:
    x, y = (normal(7, 48, dtype=torch.bfloat16, seed=s) for s in range(2))
    gate, scale = normal(48, seed=2), torch.tensor(0.004)
    out, packed = fused.residual_pack(x, y, gate, "fp8")
    assert torch.equal(out, fused.residual(x, y, gate))
    packed_equal(packed, quantise(out, "fp8"))
    packed_equal(fused.output_gate_fp8(x, y, scale), quantise_fp8_tensor(fused.output_gate(x, y), scale))
    keys, values = (normal(5, 48, dtype=torch.bfloat16, seed=s) for s in (3, 4))
    rest = keys, values, normal(5, seed=5), torch.tensor([4], dtype=torch.int32), 1, torch.zeros(2, dtype=torch.int32)
    packed_equal(
        fused.cross_attention_fp8(x, *rest, scale), quantise_fp8_tensor(fused.cross_attention(x, *rest), scale)
    )
