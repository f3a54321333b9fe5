"""Model folders: saved, loaded, refused when something is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from sanacam.model.errors import UserError
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo import BundleConfig, load_bundle, save_bundle
from sanacam.model.zoo.tiny import tiny_bundle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "tiny"
    save_bundle(tiny_bundle(2), target)
    return target


def edited(bundle: object) -> np.ndarray:
    editor = StreamEditor(bundle, "cpu")  # type: ignore[arg-type]
    editor.set_prompt("anime")
    picture = np.random.default_rng(0).integers(0, 256, (16, 24, 3), dtype=np.uint8)
    return np.stack(editor.push([picture] * 4)).astype(int)


def test_half_precision_round_trip(folder: Path) -> None:
    loaded = load_bundle(folder)
    original = tiny_bundle(2)
    assert loaded.config == original.config
    assert load_file(folder / "dit.safetensors")["final_layer.linear.weight"].dtype == torch.float16
    assert load_file(folder / "dit.safetensors")["blocks.0.attn.dt_bias"].dtype == torch.float32
    assert all(p.dtype == torch.float32 and not p.requires_grad for p in loaded.dit.parameters())
    assert not loaded.dit.training
    assert np.abs(edited(loaded) - edited(original)).max() <= 1


def test_asked_dtype_spares_decays_and_statistics(folder: Path) -> None:
    loaded = load_bundle(folder, dtype=torch.bfloat16)
    assert loaded.dit.final_layer.linear.weight.dtype == torch.bfloat16
    assert loaded.dit.blocks[0].attn.A_log.dtype == torch.float32
    assert loaded.vae.latents_std.dtype == torch.float32


def test_saving_again_keeps_what_else_lies_there(folder: Path) -> None:
    (folder / "README.md").write_text("card")
    save_bundle(load_bundle(folder), folder)
    assert (folder / "README.md").read_text() == "card"
    assert sorted(p.name for p in folder.parent.iterdir()) == ["tiny"]


def test_config_round_trip() -> None:
    config = tiny_bundle(position_scales=(1.0, 0.5), chunk_latents=2).config
    assert BundleConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_position_scale_follows_the_size() -> None:
    config = tiny_bundle(position_scales=(1.0, 0.5, 0.25)).config
    sizes = ((176, 320), (220, 400), (352, 640), (704, 1280), (2160, 3840))
    assert [config.position_scale(*size) for size in sizes] == [1.0, 1.0, 0.5, 0.25, 0.25]


@pytest.mark.parametrize("name", ["nothing", "n" * 300])
def test_models_that_do_not_exist(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="no model") as caught:
        load_bundle(tmp_path / name)
    assert "mini" in caught.value.hint


@pytest.mark.parametrize("file", ["dit.safetensors", "vae.safetensors"])
def test_missing_and_damaged_weights(folder: Path, file: str) -> None:
    (folder / file).write_bytes(b"not weights")
    with pytest.raises(UserError, match="damaged"):
        load_bundle(folder)
    (folder / file).unlink()
    with pytest.raises(UserError, match=f"{file} does not exist"):
        load_bundle(folder)


def test_mismatches_are_named(folder: Path) -> None:
    file = folder / "dit.safetensors"
    weights = load_file(file)
    del weights["t_block.1.bias"]
    weights["extra"] = torch.zeros(1)
    weights["final_layer.linear.bias"] = torch.zeros(9)
    save_file(weights, file)
    with pytest.raises(UserError) as caught:
        load_bundle(folder)
    message = str(caught.value)
    assert "missing: t_block.1.bias" in message
    assert "unknown: extra" in message
    assert "final_layer.linear.bias is (9,) instead of (4,)" in message


@pytest.mark.parametrize(
    "change",
    [{"format": 99}, {"steps": 0}, {"surprise": 1}, {"cache": "never"}, {"vae": {"latent_channels": 7}}, {"dit": None}],
)
def test_bad_descriptions(folder: Path, change: dict[str, object]) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(UserError, match="description"):
        load_bundle(folder)


def test_unknown_text_encoder(folder: Path) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"text_kind": "oracle"}))
    with pytest.raises(UserError, match="oracle"):
        load_bundle(folder)


def test_same_seed_same_tiny_model() -> None:
    first, second, other = tiny_bundle(4), tiny_bundle(4), tiny_bundle(5)
    weight = "final_layer.linear.weight"
    assert torch.equal(first.dit.state_dict()[weight], second.dit.state_dict()[weight])
    assert not torch.equal(first.dit.state_dict()[weight], other.dit.state_dict()[weight])


def test_channels_must_agree() -> None:
    config = tiny_bundle().config
    with pytest.raises(ValueError, match="latent channels"):
        replace(config, vae=replace(config.vae, latent_channels=6))
