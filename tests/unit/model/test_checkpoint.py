"""Released checkpoints: unwrapping and the softmax kernels' taps."""

from __future__ import annotations

import contextlib
import os
import pickle
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanacam.model.checkpoint import (
    centre_taps_from_linear,
    centre_taps_only,
    check_fit,
    differences,
    read_weights,
    unwrap,
)
from sanacam.model.errors import UserError
from sanacam.model.parity_golden import Golden, network_of

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
    with pytest.raises(UserError, match="Surprise"):
        read_weights(file)


class Payload:
    """Unpickled with code allowed, it would leave a file behind."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("kind", ["archive", "legacy", "pickle"])
def test_code_is_refused_and_does_not_run(tmp_path: Path, kind: str) -> None:
    file, ran = tmp_path / "sana.pth", tmp_path / "ran"
    weights = {"generator": {"model.a": ONE, "model.b": Payload(ran)}}
    if kind == "pickle":
        file.write_bytes(pickle.dumps(Payload(ran), protocol=2))
    else:
        torch.save(weights, file, _use_new_zipfile_serialization=kind == "archive")
    with pytest.raises(UserError) as raised:
        read_weights(file)
    assert not ran.exists()
    assert "nothing of it was run" in raised.value.message
    if kind == "archive":
        assert "mkdir" in raised.value.message


@pytest.mark.parametrize("content", [[ONE], ONE, {"state_dict": [1]}, {"generator": {"a": 3}}, {3: ONE}, {"a": {}}])
def test_other_contents_are_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "sana.pth")
    with pytest.raises(UserError, match="another kind"):
        read_weights(tmp_path / "sana.pth")


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("archive", [True, False])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_truncated_and_scrambled_files(tmp_path: Path, archive: bool, data: st.DataObject) -> None:
    file = tmp_path / "whole.pth"
    if not file.exists():
        torch.save({"generator": {"model.a": torch.rand(9, 9)}}, file, _use_new_zipfile_serialization=archive)
    whole = file.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    (tmp_path / "cut.pth").write_bytes(whole[:cut])
    with pytest.raises(UserError, match="damaged"):
        read_weights(tmp_path / "cut.pth")
    scrambled = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, min(len(whole), 900) - 1), min_size=1, max_size=9)):
        scrambled[place] ^= data.draw(st.integers(1, 255))
    (tmp_path / "scrambled.pth").write_bytes(scrambled)
    with contextlib.suppress(UserError):  # a change in the numbers themselves goes unnoticed here
        read_weights(tmp_path / "scrambled.pth")


def test_a_line_for_each_difference() -> None:
    module = torch.nn.Linear(2, 3)
    weights = {"weight": torch.zeros(3, 4), "bias": torch.zeros(3, dtype=torch.int64), "scale": ONE}
    assert differences(module, weights) == [
        "unknown: scale",
        "wrong shape: weight is (3, 4) instead of (3, 2)",
        "wrong type: bias holds int64",
    ]
    with pytest.raises(UserError) as raised:
        check_fit(module, {}, "x.pth", "Try again.")
    assert str(raised.value).splitlines()[1:3] == ["  missing: weight", "  missing: bias"]
    many = differences(module, {f"other{i}": ONE for i in range(100)})
    assert "76 more" in many[-1]


def test_dropping_dead_taps_and_putting_them_back() -> None:
    weights = Golden(GOLDENS, "tiny_stream_weights").tensors
    linear = centre_taps_only(weights, (3, 7))
    assert linear["blocks.3.attn.q.weight"].shape == (56, 56)
    assert linear["blocks.0.attn.q.weight"].shape == (56, 56, 1)
    back = centre_taps_from_linear(linear, (3, 7))
    assert torch.equal(back["blocks.7.attn.k.weight"][:, :, 1], weights["blocks.7.attn.k.weight"][:, :, 1])
    assert not back["blocks.7.attn.k.weight"][:, :, 0].any()
    network, golden = network_of(Golden(GOLDENS, "streaming")), Golden(GOLDENS, "single_forward")
    network.load_state_dict(back)
    with torch.no_grad():
        out = network(golden["x"], golden["source"], golden["timestep"], golden["text"], golden["mask"])
    assert (out - golden["out"]).abs().max() < 1e-5
