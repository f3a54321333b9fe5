"""The GLU convolution kernel in Triton's interpreter against its plain twin. Started by `test_triton_numerics.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import card_bf16

from sanacam.kernels.glu_conv import CONFIGS, glu_conv, glu_conv_kernel
from sanacam.kernels.reference.depth_glu import silu_depth_glu

card_bf16.install()
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 1e-2}


@settings(max_examples=4)
@given(
    seed=st.integers(0, 10**6),
    dtype=st.sampled_from(sorted(TOLERANCE, key=str)),
    frames=st.integers(1, 2),
    height=st.integers(1, 5),
    width=st.integers(1, 11),
    hidden=st.sampled_from([16, 48]),
)
def test_equals_twin(seed: int, dtype: torch.dtype, frames: int, height: int, width: int, hidden: int) -> None:
    random = torch.Generator().manual_seed(seed)
    x = torch.randn(1, frames, height, width, 2 * hidden, generator=random).to(dtype)
    weight = torch.randn(2 * hidden, 1, 3, 3, generator=random).to(dtype)
    bias = torch.randn(2 * hidden, generator=random).to(dtype)
    out = glu_conv(x, weight, bias)
    wanted = silu_depth_glu(x[0].double(), weight.double(), bias.double())[None]
    assert out.shape == wanted.shape
    assert out.dtype == dtype
    assert float((out.double() - wanted).norm() / wanted.norm()) < TOLERANCE[dtype]


@pytest.mark.parametrize("config", [CONFIGS[0], CONFIGS[2]], ids=str)
def test_every_tile_meets_its_neighbours(config: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture larger than the tile, read from a slice of a wider tensor; weights with channels innermost."""
    monkeypatch.setattr(glu_conv_kernel, "configs", [config])
    monkeypatch.setattr(glu_conv_kernel, "cache", {})
    x = torch.randn(1, 12, 9, 2 * 48 + 16)[..., 16:]
    weight, bias = torch.randn(9, 96).t().view(96, 1, 3, 3), torch.randn(96)
    torch.testing.assert_close(glu_conv(x, weight, bias), silu_depth_glu(x, weight, bias), rtol=1e-4, atol=1e-4)


def test_refuses_what_it_cannot_do() -> None:
    x, weight, bias = torch.randn(1, 3, 3, 32), torch.randn(32, 1, 3, 3), torch.randn(32)
    for arguments, words in (
        ((x.half(), weight, bias), "bfloat16 or float32"),
        ((x, weight.bfloat16(), bias), "weight is torch.bfloat16"),
        ((x[..., :24], weight[:24], bias[:24]), "multiple of 16"),
        ((x[0], weight, bias), "height, width"),
        ((x, weight[:16], bias), "weight has shape"),
        ((x.transpose(1, 2), weight, bias), "rows must follow"),
        ((x.permute(0, 3, 1, 2).contiguous().permute(0, 2, 3, 1), weight, bias), "innermost"),
        ((x, weight, torch.randn(64)[::2]), "contiguous"),
    ):
        with pytest.raises(ValueError, match=words):
            glu_conv(*arguments)
    assert glu_conv(x[:0], weight, bias).shape == (0, 3, 3, 16)
