"""A whole stream through the fused forward with its Triton kernels in the interpreter, against the same forward with
plain operations. Started by `test_triton_numerics.py`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parent))
import card_bf16
import card_fp8

from sanacam.kernels import triton_operations
from sanacam.kernels.reference import operations as plain_operations
from sanacam.model.checkpoint import cast_weights
from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.dit.fused.pack import pack
from sanacam.model.dit.fused.sampler import FusedSampler, StreamShape
from sanacam.model.quantisation.policy import load_policy
from sanacam.model.sampling import CacheMode, flow_schedule
from sanacam.model.zoo.tiny import TINY_DIT

card_bf16.install()
card_fp8.install()
CONFIG = DiTConfig(
    hidden_size=32,
    depth=2,
    self_heads=2,
    cross_heads=1,
    mlp_ratio=1.5,
    in_channels=16,
    source_channels=16,
    out_channels=16,
    softmax_ratio=0.5,
    caption_channels=8,
    max_text_tokens=4,
    sink=True,
    num_cached_blocks=1,
)


@pytest.mark.parametrize(("length", "cache"), [(2, "cache_pass"), (1, "denoise")])
def test_a_short_stream(length: int, cache: CacheMode) -> None:
    torch.manual_seed(0)
    network = HybridDiT(CONFIG).eval().requires_grad_(False)
    for parameter in network.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.2)
    text = network.text_kv(torch.randn(1, 4, 8), torch.tensor([[1, 1, 1, 0]]))
    shape = StreamShape(2, 2, length, 2)
    plain, fused = (
        FusedSampler(network, shape, flow_schedule(1), cache, ops) for ops in (plain_operations, triton_operations)
    )
    for chunk in range(2):
        noise, source = torch.randn(2, 1, 16, length if chunk else 2, 2, 2)
        wanted, got = (sampler.sample(noise, source, text)[0] for sampler in (plain, fused))
        assert float((got - wanted).norm() / wanted.norm()) < 1e-4
    for name in ("m", "z", "tails", "keys", "values"):
        torch.testing.assert_close(getattr(fused.state, name), getattr(plain.state, name), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("dtype", "calibrated"), [(torch.float32, True), (torch.bfloat16, False)])
def test_a_short_stream_in_fp8(dtype: torch.dtype, calibrated: bool) -> None:
    """Few latent channels, as the tiny network of other tests has them; products that no operation takes emulated."""
    config = replace(TINY_DIT, hidden_size=64, self_heads=4, cross_heads=4)
    torch.manual_seed(0)
    network = HybridDiT(config)
    for parameter in network.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.2)
    cast_weights(network, dtype, torch.device("cpu"))
    network.eval().requires_grad_(False)
    formats = load_policy("fp8").formats(config)
    points = [name for name, form in formats.items() if form == "fp8_tensor"]
    scales = {name: torch.tensor(0.02) for name in points}
    if not calibrated:
        formats |= dict.fromkeys(points, "fp8")
    packed = pack(network, formats, scales if calibrated else None, emulate=True)
    text = network.text_kv(torch.randn(1, config.max_text_tokens, config.caption_channels).to(dtype))
    plain, fused = (
        FusedSampler(network, StreamShape(2, 3, 1), flow_schedule(1), "cache_pass", ops, packed=packed)
        for ops in (plain_operations, triton_operations)
    )
    noise, source = torch.randn(2, 1, 4, 1, 2, 3)
    wanted, got = (sampler.sample(noise, source, text)[0] for sampler in (plain, fused))
    limit = 1e-4 if dtype == torch.float32 else 2e-2
    assert float((got - wanted).norm() / (wanted - noise).norm()) < limit
    tails = plain.state.tails.float()
    assert float((fused.state.tails.float() - tails).norm() / tails.norm()) < 5 * limit
    assert not fused.state.row_counts.any()
