"""Every Triton kernel compiles for cards that are not there, uses their tensor cores, fits them and does not spill.

Shapes of the 2B network: 20 heads of 112, width 2240. The first launch setting of each kernel, in bf16; the slow tests
take the remaining architectures and every setting.
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
from triton_compiling import compile_for

from sanacam.kernels.gdn_apply import gdn_apply_kernel
from sanacam.kernels.gdn_prepare import gdn_prepare_kernel
from sanacam.kernels.gdn_products import gdn_products_kernel
from sanacam.kernels.gdn_scan import ROWS, gdn_scan_kernel
from sanacam.kernels.glu_conv import glu_conv_kernel
from sanacam.kernels.launch import interpreting
from sanacam.kernels.modulate import modulate_kernel, residual_modulate_kernel

pytestmark = pytest.mark.skipif(interpreting(), reason="this session was started with Triton's interpreter")

SHARED_LIMIT = {80: 163 << 10, 89: 99 << 10, 90: 227 << 10, 100: 227 << 10, 120: 99 << 10}
"""Bytes a program may use on each architecture."""
SPILL_LIMIT = 64
"""Bytes a thread; a handful of registers, nothing that a loop lives in."""
TENSOR_CORE = {80: "mma.sync", 89: "mma.sync", 90: "wgmma.mma_async", 100: "tcgen05.mma", 120: "mma.sync"}

ACT, F32, INT, EVEN = "*bf16", "*fp32", "i32", "i32:16"
HEADS = {"HEADS": 20, "D": 112, "BLOCK_D": 128}


def typed(kernel: Any, fp32: str = "", even: str = "", plain: str = "", scalars: str = "") -> dict[str, str]:
    """Types of a kernel's arguments; pointers not named are of the activation dtype."""
    kinds = dict.fromkeys(fp32.split(), F32) | dict.fromkeys(even.split(), EVEN) | dict.fromkeys(plain.split(), INT)
    kinds |= dict.fromkeys(scalars.split(), "fp32")
    return {name: kinds.get(name, ACT) for name in kernel.fn.arg_names}


MODULATED = {"even": "x_stride y_stride batch_stride frame_stride tokens width", "plain": "frames", "scalars": "eps"}
CASES: dict[str, tuple[Any, dict[str, str], dict[str, int]]] = {
    "glu_conv": (glu_conv_kernel, typed(glu_conv_kernel, even="hidden pixel_stride", plain="height width"), {}),
    "modulate": (modulate_kernel, typed(modulate_kernel, **MODULATED), {"BLOCK": 4096}),
    "residual_modulate": (
        residual_modulate_kernel, typed(residual_modulate_kernel, **MODULATED), {"BLOCK": 4096, "GATED": 1},
    ),
    "gdn_prepare": (
        gdn_prepare_kernel,
        typed(gdn_prepare_kernel, "cos_ptr sin_ptr q_rstd_ptr gates_ptr", "tokens q_stride k_stride",
              "frames update_stride", "eps k_scale"),
        {"WIDTH": 2240, "HEADS": 20, "GATE_BLOCK": 64},
    ),
    "gdn_products": (
        gdn_products_kernel,
        typed(gdn_products_kernel, "gates_ptr erase_ptr write_ptr alpha_ptr", "tokens tokens_per_split v_stride",
              "splits"),
        {**HEADS, "PART": 64},
    ),
    "gdn_scan": (
        gdn_scan_kernel,
        typed(gdn_scan_kernel, "erase_ptr write_ptr alpha_ptr gates_ptr a_log_ptr dt_bias_ptr m_ptr z_ptr later_ptr "
              "z_sums_ptr z_later_ptr m_out_ptr z_out_ptr", "tokens", "frames"),
        {**HEADS, "ROWS": ROWS, "SPLITS": 2},
    ),
    "gdn_apply": (
        gdn_apply_kernel,
        typed(gdn_apply_kernel, "q_rstd_ptr cos_ptr sin_ptr z_sums_ptr z_later_ptr", "tokens q_stride gate_stride",
              "frames", "eps"),
        HEADS,
    ),
}  # fmt: skip
DOTS = {"gdn_products", "gdn_scan", "gdn_apply"}


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path / "triton"))


def check(name: str, capability: int, setting: int, folder: Path) -> None:
    kernel, types, constants = CASES[name]
    made = compile_for(capability, kernel, types, constants, kernel.configs[setting], folder)
    assert made.shared <= SHARED_LIMIT[capability]
    assert made.spilled <= SPILL_LIMIT, f"{made.spilled} bytes of spill stores at {made.registers} registers"
    assert ".f64" not in made.ptx, "no double precision"
    # 16 rows of state are too few for the large tensor-core instructions
    wanted = "mma.sync" if name == "gdn_scan" else TENSOR_CORE[capability]
    assert (wanted in made.ptx) == (name in DOTS)


@pytest.mark.parametrize("name", CASES)
def test_compiles_for_sm_120(name: str, tmp_path: Path) -> None:
    check(name, 120, 0, tmp_path)


@pytest.mark.parametrize("name", ["gdn_products", "gdn_apply"])
def test_compiles_for_sm_90(name: str, tmp_path: Path) -> None:
    check(name, 90, 0, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("capability", TENSOR_CORE)
def test_every_setting_on_every_architecture(name: str, capability: int, tmp_path: Path) -> None:
    for setting in range(len(CASES[name][0].configs)):
        check(name, capability, setting, tmp_path)
