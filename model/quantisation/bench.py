"""``python -m sanacam.model.quantisation.bench``: what narrow formats give the 2B network on this card.

1. Two blocks of the network's width run natively in FP8 (and whatever else the card has) and in exact emulation: the
   two must agree.
2. Every kind of layer's product in every format, activations packed in a pass of their own, by the fastest back end:
   what the policy search reckons with.
3. All products of one forward under each shipped policy; formats that the card lacks are reckoned by their ideal ratio
   and marked.

Exit code 0 when native and emulated agree, 1 otherwise, 2 without a card.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import torch
from torch import Tensor

from sanacam.kernels.gemm.problem import Machine
from sanacam.kernels.gemm.registry import native_formats
from sanacam.kernels.quantize_formats import FORMATS, Format
from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.quantisation.layers import layers_of
from sanacam.model.quantisation.network import emulate, restore, run_natively
from sanacam.model.quantisation.policy import Policy, load_policy
from sanacam.model.quantisation.timing import Timing

CONFIG = DiTConfig.sana_streaming_2b()
ROWS, GRID = 2640, (22, 40)
LARGEST_DISTANCE = 2e-2
"""Of bf16 activations after two blocks: what a few different roundings make of each other."""


def native_against_emulated(form: Format, device: torch.device) -> float:
    """Relative distance of the velocities of two blocks, one GDN and one softmax."""
    config = replace(CONFIG, depth=2, softmax_ratio=0.5)
    torch.manual_seed(0)
    network = HybridDiT(config).to(device, torch.bfloat16).eval().requires_grad_(False)
    for parameter in network.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.02)
    random = torch.Generator(device).manual_seed(1)
    latents = (1, config.in_channels, 3, *GRID)
    x, source, text = (
        torch.randn(shape, device=device, dtype=torch.bfloat16, generator=random)
        for shape in (latents, latents, (1, 64, config.caption_channels))
    )

    def velocity() -> Tensor:
        return network(x, source, torch.tensor([900.0], device=device), text).float()

    formats = Policy("all", form).formats(config)
    emulate(network, formats)
    wanted = velocity()
    run_natively(network, formats)
    got = velocity()
    restore(network)
    return float((got - wanted).norm() / wanted.norm())


def main() -> int:
    """See the head of this module."""
    if not torch.cuda.is_available():
        print("PyTorch finds no CUDA card here. Run this on the machine that has the card.", file=sys.stderr)
        return 2
    device = torch.device("cuda")
    machine = Machine.here(device)
    native = native_formats(machine)
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}; native: {', '.join(native)}\n")
    with torch.inference_mode():
        distances = {form: native_against_emulated(form, device) for form in native if form != "bf16"}
        for form, distance in distances.items():
            print(f"two blocks in {form:11} native against emulated: {distance:.1e}")
        timing = Timing(device, machine, ROWS)
        show_products(timing)
    good = all(distance < LARGEST_DISTANCE for distance in distances.values())
    print("\nnative and emulated agree" if good else "\nnative and emulated do NOT agree")
    return 0 if good else 1


def show_products(timing: Timing) -> None:
    """Parts 2 and 3."""
    layers = layers_of(CONFIG)
    print(f"\n{'µs a product':14}" + "".join(f"{form:>12}" for form in FORMATS))
    for layer in (layer for layer in layers if layer.block == 0 and not layer.kind.per_prompt):
        cells = []
        for form in FORMATS:
            timed = timing.of(layer, form)
            cells.append(f"{timed.ms * 1e3:.1f}{'' if timed.backend else '*'}")
        print(f"{layer.kind.title:14}" + "".join(f"{cell:>12}" for cell in cells))
    print("back ends: " + ", ".join(f"{form} {timing.of(layers[0], form).backend or 'ideal*'}" for form in FORMATS))
    plain = timing.total_ms(layers, load_policy("bf16").formats(CONFIG))
    for name in ("bf16", "fp8", "int8", "int4", "paper"):
        formats = load_policy(name).formats(CONFIG)
        guessed = any(not timing.of(layer, formats[layer.name]).backend for layer in layers)
        total = timing.total_ms(layers, formats)
        print(
            f"policy {name:6} all products of a forward {total:7.2f} ms, {plain / total:.2f}×{'*' if guessed else ''}"
        )
    print("* not timed: bf16's time divided by the ideal ratio of the format")


if __name__ == "__main__":
    sys.exit(main())
