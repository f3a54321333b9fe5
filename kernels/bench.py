"""``python -m sanacam.kernels.bench [--json] [--parts]``: each Triton kernel against its plain twin on this card.

Shapes are those of one block at 1280×704: ``2b`` (3 latent frames of 22×40 tokens, 20 heads of 112, GLU half 6720) and
``mini`` (1 frame of 88×160, 4 heads of 64, GLU half 640), bf16. A call is captured 20 times in one CUDA graph; the time
is the median over replays by CUDA events, divided by 20. What is inside: the kernels of the call, nothing else; inputs
may stay in the card's cache from call to call, as they do inside a network. Tuning and compilation come before. The
floor is the larger of (every input and output once ÷ a device copy's bandwidth) and (arithmetic of the products ÷ a
large bf16 product's rate), both measured in the same run. The GDN twin runs in fp32, the others in bf16.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

import torch
import triton
from torch import Tensor

from sanacam.kernels import gdn_apply, gdn_frames, gdn_prepare
from sanacam.kernels import glu_conv as glu_conv_module
from sanacam.kernels import modulate as modulate_module
from sanacam.kernels.gdn import DENOMINATOR_EPS, NORM_EPS, gdn
from sanacam.kernels.glu_conv import glu_conv
from sanacam.kernels.modulate import EPS, modulate, residual_modulate
from sanacam.kernels.operations import count_number
from sanacam.kernels.reference.depth_glu import silu_depth_glu
from sanacam.kernels.reference.gdn_layer import gdn_layer
from sanacam.kernels.reference.norm import modulated_layer_norm
from sanacam.kernels.reference.residual import residual_modulated

CALLS, REPLAYS = 20, 15
TUNED = {
    "glu_conv": glu_conv_module.glu_conv_kernel,
    "modulate": modulate_module.modulate_kernel,
    "residual_modulate": modulate_module.residual_modulate_kernel,
    "gdn_prepare": gdn_prepare.gdn_prepare_kernel,
    "gdn_frames": gdn_frames.gdn_frames_kernel,
    "gdn_apply": gdn_apply.gdn_apply_kernel,
}


@dataclass(frozen=True)
class Shape:
    """One block's sizes."""

    frames: int
    height: int
    width: int
    heads: int
    head_dim: int
    hidden: int


SHAPES = {"2b": Shape(3, 22, 40, 20, 112, 6720), "mini": Shape(1, 88, 160, 4, 64, 640)}


@dataclass(frozen=True)
class Case:
    """A kernel's call and its twin's on the same inputs, and what the call cannot do without."""

    name: str
    fused: Callable[[], Iterable[Tensor]]
    twin: Callable[[], Iterable[Tensor]]
    bytes: int
    flop: int


@dataclass(frozen=True)
class Row:
    """Milliseconds a call; ``error`` is the largest relative difference of an output from the twin's."""

    shape: str
    name: str
    fused_ms: float
    twin_ms: float
    floor_ms: float
    error: float


def size(*tensors: Tensor) -> int:
    return sum(t.numel() * t.element_size() for t in tensors)


def cases(shape: Shape) -> list[Case]:
    """Calls on fresh random inputs."""
    torch.manual_seed(0)
    tokens, channels = shape.height * shape.width, shape.heads * shape.head_dim

    def normal(*sizes: int, dtype: torch.dtype = torch.bfloat16) -> Tensor:
        return torch.randn(sizes, device="cuda").to(dtype)

    picture = normal(shape.frames, shape.height, shape.width, 2 * shape.hidden)
    weight = (0.3 * normal(9, 2 * shape.hidden)).t().view(2 * shape.hidden, 1, 3, 3)
    bias = normal(2 * shape.hidden)
    x, y = normal(1, shape.frames, tokens, channels), normal(1, shape.frames, tokens, channels)
    shift, scale, gate = normal(1, shape.frames, 1, 6, channels).unbind(3)[:3]
    wide = normal(1, shape.frames, tokens, 4 * channels + 2 * shape.heads + -2 * shape.heads % 16)
    q, k, v, out_gate = wide[..., : 4 * channels].split(channels, -1)
    q += 1  # keeps denominators away from zero
    update = wide[..., 4 * channels : 4 * channels + 2 * shape.heads]
    angles = 6.3 * torch.rand(shape.frames, tokens, shape.head_dim // 2, device="cuda")
    float32 = torch.float32
    gdn_inputs = (
        q, k, v, out_gate, update, 1 + 0.1 * normal(channels), 1 + 0.1 * normal(channels), angles.cos(), angles.sin(),
        0.3 * normal(shape.heads, dtype=float32), normal(shape.heads, dtype=float32) - 4,
        0.3 * normal(1, shape.heads, shape.head_dim, shape.head_dim, dtype=float32),
        1 + normal(1, shape.heads, shape.head_dim, 1, dtype=float32).abs(),
    )  # fmt: skip
    counts = torch.zeros(count_number(1, shape.heads), dtype=torch.int32, device="cuda")
    gdn_float = [t.float() for t in gdn_inputs]
    # per frame and head: P, A and the queries' product over the tokens; the scan's own are a hundredth of these
    gdn_flop = shape.frames * shape.heads * 3 * 2 * tokens * shape.head_dim**2
    return [
        Case("glu_conv", lambda: (glu_conv(picture, weight, bias),), lambda: (silu_depth_glu(picture, weight, bias),),
             size(picture) * 3 // 2, 0),
        Case("modulate", lambda: (modulate(x, shift, scale),), lambda: (modulated_layer_norm(x, shift, scale, EPS),),
             2 * size(x), 0),
        Case("residual_modulate", lambda: residual_modulate(x, y, gate, shift, scale),
             lambda: residual_modulated(x, y, gate, shift, scale, EPS), 4 * size(x), 0),
        Case("gdn", lambda: gdn(*gdn_inputs, counts),
             lambda: gdn_layer(*gdn_float, norm_eps=NORM_EPS, eps=DENOMINATOR_EPS),
             size(wide) + size(x) + size(*gdn_inputs[7:9]), gdn_flop),
    ]  # fmt: skip


def graph_ms(call: Callable[[], object]) -> float:
    """Milliseconds of one call, replayed from a CUDA graph."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            call()
    torch.cuda.current_stream().wait_stream(stream)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(CALLS):
            call()
    times = []
    for _ in range(REPLAYS):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end) / CALLS)
    return statistics.median(times)


def relative_error(got: Tensor, wanted: Tensor) -> float:
    return float((got.float() - wanted.float()).norm() / wanted.float().norm())


def ceilings() -> tuple[float, float]:
    """Bytes a millisecond of a device copy (read and write counted) and FLOP a millisecond of an 8192³ bf16 product."""
    source = torch.empty(1 << 29, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    a, b = (torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    product = torch.empty_like(a)
    copied = 2 * source.numel() / graph_ms(lambda: target.copy_(source))
    return copied, 2 * 8192**3 / graph_ms(lambda: torch.mm(a, b, out=product))


def parts_us(call: Callable[[], object]) -> dict[str, float]:
    """Microseconds of each kernel in one call, outside a graph, by PyTorch's profiler."""
    call()
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profile:
        for _ in range(CALLS):
            call()
        torch.cuda.synchronize()
    return {e.key: e.self_device_time_total / CALLS for e in profile.key_averages() if e.self_device_time_total}


def main(arguments: list[str] | None = None) -> int:
    """Prints the table; 2 without a card."""
    parser = argparse.ArgumentParser(prog="sanacam.kernels.bench", description="Time each kernel against its twin.")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--parts", action="store_true", help="also the time of each kernel within a call")
    options = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print("PyTorch finds no CUDA card here. Run this on the machine that has the card.", file=sys.stderr)
        return 2
    copy_rate, product_rate = ceilings()
    rows: list[Row] = []
    parts: dict[str, dict[str, float]] = {}
    settings: dict[str, str] = {}
    with torch.inference_mode():
        for label, shape in SHAPES.items():
            for case in cases(shape):
                error = max(relative_error(*pair) for pair in zip(case.fused(), case.twin(), strict=True))
                floor = max(case.bytes / copy_rate, case.flop / product_rate)
                rows.append(Row(label, case.name, graph_ms(case.fused), graph_ms(case.twin), floor, error))
                if options.parts:
                    parts[f"{label} {case.name}"] = parts_us(case.fused)
            settings |= {f"{label} {name}": str(kernel.best_config) for name, kernel in TUNED.items()}
    card = torch.cuda.get_device_name()
    if options.json:
        versions = {"torch": torch.__version__, "triton": triton.__version__}
        print(json.dumps({
            "card": card, **versions, "copy_tb_s": copy_rate / 1e9, "product_tflop_s": product_rate / 1e9,
            "rows": [asdict(row) for row in rows], "parts_us": parts, "settings": settings,
        }, indent=2))  # fmt: skip
        return 0
    print(f"{card}, torch {torch.__version__}, Triton {triton.__version__}: copy {copy_rate / 1e9:.2f} TB/s, "
          f"bf16 product {product_rate / 1e9:.0f} TFLOP/s; ms a call in a CUDA graph")  # fmt: skip
    print(f"{'shape':6}{'kernel':20}{'fused':>9}{'twin':>9}{'gain':>8}{'floor':>9}{'error':>10}")
    for row in rows:
        gain = f"{row.twin_ms / row.fused_ms:.1f}×"
        print(f"{row.shape:6}{row.name:20}{row.fused_ms:9.4f}{row.twin_ms:9.4f}{gain:>8}{row.floor_ms:9.4f}"
              f"{row.error:10.1e}")  # fmt: skip
    for name, times in parts.items():
        print(f"{name}: " + ", ".join(f"{part} {us:.1f} µs" for part, us in times.items()))
    for name, setting in settings.items():
        print(f"{name}: {setting}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
