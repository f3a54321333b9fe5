"""Times products of packed matrices on this card at the 2B network's shapes, and proves the packing kernels on it.

    python -m sanacam.kernels.gemm.bench [--json FILE] [--rows N]

1. Packing: every format's kernel on ordinary and odd values against the plain reference on the processor, bit for bit;
   and its time against the time of reading and writing that much.
2. Products: each native back end in each format it has here, milliseconds of one call replayed from a CUDA graph. The
   weights of successive calls are different ones, more than the cache holds, as in the network; activations are the
   same ones. Activations are packed already: packing is timed apart. The error is against the exact emulation.

A back end that fails although it should not is named, and the rest goes on. Exit code 0 when every packing is exact and
every product close, 1 otherwise, 2 without a card.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import triton
from torch import Tensor

from sanacam.kernels.bench import graph_ms, relative_error
from sanacam.kernels.gemm.backend import Backend
from sanacam.kernels.gemm.plain import Emulated
from sanacam.kernels.gemm.problem import Machine, Problem
from sanacam.kernels.gemm.registry import backends
from sanacam.kernels.gemm.triton_rows import rows_gemm, rows_gemm_kernel
from sanacam.kernels.quantize import quantise, quantise_into
from sanacam.kernels.quantize_formats import FORMATS, WIDTH_MULTIPLE, Format, PackedMatrix
from sanacam.kernels.reference import quantize as reference

ROWS = 2640
SHAPES: dict[str, tuple[int, int]] = {
    "q, k, v, o": (2240, 2240),
    "qkv": (2240, 6720),
    "qkv, gates": (2240, 9008),
    "FFN in": (2240, 13440),
    "FFN out": (6720, 2240),
}
"""Inner and output widths. The temporal convolution has the shape of FFN out, with a residual."""
COLD_BYTES = 160 << 20
"""Weights that one timing goes through; the H200's L2 holds 50 to 60 MB."""
MOST_COPIES = 16
LARGEST_ERROR = 1e-2
"""bf16 results are good for 2e-3; fp8 sums on Hopper keep 14 bits inside the tensor core."""
ODD = (0.0, -0.0, 1e-40, -1e-38, 1e-30, 448.0, 464.0, -3.3e38, float("inf"), float("nan"))


@dataclass(frozen=True)
class Packing:
    """One packing kernel: exact or not, its time, and the time of a copy of the same bytes."""

    form: Format
    rows: int
    width: int
    exact: bool
    ms: float
    floor_ms: float


@dataclass(frozen=True)
class Product:
    """One back end at one shape."""

    shape: str
    form: Format
    backend: str
    rows: int
    inner: int
    columns: int
    ms: float
    tflops: float
    error: float


def odd_values(rows: int, width: int) -> Tensor:
    """Rows of very different size, some with zeros, denormals, infinities or NaN."""
    random = torch.Generator().manual_seed(rows + width)
    x = torch.randn(rows, width, generator=random) * torch.exp(torch.randn(rows, width, generator=random))
    x *= torch.exp2(torch.randint(-60, 60, (rows, 1), generator=random).float())
    x[::7] = torch.randn(x[::7].shape, generator=random)
    x[3::50] = 0.0
    for row in range(5, rows, 11):
        places = torch.randint(0, width, (3,), generator=random)
        x[row, places] = torch.tensor(ODD)[torch.randint(0, len(ODD), (3,), generator=random)]
    return x


def differences(x: Tensor, got: PackedMatrix, wanted: PackedMatrix) -> list[str]:
    """What differs, a line a tensor; NaN equals NaN whatever its bits."""
    found = []
    for name, a, b in zip(PackedMatrix._fields[1:], got[1:], wanted[1:], strict=True):
        if a is None or b is None:
            continue
        a = a.cpu()
        bits = torch.int32 if a.dtype == torch.float32 else torch.uint8
        wrong = a.view(bits) != b.view(bits)
        if a.dtype == torch.float32:
            wrong &= ~(a.isnan() & b.isnan())
        places = wrong.nonzero().tolist()
        if places:
            place = tuple(places[0])
            pair = f"{int(a.view(bits)[place]):#x} instead of {int(b.view(bits)[place]):#x}"
            value = f", of {x[place].item():g}" if name == "codes" and a.shape == x.shape else ""
            found.append(f"{got.format} from {x.dtype}: {len(places)} {name} differ, the first {place}: {pair}{value}")
    return found


def fixed_scale(form: Format) -> Tensor | None:
    return torch.tensor(0.0123) if form in ("fp8_tensor", "nvfp4") else None


def packings(rows: int, copy_rate: float) -> list[Packing]:
    found = []
    for form, width in itertools.product(FORMATS[1:], (2240, 6720)):
        scale = fixed_scale(form)
        there = None if scale is None else scale.cuda()
        wrong = []
        for dtype in (torch.float32, torch.bfloat16):
            x = odd_values(517, width).to(dtype)
            wrong += differences(x, quantise(x.cuda(), form, there), reference.quantise(x, form, scale))
        print("\n".join(wrong), end="\n" if wrong else "")
        x = torch.randn(rows, width, device="cuda", dtype=torch.bfloat16)
        out = quantise(x, form, there)
        ms = graph_ms(lambda x=x, out=out: quantise_into(x, out))  # type: ignore[misc]
        moved = x.nbytes + out.nbytes
        found.append(Packing(form, rows, width, not wrong, ms, moved / copy_rate))
    return found


def time_products(rows: int, machine: Machine) -> list[Product]:
    found = []
    for name, (inner, columns) in SHAPES.items():
        x = torch.randn(rows, inner, device="cuda")
        bias = torch.randn(columns, device="cuda", dtype=torch.bfloat16)
        copies = max(2, min(MOST_COPIES, COLD_BYTES // (inner * columns)))
        weights = [torch.randn(columns, inner, device="cuda") / inner**0.5 for _ in range(copies)]
        for form in FORMATS:
            problem = Problem(form, rows, columns, inner)
            able = [b for b in backends() if b.native and fits(b, problem, machine)]
            if not able:
                continue
            packed_x = reference.quantise(x, form)
            packed = [reference.quantise(w, form) for w in weights]
            wanted = Emulated().multiply(packed_x, packed[0], bias, torch.float32)
            for backend in able:
                try:
                    error = relative_error(backend.multiply(packed_x, packed[0], bias), wanted)
                except RuntimeError as failure:  # declared, and yet this build or card has it not
                    print(f"{problem}: {backend.name} FAILS: {str(failure).splitlines()[0]}")
                    found.append(Product(name, form, backend.name, rows, inner, columns, 0.0, 0.0, float("nan")))
                    continue
                turn = itertools.cycle(packed)
                ms = graph_ms(lambda b=backend, p=packed_x, t=turn, c=bias: b.multiply(p, next(t), c))  # type: ignore[misc]
                rate = 2 * rows * inner * columns / ms / 1e9
                found.append(Product(name, form, backend.name, rows, inner, columns, ms, rate, error))
            if form == "fp8" and any(b.name == "triton_rows" for b in able) and name == "FFN out":
                found.append(with_residual(packed_x, packed, rows))
    return found


def with_residual(x: PackedMatrix, weights: list[PackedMatrix], rows: int) -> Product:
    """The temporal convolution: our kernel, adding its residual."""
    inner, columns = x.inner, weights[0].rows
    residual = torch.randn(rows, columns, device="cuda", dtype=torch.bfloat16)
    wanted = Emulated().multiply(x, weights[0], None, torch.float32) + residual.float()
    error = relative_error(rows_gemm(x, weights[0], None, residual), wanted)
    turn = itertools.cycle(weights)
    ms = graph_ms(lambda: rows_gemm(x, next(turn), None, residual))
    return Product(
        "t_conv + res", "fp8", "triton_rows", rows, inner, columns, ms, 2 * rows * inner * columns / ms / 1e9, error
    )


def fits(backend: Backend, problem: Problem, machine: Machine) -> bool:
    ability = backend.abilities().get(problem.form)
    whole = problem.inner % WIDTH_MULTIPLE[problem.form] == 0
    return whole and ability is not None and not (ability.lacks(machine) or ability.misfits(problem))


def copy_rate() -> float:
    """Bytes a millisecond of a device copy, read and written."""
    source = torch.empty(1 << 29, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    return 2 * source.numel() / graph_ms(lambda: target.copy_(source))


def show(packed: list[Packing], products: list[Product]) -> None:
    print(f"{'packing':12}{'rows':>6}{'width':>7}{'exact':>7}{'µs':>8}{'floor':>8}")
    for p in packed:
        print(
            f"{p.form:12}{p.rows:6}{p.width:7}{'yes' if p.exact else 'NO':>7}{p.ms * 1e3:8.1f}{p.floor_ms * 1e3:8.1f}"
        )
    print(f"\n{'product':14}{'inner':>6}{'out':>7}  {'format':11}{'back end':18}{'µs':>8}{'TFLOP/s':>9}{'error':>10}")
    for r in products:
        print(
            f"{r.shape:14}{r.inner:6}{r.columns:7}  {r.form:11}{r.backend:18}{r.ms * 1e3:8.1f}{r.tflops:9.0f}"
            f"{r.error:10.1e}"
        )


def main(arguments: list[str] | None = None) -> int:
    """See the head of this module."""
    parser = argparse.ArgumentParser(prog="sanacam.kernels.gemm.bench", description="Time products of packed matrices.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers there")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"tokens of a chunk (default {ROWS}: 3 × 22 × 40)")
    options = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print("PyTorch finds no CUDA card here. Run this on the machine that has the card.", file=sys.stderr)
        return 2
    machine = Machine.here("cuda")
    rate = copy_rate()
    print(
        f"{torch.cuda.get_device_name()}, torch {torch.__version__}, Triton {triton.__version__}: copy "
        f"{rate / 1e9:.2f} TB/s; µs of a call in a CUDA graph, weights not in the cache\n"
    )
    with torch.inference_mode():
        packed = packings(options.rows, rate)
        products = time_products(options.rows, machine)
    show(packed, products)
    settings = {str(key): str(config) for key, config in rows_gemm_kernel.cache.items()}
    for key, config in settings.items():
        print(f"triton_rows {key}: {config}")
    if options.json:
        values = {
            "card": torch.cuda.get_device_name(), "torch": torch.__version__, "triton": triton.__version__,
            "copy_tb_s": rate / 1e9, "packing": [asdict(p) for p in packed], "products": [asdict(p) for p in products],
            "settings": settings,
        }  # fmt: skip
        options.json.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    good = all(p.exact for p in packed) and all(p.error < LARGEST_ERROR for p in products)
    print("\nevery packing exact, every product close" if good else "\nNOT exact or NOT close: see above")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
