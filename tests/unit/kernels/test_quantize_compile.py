"""The packing kernels and the products of packed matrices compile for cards that are not there, use the instructions
they are for, fit the cards and do not spill.

Shapes of the 2B network, the first launch setting; the slow tests take every setting.
fp8 begins with sm_89; block-scaled products run on sm_100 and sm_120, NVFP4 has no emulation inside Triton elsewhere.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

if importlib.util.find_spec("triton") is None:
    pytest.skip("Triton is not installed (pip install --no-deps triton==3.7.1)", allow_module_level=True)

sys.path.insert(0, str(Path(__file__).parent))
import triton
from triton_compiling import Compiled, compile_for

from sanacam.kernels.gemm.triton_blocks import blocks_gemm_kernel
from sanacam.kernels.gemm.triton_rows import rows_gemm_kernel
from sanacam.kernels.gemm.triton_rows_pointers import rows_gemm_pointers_kernel
from sanacam.kernels.launch import interpreting
from sanacam.kernels.quantize import BY_ROW, WITHOUT_FP8, quantise_parts_kernel, quantise_rows_kernel
from sanacam.kernels.quantize_store import FORMAT_NUMBER

pytestmark = pytest.mark.skipif(interpreting(), reason="this session was started with Triton's interpreter")

SHARED_LIMIT = {80: 163 << 10, 89: 99 << 10, 90: 227 << 10, 100: 227 << 10, 120: 99 << 10}
"""Bytes a program may use on each architecture."""
SPILL_LIMIT = 64
"""Bytes a thread of a packing kernel or a product may spill."""
NATIVE_FP8 = {
    89: "mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e4m3.f32",
    90: "k32.f32.e4m3.e4m3",
    100: "tcgen05.mma.cta_group::1.kind::f8f6f4",
    120: ".e4m3.e4m3.f32",
}
NATIVE_INT8 = {
    80: "s32.s8.s8.s32",
    89: "s32.s8.s8.s32",
    90: "k32.s32.s8.s8",
    100: "s32.s8.s8.s32",
    120: "s32.s8.s8.s32",
}
NATIVE_BLOCKS = {
    ("nvfp4", 100): "tcgen05.mma.cta_group::1.kind::mxf4nvf4.block_scale.scale_vec::4X",
    (
        "nvfp4",
        120,
    ): "mma.sync.aligned.m16n8k64.row.col.kind::mxf4nvf4.block_scale.scale_vec::4X.f32.e2m1.e2m1.f32.ue4m3",
    ("mxfp8", 100): "tcgen05.mma.cta_group::1.kind::mxf8f6f4.block_scale.scale_vec::1X",
    (
        "mxfp8",
        120,
    ): "mma.sync.aligned.m16n8k32.row.col.kind::mxf8f6f4.block_scale.scale_vec::1X.f32.e4m3.e4m3.f32.ue8m0",
}
NARROW = {"fp8": "fp8e4nv", "fp8_tensor": "fp8e4nv", "mxfp8": "fp8e4nv", "nvfp4": "u8", "int8": "i8", "int4": "i8"}
EVEN, INT = "i32:16", "i32"


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path / "triton"))


def check(made: Compiled, capability: int) -> None:
    assert made.shared <= SHARED_LIMIT[capability]
    assert made.spilled <= SPILL_LIMIT, f"{made.spilled} bytes of spill stores at {made.registers} registers"
    assert ".f64" not in made.ptx, "no double precision"


def packing(form: str, capability: int, index: int, folder: Path) -> Compiled:
    by_row = form in BY_ROW
    kernel = quantise_rows_kernel if by_row else quantise_parts_kernel
    types = {
        "x_ptr": "*bf16", "codes_ptr": f"*{NARROW[form]}", "scale_ptr": "*fp32", "block_ptr": "*u8",
        "x_stride": EVEN, "width": EVEN,
    }  # fmt: skip
    constants = {"FORMAT": FORMAT_NUMBER[form], **({"EARLY": False, "MAIN": 2048, "REST": 256} if by_row else {})}
    return compile_for(capability, kernel, types, constants, kernel.configs[index], folder)


def product_kernel(form: str, capability: int) -> Any:
    if form in ("mxfp8", "nvfp4"):
        return blocks_gemm_kernel
    return rows_gemm_kernel if capability >= 90 else rows_gemm_pointers_kernel


def product(form: str, capability: int, config: triton.Config, folder: Path) -> Compiled:
    blocks = form in ("mxfp8", "nvfp4")
    kernel = product_kernel(form, capability)
    tile = config.kwargs
    width = tile["BLOCK_K"] // (2 if form == "nvfp4" else 1)
    types = dict.fromkeys(("x_scale_ptr", "w_scale_ptr"), "*fp32")
    types |= dict.fromkeys(("bias_ptr", "residual_ptr", "out_ptr"), "*bf16")
    types |= dict.fromkeys(("x_block_ptr", "w_block_ptr"), "*fp8e4nv" if form == "nvfp4" else "*u8")
    types |= {
        "x_desc": f"tensordesc<{NARROW[form]}[{tile['BLOCK_M']}, {width}]>",
        "w_desc": f"tensordesc<{NARROW[form]}[{tile['BLOCK_N']}, {width}]>",
        "x_ptr": f"*{NARROW[form]}", "w_ptr": f"*{NARROW[form]}", "rows": INT, "columns": EVEN, "inner": EVEN,
        "residual_stride": EVEN, "x_scale_step": INT, "w_scale_step": INT,
    }  # fmt: skip
    constants = {"BIAS": 1, "RESIDUAL": 1, **({"FP4": form == "nvfp4"} if blocks else {"INTEGER": form == "int8"})}
    return compile_for(capability, kernel, types, constants, config, folder)


def has_format(form: str, capability: int) -> bool:
    return form in WITHOUT_FP8 or capability >= 89


PRODUCTS = [
    *(("fp8", capability) for capability in NATIVE_FP8),
    *(("int8", capability) for capability in NATIVE_INT8),
    *NATIVE_BLOCKS,
]


def native(form: str, capability: int) -> str:
    """The instruction that a product is for."""
    plain = {"fp8": NATIVE_FP8, "int8": NATIVE_INT8}.get(form)
    return NATIVE_BLOCKS[form, capability] if plain is None else plain[capability]


@pytest.mark.parametrize(
    ("form", "capability"),
    [(form, capability) for form in FORMAT_NUMBER for capability in SHARED_LIMIT if has_format(form, capability)],
)
def test_packing_compiles(form: str, capability: int, tmp_path: Path) -> None:
    made = packing(form, capability, 0, tmp_path)
    check(made, capability)
    # sm_89 goes through fp16; the kernel rounds before that, see `nearest_e4m3`
    conversion = f"cvt.rn.satfinite.e4m3x2.{'f16x2' if capability == 89 else 'f32'}"
    assert (conversion in made.ptx) == (form not in WITHOUT_FP8)
    assert "div.full.f32" not in made.ptx, "divisions are rounded to nearest"


@pytest.mark.parametrize(("form", "capability"), PRODUCTS)
def test_product_compiles(form: str, capability: int, tmp_path: Path) -> None:
    made = product(form, capability, product_kernel(form, capability).configs[0], tmp_path)
    check(made, capability)
    assert native(form, capability) in made.ptx
    if (form, capability) in NATIVE_BLOCKS:
        assert f".target sm_{capability}a" in made.ptx, "these instructions are in one architecture only"


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMAT_NUMBER)
@pytest.mark.parametrize("capability", SHARED_LIMIT)
def test_every_packing_on_every_architecture(form: str, capability: int, tmp_path: Path) -> None:
    if not has_format(form, capability):
        pytest.skip("no fp8 before sm_89")
    for index in range(len((quantise_rows_kernel if form in BY_ROW else quantise_parts_kernel).configs)):
        check(packing(form, capability, index, tmp_path), capability)


@pytest.mark.slow
@pytest.mark.parametrize(("form", "capability"), PRODUCTS)
def test_every_product_on_every_architecture(form: str, capability: int, tmp_path: Path) -> None:
    fitting = 0
    for config in product_kernel(form, capability).configs:
        made = product(form, capability, config, tmp_path)
        assert native(form, capability) in made.ptx
        # what a card cannot hold is left out when the product is tuned there, and what spills is slow and loses
        fitting += made.shared <= SHARED_LIMIT[capability] and made.spilled <= SPILL_LIMIT
        assert ".f64" not in made.ptx
    assert fitting >= 2
