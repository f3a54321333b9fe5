"""``python -m sanacam.model.quantisation.bench_four_bit``: does 4-bit with rotation hold its quality?

Cards of the 30 and 40 series multiply int4 but not NVFP4. Weights and activations rounded to int4 lose too much to few
large values, so both are turned by a Hadamard matrix before (QuaRot, arXiv 2404.00456): ``x Wᵀ = (x H)(W H)ᵀ``, block
by block along the inner width, which spreads large values over a block. This measures it where no card is needed:
`mini` edits the shipped clips with the exact numbers of each format, against the unquantised stream with the same
noise.

Printed for each format: relative RMSE of the latents (all, first quarter, last quarter) and LPIPS of the pictures.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import Format
from sanacam.kernels.reference.quantize import rounded
from sanacam.model.dit import HybridDiT
from sanacam.model.evaluation.clips import shipped_clips_folder
from sanacam.model.quantisation.calibration import Amount, Calibration, calibration_clips, shipped_prompts
from sanacam.model.quantisation.layers import layers_of, matrix_of
from sanacam.model.quantisation.network import exchange
from sanacam.model.zoo.bundle import load_bundle

INT4_MAX = 7.0
LARGEST_BLOCK = 64
"""Values that are turned together: what divides the 2B's widths, 2240 and 6720."""
Rounding = Callable[[Tensor], Tensor]


def hadamard(size: int) -> Tensor:
    """The orthogonal (size, size) Hadamard matrix by Sylvester's construction; ``size`` a power of two."""
    matrix = torch.ones(1, 1)
    while len(matrix) < size:
        matrix = torch.cat((torch.cat((matrix, matrix), 1), torch.cat((matrix, -matrix), 1)))
    return matrix / size**0.5


def block_of(width: int) -> int:
    """The largest power of two that divides ``width``, at most :data:`LARGEST_BLOCK`."""
    return min(width & -width, LARGEST_BLOCK)


def turned(x: Tensor) -> Tensor:
    """``x H``, block by block along the last axis."""
    block = block_of(x.shape[-1])
    return (x.unflatten(-1, (-1, block)) @ hadamard(block).to(x)).flatten(-2)


def int4_rounded(x: Tensor, group: int) -> Tensor:
    """What is left of (…, K) after int4 with one scale for ``group`` values of a row; 0: for the whole row."""
    parts = x.float().unflatten(-1, (-1, group or x.shape[-1]))
    scale = parts.abs().amax(-1, keepdim=True).clamp(min=1e-20) / INT4_MAX
    return ((parts / scale).round().clamp(-INT4_MAX, INT4_MAX) * scale).flatten(-2)


class RoundedLinear(nn.Module):
    """``r(x) r(W)ᵀ + b`` in fp32; roundings may turn, since both sides turn alike."""

    def __init__(self, weight: Tensor, bias: Tensor | None, activations: Rounding, weights: Rounding) -> None:
        super().__init__()
        self.activations = activations
        self.rounded_weight, self.bias = weights(weight.float()), bias

    def forward(self, x: Tensor) -> Tensor:
        """(…, K) -> (…, N) in the dtype of ``x``."""
        bias = None if self.bias is None else self.bias.float()
        return F.linear(self.activations(x.float()), self.rounded_weight, bias).to(x.dtype)


VARIANTS: dict[str, tuple[Rounding, Rounding]] = {
    "fp8": (lambda x: rounded(x, "fp8"), lambda w: rounded(w, "fp8")),
    "int8": (lambda x: rounded(x, "int8"), lambda w: rounded(w, "int8")),
    "nvfp4": (lambda x: rounded(x, "nvfp4"), lambda w: rounded(w, "nvfp4")),
    "int4 a row": (lambda x: int4_rounded(x, 0), lambda w: int4_rounded(w, 0)),
    "int4 a row, turned": (lambda x: int4_rounded(turned(x), 0), lambda w: int4_rounded(turned(w), 0)),
    "int4 by 64, turned": (lambda x: int4_rounded(turned(x), 64), lambda w: int4_rounded(turned(w), 64)),
    "int4 weights, int8": (lambda x: rounded(turned(x), "int8"), lambda w: int4_rounded(turned(w), 64)),
}
"""How activations and weights are rounded."""


def main(words: list[str] | None = None) -> int:
    """See the head of this module."""
    parser = argparse.ArgumentParser(prog="sanacam.model.quantisation.bench_four_bit", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each stream (default 5)")
    parser.add_argument("--size", default="320x176", help="WIDTHxHEIGHT (default 320x176)")
    parser.add_argument("--clips", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=tuple(VARIANTS), default=tuple(VARIANTS))
    options = parser.parse_args(words)
    width, height = (int(side) for side in options.size.split("x"))
    amount = Amount(options.clips, 1, options.seconds, (width, height))
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    bundle = load_bundle("mini", device, torch.float32)
    with ExitStack() as stack:
        clips = calibration_clips(shipped_clips_folder(stack), amount)
    streams = Calibration(bundle, device, clips, shipped_prompts(), amount)
    formats: dict[str, Format] = {
        layer.name: "bf16" if layer.kind.per_prompt else "int8" for layer in layers_of(bundle.config.dit)
    }
    print(f"mini, {options.clips} clips, {options.seconds:g} s of {width}×{height}, every product in the format")
    print(f"{'format':20} {'RMSE':>7} {'first':>7} {'last':>7} {'LPIPS':>7}")
    for name in options.only:
        activations, weights = VARIANTS[name]

        def put(
            network: HybridDiT, formats: Mapping[str, Format], a: Rounding = activations, w: Rounding = weights
        ) -> None:
            exchange(network, formats, lambda layer, module, form: RoundedLinear(*matrix_of(module), a, w))

        found = streams.evaluate(formats, put)
        print(
            f"{name:20} {found.rmse:7.3f} {found.rmse_first:7.3f} {found.rmse_last:7.3f} {found.lpips:7.3f}", flush=True
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
