"""``python -m sanacam.model.quantisation.bench_four_bit``: does 4-bit with rotation hold its quality?

Cards of the 30 and 40 series multiply int4 but not NVFP4. Weights and activations rounded to int4 lose too much to few
large values, so both are turned by a Hadamard matrix before: the format ``int4`` (`sanacam.kernels.quantize_formats`).
This measures it where no card is needed: `mini` edits the shipped clips with the exact numbers of each format, against
the unquantised stream with the same noise; and with variants that are no format, for what turning and finer scales are
worth.

Printed for each: relative RMSE of the latents (all, first quarter, last quarter) and LPIPS of the pictures.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sanacam.kernels.quantize_formats import TURN, Format
from sanacam.kernels.reference.quantize import rounded
from sanacam.kernels.reference.quantize_int4 import row_codes, turned
from sanacam.model.dit import HybridDiT
from sanacam.model.evaluation.clips import shipped_clips_folder
from sanacam.model.quantisation.calibration import Amount, Calibration, calibration_clips, shipped_prompts
from sanacam.model.quantisation.layers import layers_of, matrix_of
from sanacam.model.quantisation.network import exchange
from sanacam.model.zoo.bundle import load_bundle

Rounding = Callable[[Tensor], Tensor]


def int4_rounded(x: Tensor, group: int = 0) -> Tensor:
    """What is left of (…, K) after int4 as it stands, not turned, with one scale for ``group`` values of a row; 0: for
    the whole row."""
    codes, scale = row_codes(x.reshape(-1, group or x.shape[-1]))
    return (codes * scale).view(x.shape)


def by_format(form: Format) -> tuple[Rounding, Rounding]:
    """Activations and weights in a format."""
    return (lambda x: rounded(x, form),) * 2


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
    "fp8": by_format("fp8"),
    "int8": by_format("int8"),
    "nvfp4": by_format("nvfp4"),
    "int4": by_format("int4"),
    "int4, not turned": (int4_rounded, int4_rounded),
    "int4 by 64, turned": (lambda x: int4_rounded(turned(x), TURN), lambda w: int4_rounded(turned(w), TURN)),
    "int4 weights, int8": (lambda x: rounded(turned(x), "int8"), lambda w: int4_rounded(turned(w), TURN)),
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
