"""The mini VAE: causal, split-invariant, fixed state, and a source gate that can be left out."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sanacam.model.vae import MiniVAE, MiniVAEConfig

TINY = MiniVAEConfig(
    latent_channels=6,
    encoder_quarter=8,
    encoder_eighth=12,
    encoder_eighth_blocks=1,
    decoder_eighth=12,
    decoder_eighth_blocks=1,
    decoder_quarter=8,
    decoder_quarter_blocks=2,
)


def make_vae(seed: int = 0) -> MiniVAE:
    torch.manual_seed(seed)
    return MiniVAE(TINY).eval()


def frames_of(count: int, height: int = 24, width: int = 32, batch: int = 1) -> torch.Tensor:
    return torch.rand(batch, count, 3, height, width) * 2 - 1


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(1, 3), min_size=1, max_size=4), with_source=st.booleans(), seed=st.integers(0, 999))
def test_any_split_of_the_stream_gives_the_same_pictures(cuts: list[int], with_source: bool, seed: int) -> None:
    vae = make_vae(seed)
    clip = frames_of(4 * sum(cuts), batch=2)
    with torch.no_grad():
        state = vae.new_state(2, 24, 32)
        latents = vae.encode(clip, state)
        whole = vae.decode(latents, state, clip if with_source else None)
        state = vae.new_state(2, 24, 32)
        pieces, latent_pieces, begin = [], [], 0
        for cut in cuts:
            part = clip[:, begin : begin + 4 * cut]
            latent_pieces.append(vae.encode(part, state))
            pieces.append(vae.decode(latent_pieces[-1], state, part if with_source else None))
            begin += 4 * cut
    torch.testing.assert_close(torch.cat(latent_pieces, 2), latents, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(torch.cat(pieces, 1), whole, atol=1e-5, rtol=1e-5)


def test_shapes_are_those_of_the_contract() -> None:
    vae = make_vae()
    state = vae.new_state(1, 24, 32)
    latents = vae.encode(frames_of(8), state)
    assert latents.shape == (1, vae.latent_channels, 2, 3, 4)
    assert vae.decode(latents, state).shape == (1, 8, 3, 24, 32)


def test_the_future_does_not_change_the_past() -> None:
    vae = make_vae()
    clip = frames_of(12)
    changed = clip.clone()
    changed[:, 8:] = 0
    with torch.no_grad():
        results = []
        for frames in (clip, changed):
            state = vae.new_state(1, 24, 32)
            results.append(vae.decode(vae.encode(frames, state), state))
    torch.testing.assert_close(results[0][:, :8], results[1][:, :8])
    assert not torch.allclose(results[0][:, 8:], results[1][:, 8:])


def test_the_past_does_change_the_present() -> None:
    vae = make_vae()
    clip = frames_of(8)
    with torch.no_grad():
        state = vae.new_state(1, 24, 32)
        continued = vae.encode(clip, state)[:, :, 1:]
        alone = vae.encode(clip[:, 4:], vae.new_state(1, 24, 32))
    assert (continued - alone).abs().max() > 1e-4


def test_state_is_made_once_and_reset_in_place() -> None:
    vae = make_vae()
    state = vae.new_state(1, 24, 32)
    tensors = [state.encoder, state.decoder, *state.frames, *state.seam.tensors()]
    places = [t.data_ptr() for t in tensors]
    clip = frames_of(4)
    with torch.no_grad():
        first = vae.decode(vae.encode(clip, state), state, clip)
        for _ in range(5):
            other = frames_of(4)
            vae.decode(vae.encode(other, state), state, other)
        assert all(t.abs().sum() > 0 for t in tensors)
        state.reset()
        assert all(t.abs().sum() == 0 for t in tensors)
        again = vae.decode(vae.encode(clip, state), state, clip)
    assert [t.data_ptr() for t in tensors] == places
    torch.testing.assert_close(again, first)


def test_latent_statistics_normalise_and_come_back() -> None:
    vae = make_vae()
    vae.latents_mean.uniform_(-1, 1)
    vae.latents_std.uniform_(0.5, 2)
    raw = torch.randn(1, 3, 6, 3, 4)
    torch.testing.assert_close(vae.denormalise(vae.normalise(raw)), raw)


def test_wrong_sizes_are_refused() -> None:
    vae = make_vae()
    with pytest.raises(ValueError, match="multiples of 8"):
        vae.new_state(1, 20, 32)
    with pytest.raises(ValueError, match="multiple of 4"):
        vae.encode(frames_of(6), vae.new_state(1, 24, 32))
