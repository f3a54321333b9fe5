"""Vectors of other configurations than the public ones, and folders that hold something else than they should."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from plain_dit import write_stream
from safetensors.torch import load_file, save_file
from tiny_dit import frozen

from sanacam.model.dit import DiTConfig
from sanacam.model.parity import main, run_folder
from sanacam.model.parity_report import largest_error

GOLDENS = Path(__file__).parents[1] / "data" / "goldens" / "dit"
CONFIG: dict[str, Any] = {
    "in_channels": 6, "additional_inchannels": 4, "hidden_size": 48, "depth": 3, "num_heads": 3, "mlp_ratio": 2.0,
    "caption_channels": 10, "model_max_length": 5, "linear_head_dim": 12, "softmax_ratio": 0.34, "t_kernel_size": 3,
}  # fmt: skip


def make(folder: Path, softmax: list[int], **arguments: Any) -> None:
    config = {**CONFIG, "additional_inchannels": CONFIG["in_channels"]}
    shape = DiTConfig(
        hidden_size=48, depth=3, self_heads=4, cross_heads=3, mlp_ratio=2.0, in_channels=6, source_channels=6,
        out_channels=6, softmax_ratio=0.34, caption_channels=10, max_text_tokens=5, sink=True, num_cached_blocks=2,
        softmax_kernel=3, softmax_blocks=tuple(softmax),
    )  # fmt: skip
    network = frozen(shape)
    for parameter in network.parameters():  # small values throughout, so that rounding stays below the tolerance
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.07)
    weights = {key: value.detach().clone() for key, value in network.state_dict().items()}
    write_stream(folder, weights, config, softmax, **arguments)


@pytest.mark.parametrize(
    ("softmax", "arguments"),
    [
        ([0, 2], {"bounds": [0, 5, 8, 11, 14], "grid": (2, 5), "timesteps": [1000.0, 743.0], "batch": 2}),
        ([1], {"bounds": [0, 4, 6], "grid": (3, 1), "timesteps": [1000.0, 961.0, 893.0, 743.0], "remembered": 3}),
        ([], {"bounds": [0, 1, 2, 3], "grid": (1, 2), "timesteps": [1000.0], "sink": False, "remembered": 1}),
        ([2], {"bounds": [0, 2, 3, 4, 5], "grid": (2, 2), "timesteps": [1000.0, 743.0], "remembered": -1}),
        ([0], {"bounds": [0, 3, 5, 7], "grid": (2, 1), "timesteps": [1000.0], "remembered": 1, "batch": 3}),
        ([0, 1, 2], {"bounds": [0, 3], "grid": (2, 3), "timesteps": [1000.0, 743.0], "remembered": 0}),
        ([0, 2], {"bounds": [0, 3, 5, 8], "grid": (2, 5), "timesteps": [1000.0, 743.0]}),
    ],
)
def test_any_configuration_agrees(tmp_path: Path, softmax: list[int], arguments: dict[str, Any]) -> None:
    make(tmp_path, softmax, **arguments)
    outcomes, troubles = run_folder(tmp_path)
    assert [(o.case, o.error) for o in outcomes if not o.passed] == []
    assert troubles == []
    cases = {outcome.case for outcome in outcomes}
    assert {"stream timesteps", "stream first steps", "stream last steps", "stream final latents"} <= cases
    assert ("stream caches" in cases) == (len(arguments["bounds"]) > 2)
    even = len({end - start for start, end in pairwise(arguments["bounds"][1:])}) < 2
    assert ("stream fused final latents" in cases) == (even and arguments.get("batch", 1) == 1)


def test_a_change_of_what_is_seen_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path, [2], bounds=[0, 2, 4, 6, 8], grid=(2, 2), timesteps=[1000.0, 743.0])
    description = tmp_path / "stream.json"
    info = json.loads(description.read_text())
    description.write_text(json.dumps({**info, "sink_token": False}))
    assert main([str(tmp_path)]) == 1
    failed = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines() if "FAILED" in line]
    assert "stream final latents" in failed


@pytest.fixture
def block(tmp_path: Path) -> Path:
    """A folder with one pair of the public vectors."""
    for path in GOLDENS.glob("cross_attn.*"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_a_folder_need_not_hold_every_kind(block: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (block / "sha256.json").write_text("{}")
    assert main([str(block)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_listed_frames_of_rotary_tables_count_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in GOLDENS.glob("rope.*"):
        shutil.copy(path, tmp_path)
    assert main([str(tmp_path)]) == 0
    description = tmp_path / "rope.json"
    info = json.loads(description.read_text())
    [entry] = [entry for entry in info["entries"] if entry["frame_index"] and entry["head_dim"] == 28]
    entry["frame_index"][-1] += 1
    description.write_text(json.dumps(info))
    assert main([str(tmp_path)]) == 1
    description.write_text(json.dumps({**info, "entries": []}))
    capsys.readouterr()
    assert main([str(tmp_path)]) == 2
    assert "to be compared" in capsys.readouterr().err


def test_names_are_free(block: Path) -> None:
    for path in block.glob("*"):
        path.rename(path.with_stem("seed7"))
    assert [outcome.case for outcome in run_folder(block)[0]] == ["seed7"]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: (folder / "cross_attn.safetensors").unlink(), "does not exist"),
        (lambda folder: (folder / "cross_attn.json").unlink(), "missing"),
        (lambda folder: (folder / "cross_attn.json").write_text("{"), "not JSON"),
        (lambda folder: (folder / "cross_attn.json").write_text('{"tensors": {}}'), "heads"),
        (lambda folder: (folder / "cross_attn.json").write_text('{"tensors": {}, "dim": 56, "heads": 5}'), "heads"),
        (lambda folder: save_file({"y": torch.ones(1)}, folder / "cross_attn.safetensors"), "lack w.q_linear.weight"),
        (lambda folder: save_file({"y": torch.ones(1)}, folder / "a.safetensors"), "a.json"),
        (lambda folder: (folder / "cross_attn.safetensors").write_bytes(b"\x80" * 99), "damaged"),
        (lambda folder: shutil.copy(GOLDENS / "streaming.json", folder), "streaming"),
    ],
)
def test_a_damaged_folder_ends_in_a_sentence(
    block: Path, damage: Any, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(block)
    assert main([str(block)]) == 2
    assert words in capsys.readouterr().err


def test_a_missing_input_and_missing_weights_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in GOLDENS.glob("single_forward.*"):
        shutil.copy(path, tmp_path)
    assert main([str(tmp_path)]) == 2
    assert "single_forward" in capsys.readouterr().err
    for path in GOLDENS.glob("tiny_stream_weights.*"):
        shutil.copy(path, tmp_path)
    tensors = load_file(tmp_path / "single_forward.safetensors")
    tensors["text"] = tensors["text"][..., :7].contiguous()
    save_file(tensors, tmp_path / "single_forward.safetensors")
    assert main([str(tmp_path)]) == 2
    assert "single_forward" in capsys.readouterr().err


def test_what_is_not_a_number_never_passes() -> None:
    ones = torch.ones(3)
    assert largest_error((ones, ones)) == 0.0
    assert largest_error((ones * torch.nan, ones)) == float("inf")
    assert largest_error((ones, ones), (ones[:2], ones)) == float("inf")
