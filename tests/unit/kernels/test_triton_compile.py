"""Every Triton kernel compiles for cards that are not there, uses their tensor cores, fits them and does not spill.

Shapes of the 2B network: 20 heads of 112, width 2240. The first launch setting of each kernel, in bf16; the slow test
takes every other setting.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

if importlib.util.find_spec("triton") is None:
    pytest.skip("Triton is not installed (pip install --no-deps triton==3.7.1)", allow_module_level=True)

import triton

sys.path.insert(0, str(Path(__file__).parent))
from triton_compiling import compile_for

from sanacam.kernels.cross_attention import cross_attention_kernel
from sanacam.kernels.euler import BLOCK as EULER_BLOCK
from sanacam.kernels.euler import euler_kernel
from sanacam.kernels.gdn_apply import gdn_apply_kernel
from sanacam.kernels.gdn_frames import gdn_frames_kernel
from sanacam.kernels.gdn_prepare import gdn_prepare_kernel
from sanacam.kernels.gdn_scan import ROWS
from sanacam.kernels.glu_conv import glu_conv_kernel
from sanacam.kernels.launch import EARLY_START, interpreting
from sanacam.kernels.linear_modulate import linear_modulate_kernel
from sanacam.kernels.linear_pack import linear_pack_kernel
from sanacam.kernels.modulate import modulate_kernel, residual_modulate_kernel
from sanacam.kernels.operations import NORM_ROWS
from sanacam.kernels.output_gate import output_gate_kernel
from sanacam.kernels.quantize import quantise_rows_kernel
from sanacam.kernels.quantize_store import FORMAT_NUMBER
from sanacam.kernels.residual import residual_kernel, residual_pack_kernel
from sanacam.kernels.residual_linear import residual_linear_kernel
from sanacam.kernels.temporal_residual import temporal_residual_kernel
from sanacam.kernels.window import window_kernel

pytestmark = pytest.mark.skipif(interpreting(), reason="this session was started with Triton's interpreter")

SHARED_LIMIT = {80: 163 << 10, 89: 99 << 10, 90: 227 << 10, 100: 227 << 10, 120: 99 << 10}
"""Bytes a program may use on each architecture."""
SPILL_LIMIT = 64
"""Bytes a thread; a handful of registers, nothing that a loop lives in."""
TENSOR_CORE = {80: "mma.sync", 89: "mma.sync", 90: "wgmma.mma_async", 100: "tcgen05.mma", 120: "mma.sync"}

ACT, F32, FP8, INT, EVEN = "*bf16", "*fp32", "*fp8e4nv", "i32", "i32:16"
HEADS = {"HEADS": 20, "D": 112, "BLOCK_D": 128}
UNTUNED = triton.Config({}, num_warps=4)


def typed(kernel: Any, fp32: str = "", even: str = "", plain: str = "", scalars: str = "") -> dict[str, str]:
    """Types of a kernel's arguments; pointers not named are of the activation dtype."""
    kinds = dict.fromkeys(fp32.split(), F32) | dict.fromkeys(even.split(), EVEN) | dict.fromkeys(plain.split(), INT)
    kinds |= dict.fromkeys(scalars.split(), "fp32")
    names = getattr(kernel, "arg_names", None) or kernel.fn.arg_names
    return {name: kinds.get(name, ACT) for name in names}


MODULATED = {
    "even": "x_stride y_stride batch_stride frame_stride tokens width",
    "plain": "frames",
    "scalars": "eps",
}
FRAMES = typed(
    gdn_frames_kernel,
    "gates_ptr a_log_ptr dt_bias_ptr m_ptr z_ptr erase_ptr write_ptr erase_z_ptr write_z_ptr alpha_ptr later_ptr "
    "z_sums_ptr z_later_ptr m_out_ptr z_out_ptr", "tokens tokens_per_split", "batches frames",
) | {"counts_ptr": "*i32"}  # fmt: skip
APPLY = typed(gdn_apply_kernel, "q_rstd_ptr cos_ptr sin_ptr z_sums_ptr z_later_ptr out_scale_ptr",
              "tokens q_stride gate_stride", "frames", "eps")  # fmt: skip
CROSS = typed(cross_attention_kernel, "factor_ptr bias_ptr out_scale_ptr", "rows q_stride", "", "eps scale log2_e") | {
    "length_ptr": "*i32", "counts_ptr": "*i32",
}  # fmt: skip
ROW = {"MAIN": 2048, "REST": 256}
TABLES = "gate_ptr shift_ptr scale_ptr"


def linear_types(config: triton.Config) -> dict[str, str]:
    return described(typed(residual_linear_kernel, "gate_ptr", "rows columns inner residual_stride"), config)


def normed_types(config: triton.Config) -> dict[str, str]:
    types = typed(
        linear_modulate_kernel, "shift_ptr scale_ptr code_scale_ptr", "rows columns inner residual_stride", "", "eps"
    )
    return described(types | {"counts_ptr": "*i32"}, config)


def packed_types(config: triton.Config) -> dict[str, str]:
    types = typed(
        linear_pack_kernel, "x_scale_ptr w_scale_ptr code_scale_ptr", "rows columns inner", "x_scale_step w_scale_step"
    )
    return described(types | {"counts_ptr": "*i32", "codes_ptr": FP8}, config, "fp8e4nv")


def described(types: dict[str, str], config: triton.Config, kind: str = "bf16") -> dict[str, str]:
    """Operands of a product are described tile by tile."""
    for name, side in (("x_desc", "BLOCK_M"), ("w_desc", "BLOCK_N")):
        types[name] = f"tensordesc<{kind}[{config.kwargs[side]}, {config.kwargs['BLOCK_K']}]>"
    return types


PREPARE = typed(
    gdn_prepare_kernel, "cos_ptr sin_ptr q_factor_ptr shares_ptr gates_ptr",
    "tokens q_stride k_stride v_stride update_stride", "frames", "eps k_scale",
)  # fmt: skip
Types = dict[str, str] | Callable[[triton.Config], dict[str, str]]
CASES: dict[str, tuple[Any, Types, dict[str, int]]] = {
    "glu_conv": (
        glu_conv_kernel, typed(glu_conv_kernel, even="hidden pixel_stride tap_stride", plain="height width"),
        {"EXACT": 0, "NARROW": 0, "channel_stride": 1},
    ),
    "glu_conv_fp8": (
        glu_conv_kernel,
        typed(glu_conv_kernel, "scale_ptr", "hidden pixel_stride tap_stride", "height width") | {"out_ptr": FP8},
        {"EXACT": 0, "NARROW": 1, "channel_stride": 1},
    ),
    "modulate": (modulate_kernel, typed(modulate_kernel, **MODULATED), ROW),
    "residual_modulate": (
        residual_modulate_kernel, typed(residual_modulate_kernel, **MODULATED),
        {**ROW, "GATED": 1, "PLAIN": 1, "FORMAT": 0},
    ),
    "residual_modulate_fp8": (
        residual_modulate_kernel,
        typed(residual_modulate_kernel, f"code_scale_ptr {TABLES}", **MODULATED)
        | {"codes_ptr": FP8, "block_ptr": FP8},
        {**ROW, "GATED": 1, "PLAIN": 1, "FORMAT": 1},
    ),
    "temporal_residual": (
        temporal_residual_kernel, typed(temporal_residual_kernel, TABLES, "tokens width", "frames", "eps"),
        {**ROW, "TAPS": 3, "SAVE": 1, "PLAIN": 1, "FORMAT": 0},
    ),
    "temporal_residual_fp8": (
        temporal_residual_kernel,
        typed(temporal_residual_kernel, f"code_scale_ptr {TABLES}", "tokens width", "frames", "eps")
        | {"codes_ptr": FP8, "block_ptr": FP8},
        {**ROW, "TAPS": 3, "SAVE": 1, "PLAIN": 1, "FORMAT": 1},
    ),
    "temporal_residual_mx_fp8": (
        temporal_residual_kernel,
        typed(temporal_residual_kernel, f"code_scale_ptr {TABLES}", "tokens width", "frames", "eps")
        | {"codes_ptr": FP8, "block_ptr": "*u8"},
        {**ROW, "TAPS": 3, "SAVE": 1, "PLAIN": 1, "FORMAT": FORMAT_NUMBER["mxfp8"]},
    ),
    "quantise_rows_fp8": (
        quantise_rows_kernel, typed(quantise_rows_kernel, "scale_ptr", "x_stride width") | {"codes_ptr": FP8},
        {**ROW, "FORMAT": 1},
    ),
    "gdn_prepare": (gdn_prepare_kernel, PREPARE, {**ROW, "WIDTH": 2240, "HEADS": 20, "GATE_BLOCK": 64}),
    "gdn_frames": (gdn_frames_kernel, FRAMES, {**HEADS, "ROWS": ROWS, "SPLITS": 1}),
    "gdn_apply": (gdn_apply_kernel, APPLY, {**HEADS, "NARROW": 0}),
    "gdn_apply_fp8": (gdn_apply_kernel, APPLY | {"out_ptr": FP8}, {**HEADS, "NARROW": 1}),
    "cross_attention": (cross_attention_kernel, CROSS, {**HEADS, "NARROW": 0}),
    "cross_attention_fp8": (cross_attention_kernel, CROSS | {"out_ptr": FP8}, {**HEADS, "NARROW": 1}),
    "output_gate": (
        output_gate_kernel, typed(output_gate_kernel, "scale_ptr", "count x_stride gate_stride"),
        {"WIDTH": 2240, "NARROW": 0},
    ),
    "residual_fp8": (
        residual_pack_kernel,
        typed(residual_pack_kernel, "gate_ptr scale_ptr", "x_stride y_stride width")
        | {"codes_ptr": FP8, "block_ptr": FP8},
        {**ROW, "FORMAT": 1},
    ),
    "residual_linear": (residual_linear_kernel, linear_types, {"BIAS": 1}),
    "linear_modulate": (
        linear_modulate_kernel, normed_types, {**ROW, "NORMED": NORM_ROWS, "BIAS": 1, "PLAIN": 1, "FORMAT": 0},
    ),
    "linear_modulate_fp8": (
        linear_modulate_kernel, lambda config: normed_types(config) | {"codes_ptr": FP8, "block_ptr": FP8},
        {**ROW, "NORMED": NORM_ROWS, "BIAS": 1, "PLAIN": 0, "FORMAT": 1},
    ),
    "linear_pack_fp8": (linear_pack_kernel, packed_types, {**ROW, "BIAS": 1, "FORMAT": 1}),
    "residual": (
        residual_kernel, typed(residual_kernel, "gate_ptr", "count x_stride y_stride"), {"WIDTH": 2240},
    ),
    "window": (
        window_kernel,
        typed(window_kernel, "cos_ptr sin_ptr", "q_stride k_stride v_stride", "", "eps") | {"place_ptr": "*i32"},
        {"WIDTH": 2240, "HEADS": 20},
    ),
    "euler": (
        euler_kernel, typed(euler_kernel, "x_ptr", "count input_stride", "", "delta"),
        {"WIDTH": 128, "BLOCK": EULER_BLOCK},
    ),
}  # fmt: skip
DOTS = {"gdn_frames", "gdn_apply", "gdn_apply_fp8", "cross_attention", "cross_attention_fp8",
        "residual_linear", "linear_modulate", "linear_modulate_fp8", "linear_pack_fp8"}  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path / "triton"))


def check(name: str, capability: int, setting: int, folder: Path) -> None:
    if name.endswith("_fp8") and capability < 89:
        pytest.skip("this architecture has no fp8")
    if name.startswith(("residual_linear", "linear_")) and capability < 90:
        pytest.skip("this architecture has no tensor memory accelerator")
    kernel, types, constants = CASES[name]
    constants = {**constants, "EARLY": EARLY_START if capability >= 90 else 0}
    config = kernel.configs[setting] if hasattr(kernel, "configs") else UNTUNED
    types = types(config) if callable(types) else types
    made = compile_for(capability, kernel, types, constants, config, folder)
    # The first setting must fit everywhere. Of the others the tuner passes over what does not fit, and what spills is
    # slow and loses.
    assert made.shared <= SHARED_LIMIT[capability if setting == 0 else 100]
    if setting == 0:
        assert made.spilled <= SPILL_LIMIT, f"{made.spilled} bytes of spill stores at {made.registers} registers"
    assert ".f64" not in made.ptx, "no double precision"
    assert (TENSOR_CORE[capability] in made.ptx) == (name in DOTS)
    assert name.endswith("_fp8") <= ("e4m3x2" in made.ptx)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("capability", TENSOR_CORE)
def test_compiles_for_every_architecture(name: str, capability: int, tmp_path: Path) -> None:
    check(name, capability, 0, tmp_path)


def test_two_stages_of_gdn_fit_a_multiprocessor_twice(tmp_path: Path) -> None:
    """What a second program on each multiprocessor takes: registers and shared memory for two, spills that are few."""
    kernel, types, constants = CASES["gdn_frames"]
    config = next(c for c in kernel.configs if c.maxnreg == 128)
    made = compile_for(90, kernel, types, {**constants, "EARLY": EARLY_START}, config, tmp_path)  # type: ignore[arg-type]
    assert made.registers <= 128
    assert 2 * made.shared <= SHARED_LIMIT[90]
    assert made.spilled <= 160


def test_two_products_that_pack_fit_a_multiprocessor(tmp_path: Path) -> None:
    """So that one starts, stores or packs while the other multiplies."""
    kernel, types, constants = CASES["linear_pack_fp8"]
    config = next(c for c in kernel.configs if c.maxnreg == 128)
    made = compile_for(90, kernel, types(config), {**constants, "EARLY": EARLY_START}, config, tmp_path)  # type: ignore[operator]
    assert made.registers <= 128
    assert 2 * made.shared <= SHARED_LIMIT[90]
    assert made.spilled == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("capability", TENSOR_CORE)
def test_every_other_setting_on_every_architecture(name: str, capability: int, tmp_path: Path) -> None:
    for setting in range(1, len(getattr(CASES[name][0], "configs", (UNTUNED,)))):
        check(name, capability, setting, tmp_path)
