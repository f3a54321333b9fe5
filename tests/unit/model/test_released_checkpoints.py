"""Released checkpoints: the networks have exactly their names and shapes, and conversion keeps every number."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from sanacam.model import released
from sanacam.model.checkpoint import assign_weights, centre_taps_only, differences
from sanacam.model.dit import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.parity_golden import Golden, network_of
from sanacam.model.released import RELEASED, convert, meta_network, read_header

DATA = Path(__file__).parents[2] / "data"
GOLDENS = DATA / "goldens" / "dit"
KEYS = {
    "sana_streaming_ar.pth": "sana_streaming_2b_keys.json",
    "sana_bidirectional_short.pth": "sana_streaming_bidirectional_2b_keys.json",
}
LICENCE = "Some licence 1.0"


@pytest.fixture(scope="module")
def config() -> DiTConfig:
    return network_of(Golden(GOLDENS, "streaming")).config


@pytest.fixture
def pth(tmp_path: Path) -> Path:
    """The tiny streaming weights wrapped as the release wraps its own."""
    weights = {f"model.{key}": value for key, value in Golden(GOLDENS, "tiny_stream_weights").tensors.items()}
    weights["model.pos_embed"] = torch.zeros(1, 4, 56)
    torch.save({"generator": weights, "step": 3}, tmp_path / "sana.pth")
    return tmp_path / "sana.pth"


@pytest.mark.parametrize("name", KEYS)
def test_names_and_shapes_of_the_large_networks(name: str) -> None:
    listed = json.loads((DATA / "dit_keys" / KEYS[name]).read_text())
    shapes = {key: tuple(shape) for key, shape in listed["keys"].items() if key != "pos_embed"}
    network = meta_network(RELEASED[name])
    assert {key: tuple(value.shape) for key, value in network.state_dict().items()} == shapes
    assert sum(p.numel() for p in network.parameters()) == listed["meta"]["n_parameters"]
    given = {key: torch.empty(shape, device="meta") for key, shape in shapes.items()}
    assert differences(network, given) == []
    other = next(config for file, config in RELEASED.items() if file != name)
    lines = differences(meta_network(other), given)
    assert len(lines) == 10
    assert all(line.startswith("wrong shape: blocks.") for line in lines)


def test_conversion_keeps_every_number_and_drops_the_dead_taps(pth: Path, tmp_path: Path, config: DiTConfig) -> None:
    target = tmp_path / "models" / "dit.safetensors"
    header = convert(pth, target, config, licence=LICENCE)
    assert header == read_header(target)
    assert header.source_sha256 == hashlib.sha256(pth.read_bytes()).hexdigest()
    assert (header.source_file, header.licence) == ("sana.pth", LICENCE)
    assert header.config == replace(config, softmax_kernel=1)
    assert [path.name for path in target.parent.iterdir()] == ["dit.safetensors"]
    assert load_file(target)["blocks.3.attn.q.weight"].shape == (56, 56)

    network, golden = meta_network(read_header(target).config), Golden(GOLDENS, "single_forward")
    assign_weights(network, load_file(target), origin="", dtype=torch.float32, device="cpu")
    out = network(golden["x"], golden["source"], golden["timestep"], golden["text"], golden["mask"])
    torch.testing.assert_close(out, golden["out"], rtol=0, atol=1e-5)


def test_a_file_that_does_not_fit_leaves_nothing(pth: Path, tmp_path: Path, config: DiTConfig) -> None:
    target = tmp_path / "out" / "dit.safetensors"
    with pytest.raises(UserError) as raised:
        convert(pth, target, replace(config, depth=7, softmax_ratio=0.15), licence=LICENCE)
    lines = raised.value.message.splitlines()
    assert sum("unknown: blocks.7." in line for line in lines) >= 5
    assert any("missing: blocks.3.attn.beta_proj.weight" in line for line in lines)
    assert not target.parent.exists()


def test_the_other_released_network_is_recognised(
    tmp_path: Path, config: DiTConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    linear = centre_taps_only(Golden(GOLDENS, "tiny_stream_weights").tensors, config.softmax_indices)
    torch.save(linear, tmp_path / "some.pth")
    monkeypatch.setattr(released, "RELEASED", {"clip.pth": replace(config, softmax_kernel=1), "live.pth": config})
    with pytest.raises(UserError) as raised:
        convert(tmp_path / "some.pth", tmp_path / "dit.safetensors", config, licence=LICENCE)
    assert "clip.pth" in raised.value.hint


def test_numbers_that_are_not_finite(pth: Path, tmp_path: Path, config: DiTConfig) -> None:
    loaded = torch.load(pth, weights_only=True)
    loaded["generator"]["model.t_block.1.bias"][5] = float("nan")
    torch.save(loaded, pth)
    with pytest.raises(UserError, match=r"not finite: t_block\.1\.bias"):
        convert(pth, tmp_path / "dit.safetensors", config, licence=LICENCE)


def test_a_full_disk_and_a_failure_while_writing(
    pth: Path, tmp_path: Path, config: DiTConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out" / "dit.safetensors"
    with monkeypatch.context() as patch:
        patch.setattr(released.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1000})())
        with pytest.raises(UserError, match="GB are free"):
            convert(pth, target, config, licence=LICENCE)
    convert(pth, target, config, licence="first")

    def interrupted(*_: object, **__: object) -> None:
        (next(target.parent.glob(".dit*")) / "half").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(released, "save_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        convert(pth, target, config, licence="second")
    assert [path.name for path in target.parent.iterdir()] == ["dit.safetensors"]
    assert read_header(target).licence == "first"


def test_a_target_that_cannot_be_written(
    pth: Path, tmp_path: Path, config: DiTConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot be written"):
        convert(pth, tmp_path / "file" / "dit.safetensors", config, licence=LICENCE)

    def over_quota(*_: object, **__: object) -> None:
        raise SafetensorError("I/O error: Disk quota exceeded (os error 122)")

    monkeypatch.setattr(released, "save_file", over_quota)
    with pytest.raises(UserError, match="quota"):
        convert(pth, tmp_path / "out" / "dit.safetensors", config, licence=LICENCE)
    assert [*(tmp_path / "out").iterdir()] == []


def test_numbers_of_eight_bits_are_refused(tmp_path: Path, config: DiTConfig) -> None:
    weights = Golden(GOLDENS, "tiny_stream_weights").tensors
    torch.save({**weights, "t_block.1.bias": weights["t_block.1.bias"].to(torch.float8_e4m3fn)}, tmp_path / "a.pth")
    with pytest.raises(UserError, match=r"wrong type: t_block\.1\.bias holds float8_e4m3fn"):
        convert(tmp_path / "a.pth", tmp_path / "dit.safetensors", config, licence=LICENCE)


def test_shared_tensors_are_written_apart(pth: Path, tmp_path: Path, config: DiTConfig) -> None:
    loaded = torch.load(pth, weights_only=True)
    loaded["generator"]["model.blocks.1.scale_shift_table"] = loaded["generator"]["model.blocks.0.scale_shift_table"]
    torch.save(loaded, pth)
    convert(pth, tmp_path / "dit.safetensors", config, licence=LICENCE)
    stored = load_file(tmp_path / "dit.safetensors")
    assert torch.equal(stored["blocks.0.scale_shift_table"], stored["blocks.1.scale_shift_table"])


def test_foreign_converted_files(tmp_path: Path) -> None:
    file = tmp_path / "dit.safetensors"
    with pytest.raises(UserError, match="does not exist"):
        read_header(file)
    save_file({"a": torch.ones(1)}, file)
    with pytest.raises(UserError, match="format None"):
        read_header(file)
    save_file({"a": torch.ones(1)}, file, metadata={"format": released.FORMAT, "config": "{}"})
    with pytest.raises(UserError, match="missing DiT settings"):
        read_header(file)
    file.write_bytes(file.read_bytes()[:20])
    with pytest.raises(UserError, match="Delete the file"):
        read_header(file)
