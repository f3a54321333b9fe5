"""int4: its numbers against another formulation of them, where its bytes are, and comfy-kitchen as a witness."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from sanacam.kernels.gemm import comfy
from sanacam.kernels.gemm.plain import Emulated
from sanacam.kernels.quantize_formats import TURN, PackedMatrix
from sanacam.kernels.reference.quantize import dequantise, quantise
from sanacam.kernels.reference.quantize_int4 import pair_codes, row_codes, turned, unpair_codes

needs_comfy_kitchen = pytest.mark.skipif(
    importlib.util.find_spec("comfy_kitchen") is None,
    reason="comfy-kitchen is not installed (pip install --no-deps comfy-kitchen==0.2.40)",
)
WIDTHS = st.sampled_from([64, 128, 192, 640])


@st.composite
def exact_matrices(draw: st.DrawFn) -> Tensor:
    """Whole numbers at some power of two: no sum of 64 of them is rounded, whatever its order."""
    rows, width = draw(st.integers(1, 4)), draw(WIDTHS)
    random = torch.Generator().manual_seed(draw(st.integers(0, 10**6)))
    limit = draw(st.sampled_from([1, 8, 1000, 100_000]))
    whole = torch.randint(-limit, limit + 1, (rows, width), generator=random)
    whole[0, draw(st.integers(0, width - 1))] = draw(st.integers(-(2**17), 2**17))
    return torch.ldexp(whole.float(), torch.tensor(draw(st.integers(-20, 60))))


@functools.cache
def matrix() -> np.ndarray:
    """H from its definition: the sign of entry (i, j) counts in how many of the three base-4 digits i + j is 3."""
    signs = np.empty((TURN, TURN))
    for i in range(TURN):
        for j in range(TURN):
            digits = [((i // base % 4), (j // base % 4)) for base in (16, 4, 1)]
            signs[i, j] = np.prod([-1 if a + b == 3 else 1 for a, b in digits])
    return signs / 8


def by_hand(x: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Bytes and scales, without a line of ours: a dense product in double precision, nibbles written one by one."""
    rows, width = x.shape
    y = np.concatenate([x[:, k : k + TURN].double().numpy() @ matrix() for k in range(0, width, TURN)], 1)
    y = y.astype(np.float32)
    scale = np.maximum(np.abs(y).max(1), np.float32(2.0**-90)) / np.float32(7)
    codes = np.clip(np.rint(y / scale[:, None]), -7, 7).astype(int)
    pairs = np.array([[codes[r, 2 * j] % 16 + 16 * (codes[r, 2 * j + 1] % 16) for j in range(width // 2)]
                      for r in range(rows)])  # fmt: skip
    return pairs.astype(np.uint8), scale


@settings(max_examples=25, deadline=None)
@given(exact_matrices())
def test_bytes_and_scales_are_those_of_another_formulation(x: Tensor) -> None:
    packed = quantise(x, "int4")
    pairs, scale = by_hand(x)
    assert packed.scale is not None
    assert packed.codes.dtype == torch.int8
    assert packed.codes.shape == (x.shape[0], x.shape[1] // 2)
    assert np.array_equal(packed.codes.view(torch.uint8).numpy(), pairs)
    assert np.array_equal(packed.scale.numpy()[:, 0], scale)


def test_the_matrix_is_its_own_transpose_and_inverse_and_every_row_has_one_sum() -> None:
    found = turned(torch.eye(TURN))
    assert torch.equal(found, torch.from_numpy(matrix()).float())
    assert torch.equal(found, found.t())
    assert torch.equal(turned(found), torch.eye(TURN))
    assert (found.sum(1) == 1).all(), "a regular Hadamard matrix: a constant is spread as well"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 99), WIDTHS)
def test_turned_on_both_sides_is_the_same_product(seed: int, width: int) -> None:
    random = torch.Generator().manual_seed(seed)
    x, weight = torch.randn(5, width, generator=random), torch.randn(7, width, generator=random)
    torch.testing.assert_close(turned(x) @ turned(weight).t(), x @ weight.t(), rtol=1e-4, atol=1e-3)


def test_nibbles_low_first_in_twos_complement() -> None:
    codes = torch.tensor([[7, -7, -1, 0, 1, -8]], dtype=torch.int8)
    pairs = pair_codes(codes)
    assert pairs.view(torch.uint8).tolist() == [[0x97, 0x0F, 0x81]]
    every = torch.arange(-128, 128, dtype=torch.int16).to(torch.int8).view(2, -1)
    assert torch.equal(pair_codes(unpair_codes(every)), every)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 99))
def test_a_turned_value_is_off_by_half_a_step_at_most(seed: int) -> None:
    x = torch.randn(3, 128, generator=torch.Generator().manual_seed(seed))
    packed = quantise(x, "int4")
    assert packed.scale is not None
    codes = unpair_codes(packed.codes)
    assert ((codes * packed.scale - turned(x)).abs() <= 0.50001 * packed.scale).all()
    assert codes.abs().amax(1).tolist() == [7, 7, 7]
    assert (dequantise(packed) - x).norm() < 0.16 * x.norm()


def test_one_large_value_costs_less_when_turned() -> None:
    x = torch.randn(16, 64, generator=torch.Generator().manual_seed(0))
    x[:, 3] = 40.0
    codes, scale = row_codes(x)
    assert (x - dequantise(quantise(x, "int4"))).norm() < 0.7 * (x - codes * scale).norm()


@settings(max_examples=20, deadline=None)
@given(rows=st.integers(1, 5), width=st.sampled_from([64, 6720]), seed=st.integers(0, 99))
def test_emulation_sums_the_codes_as_whole_numbers(rows: int, width: int, seed: int) -> None:
    """What a card's int32 sums give: one rounding by each scale, nothing of turning back."""
    random = torch.Generator().manual_seed(seed)
    x, weight = (quantise(torch.randn(r, width, generator=random), "int4") for r in (rows, 8))
    assert x.scale is not None
    assert weight.scale is not None
    whole = unpair_codes(x.codes).long() @ unpair_codes(weight.codes).long().t()
    wanted = whole.double() * x.scale.double() * weight.scale.double().t()
    got = Emulated().multiply(x, weight, None, torch.float32)
    torch.testing.assert_close(got.double(), wanted, rtol=3e-7, atol=0)
    unturned = dequantise(x).double() @ dequantise(weight).double().t()
    torch.testing.assert_close(unturned, wanted, rtol=1e-4, atol=1e-4)


def kitchen() -> Any:
    """Its plain PyTorch back end, which runs anywhere and defines what the compiled one reads."""
    return importlib.import_module("comfy_kitchen.backends.eager.convrot_w4a4")


@needs_comfy_kitchen
@settings(max_examples=40, deadline=None)
@given(exact_matrices().filter(lambda x: bool((x.abs().amax(1) > 0).all())))
def test_bytes_and_scales_are_comfy_kitchen_s(x: Tensor) -> None:
    codes, scales = kitchen().quantize_convrot_w4a4_weight(x.clone(), convrot_groupsize=TURN)
    packed = quantise(x, "int4")
    assert packed.scale is not None
    assert torch.equal(packed.codes, codes)
    assert torch.equal(packed.scale[:, 0], scales)
    theirs = kitchen().dequantize_convrot_w4a4_weight(codes, scales, convrot_groupsize=TURN)
    assert (dequantise(packed) - theirs).abs().max() <= 1e-6 * x.abs().max()


@needs_comfy_kitchen
@pytest.mark.parametrize("width", [64, 2240])
def test_products_are_comfy_kitchen_s(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of our bytes by its product, as our adapter calls it, and of its own packing of the same activations."""
    random = torch.Generator().manual_seed(width)
    x, weight, bias = (torch.randn(shape, generator=random) for shape in ((5, width), (24, width), (24,)))
    packed: tuple[PackedMatrix, ...] = quantise(x, "int4"), quantise(weight, "int4")
    _, qw, sw, _ = packed[1]
    assert sw is not None
    wanted = Emulated().multiply(*packed, bias, torch.float32)
    monkeypatch.setattr(comfy, "_compiled", kitchen)
    assert tuple(inspect.signature(kitchen().int4_linear).parameters)[2:] == comfy.PRODUCT_PARAMETERS
    got = comfy.ComfyKitchen().multiply(*packed, bias, torch.float32)
    torch.testing.assert_close(got, wanted, rtol=1e-5, atol=1e-4)
    theirs = kitchen().convrot_w4a4_linear(x, qw, sw.flatten(), bias, convrot_groupsize=TURN)
    # sums in another order may put a value on the other side of a tie
    assert (theirs - wanted).norm() < 0.02 * wanted.norm()
