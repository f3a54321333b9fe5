"""Loading VAE weights strictly, and only the parts that are wanted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from sanacam.model.errors import UserError
from sanacam.model.vae.ltx2 import load_ltx2, load_ltx2_vae
from sanacam.model.vae.tiny import load_tiny

GOLDENS = Path(__file__).parents[2] / "data" / "goldens" / "vae"
TINY = GOLDENS / "taehv_ltx_narrow" / "weights.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A VAE in diffusers' layout."""
    case = GOLDENS / "ltx2_release_path"
    config = json.loads((case / "config.json").read_text(encoding="utf-8"))["config"]
    (tmp_path / "config.json").write_text(json.dumps(config | {"_class_name": "AutoencoderKLLTX2Video"}))
    shutil.copy(case / "weights.safetensors", tmp_path / "diffusion_pytorch_model.safetensors")
    return tmp_path


def test_weights_in_the_folder_or_in_vae_below_it(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    above = tmp_path_factory.mktemp("release")
    shutil.copytree(folder, above / "vae")
    a, b = load_ltx2(folder, dtype=torch.float32), load_ltx2(above, dtype=torch.float32)
    assert all(torch.equal(value, b.state_dict()[key]) for key, value in a.state_dict().items())
    assert not a.config.decoder_causal


def test_statistics_stay_fp32(folder: Path) -> None:
    loaded = load_ltx2(folder)
    assert loaded.dtype == torch.bfloat16
    assert loaded.latents_std.dtype == torch.float32


def test_only_what_the_choice_needs_is_loaded(folder: Path) -> None:
    vae = load_ltx2_vae(folder, tiny_of_4_channels(folder), encoder="full", decoder="tiny")
    assert vae.full is not None
    assert vae.full.decoder is None
    every = load_ltx2_vae(folder, tiny_of_4_channels(folder), every_part=True)
    every.choose(encoder="tiny", decoder="tiny")
    assert load_ltx2_vae(folder).tiny is None
    with pytest.raises(UserError, match="tiny VAE decoder is not loaded"):
        load_ltx2_vae(folder, decoder="tiny")
    with pytest.raises(UserError, match="No video autoencoder"):
        load_ltx2_vae(None)


def tiny_of_4_channels(folder: Path) -> Path:
    """The golden tiny weights, cut to the golden LTX weights' 4 latent channels."""
    weights = load_file(TINY)
    weights["decoder.1.weight"] = weights["decoder.1.weight"][:, :4].contiguous()
    for key in ("encoder.17.weight", "encoder.17.bias"):
        weights[key] = weights[key][:4].contiguous()
    save_file(weights, folder / "tiny.safetensors")
    return folder / "tiny.safetensors"


def test_networks_of_different_latents_do_not_go_together(folder: Path) -> None:
    with pytest.raises(UserError, match="4 channels, 32 pixels, 8 frames and 6 channels"):
        load_ltx2_vae(folder, TINY, every_part=True)


def test_missing_unknown_and_wrong_shapes_are_named(folder: Path) -> None:
    file = folder / "diffusion_pytorch_model.safetensors"
    weights = load_file(file)
    weights["decoder.extra"] = weights.pop("decoder.conv_out.conv.bias")
    weights["encoder.conv_in.conv.bias"] = torch.zeros(3)
    save_file(weights, file)
    with pytest.raises(UserError) as raised:
        load_ltx2(folder)
    for part in ("missing: decoder.conv_out.conv.bias", "unknown: decoder.extra", "encoder.conv_in.conv.bias is (3,)"):
        assert part in str(raised.value)


def test_no_files_or_a_damaged_one(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(UserError, match="no VAE"):
        load_ltx2(tmp_path_factory.mktemp("empty"))
    (folder / "diffusion_pytorch_model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(UserError, match="damaged"):
        load_ltx2(folder)


def test_tiny_weights_as_a_pickle(tmp_path: Path) -> None:
    torch.save(load_file(TINY), tmp_path / "tiny.pth")
    loaded = load_tiny(tmp_path / "tiny.pth", dtype=torch.float32)
    assert (loaded.config.latent_channels, loaded.config.decoder_widths) == (6, (16, 8, 8, 8))


def test_other_tiny_layouts_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a tiny video autoencoder"):
        load_tiny(folder / "diffusion_pytorch_model.safetensors")
    weights = load_file(TINY)
    weights["encoder.2.conv.weight"] = weights["encoder.2.conv.weight"][:, :8].contiguous()
    save_file(weights, tmp_path / "other.safetensors")
    with pytest.raises(UserError, match="another way"):
        load_tiny(tmp_path / "other.safetensors")
