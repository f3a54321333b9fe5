"""The choice of a back end: what is declared, what is refused and in which words, and that emulation is exact."""

from __future__ import annotations

import sys
import types
from dataclasses import replace
from typing import Any

import pytest
import torch

from sanacam.kernels.gemm.backend import Ability
from sanacam.kernels.gemm.comfy import ComfyKitchen
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

    def __init__(self, available: bool) -> None:
        self.available = available

    def list_backends(self) -> dict[str, Any]:
        return {"cuda": {"available": self.available, "capabilities": ["scaled_mm_nvfp4", "adaln"]}}

    def get_constraints(self, backend: str, function: str) -> Any:
        return types.SimpleNamespace(min_compute_capability=(10, 0))


@pytest.mark.parametrize("available", [True, False])
def test_comfy_kitchen_is_asked_what_it_can(available: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    package, registry = types.ModuleType("comfy_kitchen"), types.ModuleType("comfy_kitchen.registry")
    registry.registry = FakeRegistry(available)  # type: ignore[attr-defined]
    calls = []
    package.scaled_mm_nvfp4 = lambda *args, **more: calls.append((args, more))  # type: ignore[attr-defined]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setitem(sys.modules, "comfy_kitchen", package)
    monkeypatch.setitem(sys.modules, "comfy_kitchen.registry", registry)
    abilities = ComfyKitchen().abilities()
    assert set(abilities) == ({"nvfp4"} if available else set())
    if available:
        assert abilities["nvfp4"].capability == (10, 0)
        x, weight = quantise(torch.randn(130, 64), "nvfp4"), quantise(torch.randn(16, 64), "nvfp4")
        ComfyKitchen().multiply(x, weight)
        (arguments, _) = calls[0]
        assert [tuple(t.shape) for t in arguments] == [(130, 32), (16, 32), (), (), (256, 4), (128, 4)]


def test_comfy_kitchen_is_not_imported_where_it_is_not_installed() -> None:
    if "comfy_kitchen" in sys.modules:
        pytest.skip("comfy-kitchen is installed here")
    assert ComfyKitchen().abilities() == {}
    assert "comfy_kitchen" not in sys.modules
