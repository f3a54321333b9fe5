"""The plain quantisers: odd values, layouts, and torchao as an independent witness, bit for bit."""

from __future__ import annotations

import importlib.util
import math
import warnings
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from sanacam.kernels.quantize_formats import BITS, FORMATS, SMALLEST_AMAX, WIDTH_MULTIPLE, Format, check_format
from sanacam.kernels.quantize_shapes import cut_rows, stack_rows
from sanacam.kernels.reference.quantize import dequantise, quantise, rounded
from sanacam.kernels.reference.quantize_layout import tile_scales, tiled_offsets, untile_scales
from sanacam.kernels.reference.quantize_nvfp4 import LEVELS, from_e2m1, to_e2m1

needs_torchao = pytest.mark.skipif(
    importlib.util.find_spec("torchao") is None,
    reason="torchao is not installed (pip install --no-deps torchao==0.18.0)",
)
NARROW = FORMATS[1:]
WORST = {
    "bf16": 2.0**-8, "fp8": 2.0**-4, "fp8_tensor": 2.0**-4, "mxfp8": 2.0**-4, "nvfp4": 0.25, "int8": 1 / 254,
    "int4": 64 / 14,
}  # fmt: skip
"""Largest error of a value as a share of the largest of its row. int4: a turned row may hold eight times that, and when
it is turned back errors of half a step may meet in eight times their size."""
FINITE = st.floats(-(2.0**126), 2.0**126, width=32)
"""Rounded up, values above 2¹²⁷ could leave the range of fp32."""


class Divisors(TorchDispatchMode):
    """Collects the Python numbers that tensors are divided by; CUDA multiplies with their rounded reciprocals."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[float] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.overloadpacket is torch.ops.aten.div and not isinstance(args[1], Tensor):
            self.seen.append(float(args[1]))
        return func(*args, **(kwargs or {}))


@st.composite
def matrices(draw: st.DrawFn, most_rows: int = 3) -> Tensor:
    """Matrices of ordinary values at some size, a few of them replaced by any finite number."""
    rows, width = draw(st.integers(1, most_rows)), 32 * draw(st.integers(1, 4))
    random = torch.Generator().manual_seed(draw(st.integers(0, 10**6)))
    x = torch.randn(rows, width, generator=random) * 10.0 ** draw(st.integers(-30, 30))
    for place, value in draw(st.lists(st.tuples(st.integers(0, rows * width - 1), FINITE), max_size=4)):
        x.view(-1)[place] = value
    return x.bfloat16().float() if draw(st.booleans()) else x


def fitting(x: Tensor, form: Format) -> Tensor:
    """Twice beside itself where the format wants wider rows."""
    return x.repeat(1, 2) if x.shape[1] % WIDTH_MULTIPLE[form] else x


@settings(max_examples=60, deadline=None)
@given(x=matrices(), form=st.sampled_from(NARROW))
def test_finite_values_stay_finite_and_near(x: Tensor, form: Format) -> None:
    x = fitting(x, form)
    packed = quantise(x, form)
    values = dequantise(packed)
    assert (packed.rows, packed.inner) == x.shape
    assert values.isfinite().all()
    peak = x.abs().amax() if form in ("fp8_tensor", "nvfp4") else x.abs().amax(-1, keepdim=True)
    # and a little for the rounding of the scale and of the product
    assert ((values - x).abs() <= 1.0001 * WORST[form] * peak.clamp_min(SMALLEST_AMAX)).all()


@settings(max_examples=30, deadline=None)
@given(x=matrices(), form=st.sampled_from(NARROW))
def test_packing_what_was_unpacked_changes_nothing(x: Tensor, form: Format) -> None:
    """Up to where a scale is itself rounded: then by no more than the rounding of that scale. What is turned is rounded
    as a share of its row."""
    once = rounded(fitting(x, form), form)
    peak = float(once.abs().max()) if form == "int4" else 0.0
    rtol, atol = 0.13 if form == "nvfp4" else 1e-6, max(1e-30, 1e-6 * peak)
    torch.testing.assert_close(rounded(once, form), once, rtol=rtol, atol=atol)


@pytest.mark.parametrize("form", NARROW)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_shows(form: Format, bad: float) -> None:
    x = torch.randn(3, 64, generator=torch.Generator().manual_seed(0))
    x[1, 5] = bad
    values = dequantise(quantise(x, form))
    if form in ("fp8_tensor", "nvfp4"):  # one scale for all
        assert values.isnan().all()
        return
    assert values[1, :32].isnan().all()
    assert values[[0, 2]].isfinite().all()


@pytest.mark.parametrize("form", NARROW)
def test_zeros_and_vanishing_values_become_zeros(form: Format) -> None:
    x = torch.zeros(2, 64)
    x[1] = 2.0**-149
    assert (dequantise(quantise(x, form)) == 0).all()


def test_given_scales_saturate() -> None:
    x = torch.tensor([[1.0, -1.0, 1e4, -math.inf, math.nan, *[0.5] * 27]])
    fp8 = dequantise(quantise(x, "fp8_tensor", torch.tensor(1.0)))
    assert fp8[0, :4].tolist() == [1.0, -1.0, 448.0, -448.0]
    assert fp8[0, 4].isnan()
    fp4 = dequantise(quantise(x.nan_to_num(0.0, -1e9), "nvfp4", torch.tensor(1.0)))
    assert fp4.abs().max() == 2688.0


@settings(max_examples=40, deadline=None)
@given(st.floats(-6, 6, width=32))
def test_e2m1_is_the_nearest_level_and_ties_are_even(value: float) -> None:
    code = int(to_e2m1(torch.tensor([value]))[0])
    levels = from_e2m1(torch.arange(8))
    distance = (levels - abs(value)).abs()
    assert distance[code & 7] == distance.min()
    if (distance == distance.min()).sum() == 2:
        assert code % 2 == 0
    assert (code >> 3 == 1) == (math.copysign(1, value) < 0)


def test_every_e2m1_code_comes_back() -> None:
    codes = torch.arange(16, dtype=torch.uint8)
    assert torch.equal(to_e2m1(from_e2m1(codes)), codes)
    assert tuple(from_e2m1(codes[:8]).tolist()) == LEVELS


def test_nibbles_low_first() -> None:
    x = torch.zeros(1, 16)
    x[0, 0], x[0, 1] = 6.0, 0.5
    packed = quantise(x, "nvfp4", torch.tensor(1.0))
    assert int(packed.codes[0, 0]) == 0x17
    assert packed.codes.shape == (1, 8)


@settings(max_examples=25, deadline=None)
@given(rows=st.integers(1, 300), columns=st.integers(1, 20))
def test_tiled_scales_are_in_their_places(rows: int, columns: int) -> None:
    offsets = tiled_offsets(rows, columns)
    assert offsets.unique().numel() == rows * columns
    scales = torch.randint(1, 256, (rows, columns), dtype=torch.uint8)
    tiled = tile_scales(scales)
    assert tiled.numel() == -(-rows // 128) * 128 * (-(-columns // 4) * 4)
    assert torch.equal(untile_scales(tiled, rows, columns), scales)
    assert tiled.long().sum() == scales.long().sum(), "padding is 0"


def test_sizes_are_as_declared() -> None:
    x = torch.randn(256, 2048)
    for form in FORMATS:
        assert quantise(x, form).nbytes * 8 / x.numel() == pytest.approx(BITS[form], rel=5e-3)


@pytest.mark.parametrize("form", ["fp8", "mxfp8", "int8", "bf16", "int4"])
def test_stacked_and_cut_matrices_keep_their_numbers(form: Format) -> None:
    parts = [torch.randn(rows, 256) * rows for rows in (130, 16, 3)]
    stacked = stack_rows([quantise(part, form) for part in parts])
    assert torch.equal(dequantise(stacked), torch.cat([dequantise(quantise(part, form)) for part in parts]))
    cut = cut_rows(stacked, slice(130, 146))
    alone = quantise(parts[1], form)
    for mine, wanted in zip(cut[1:], alone[1:], strict=True):
        assert (mine is None) == (wanted is None)
        assert mine is None or torch.equal(mine.view(torch.uint8), wanted.view(torch.uint8)), "as packed by itself"


def test_matrices_that_cannot_be_stacked_are_named() -> None:
    one, other = quantise(torch.randn(4, 64), "nvfp4"), quantise(torch.randn(4, 64), "nvfp4")
    assert dequantise(stack_rows([one, one])).shape == (8, 64)
    with pytest.raises(ValueError, match="nvfp4 has one scale for all rows"):
        stack_rows([one, other])
    with pytest.raises(ValueError, match="nvfp4 of width 64, fp8 of width 64"):
        stack_rows([one, quantise(torch.randn(4, 64), "fp8")])


def test_bad_input_is_named() -> None:
    x = torch.randn(2, 40)
    for arguments, words in (
        ((x, "mxfp8"), "40 values cannot be packed as mxfp8"),
        ((x, "nvfp4"), "multiples of 16"),
        ((x, "int4"), "multiples of 64"),
        ((x[0], "fp8"), "2 axes"),
        ((x, "int8", torch.tensor(1.0)), "no tensor scale"),
    ):
        with pytest.raises(ValueError, match=words):
            quantise(*arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no number format 'fp7'"):
        check_format("fp7")


def bits(x: Tensor) -> Tensor:
    return x.view(torch.int32 if x.dtype == torch.float32 else torch.uint8)


def not_tiny(x: Tensor) -> bool:
    """torchao has no floor for rows of next to nothing; ours is 2⁻⁹⁰."""
    return bool((x.abs().amax(-1) > SMALLEST_AMAX).all())


def test_divisor_mode_sees_what_it_looks_for() -> None:
    with Divisors() as divisors:
        torch.ones(2) / 448.0
    assert divisors.seen == [448.0]


@pytest.mark.parametrize("form", NARROW)
def test_scales_are_divided_as_exactly_on_a_card(form: Format) -> None:
    x = torch.randn(4, 128, generator=torch.Generator().manual_seed(0))
    with Divisors() as divisors:
        quantise(x, form)
    assert all(math.frexp(number)[0] == 0.5 for number in divisors.seen), "only powers of two have exact reciprocals"


@needs_torchao
@settings(max_examples=40, deadline=None)
@given(x=matrices().filter(not_tiny), by_row=st.booleans())
def test_fp8_equals_torchao(x: Tensor, by_row: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torchao.quantization.quant_primitives import _choose_scale_float8, _quantize_affine_float8
    scale = _choose_scale_float8(x, [1 if by_row else x.shape[0], x.shape[1]])
    codes = _quantize_affine_float8(x, scale, torch.float8_e4m3fn)
    packed = quantise(x, "fp8" if by_row else "fp8_tensor")
    assert packed.scale is not None
    assert torch.equal(bits(packed.scale.flatten()), bits(scale.flatten()))
    assert torch.equal(bits(packed.codes), bits(codes))


@needs_torchao
@settings(max_examples=40, deadline=None)
@given(x=matrices(most_rows=150))
def test_mxfp8_equals_torchao(x: Tensor) -> None:
    from torchao.prototype.mx_formats.config import ScaleCalculationMode
    from torchao.prototype.mx_formats.mx_tensor import to_mx
    from torchao.prototype.mx_formats.utils import to_blocked

    # Without the card's instruction torchao takes the logarithm in fp32, which cannot tell a power of two from what is
    # a few units of the last place above it: such blocks are left out.
    descale = x.unflatten(1, (-1, 32)).abs().amax(-1) / 448
    mantissa = bits(descale) & 0x7FFFFF
    clear = (mantissa == 0) | (mantissa > 256)
    scale, codes = to_mx(x, torch.float8_e4m3fn, 32, ScaleCalculationMode.RCEIL)
    packed = quantise(x, "mxfp8")
    assert packed.block_scale is not None
    ours = untile_scales(packed.block_scale, x.shape[0], x.shape[1] // 32)
    assert torch.equal(bits(ours)[clear], bits(scale)[clear])
    assert torch.equal(bits(packed.codes).unflatten(1, (-1, 32))[clear], bits(codes).unflatten(1, (-1, 32))[clear])
    assert torch.equal(bits(tile_scales(scale)), bits(to_blocked(scale)))


@needs_torchao
@settings(max_examples=40, deadline=None)
@given(x=matrices(most_rows=150).filter(lambda x: float(x.abs().max()) > SMALLEST_AMAX), own=st.booleans())
def test_nvfp4_equals_torchao(x: Tensor, own: bool) -> None:
    from torchao.prototype.mx_formats.nvfp4_tensor import nvfp4_quantize, per_tensor_amax_to_scale
    from torchao.prototype.mx_formats.utils import to_blocked

    whole = per_tensor_amax_to_scale(x.abs().max()) * (1.0 if own else 0.37)
    scale, codes = nvfp4_quantize(x, 16, whole)
    packed = quantise(x, "nvfp4", None if own else whole)
    assert packed.block_scale is not None
    assert packed.scale is not None
    assert packed.scale == whole
    assert torch.equal(bits(packed.block_scale), bits(to_blocked(scale)))
    assert torch.equal(packed.codes, codes)


@needs_torchao
@settings(max_examples=40, deadline=None)
@given(x=matrices().filter(not_tiny))
def test_int8_equals_torchao(x: Tensor) -> None:
    from torchao.quantization.quant_primitives import MappingType, choose_qparams_affine, quantize_affine

    block = (1, x.shape[1])
    scale, zero = choose_qparams_affine(
        x, MappingType.SYMMETRIC, block, torch.int8, quant_min=-127, quant_max=127, eps=1e-35, scale_dtype=torch.float32
    )
    codes = quantize_affine(x, block, scale, zero, torch.int8, quant_min=-127, quant_max=127)
    packed = quantise(x, "int8")
    assert packed.scale is not None
    assert torch.equal(bits(packed.scale.flatten()), bits(scale.flatten()))
    assert torch.equal(packed.codes, codes)
