"""A whole stream through the fused forward with its Triton kernels in the interpreter, against the same forward with
plain operations. Started by `test_triton_numerics.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parent))
import card_bf16

from sanacam.kernels import triton_operations
from sanacam.kernels.reference import operations as plain_operations
from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.dit.fused.sampler import FusedSampler, StreamShape
from sanacam.model.sampling import CacheMode, flow_schedule

card_bf16.install()
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
