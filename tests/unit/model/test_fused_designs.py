"""The designs that the benchmark compares give what the one in use gives; launches of a forward are counted."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

if importlib.util.find_spec("triton") is None:
    pytest.skip("the benchmark of kernels needs Triton (pip install --no-deps triton==3.7.1)", allow_module_level=True)

from sanacam.kernels.reference import operations as plain_operations
from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.dit.fused.bench import LARGE_IN_FP8
from sanacam.model.dit.fused.bench_designs import DESIGNS, composed
from sanacam.model.dit.fused.pack import pack
from sanacam.model.dit.fused.sampler import FusedSampler, StreamShape
from sanacam.model.quantisation import linear as narrow_linear
from sanacam.model.sampling import flow_schedule

LAUNCHES = {"gdn": 3}
"""Of an operation, where it is not one."""
MOST = 292


class Counting:
    """Plain operations that count the launches which the kernels of the same names take."""

    def __init__(self) -> None:
        self.launches = 0

    def __getattr__(self, name: str) -> Any:
        self.launches += LAUNCHES.get(name, 1)
        return getattr(plain_operations, name)


def fp8_network() -> tuple[HybridDiT, Any]:
    """The depth and kinds of block of the large model, narrow; its formats emulated."""
    torch.manual_seed(0)
    config = replace(
        DiTConfig.sana_streaming_2b(), hidden_size=32, self_heads=2, cross_heads=1, mlp_ratio=1.5, in_channels=4,
        source_channels=4, out_channels=4, caption_channels=8, max_text_tokens=4,
    )  # fmt: skip
    network = HybridDiT(config).eval().requires_grad_(False)
    for parameter in network.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.2)
    formats = {f"blocks.{b}.{kind}": form for b in range(config.depth) for kind, form in LARGE_IN_FP8.items()}
    scales = {name: torch.tensor(0.05) for name, form in formats.items() if form == "fp8_tensor"}
    return network, pack(network, formats, scales, emulate=True)


def chunk(network: HybridDiT, packed: Any, ops: Any) -> Tensor:
    sampler = FusedSampler(network, StreamShape(1, 2, 2), flow_schedule(1), "denoise", ops, packed=packed)
    text = network.text_kv(torch.randn(1, 4, 8, generator=torch.Generator().manual_seed(1)))
    noise, source = torch.randn(2, 1, 4, 2, 1, 2, generator=torch.Generator().manual_seed(2))
    return sampler.sample(noise, source, text)[0]


@pytest.fixture(scope="module")
def narrow() -> tuple[HybridDiT, Any]:
    return fp8_network()


def test_every_design_gives_the_same(narrow: tuple[HybridDiT, Any]) -> None:
    wanted = chunk(*narrow, plain_operations)
    for others in {others for others, _ in DESIGNS.values() if others}:
        torch.testing.assert_close(chunk(*narrow, composed(plain_operations, others)), wanted, rtol=1e-3, atol=1e-4)


def test_an_fp8_forward_of_the_large_model_keeps_its_number_of_kernels(
    narrow: tuple[HybridDiT, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Launches of operations and products; attention with the counter that cuDNN clears; packings on the way in."""
    network, ops = narrow[0], Counting()
    sampler = FusedSampler(network, StreamShape(1, 2, 2), flow_schedule(1), "denoise", ops, packed=narrow[1])
    text = network.text_kv(torch.randn(1, 4, 8))
    counts = dict.fromkeys(("product", "attention", "packing"), 0)

    def counted(what: str, call: Any) -> Any:
        def counting(*arguments: Any) -> Any:
            counts[what] += 1
            return call(*arguments)

        return counting

    # what the plain operations multiply inside is counted with them
    monkeypatch.setattr(plain_operations, "F", SimpleNamespace(**vars(F)))
    monkeypatch.setattr(F, "linear", counted("product", F.linear))
    monkeypatch.setattr(F, "scaled_dot_product_attention", counted("attention", F.scaled_dot_product_attention))
    monkeypatch.setattr(narrow_linear, "pack_rows", counted("packing", narrow_linear.pack_rows))
    sampler.sample(*torch.randn(2, 1, 4, 2, 1, 2), text)
    assert counts["attention"] == 5
    assert counts["packing"] == 1, "the first block's input"
    launches = ops.launches + counts["product"] + counts["packing"] + 2 * counts["attention"]
    assert launches <= MOST, f"{launches}; a few copies between the forwards come on top"
