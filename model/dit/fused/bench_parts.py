"""Each operation of the fused forward at the large model's shapes: right against the plain twin, and how long."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.kernels import triton_operations as fused
from sanacam.kernels.bench import ceilings, graph_ms, relative_error
from sanacam.kernels.operations import count_number, row_count_number
from sanacam.kernels.reference import operations as plain
from sanacam.kernels.reference.quantize import quantise

FRAMES, HEIGHT, WIDTH, HEADS, HEAD_DIM, HIDDEN, TEXT = 3, 22, 40, 20, 112, 6720, 300
DEVICE = "cuda"
REPEATS = 50
TOKENS, C = HEIGHT * WIDTH, HEADS * HEAD_DIM
ROWS = FRAMES * TOKENS
WINDOW = 3 * ROWS


def normal(*sizes: int, dtype: torch.dtype = torch.bfloat16) -> Tensor:
    return torch.randn(sizes, device=DEVICE).to(dtype)


def cases() -> dict[str, tuple[Callable[[Any, Callable[[Tensor], Tensor]], tuple[Tensor, ...]], int]]:
    """Name → (call with the operations and a cast of its inputs, bytes that must move)."""
    torch.manual_seed(0)
    float32 = torch.float32
    x, y = normal(ROWS, C), normal(ROWS, C)
    square = normal(C, C) / C**0.5
    gate, shift, scale = normal(3, C, dtype=float32).unbind(0)
    wide = normal(ROWS, 4 * C + 64)
    parts = wide.view(1, FRAMES, TOKENS, -1)
    parts[..., :C] += 1  # keeps denominators away from zero
    angles = 6.3 * torch.rand(ROWS, HEAD_DIM // 2, device=DEVICE)
    cos, sin = angles.cos(), angles.sin()
    weights = (1 + 0.1 * normal(2, C)).unbind(0)
    gdn_rest = (
        *weights, cos.view(FRAMES, TOKENS, -1), sin.view(FRAMES, TOKENS, -1), 0.3 * normal(HEADS, dtype=float32),
        normal(HEADS, dtype=float32) - 4, 0.3 * normal(1, HEADS, HEAD_DIM, HEAD_DIM, dtype=float32),
        1 + normal(1, HEADS, HEAD_DIM, 1, dtype=float32).abs(),
    )  # fmt: skip
    picture = normal(FRAMES, HEIGHT, WIDTH, 2 * HIDDEN)
    depth, depth_bias = (0.3 * normal(9, 2 * HIDDEN)).t().view(2 * HIDDEN, 1, 3, 3), normal(2 * HIDDEN)
    window = normal(2, WINDOW, C)
    place = torch.tensor([ROWS], dtype=torch.int32, device=DEVICE)
    text = normal(2, TEXT, C)
    bias, length = normal(TEXT, dtype=float32), torch.tensor([TEXT], dtype=torch.int32, device=DEVICE)
    tail, parts_of = normal(TOKENS, C), normal(FRAMES, TOKENS, 3 * C)
    by_frame = [t.view(FRAMES, TOKENS, C) for t in (x, y)]
    counts, gdn_counts, row_counts = (
        torch.zeros(n, dtype=torch.int32, device=DEVICE) for n in (2, count_number(1, HEADS), row_count_number(ROWS))
    )
    latent, velocity, tokens = normal(ROWS, 128, dtype=float32), normal(ROWS, 128), normal(ROWS, 256)

    def table(row: Tensor) -> Tensor:
        return row.view(1, 1, 1, -1)

    def write_window(ops: Any, cast: Callable[[Tensor], Tensor]) -> tuple[Tensor, ...]:
        keys, values = (cast(t).clone() if ops is plain else t for t in window)
        q, k, v = (cast(t) for t in wide[:, : 3 * C].split(C, 1))
        out = ops.write_window(q, k, v, *map(cast, weights), cos, sin, place, keys, values)
        return out, keys[ROWS : 2 * ROWS].clone() if ops is plain else keys[ROWS : 2 * ROWS]

    def gdn(ops: Any, cast: Callable[[Tensor], Tensor]) -> tuple[Tensor, ...]:
        sliced = [*parts[..., : 4 * C].split(C, -1), parts[..., 4 * C : 4 * C + 2 * HEADS]]
        return ops.gdn(*map(cast, sliced), *map(cast, gdn_rest), gdn_counts)

    def euler(ops: Any, cast: Callable[[Tensor], Tensor]) -> tuple[Tensor, ...]:
        into = tokens[:, :128].clone()
        moved = latent.clone()
        ops.euler_step(moved, velocity, -0.15, into)
        return moved, into

    inner, point = quantise(normal(ROWS, HIDDEN), "fp8_tensor"), quantise(normal(C, HIDDEN) / HIDDEN**0.5, "fp8_tensor")

    def linear_pack(ops: Any, cast: Callable[[Tensor], Tensor]) -> tuple[Tensor, ...]:
        product, packed = ops.linear_pack(inner, point, x[0], row_counts, "fp8", cast(x).dtype)
        assert packed.scale is not None
        return product, packed.scale

    row = 2 * ROWS * C
    return {
        "modulate": (lambda o, c: (o.modulate(c(x)[None, None], table(shift), table(scale)),), 2 * row),
        "residual_modulate": (
            lambda o, c: o.residual_modulate(c(x)[None, None], c(y)[None, None], table(gate), table(shift),
                                             table(scale)), 4 * row),
        "residual": (lambda o, c: (o.residual(c(x), c(y), gate),), 3 * row),
        "residual_linear": (lambda o, c: (o.residual_linear(c(x), c(y), c(square), c(square[0]), gate),), 4 * row),
        "linear_modulate": (
            lambda o, c: o.linear_modulate(c(x), c(y), c(square), c(square[0]), shift, scale, row_counts), 5 * row),
        "linear_pack": (linear_pack, ROWS * HIDDEN + C * HIDDEN + row + ROWS * C),
        "output_gate": (lambda o, c: (o.output_gate(c(x), c(wide)[:, :C]),), 3 * row),
        "window": (write_window, 6 * row),
        "gdn": (gdn, 5 * row),
        "cross_attention": (
            lambda o, c: (o.cross_attention(c(x), *map(c, text), bias, length, HEADS, counts),), 2 * row),
        "glu_conv": (lambda o, c: (o.glu_conv(c(picture), c(depth), c(depth_bias)),), 6 * ROWS * HIDDEN),
        "temporal_residual": (
            lambda o, c: o.temporal_residual(*map(c, by_frame), c(parts_of), c(tail), gate, shift, scale, False),
            7 * row),
        "euler_step": (euler, ROWS * 128 * 14),
    }  # fmt: skip


def check_and_time() -> dict[str, Any]:
    """Error against the fp32 twin, µs in a graph, and µs that the bytes alone would take."""
    copy_rate, product_rate = ceilings()
    print(f"copy {copy_rate / 1e9:.2f} TB/s, bf16 product {product_rate / 1e9:.0f} TFLOP/s")
    found: dict[str, Any] = {"copy_tb_s": copy_rate / 1e9, "product_tflop_s": product_rate / 1e9}
    for name, (call, size) in cases().items():
        try:
            got = call(fused, lambda t: t)
            wanted = call(plain, lambda t: t.float())
            error = max(relative_error(a, b) for a, b in zip(got, wanted, strict=True))
            us = 1000 * graph_ms(lambda call=call: call(fused, lambda t: t))  # type: ignore[misc]
            floor = 1000 * size / copy_rate
            found[name] = {"us": us, "floor_us": floor, "error": error}
            print(f"{name:18} {us:8.1f} µs, bytes alone {floor:6.1f} µs, relative error {error:.1e}"
                  f"{'' if error < 1e-2 else '   WRONG'}", flush=True)  # fmt: skip
        except Exception:
            found[name] = traceback.format_exc()
            traceback.print_exc()
    found["linear_pack bits"] = packed_exactly()
    return found


def packed_exactly() -> bool:
    """Whether `linear_pack`, called again and again, packs what it stores bit for bit as the plain quantiser would."""
    x, weight = quantise(normal(ROWS, HIDDEN), "fp8_tensor"), quantise(normal(C, HIDDEN), "fp8_tensor")
    counts = torch.zeros(row_count_number(ROWS), dtype=torch.int32, device=DEVICE)
    right = True
    for _ in range(REPEATS):
        product, packed = fused.linear_pack(x, weight, None, counts, "fp8")
        wanted = quantise(product, "fp8")
        assert packed.scale is not None
        assert wanted.scale is not None
        right &= torch.equal(packed.codes.view(torch.uint8), wanted.codes.view(torch.uint8))
        right &= torch.equal(packed.scale, wanted.scale) and not counts.any()
    print(f"linear_pack, {REPEATS} times: what is packed is {'' if right else 'NOT '}the packed product, bit for bit")
    return right


def products() -> dict[str, Any]:
    """Matrix products of one block, and other ways of doing the same: µs and TFLOP/s."""
    found: dict[str, Any] = {}
    torch.manual_seed(0)

    def show(name: str, call: Callable[[], object], flop: float) -> None:
        try:
            us = 1000 * graph_ms(call)
            found[name] = {"us": us, "tflop_s": flop / us / 1e6}
            print(f"{name:44} {us:8.1f} µs {flop / us / 1e6:7.0f} TFLOP/s", flush=True)
        except Exception:
            found[name] = traceback.format_exc()
            print(f"{name}: {traceback.format_exc(limit=1)}")

    x, wide = normal(ROWS, C), normal(ROWS, HIDDEN)
    for library in ("cublas", "cublaslt"):
        torch.backends.cuda.preferred_blas_library(library)
        for outputs in (C, 4 * C + 40, 4 * C + 64, 4 * C + 128, 2 * HIDDEN):
            weight, bias = normal(outputs, C) / 50, normal(outputs)
            flop = 2.0 * ROWS * C * outputs
            show(f"{library} {ROWS}×{outputs}×{C}", lambda w=weight: F.linear(x, w), flop)  # type: ignore[misc]
            show(f"{library} {ROWS}×{outputs}×{C} + bias", lambda w=weight, b=bias: F.linear(x, w, b), flop)  # type: ignore[misc]
        point, mix = normal(C, HIDDEN) / 80, normal(C, 3 * C) / 80
        flop = 2.0 * ROWS * C * HIDDEN
        show(f"{library} {ROWS}×{C}×{HIDDEN}", lambda w=point: F.linear(wide, w), flop)  # type: ignore[misc]
        onto = normal(ROWS, C)
        show(f"{library} addmm_ of taps", lambda w=mix, o=onto: o.addmm_(wide, w.t(), beta=0.5), flop)  # type: ignore[misc]
        # Tokens outermost: the three taps of a frame lie beside each other, nothing is copied
        ring = normal(TOKENS, FRAMES + 2, C)
        taps = ring.as_strided((FRAMES, TOKENS, 3 * C), (C, (FRAMES + 2) * C, 1))
        shared = mix.t().expand(FRAMES, 3 * C, C)
        show(f"{library} temporal: bmm over frames, tokens first", lambda t=taps, s=shared: torch.bmm(t, s), flop)  # type: ignore[misc]
        # Frames outermost: a product a tap, added up in bf16
        frames_first = normal(FRAMES + 2, TOKENS, C)
        three = [mix[:, i * C : (i + 1) * C].contiguous() for i in range(3)]

        def one_a_tap(f: Tensor = frames_first, w: list[Tensor] = three) -> Tensor:
            out = f[1:-1].reshape(ROWS, C).clone()
            for tap in range(3):
                out.addmm_(f[tap : tap + FRAMES].view(ROWS, C), w[tap].t())
            return out

        show(f"{library} temporal: a product a tap", one_a_tap, flop)
    torch.backends.cuda.preferred_blas_library("default")

    keys, values = normal(WINDOW, HEADS, HEAD_DIM), normal(WINDOW, HEADS, HEAD_DIM)
    queries = normal(ROWS, HEADS, HEAD_DIM)
    flop = 4.0 * ROWS * WINDOW * C
    heads_inside = [t.transpose(0, 1)[None] for t in (queries, keys, values)]
    heads_outside = [t.contiguous() for t in heads_inside]
    from torch.nn.attention import SDPBackend, sdpa_kernel

    for label, tensors in (("heads inside", heads_inside), ("heads outside", heads_outside)):
        show(f"attention {label}, default", lambda t=tensors: F.scaled_dot_product_attention(t[0], t[1], t[2]), flop)  # type: ignore[misc]
        for backend in (SDPBackend.CUDNN_ATTENTION, SDPBackend.FLASH_ATTENTION):

            def chosen(t: list[Tensor] = tensors, b: SDPBackend = backend) -> Tensor:
                with sdpa_kernel(b):
                    return F.scaled_dot_product_attention(t[0], t[1], t[2])

            show(f"attention {label}, {backend.name}", chosen, flop)
    print(
        "output strides for heads inside:",
        F.scaled_dot_product_attention(heads_inside[0], heads_inside[1], heads_inside[2]).stride(),
    )
    return found
