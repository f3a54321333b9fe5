"""Released checkpoints: unwrapping and the softmax kernels' taps."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from sanacam.model.checkpoint import centre_taps_from_linear, centre_taps_only, read_weights, unwrap
from sanacam.model.errors import UserError
from sanacam.model.parity import Golden, load_network

GOLDENS = Path(__file__).parents[2] / "data" / "goldens" / "dit"
ONE = torch.ones(1)


@pytest.mark.parametrize(
    "wrapped",
    [
        {"generator": {"state_dict": {"a.b": ONE}}},
        {"state_dict": {"a.b": ONE, "pos_embed": ONE}},
        {"generator": {"model.module.a.b": ONE}, "critic": {}},
        {"module.a.b": ONE},
        {"a.b": ONE, "pos_embed": ONE},
    ],
)
def test_unwrapping(wrapped: dict[str, object]) -> None:
    assert list(unwrap(wrapped)) == ["a.b"]


def test_each_prefix_goes_once() -> None:
    assert list(unwrap({"model.model.a": ONE, "module.model.b": ONE})) == ["model.a", "model.b"]


def test_pth_files(tmp_path: Path) -> None:
    file = tmp_path / "sana.pth"
    torch.save({"generator": {"model.a": torch.arange(3)}}, file)
    assert read_weights(file)["a"].tolist() == [0, 1, 2]


class Surprise:
    """An object that a weights-only reader must refuse."""


def test_files_that_are_no_weights(tmp_path: Path) -> None:
    file = tmp_path / "sana.pth"
    with pytest.raises(UserError, match="does not exist"):
        read_weights(file)
    file.write_bytes(b"nothing of the kind")
    with pytest.raises(UserError, match="damaged"):
        read_weights(file)
    torch.save({"a": Surprise()}, file)
    with pytest.raises(UserError, match="damaged"):
        read_weights(file)


def test_dropping_dead_taps_and_putting_them_back() -> None:
    weights = Golden(GOLDENS, "tiny_stream_weights").tensors
    linear = centre_taps_only(weights, (3, 7))
    assert linear["blocks.3.attn.q.weight"].shape == (56, 56)
    assert linear["blocks.0.attn.q.weight"].shape == (56, 56, 1)
    back = centre_taps_from_linear(linear, (3, 7))
    assert torch.equal(back["blocks.7.attn.k.weight"][:, :, 1], weights["blocks.7.attn.k.weight"][:, :, 1])
    assert not back["blocks.7.attn.k.weight"][:, :, 0].any()
    network, golden = load_network(GOLDENS, streaming=True), Golden(GOLDENS, "single_forward")
    network.load_state_dict(back)
    with torch.no_grad():
        out = network(golden["x"], golden["source"], golden["timestep"], golden["text"], golden["mask"])
    assert (out - golden["out"]).abs().max() < 1e-5
