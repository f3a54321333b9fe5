"""The choice of a back end: what is declared, what is refused and in which words, and that emulation is exact."""

from __future__ import annotations

import importlib
import inspect
import sys
import types
from dataclasses import replace
from typing import Any

import pytest
import torch

from sanacam.kernels.gemm.backend import Ability
from sanacam.kernels.gemm.comfy import OFFERS, PRODUCT_PARAMETERS, ComfyKitchen, absence
from sanacam.kernels.gemm.plain import Emulated, TorchBf16, TorchScaled
from sanacam.kernels.gemm.problem import Machine, Problem
from sanacam.kernels.gemm.registry import NoBackendError, choose, native_formats, overview
from sanacam.kernels.quantize_formats import FORMATS, Format
from sanacam.kernels.reference.quantize import dequantise, quantise

HOPPER = Machine("cuda", (9, 0), "linux", (2, 11), (13, 0), (3, 6))
BLACKWELL = Machine("cuda", (12, 0), "linux", (2, 13), (13, 0), (3, 7))
KNOWN = (TorchBf16(), TorchScaled(), Emulated())


class Ours:
    """A back end as Triton's would be, on machines without Triton too."""

    name, native = "ours", True

    def abilities(self) -> dict[Format, Ability]:
        return {"fp8": Ability((8, 9), inner=16), "nvfp4": Ability((10, 0), families=(10, 12), triton=(3, 7), inner=32)}

    def multiply(self, x: Any, weight: Any, bias: Any = None, dtype: torch.dtype = torch.bfloat16) -> torch.Tensor:
        raise AssertionError("not multiplied here")


def test_formats_of_cards() -> None:
    wide = Problem("bf16", 2640, 2240, 2240)
    assert native_formats(Machine.here("cpu"), wide) == ("bf16",)
    ada = replace(HOPPER, capability=(8, 9), triton=(0, 0))
    for machine, wanted in (
        (ada, {"bf16", "fp8", "fp8_tensor"}),
        (replace(ada, system="win32"), {"bf16", "fp8_tensor"}),
        (replace(ada, capability=(8, 0)), {"bf16"}),
        (BLACKWELL, {"bf16", "fp8", "fp8_tensor", "mxfp8", "nvfp4"}),
        (replace(BLACKWELL, pytorch=(2, 9)), {"bf16", "fp8", "fp8_tensor"}),
    ):
        able = {form for form in FORMATS if _chosen(form, machine) is not None}
        assert able == wanted, machine


def _chosen(form: Format, machine: Machine) -> str | None:
    try:
        return choose(Problem(form, 2640, 2240, 2240), machine, known=KNOWN).backend.name
    except NoBackendError:
        return None


def test_the_choice_has_a_reason_and_a_preference() -> None:
    problem = Problem("fp8", 2640, 2240, 2240)
    known = (*KNOWN, Ours())
    first = choose(problem, HOPPER, known=known)
    assert first.backend.name == "torch_scaled_mm"
    assert str(first) == "fp8 2640 × 2240 → 2240: torch_scaled_mm (first that can; ours could too)"
    assert choose(problem, HOPPER, known=known, prefer="ours").backend.name == "ours"
    narrow = replace(problem, columns=2248)
    assert str(choose(narrow, HOPPER, known=known)).endswith(
        "ours (the only one that can; torch_scaled_mm the output width 2248 is not divisible by 16)"
    )


def test_refusals_name_layer_shape_format_and_every_reason() -> None:
    problem = Problem("nvfp4", 2640, 2240, 2256, "blocks.3.attn.q")
    with pytest.raises(NoBackendError) as caught:
        choose(problem, BLACKWELL, known=(*KNOWN, Ours()))
    text = str(caught.value)
    for part in (
        "blocks.3.attn.q: nvfp4 2640 × 2256 → 2240", "compute capability 12.0",
        "torch_scaled_mm the inner width 2256 is not divisible by 32", "ours the inner width 2256",
    ):  # fmt: skip
        assert part in text
    with pytest.raises(NoBackendError, match=r"needs compute capability 10\.0 or newer, the card has 9\.0"):
        choose(replace(problem, inner=2240), HOPPER, known=KNOWN)
    with pytest.raises(NoBackendError, match=r"needs Triton 3\.7 or newer, there is 3\.6"):
        choose(replace(problem, inner=2240), replace(BLACKWELL, triton=(3, 6)), known=(Ours(),))
    with pytest.raises(NoBackendError, match=r"10\.x or 12\.x, the card has 11\.0"):
        choose(replace(problem, inner=2240), replace(BLACKWELL, capability=(11, 0)), known=(Ours(),))
    with pytest.raises(NoBackendError, match="no back end for int8 is installed"):
        choose(replace(problem, form="int8"), HOPPER, known=(TorchScaled(),))


def test_emulation_is_never_taken_silently() -> None:
    problem = Problem("mxfp8", 2640, 2240, 2240)
    with pytest.raises(NoBackendError):
        choose(problem, HOPPER, known=KNOWN)
    choice = choose(problem, HOPPER, emulate=True, known=KNOWN)
    assert choice.backend.name == "emulated"
    assert "the card has 9.0" in choice.reason
    assert choose(replace(problem, form="fp8"), HOPPER, emulate=True, known=KNOWN).backend.native


def test_overview_has_a_line_for_every_format() -> None:
    lines = overview(Machine.here("cpu"))
    assert [line.partition(":")[0] for line in lines] == list(FORMATS)
    assert lines[0].startswith("bf16: torch_bf16")
    assert all("emulated, no gain in speed" in line for line in lines[1:])


@pytest.mark.parametrize("form", FORMATS)
def test_emulation_multiplies_the_exact_numbers(form: Format) -> None:
    x, weight, bias = torch.randn(5, 64), torch.randn(16, 64), torch.randn(16)
    packed = quantise(x, form), quantise(weight, form)
    got = Emulated().multiply(*packed, bias, torch.float32)
    wanted = dequantise(packed[0]).double() @ dequantise(packed[1]).double().T + bias.double()
    torch.testing.assert_close(got.double(), wanted, rtol=1e-5, atol=1e-5)
    if form == "bf16":
        plain = TorchBf16().multiply(*packed, bias)
        torch.testing.assert_close(plain.double(), wanted, rtol=2e-2, atol=2e-2)


class FakeRegistry:
    """What comfy-kitchen's registry says of itself."""

    def __init__(self, available: bool, reported: dict[str, tuple[int, int]]) -> None:
        self.available, self.reported = available, reported

    def list_backends(self) -> dict[str, Any]:
        reason = None if self.available else "no driver"
        capabilities = [*self.reported, "adaln"]
        return {"cuda": {"available": self.available, "capabilities": capabilities, "unavailable_reason": reason}}

    def get_constraints(self, backend: str, function: str) -> Any:
        return types.SimpleNamespace(min_compute_capability=self.reported[function])


REPORTED = {"scaled_mm_nvfp4": (10, 0), "int8_linear": (7, 5), "convrot_w4a4_linear": (7, 5)}
Calls = list[tuple[str, tuple[Any, ...]]]


def fake_kitchen(
    monkeypatch: pytest.MonkeyPatch, reported: dict[str, tuple[int, int]] = REPORTED, available: bool = True
) -> Calls:
    """A package of that name, for this test; its products note what they are called with."""
    names = ("comfy_kitchen", "comfy_kitchen.registry", "comfy_kitchen.backends", "comfy_kitchen.backends.cuda")
    package, registry, _, compiled = modules = [types.ModuleType(name) for name in names]
    calls: Calls = []

    def int4_linear(x_qdata, weight, x_scale, weight_scale, bias=None, out_dtype=torch.bfloat16):  # type: ignore[no-untyped-def]
        calls.append(("int4", (x_qdata, weight, x_scale, weight_scale, bias, out_dtype)))

    def int8_values(x_int8, weight_int8, x_scale, weight_scale, bias, out_dtype):  # type: ignore[no-untyped-def]
        calls.append(("int8", (x_int8, weight_int8, x_scale, weight_scale, bias, out_dtype)))

    vars(registry)["registry"] = FakeRegistry(available, reported)
    vars(package)["scaled_mm_nvfp4"] = lambda *args, **more: calls.append(("nvfp4", args))
    vars(compiled).update({"int4_linear": int4_linear, "_int4_linear_via_int8_values": int8_values})
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    for module in modules:
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return calls


def test_comfy_kitchen_is_asked_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fake_kitchen(monkeypatch)
    abilities = ComfyKitchen().abilities()
    assert {form: ability.capability for form, ability in abilities.items()} == {
        "nvfp4": (10, 0), "int8": (7, 5), "int4": (7, 5),
    }  # fmt: skip
    for form in abilities:
        x, weight = quantise(torch.randn(130, 64), form), quantise(torch.randn(16, 64), form)
        ComfyKitchen().multiply(x, weight)
    found = {form: [tuple(t.shape) for t in arguments[:4]] for form, arguments in calls}
    assert found["nvfp4"] == [(130, 32), (16, 32), (), ()]
    assert [tuple(t.shape) for t in calls[0][1][4:]] == [(256, 4), (128, 4)]
    assert found["int8"] == [(130, 64), (16, 64), (130, 1), (16, 1)]
    assert found["int4"] == [(130, 32), (16, 32), (130, 1), (16, 1)]
    codes = [t for _, arguments in calls[1:] for t in arguments[:2]]
    assert {t.dtype for t in codes} == {torch.int8}, "as its kernels read them"


def test_comfy_kitchen_without_a_product_or_a_card_does_not_claim_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_kitchen(monkeypatch, available=False)
    assert ComfyKitchen().abilities() == {}
    assert "do not run here: no driver" in absence("int4")
    fake_kitchen(monkeypatch, {"scaled_mm_nvfp4": (12, 0)})
    assert {form: ability.capability for form, ability in ComfyKitchen().abilities().items()} == {"nvfp4": (12, 0)}
    assert "without this product" in absence("int4")
    fake_kitchen(monkeypatch)
    compiled = vars(sys.modules["comfy_kitchen.backends.cuda"])
    compiled["int4_linear"] = lambda x, weight, scales, bias: None
    del compiled["_int4_linear_via_int8_values"]
    assert set(ComfyKitchen().abilities()) == {"nvfp4"}, "products with other parameters are not called"


@pytest.mark.parametrize(
    ("capability", "int4", "int8"),
    [
        ((7, 0), None, None),
        ((7, 5), "comfy_kitchen", "comfy_kitchen"),
        ((8, 0), "comfy_kitchen", "comfy_kitchen"),
        ((8, 6), "comfy_kitchen", "comfy_kitchen"),
        ((8, 9), "comfy_kitchen", "comfy_kitchen"),
        ((9, 0), None, "triton"),
        ((12, 0), None, "triton"),
    ],
)
def test_integer_products_of_cards(
    capability: tuple[int, int], int4: str | None, int8: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Rows(Ours):
        name = "triton"

        def abilities(self) -> dict[Format, Ability]:
            return {"int8": Ability((8, 0), triton=(3, 4), inner=16)}

    fake_kitchen(monkeypatch)
    known, machine = (*KNOWN[:-1], ComfyKitchen(), Rows(), Emulated()), replace(HOPPER, capability=capability)
    wanted: tuple[tuple[Format, str | None], ...] = (("int4", int4), ("int8", int8))
    for form, backend in wanted:
        problem = Problem(form, 2640, 6720, 2240)
        if backend is None:
            with pytest.raises(NoBackendError, match=r"kitchen needs compute capability 7\.(5 or newer|x or 8\.x)"):
                choose(problem, machine, known=known)
            assert choose(problem, machine, known=known, emulate=True).backend.name == "emulated"
        else:
            assert choose(problem, machine, known=known).backend.name == backend
    ampere = replace(HOPPER, capability=(8, 6))
    assert choose(Problem("int8", 2640, 6720, 2240), ampere, known=known, prefer="triton").backend.name == "triton"
    odd = Problem("int4", 2640, 2240, 2240 + 32)
    with pytest.raises(NoBackendError, match="2272 is not divisible by 64"):
        choose(odd, ampere, known=known)


def test_int4_without_comfy_kitchen_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    known = (*KNOWN[:-1], ComfyKitchen(), Emulated())
    problem, ampere = Problem("int4", 2640, 2240, 2240), replace(HOPPER, capability=(8, 6))
    with pytest.raises(NoBackendError, match=r"end for int4 is installed \(comfy-kitchen .*pip install comfy-k"):
        choose(problem, ampere, known=known)
    assert "pip install comfy-kitchen" in choose(problem, ampere, known=known, emulate=True).reason
    with pytest.raises(NoBackendError, match=r"int8 is installed \(Triton, which"):
        choose(replace(problem, form="int8"), replace(ampere, triton=(0, 0)), known=known)


def test_comfy_kitchen_is_not_imported_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for name in [name for name in sys.modules if name.partition(".")[0] == "comfy_kitchen"]:
        monkeypatch.delitem(sys.modules, name)
    assert ComfyKitchen().abilities() == {}
    assert "comfy_kitchen" not in sys.modules


def test_the_real_comfy_kitchen_claims_nothing_without_a_card() -> None:
    pytest.importorskip("comfy_kitchen", reason="comfy-kitchen is not installed")
    if torch.cuda.is_available():
        pytest.skip("there is a card")
    assert ComfyKitchen().abilities() == {}
    assert "do not run here" in absence("int4")


@pytest.mark.parametrize("form", ["int8", "int4"])
def test_the_real_comfy_kitchen_holds_the_products_that_are_called(form: Format) -> None:
    """Of the version that is installed; none of it runs here."""
    pytest.importorskip("comfy_kitchen", reason="comfy-kitchen is not installed")
    compiled = importlib.import_module("comfy_kitchen.backends.cuda")
    offer = OFFERS[form]
    assert tuple(inspect.signature(getattr(compiled, offer.product)).parameters)[2:] == PRODUCT_PARAMETERS
    constraints = compiled._build_constraints()
    if compiled._EXT_AVAILABLE and offer.reported in constraints:
        assert constraints[offer.reported].min_compute_capability == offer.oldest
