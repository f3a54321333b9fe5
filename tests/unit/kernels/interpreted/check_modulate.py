"""The modulation kernels in Triton's interpreter against their plain twins. Started by `test_triton_numerics.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import card_bf16

from sanacam.kernels.modulate import EPS, modulate, residual_modulate
from sanacam.kernels.reference.norm import modulated_layer_norm
from sanacam.kernels.reference.residual import residual_modulated

card_bf16.install()
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 1e-2}


@settings(max_examples=10)
@given(
    seed=st.integers(0, 10**6),
    dtype=st.sampled_from(sorted(TOLERANCE, key=str)),
    table_dtype=st.sampled_from(sorted(TOLERANCE, key=str)),
    batch=st.integers(1, 2),
    frames=st.integers(1, 3),
    tokens=st.integers(1, 4),
    width=st.sampled_from([16, 48, 240]),
    per_frame=st.booleans(),
    gated=st.booleans(),
)
def test_equals_twin(
    seed: int, dtype: torch.dtype, table_dtype: torch.dtype, batch: int, frames: int, tokens: int, width: int,
    per_frame: bool, gated: bool,
) -> None:  # fmt: skip
    random = torch.Generator().manual_seed(seed)
    x = (3 * torch.randn(batch, frames, tokens, width, generator=random) + 5).to(dtype)
    y = torch.randn(batch, frames, tokens, 2 * width, generator=random).to(dtype)[..., width:]
    table = torch.randn(batch, frames if per_frame else 1, 1, 6, width, generator=random).to(table_dtype)
    shift, scale, gate = table.unbind(3)[:3]
    wanted = modulated_layer_norm(x.double(), shift.double(), scale.double(), EPS)
    got = modulate(x, shift, scale)
    assert got.dtype == dtype
    assert float((got.double() - wanted).norm() / wanted.norm()) < TOLERANCE[dtype]
    summed, normed = residual_modulate(x, y, gate if gated else None, shift, scale)
    wide_gate = gate.double() if gated else None
    summed_wanted, _ = residual_modulated(x.double(), y.double(), wide_gate, shift.double(), scale.double(), EPS)
    # the norm is of the stored, rounded sum
    wanted = modulated_layer_norm(summed.double(), shift.double(), scale.double(), EPS)
    assert float((summed.double() - summed_wanted).norm() / summed_wanted.norm()) < TOLERANCE[dtype]
    assert float((normed.double() - wanted).norm() / wanted.norm()) < TOLERANCE[dtype]


def test_refuses_what_it_cannot_do() -> None:
    x, table = torch.randn(1, 2, 3, 32), torch.randn(1, 2, 1, 32)
    for arguments, words in (
        ((x.half(), table, table), "bfloat16 or float32"),
        ((x, table, table.bfloat16()), "scale is torch.bfloat16"),
        ((x[0], table, table), "batch, frames"),
        ((x[..., :24], table[..., :24], table[..., :24]), "multiples of 16"),
        ((torch.randn(1, 2, 3, 8208), table, table), "8208 channels"),
        ((x, table[:, :, 0], table), "shift has shape"),
        ((x, table[:, :1], table), "same shape and strides"),
        ((x.transpose(2, 3).contiguous().transpose(2, 3), table, table), "rows must follow"),
    ):
        with pytest.raises(ValueError, match=words):
            modulate(*arguments)
    with pytest.raises(ValueError, match="y has shape"):
        residual_modulate(x, x[:, :1], table, table, table)
    with pytest.raises(ValueError, match=r"y is torch\.bfloat16"):
        residual_modulate(x, x.bfloat16(), table, table, table)
