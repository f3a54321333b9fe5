"""The real sizes, on the meta device: names and shapes of the released weights, memory of a stream at 1280×704."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from sanacam.model.vae.ltx2 import Ltx2Config, Ltx2Network, Ltx2VAE
from sanacam.model.vae.streams import stream_bytes
from sanacam.model.vae.tiny import TinyConfig, TinyNetwork

KEYS = Path(__file__).parents[2] / "data" / "vae_keys"
HEIGHT, WIDTH = 704, 1280
PIXELS_OF_7_FRAMES = 7 * 3 * HEIGHT * WIDTH * 2


def listed(name: str) -> dict[str, Any]:
    return json.loads((KEYS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def vae() -> Ltx2VAE:
    with torch.device("meta"):
        full = Ltx2Network(Ltx2Config.from_dict(listed("ltx2")["config"]))
        tiny = TinyNetwork(TinyConfig())
    return Ltx2VAE(full, tiny).to(torch.bfloat16)


def test_names_and_shapes_are_the_releases(vae: Ltx2VAE) -> None:
    for network, name in ((vae.full, "ltx2"), (vae.tiny, "taeltx2")):
        assert network is not None
        shapes = {key: list(value.shape) for key, value in network.state_dict().items()}
        assert shapes == listed(name)["keys"]


def test_encoder_histories_hold_941_megabytes(vae: Ltx2VAE) -> None:
    vae.choose(encoder="full")
    state = vae.new_state(1, HEIGHT, WIDTH, parts=("encoder",))
    assert state.decoder is None
    assert round((state.nbytes - PIXELS_OF_7_FRAMES) / 1e6) == 941


@pytest.mark.parametrize(
    ("decoder", "megabytes"),
    [("window", 16 * 3 * HEIGHT * WIDTH * 2 / 1e6 + 0.9), ("context", 0.2), ("tiny", 9.5)],
)
def test_bidirectional_and_tiny_decoders_hold_little(vae: Ltx2VAE, decoder: str, megabytes: float) -> None:
    vae.choose(decoder=decoder)
    assert vae.new_state(1, HEIGHT, WIDTH, parts=("decoder",)).nbytes / 1e6 == pytest.approx(megabytes, abs=0.05)


def test_causal_decoder_holds_595_megabytes(vae: Ltx2VAE) -> None:
    vae.choose(decoder="causal")
    assert round(vae.new_state(1, HEIGHT, WIDTH, parts=("decoder",)).nbytes / 1e6) == 595


def test_tiny_encoder_holds_less_than_10_megabytes_beside_waiting_frames(vae: Ltx2VAE) -> None:
    vae.choose(encoder="tiny")
    state = vae.new_state(1, HEIGHT, WIDTH)
    assert state.encoder is not None
    assert stream_bytes(state.encoder) - PIXELS_OF_7_FRAMES < 10e6


@pytest.mark.parametrize("encoder", ["full", "tiny"])
@pytest.mark.parametrize("decoder", ["window", "causal", "tiny"])
def test_shapes_through_the_real_networks(vae: Ltx2VAE, encoder: str, decoder: str) -> None:
    vae.choose(encoder=encoder, decoder=decoder)
    state = vae.new_state(1, HEIGHT, WIDTH)
    frames = torch.empty(1, 17, 3, HEIGHT, WIDTH, device="meta", dtype=torch.bfloat16)
    latents = torch.cat([vae.encode(frames, state), vae.finish_encode(state)], dim=2)
    assert latents.shape == (1, 128, 3, 22, 40)
    pictures = torch.cat([vae.decode(latents, state), vae.finish_decode(state)], dim=1)
    assert pictures.shape == frames.shape
