"""A stream through the LTX-2 and the tiny VAE: any split, resets, ends, and memory that stays where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from sanacam.model.errors import UserError
from sanacam.model.vae.ltx2 import Ltx2Config, Ltx2Network, Ltx2VAE, Ltx2VAEState
from sanacam.model.vae.ltx2.window_decode import WindowDecodeStream
from sanacam.model.vae.streams import StreamShape
from sanacam.model.vae.tiny import TinyConfig, TinyNetwork

SIZE = 64
CHANNELS = 4


def network(*, causal: bool) -> Ltx2Network:
    config = Ltx2Config(
        latent_channels=CHANNELS,
        block_out_channels=(8, 16, 32, 32),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1,) * 5,
        decoder_layers_per_block=(1,) * 4,
        decoder_causal=causal,
        scaling_factor=0.7,
    )
    torch.manual_seed(4)
    made = Ltx2Network(config).eval().requires_grad_(False)
    made.latents_mean.normal_()
    made.latents_std.uniform_(0.5, 2.0)
    return made


def make_vae(*, causal: bool) -> Ltx2VAE:
    full = network(causal=causal)
    tiny = TinyNetwork(TinyConfig(CHANNELS, 8, (16, 8, 8, 8))).eval().requires_grad_(False)
    return Ltx2VAE(full, tiny, decoder="causal" if causal else "window")


BIDIRECTIONAL, CAUSAL = make_vae(causal=False), make_vae(causal=True)
CLIP = torch.randn(2, 33, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(5)).clamp(-1, 1)
LATENTS = torch.randn(2, CHANNELS, 6, 2, 2, generator=torch.Generator().manual_seed(6))


@pytest.fixture(autouse=True)
def _no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


@st.composite
def splits(draw: st.DrawFn, total: int) -> list[int]:
    cuts = sorted(draw(st.sets(st.integers(1, total - 1), max_size=6)))
    return [after - before for before, after in zip([0, *cuts], [*cuts, total], strict=True)]


def encoded(vae: Ltx2VAE, state: Ltx2VAEState, clip: Tensor, split: Sequence[int]) -> Tensor:
    return torch.cat([*(vae.encode(part, state) for part in clip.split(list(split), 1)), vae.finish_encode(state)], 2)


def decoded(vae: Ltx2VAE, state: Ltx2VAEState, latents: Tensor, split: Sequence[int]) -> Tensor:
    return torch.cat(
        [*(vae.decode(part, state) for part in latents.split(list(split), 2)), vae.finish_decode(state)], 1
    )


@settings(max_examples=8, deadline=None)
@given(split=splits(CLIP.shape[1]))
def test_encoding_in_any_split_equals_the_whole_clip(split: list[int]) -> None:
    assert CAUSAL.full is not None
    with torch.inference_mode():
        whole = CAUSAL.full.encode_clip(CLIP)
        CAUSAL.choose(encoder="full")
        got = encoded(CAUSAL, CAUSAL.new_state(2, SIZE, SIZE, parts=("encoder",)), CLIP, split)
    assert whole.std() > 0.1
    assert torch.allclose(got, whole, atol=1e-5, rtol=0)


@settings(max_examples=6, deadline=None)
@given(split=splits(LATENTS.shape[2]))
def test_causal_decoding_in_any_split_equals_the_whole_clip(split: list[int]) -> None:
    assert CAUSAL.full is not None
    with torch.inference_mode():
        whole = CAUSAL.full.decode_clip(LATENTS)
        CAUSAL.choose(decoder="causal")
        got = decoded(CAUSAL, CAUSAL.new_state(2, SIZE, SIZE, parts=("decoder",)), LATENTS, split)
    assert whole.std() > 0.1
    assert torch.allclose(got, whole, atol=1e-5, rtol=0)


def windows_by_the_rule(full: Ltx2Network, latents: Tensor, window: int, stride: int) -> Tensor:
    """The release's rule on a whole clip, step by step."""
    count, span, step, overlap = latents.shape[2], window // 8, stride // 8, window - stride
    tiles: list[Tensor] = []
    for start in range(0, count, step):
        tile = full.decode_clip(latents[:, :, start : start + span + 1])
        tiles.append(tile if start == 0 else tile[:, 1:])
    for before, tile in pairwise(tiles):
        faded = min(overlap, before.shape[1], tile.shape[1])
        for x in range(faded):
            tile[:, x] = (1 - x / faded) * before[:, before.shape[1] - faded + x] + (x / faded) * tile[:, x]
    kept = [tile[:, : stride + (index == 0)] for index, tile in enumerate(tiles)]
    return torch.cat(kept, dim=1)[:, : 8 * (count - 1) + 1]


@settings(max_examples=8, deadline=None)
@given(
    count=st.integers(1, 6),
    portion=st.integers(1, 6),
    sizes=st.sampled_from([(24, 8), (16, 8), (32, 16), (24, 24), (40, 16), (8, 8)]),
)
def test_windows_as_a_stream_equal_the_rule_on_the_clip(count: int, portion: int, sizes: tuple[int, int]) -> None:
    window, stride = sizes
    full = BIDIRECTIONAL.full
    assert full is not None
    with torch.inference_mode():
        latents = LATENTS[:1, :, :count]
        expected = windows_by_the_rule(full, latents, window, stride)
        stream = WindowDecodeStream(full, StreamShape(1, SIZE, SIZE), window=window, stride=stride)
        got = torch.cat([*(stream.push(part) for part in latents.split(portion, 2)), stream.finish()], dim=1)
    assert got.shape[1] == 8 * (count - 1) + 1
    assert torch.allclose(got, expected, atol=1e-5, rtol=0)


def test_windows_hand_out_frames_two_latents_later() -> None:
    BIDIRECTIONAL.choose(decoder="window")
    state = BIDIRECTIONAL.new_state(2, SIZE, SIZE, parts=("decoder",))
    assert state.decoder is not None
    assert state.decoder.lookahead_latents == 2
    counts = [BIDIRECTIONAL.decode(latent, state).shape[1] for latent in LATENTS.split(1, 2)]
    assert counts == [0, 0, 0, 9, 8, 8]
    assert BIDIRECTIONAL.finish_decode(state).shape[1] == 16


def test_one_latent_of_context_gives_the_frames_of_its_own_latents_at_once() -> None:
    BIDIRECTIONAL.choose(decoder="context")
    state = BIDIRECTIONAL.new_state(2, SIZE, SIZE, parts=("decoder",))
    assert [BIDIRECTIONAL.decode(part, state).shape[1] for part in LATENTS.split([1, 2, 3], 2)] == [1, 16, 24]


@settings(max_examples=8, deadline=None)
@given(split=splits(CLIP.shape[1]), latent_split=splits(LATENTS.shape[2]))
def test_tiny_networks_in_any_split_equal_the_whole_clip(split: list[int], latent_split: list[int]) -> None:
    CAUSAL.choose(encoder="tiny", decoder="tiny")
    with torch.inference_mode():
        state = CAUSAL.new_state(2, SIZE, SIZE)
        whole, pictures = encoded(CAUSAL, state, CLIP, [33]), decoded(CAUSAL, state, LATENTS, [6])
        assert whole.shape == (2, CHANNELS, 5, 2, 2)
        assert pictures.shape == (2, 41, 3, SIZE, SIZE)
        assert torch.allclose(encoded(CAUSAL, state, CLIP, split), whole, atol=1e-5, rtol=0)
        assert torch.allclose(decoded(CAUSAL, state, LATENTS, latent_split), pictures, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("encoder", "lag"), [("full", 0), ("tiny", 7)])
def test_a_latent_is_out_with_the_frame_that_completes_it(encoder: str, lag: int) -> None:
    CAUSAL.choose(encoder=encoder)
    state = CAUSAL.new_state(2, SIZE, SIZE, parts=("encoder",))
    assert state.encoder is not None
    assert state.encoder.lookahead_frames == lag
    out = [index for index, frame in enumerate(CLIP[:, :20].split(1, 1)) if CAUSAL.encode(frame, state).shape[2]]
    assert out == [lag, 8 + lag, 16 + lag][: len(out)]
    assert len(out) == (20 - 1 - lag) // 8 + 1


def test_an_end_between_latents_repeats_the_last_frame() -> None:
    CAUSAL.choose(encoder="full")
    state = CAUSAL.new_state(2, SIZE, SIZE, parts=("encoder",))
    short = encoded(CAUSAL, state, CLIP[:, :12], [12])
    repeated = torch.cat([CLIP[:, :12], CLIP[:, 11:12].expand(-1, 5, -1, -1, -1)], dim=1)
    assert torch.allclose(short, encoded(CAUSAL, state, repeated, [17]), atol=1e-5, rtol=0)
    assert CAUSAL.finish_encode(state).shape[2] == 0


class Operations(TorchDispatchMode):
    """Notes what is computed."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.add(func.overloadpacket.__name__)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("encoder", ["full", "tiny"])
@pytest.mark.parametrize("decoder", ["window", "causal", "context", "tiny"])
def test_reset_begins_anew_in_the_same_storage(encoder: str, decoder: str) -> None:
    vae = CAUSAL if decoder == "causal" else BIDIRECTIONAL
    vae.choose(encoder=encoder, decoder=decoder)
    state = vae.new_state(2, SIZE, SIZE)
    assert state.encoder is not None
    assert state.decoder is not None
    places = [tensor.data_ptr() for part in (state.encoder, state.decoder) for tensor in part.tensors()]
    first = vae.encode(CLIP[:, :21], state), vae.decode(LATENTS, state)
    with Operations() as seen:
        state.reset()
    assert seen.names <= {"zero_"}
    again = vae.encode(CLIP[:, :21], state), vae.decode(LATENTS, state)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert places == [tensor.data_ptr() for part in (state.encoder, state.decoder) for tensor in part.tensors()]


def test_streams_of_one_vae_do_not_touch_each_other() -> None:
    CAUSAL.choose(encoder="full", decoder="causal")
    one, other = (CAUSAL.new_state(1, SIZE, SIZE) for _ in range(2))
    for frames, latents in zip(CLIP[:1, :17].split([1, 8, 8], 1), LATENTS[:1, :, :3].split(1, 2), strict=True):
        CAUSAL.encode(frames, one)
        CAUSAL.encode(-frames, other)
        kept = CAUSAL.decode(latents, one)
        CAUSAL.decode(-latents, other)
    alone = CAUSAL.new_state(1, SIZE, SIZE)
    assert torch.allclose(CAUSAL.decode(LATENTS[:1, :, :3], alone)[:, -8:], kept, atol=1e-5, rtol=0)


def test_a_running_stream_keeps_its_networks_when_others_are_chosen() -> None:
    BIDIRECTIONAL.choose(encoder="full", decoder="window")
    state = BIDIRECTIONAL.new_state(2, SIZE, SIZE)
    BIDIRECTIONAL.choose(encoder="tiny", decoder="tiny")
    assert BIDIRECTIONAL.encode(CLIP[:, :1], state).shape[2] == 1
    assert BIDIRECTIONAL.decode(LATENTS[:, :, :1], state).shape[1] == 0


def test_half_precision_stays_close() -> None:
    CAUSAL.choose(encoder="full", decoder="causal")
    full = network(causal=True)
    rough = Ltx2VAE(network(causal=True).to(torch.bfloat16), decoder="causal")
    state = rough.new_state(2, SIZE, SIZE)
    latents = rough.encode(CLIP[:, :17].bfloat16(), state)
    pictures = rough.decode(latents, state)
    assert latents.dtype == pictures.dtype == torch.bfloat16
    exact = full.encode_clip(CLIP[:, :17])
    assert (latents - exact).abs().mean() < 0.05 * exact.std()


@pytest.mark.parametrize(
    ("causal", "change", "named"),
    [
        (False, {"encoder": "huge"}, "“huge”"),
        (False, {"decoder": "fast"}, "“fast”"),
        (True, {"decoder": "window"}, "bidirectional"),
        (True, {"decoder": "context"}, "bidirectional"),
    ],
)
def test_wrong_choices_are_refused_and_change_nothing(causal: bool, change: dict[str, str], named: str) -> None:
    vae = CAUSAL if causal else BIDIRECTIONAL
    vae.choose(encoder="full", decoder="tiny")
    with pytest.raises(UserError, match=named):
        vae.choose(**change)
    assert (vae.encoder_choice, vae.decoder_choice) == ("full", "tiny")


def test_a_part_that_is_not_loaded_cannot_be_chosen() -> None:
    assert BIDIRECTIONAL.full is not None
    with pytest.raises(UserError, match="tiny VAE decoder is not loaded"):
        Ltx2VAE(BIDIRECTIONAL.full, decoder="tiny")
    encoder_only = Ltx2Network(BIDIRECTIONAL.full.config, parts=("encoder",))
    with pytest.raises(UserError, match="full VAE decoder is not loaded"):
        Ltx2VAE(encoder_only, BIDIRECTIONAL.tiny, decoder="window")
    Ltx2VAE(encoder_only, BIDIRECTIONAL.tiny, decoder="tiny")


def test_sizes_that_do_not_fit_are_refused() -> None:
    for size in ((SIZE, 80), (32, SIZE)):
        with pytest.raises(ValueError, match="multiples of 32"):
            CAUSAL.new_state(1, *size)
    state = CAUSAL.new_state(1, SIZE, SIZE)
    with pytest.raises(ValueError, match="the stream takes"):
        CAUSAL.encode(torch.zeros(1, 9, 3, SIZE, 96), state)
