"""``python -m sanacam.model.quantisation.bench_processor``: would narrow formats speed `mini` up on this processor?

Times the products of one forward for a chunk of 320×176 (880 tokens) in fp32, in bf16, and in int8 as PyTorch packs
activations while it runs (its FBGEMM or oneDNN back end). Processor time of one thread, best of several.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.dit.config import DiTConfig
from sanacam.model.precision import processor_has_bf16
from sanacam.model.quantisation.layers import layers_of

ROWS, REPEATS, FEW = 880, 25, 3
INT8_MAX = 127


def best_ms(work: Callable[[], object], repeats: int) -> float:
    """Shortest processor time of ``work`` after one call that does not count."""
    work()
    times = []
    for _ in range(repeats):
        before = time.thread_time_ns()
        work()
        times.append(time.thread_time_ns() - before)
    return min(times) / 1e6


def int8_product(weight: Tensor) -> Callable[[Tensor], Tensor]:
    """``x Wᵀ`` with W in int8 and x packed on the way in."""
    scales = (weight.abs().amax(1) / INT8_MAX).double()
    narrow = torch.quantize_per_channel(weight, scales, torch.zeros(len(weight), dtype=torch.long), 0, torch.qint8)
    packed = torch.ops.quantized.linear_prepack(narrow, None)
    return lambda x: torch.ops.quantized.linear_dynamic(x, packed)


def main() -> int:
    """See the head of this module."""
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", category=UserWarning)  # these operations are on their way out of PyTorch
    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, bf16 units: {processor_has_bf16()}")
    shapes = Counter((layer.columns, layer.inner) for layer in layers_of(DiTConfig.mini()) if not layer.kind.per_prompt)
    totals = dict.fromkeys(("fp32", "bf16", "int8"), 0.0)
    for (columns, inner), count in shapes.items():
        x, weight = torch.randn(ROWS, inner), torch.randn(columns, inner)
        narrow_x, narrow_weight, product = x.bfloat16(), weight.bfloat16(), int8_product(weight)
        row = {
            "fp32": best_ms(lambda x=x, w=weight: F.linear(x, w), REPEATS),  # type: ignore[misc]
            "bf16": best_ms(lambda x=narrow_x, w=narrow_weight: F.linear(x, w), FEW),  # type: ignore[misc]
            "int8": best_ms(lambda x=x, product=product: product(x), REPEATS),  # type: ignore[misc]
        }
        print(f"{count:3} × {inner} → {columns}: " + ", ".join(f"{form} {ms:.2f} ms" for form, ms in row.items()))
        for form, ms in row.items():
            totals[form] += count * ms
    print("all products of a forward: " + ", ".join(f"{form} {ms:.0f} ms" for form, ms in totals.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
