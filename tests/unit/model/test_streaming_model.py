"""StreamEditor with an LTX-2 VAE: uneven first chunk, coders with look-ahead, still one frame out for each one in."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sanacam.model.errors import UserError
from sanacam.model.pixels import Pixels, pictures_to_tensor, tensor_to_pictures
from sanacam.model.sampling import flow_schedule, sample_chunk
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.tiny import tiny_bundle, tiny_clip_bundle, tiny_streaming_bundle

CODERS = list(product(("full", "tiny"), ("window", "causal", "context", "tiny")))
FIRST, LATER = 17, 16
"""Frames of the first and of later chunks with the full encoder: 3 latents, then 2."""


def clip(count: int, height: int = 50, width: int = 60) -> list[Pixels]:
    base = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return [np.ascontiguousarray(np.roll(base, 3 * shift, axis=1)) for shift in range(count)]


def editor(encoder: str = "full", decoder: str = "window", **overrides: object) -> StreamEditor:
    made = StreamEditor(tiny_streaming_bundle(1, **overrides), "cpu")
    made.choose_vae(encoder, decoder)
    made.set_prompt("oil painting")
    return made


def same(first: list[Pixels], second: list[Pixels], slack: int = 0) -> bool:
    return len(first) == len(second) and all(
        np.abs(a.astype(int) - b).max() <= slack for a, b in zip(first, second, strict=True)
    )


@pytest.mark.parametrize(("encoder", "decoder"), CODERS)
def test_one_frame_out_for_each_frame_in(encoder: str, decoder: str) -> None:
    made = editor(encoder, decoder)
    for count in (1, 18, 33):
        frames = clip(count)
        out = [picture for frame in frames for picture in made.push([frame])]
        out += made.flush()
        assert len(out) == count
        assert all(picture.shape == (50, 60, 3) and picture.std() > 0 for picture in out)
        assert made.flush() == []


@settings(max_examples=4, deadline=None)
@given(sizes=st.lists(st.integers(0, 20), max_size=5), coders=st.sampled_from(CODERS))
def test_cutting_the_input_changes_nothing(sizes: list[int], coders: tuple[str, str]) -> None:
    made, frames = editor(*coders), clip(41)
    at_once = made.push(frames) + made.flush()
    out, start = [], 0
    for size in sizes:
        out += made.push(frames[start : start + size])
        start += size
    assert same(out + made.push(frames[start:]) + made.flush(), at_once)


def test_it_is_what_the_parts_give_by_hand() -> None:
    """Whole-clip encode, chunk by chunk through the network, whole-clip decode by the release's windows."""
    frames, bundle = clip(FIRST + 2 * LATER, 64, 96), tiny_streaming_bundle(1)
    made = StreamEditor(bundle, "cpu", seed=5)
    made.set_prompt("oil painting")
    got = made.push(frames) + made.flush()
    vae, config = bundle.vae, bundle.config
    noise_source = torch.Generator().manual_seed(5)
    with torch.inference_mode():
        pixels = pictures_to_tensor(frames, (64, 96), torch.device("cpu"), torch.float32)
        source = vae.full.encode_clip(pixels)
        tokens, mask = bundle.text_encoder.encode("oil painting")
        text = bundle.dit.text_kv(tokens[None], mask[None])
        state = bundle.dit.new_state(1, 2, 3, 2, first_chunk_latents=3)
        chunks = []
        for part in source.split([3, 2, 2], dim=2):
            noise = torch.randn(part.shape, generator=noise_source)
            chunks.append(sample_chunk(bundle.dit, noise, part, text, state, flow_schedule(2, config.flow_shift))[0])
        memory = vae.new_state(1, 64, 96, parts=("decoder",))
        whole = torch.cat([vae.decode(torch.cat(chunks, dim=2), memory), vae.finish_decode(memory)], dim=1)
    assert same(got, tensor_to_pictures(whole, 64, 96), slack=1)


def test_chunks_and_look_ahead_decide_when_frames_come() -> None:
    made = editor("full", "causal")
    assert made.frames_per_chunk == FIRST
    assert len(made.push(clip(FIRST))) == FIRST
    assert made.frames_per_chunk == LATER
    assert len(made.push(clip(LATER - 1))) == 0
    assert len(made.push(clip(1))) == LATER
    made.choose_vae(decoder="window")
    # 2 latents of look-ahead: nothing is final with 3 latents, 17 frames with 5, 16 more with 7.
    assert [len(made.push(clip(made.frames_per_chunk))) for _ in range(3)] == [0, 17, 16]
    made.choose_vae(encoder="tiny", decoder="tiny")
    assert made.frames_per_chunk == FIRST + 7


def test_strength_zero_is_the_source_whatever_waits_inside() -> None:
    for encoder, decoder in (("full", "window"), ("tiny", "tiny")):
        made, frames = editor(encoder, decoder), clip(40)
        made.set_strength(0.0)
        assert same(made.push(frames) + made.flush(), frames)


def test_flush_ends_the_stream_and_reset_repeats_it() -> None:
    made, frames = editor(), clip(40)
    first = made.push(frames) + made.flush()
    assert same(made.push(frames) + made.flush(), first)
    made.push(frames[:30])
    made.reset()
    assert same(made.push(frames) + made.flush(), first)
    assert made.push(clip(1, 64, 64)) == []


def test_memory_stays_where_it_is() -> None:
    made, frames = editor(), clip(LATER)
    made.push(clip(FIRST))
    state = made.stream_state
    assert state is not None
    pointers = [tensor.data_ptr() for tensor in state.tensors()]
    for _ in range(6):
        assert len(made.push(frames)) <= FIRST
    assert made.stream_state is state
    assert [tensor.data_ptr() for tensor in state.tensors()] == pointers


@pytest.mark.parametrize("transition", ["keep", "recache", "reset", "blend:2", "recache+blend:2"])
def test_the_prompt_changes_in_a_running_stream(transition: str) -> None:
    made, frames = editor("full", "causal"), clip(FIRST + 3 * LATER)
    plain = made.push(frames) + made.flush()
    head = made.push(frames[:FIRST])
    made.set_prompt("neon city", transition)
    tail = made.push(frames[FIRST:]) + made.flush()
    assert same(head, plain[:FIRST])
    assert len(tail) == 3 * LATER
    difference = np.mean([np.abs(a.astype(int) - b).mean() for a, b in zip(tail, plain[FIRST:], strict=True)])
    assert difference > 0.05


@pytest.mark.parametrize(("height", "width"), [(1, 1), (33, 65), (64, 64), (70, 20)])
def test_any_size(height: int, width: int) -> None:
    made = editor("full", "tiny")
    out = made.push(clip(3, height, width)) + made.flush()
    assert [picture.shape for picture in out] == [(height, width, 3)] * 3


def test_choices_that_are_not_there() -> None:
    plain = StreamEditor(tiny_bundle(), "cpu")
    with pytest.raises(UserError, match="nothing to choose"):
        plain.choose_vae(decoder="tiny")
    made = editor()
    with pytest.raises(UserError, match="no VAE decoder “best”"):
        made.choose_vae(decoder="best")
    made.bundle.vae.tiny = None
    with pytest.raises(UserError, match="tiny VAE decoder is not loaded"):
        made.choose_vae(decoder="tiny")
    assert len(made.push(clip(3)) + made.flush()) == 3
    with pytest.raises(UserError, match="whole clips"):
        StreamEditor(tiny_clip_bundle(), "cpu")
