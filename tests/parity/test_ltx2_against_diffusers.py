"""Our LTX-2 video VAE beside diffusers', both ways: it reads what diffusers writes, and diffusers reads what we write.

Runs where diffusers is installed (the extra `pipeline`; CI has it).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from sanacam.model.vae.ltx2.causal_encode import CausalEncodeStream
from sanacam.model.vae.ltx2.network import Ltx2Network, load_ltx2
from sanacam.model.vae.streams import StreamShape
from sanacam.model.zoo import save_bundle
from sanacam.model.zoo.tiny import tiny_streaming_bundle

SHAPE: dict[str, Any] = {
    "latent_channels": 6, "block_out_channels": (8, 16, 32, 32), "decoder_block_out_channels": (8, 16, 32),
    "layers_per_block": (1, 2, 1, 1, 1), "decoder_layers_per_block": (1, 2, 1, 1), "decoder_causal": False,
    "decoder_spatial_padding_mode": "reflect",
}  # fmt: skip
CLOSE = {"rtol": 1e-4, "atol": 2e-4}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def theirs() -> Any:
    """The class, imported here since that takes seconds."""
    return pytest.importorskip("diffusers").AutoencoderKLLTX2Video


def clip(*size: int) -> Tensor:
    return torch.rand(size, generator=torch.Generator().manual_seed(0)) * 2 - 1


@torch.no_grad()
def agree(ours: Ltx2Network, theirs: Any) -> None:
    """In both directions, with the latents' statistics, causal decoding included."""
    frames = clip(2, 17, 3, 64, 96)
    mean, std = (value.view(1, -1, 1, 1, 1) for value in (theirs.latents_mean, theirs.latents_std))
    latents = (theirs.encode(frames.transpose(1, 2)).latent_dist.mode() - mean) / std
    torch.testing.assert_close(ours.encode_clip(frames), latents, **CLOSE)
    stream = CausalEncodeStream(ours, StreamShape(2, 64, 96, frames.device, frames.dtype))
    pieces = [*(stream.push(part) for part in frames.split([1, 7, 9], 1)), stream.finish()]
    torch.testing.assert_close(torch.cat(pieces, 2), latents, **CLOSE)
    for causal in (False, True):
        picture = theirs.decode(latents * std + mean, causal=causal).sample.transpose(1, 2)
        torch.testing.assert_close(ours.decode_clip(latents, causal=causal), picture, **CLOSE)


def test_it_reads_what_diffusers_writes(theirs: Any, tmp_path: Path) -> None:
    torch.manual_seed(1)
    vae = theirs(**SHAPE).eval()
    for parameter in vae.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=parameter[0].numel() ** -0.5)
    vae.latents_mean.normal_()
    vae.latents_std.uniform_(0.5, 2)
    vae.save_pretrained(tmp_path)
    agree(load_ltx2(tmp_path, dtype=torch.float32), vae)


def test_diffusers_reads_what_we_write(theirs: Any, tmp_path: Path) -> None:
    bundle = tiny_streaming_bundle(3)
    bundle.vae.full.latents_std.uniform_(0.5, 2)  # type: ignore[union-attr]
    save_bundle(bundle, tmp_path / "model", dtype=torch.float32)
    vae = theirs.from_pretrained(tmp_path / "model" / "vae")
    agree(bundle.vae.full, vae)  # type: ignore[union-attr, arg-type]
