"""Reading diffusers' config of an LTX-2 VAE, and refusing what the networks don't do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sanacam.model.errors import UserError
from sanacam.model.vae.ltx2 import Ltx2Config

RELEASE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "vae_keys" / "ltx2.json").read_text(encoding="utf-8")
)["config"]


def test_release_compresses_by_8_frames_and_32_pixels() -> None:
    config = Ltx2Config.from_dict(RELEASE)
    assert (config.frames_per_latent, config.spatial_stride, config.latent_channels) == (8, 32, 128)
    assert not config.decoder_causal


def test_entries_about_the_file_and_tiling_are_left_out() -> None:
    extra = {"_class_name": "AutoencoderKLLTX2Video", "_diffusers_version": "0.42.1", "tile_sample_min_num_frames": 96}
    assert Ltx2Config.from_dict(RELEASE | extra) == Ltx2Config.from_dict(RELEASE)


def test_one_truth_value_stands_for_a_list() -> None:
    short = {"decoder_inject_noise": False, "upsample_residual": True, "spatio_temporal_scaling": True}
    assert Ltx2Config.from_dict(RELEASE | short) == Ltx2Config.from_dict(RELEASE)


def test_the_original_programs_upsample_order_is_turned_round() -> None:
    four = {
        "block_out_channels": (8, 16, 32, 32),
        "decoder_block_out_channels": (8, 16, 16, 32),
        "decoder_layers_per_block": (1,) * 5,
        "decoder_spatio_temporal_scaling": True,
        "decoder_inject_noise": False,
        "upsample_residual": False,
        "upsample_factor": (2, 2, 1, 2),
        "latent_channels": 4,
    }
    order = ("spatiotemporal", "spatiotemporal", "temporal", "spatial")
    diffusers = Ltx2Config.from_dict(RELEASE | four | {"upsample_type": order})
    original = Ltx2Config.from_dict(RELEASE | four | {"decoder_upsample_type": order[::-1]})
    assert diffusers == original
    assert diffusers.up_strides == ((2, 2, 2), (2, 2, 2), (2, 1, 1), (1, 2, 2))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"timestep_conditioning": True}, "timestep_conditioning"),
        ({"decoder_inject_noise": (False, True, False, False)}, "decoder_inject_noise"),
        ({"patch_size_t": 2}, "patch_size_t"),
        ({"encoder_causal": False}, "encoder_causal"),
        ({"downsample_type": ("conv",) * 4}, "downsample_type"),
        ({"decoder_spatial_padding_mode": "circular"}, "decoder_spatial_padding_mode"),
        ({"layers_per_block": (4, 6)}, "layers_per_block"),
        ({"upsample_type": ("spatial",) * 3}, "decodes by"),
        ({"temporal_compression_ratio": 4}, "compresses by"),
        ({"block_out_channels": (100, 512, 1024, 2048)}, "128 to 100 channels"),
        ({"upsample_factor": (2, 2, 3)}, "by 3"),
        ({"colour_space": "lab"}, "colour_space"),
        ({"block_out_channels": 5}, "cannot be used"),
    ],
)
def test_what_the_networks_lack_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(UserError, match=named):
        Ltx2Config.from_dict(RELEASE | change)


@pytest.mark.parametrize("text", ["{", "[1, 2]"])
def test_damaged_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(UserError, match=r"config\.json"):
        Ltx2Config.load(path)
