"""The int8 layout keeps values within half a step and refuses foreign files."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from sanacam.model.text.quantised import dequantise_rows, load_quantised, quantise_rows, save_quantised


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(1, 40), st.integers(0, 10_000), st.floats(1e-3, 50.0))
def test_error_is_at_most_half_a_step(rows: int, columns: int, seed: int, size: float) -> None:
    matrix = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)) * size
    codes, scale = quantise_rows(matrix)
    assert codes.dtype == torch.int8
    assert int(codes.min()) >= -127
    error = (dequantise_rows(codes, scale) - matrix).abs()
    # The largest entry may lose the rounding of its scale to float16 too: 2^-11 of it, or 127 half subnormal steps.
    limit = 0.5 * scale.float()[:, None] + matrix.abs().amax(dim=1, keepdim=True) * 2.0**-11 + 127 * 2.0**-25
    assert bool((error <= limit * 1.001).all())


def test_zero_rows_stay_zero() -> None:
    codes, scale = quantise_rows(torch.zeros(3, 5))
    assert torch.count_nonzero(dequantise_rows(codes, scale)) == 0


def test_round_trip_through_a_file(tmp_path: Path) -> None:
    weights = {"a.weight": torch.randn(4, 6), "a.bias": torch.tensor([0.5, -1.25])}
    save_quantised(weights, tmp_path / "w.safetensors")
    loaded = load_quantised(tmp_path / "w.safetensors")
    assert set(loaded) == set(weights)
    assert torch.equal(loaded["a.bias"], weights["a.bias"])
    torch.testing.assert_close(loaded["a.weight"], weights["a.weight"], atol=0.02, rtol=0)


def test_foreign_and_incomplete_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_file({"a": torch.zeros(2)}, str(path))
    with pytest.raises(ValueError, match="is not a"):
        load_quantised(path)
    save_file(
        {"a": torch.zeros(2, 2, dtype=torch.int8)},
        str(path),
        metadata={"format": "sanacam.rowwise-int8", "version": "1"},
    )
    with pytest.raises(ValueError, match="has no scales"):
        load_quantised(path)
    path.write_bytes(b"not a tensor file")
    with pytest.raises(ValueError, match="damaged"):
        load_quantised(path)
