"""The roll-out in training is inference: same numbers, same caches; its gradient stays within a chunk."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
import torch
from tiny_dit import filled, random_text
from tiny_training import STREAM, tiny_vae

from sanacam.model.dit import HybridDiT
from sanacam.model.sampling import CacheMode, flow_schedule, sample_chunk
from sanacam.model.training.config import StreamTraining
from sanacam.model.training.cycle_reverse import reverse_window
from sanacam.model.training.long_clips import LongClip
from sanacam.model.training.long_stream import LongStream
from sanacam.model.training.noise import at_level
from sanacam.model.training.rollout import CachedStream, Rollout
from sanacam.model.training.stages.context import low_precision
from sanacam.model.vae.ltx2 import Ltx2VAE
from sanacam.model.zoo.tiny import TINY_DIT, tiny_streaming_bundle

KIND = replace(
    STREAM, chunk_latents=2, first_chunk_latents=3, first_window=5, window=4, clip_latents=13, generator_every=1
)
SINK = replace(TINY_DIT, sink=True)
HEIGHT, WIDTH = 2, 3


def latents(seed: int, frames: int, batch: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, TINY_DIT.in_channels, frames, HEIGHT, WIDTH, generator=generator)


def rollout_window(
    rollout: Rollout, stream: CachedStream, source: torch.Tensor, begin: torch.Tensor, chunks: list[int], exit_step: int
) -> torch.Tensor:
    text = random_text(1, SINK)
    chance = torch.Generator().manual_seed(9)
    return rollout.window(stream, source, text, torch.ones(1, 4), chunks, exit_step, begin, chance)


@pytest.mark.parametrize("cache", ["denoise", "cache_pass"])
def test_one_step_roll_outs_are_what_inference_does(cache: CacheMode) -> None:
    dit = filled(SINK, 3)
    kind = replace(KIND, sampling_steps=1, cache=cache)
    rollout = Rollout(dit, kind)
    stream = rollout.new_stream(1, HEIGHT, WIDTH)
    source, begin = latents(1, 9), latents(2, 9)
    parts = [(source[:, :, :5], begin[:, :, :5], kind.chunks(0)), (source[:, :, 5:], begin[:, :, 5:], kind.chunks(1))]
    edited = torch.cat([rollout_window(rollout, stream, s, b, chunks, 0) for s, b, chunks in parts], 2)

    with torch.no_grad():
        state = dit.new_state(1, HEIGHT, WIDTH, 2, first_chunk_latents=3)
        text = dit.text_kv(random_text(1, SINK), torch.ones(1, 4))
        wanted = []
        for part, noise in zip(source.split([3, 2, 2, 2], 2), begin.split([3, 2, 2, 2], 2), strict=True):
            wanted.append(sample_chunk(dit, noise, part, text, state, flow_schedule(1), cache)[0])
    torch.testing.assert_close(edited, torch.cat(wanted, 2), rtol=1e-5, atol=1e-5)
    assert (stream.state.frame_index, stream.state.chunk_index) == (9, 4)
    for mine, theirs in zip(stream.state.tensors(), state.tensors(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-5)


def test_between_steps_the_clean_estimate_is_noised_anew_and_the_exit_is_obeyed() -> None:
    dit = filled(SINK, 3)
    rollout = Rollout(dit, replace(KIND, sampling_steps=4, noise="fresh"))
    source, begin, text = latents(1, 3), latents(2, 3), random_text(1, SINK)
    seen: list[float] = []
    inputs: list[torch.Tensor] = []
    dit.register_forward_pre_hook(lambda _, args: (seen.append(float(args[2][0])), inputs.append(args[0]))[0])
    rollout_window(rollout, rollout.new_stream(1, HEIGHT, WIDTH), source, begin, [3], 2)
    assert seen == [1000.0, 961.0, 893.0]
    with torch.no_grad():
        clean = begin - dit(begin, source, torch.tensor([1000.0]), text, torch.ones(1, 4))
    fresh = torch.randn(begin.shape, generator=torch.Generator().manual_seed(9))
    torch.testing.assert_close(inputs[1], at_level(clean, fresh, 0.961), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("cache", ["denoise", "cache_pass"])
def test_gradient_stays_within_a_chunk_and_comes_from_the_exit_step(cache: CacheMode) -> None:
    dit = filled(SINK, 4)
    rollout = Rollout(dit, replace(KIND, sampling_steps=2, cache=cache))
    source, begin = latents(1, 5).requires_grad_(), latents(2, 5).requires_grad_()
    edited = rollout_window(rollout, rollout.new_stream(1, HEIGHT, WIDTH), source, begin, [3, 2], 1)
    edited[:, :, 3:].sum().backward()
    assert source.grad is not None
    assert source.grad[:, :, :3].eq(0).all()
    assert source.grad[:, :, 3:].abs().sum() > 0
    # The noise enters before the exit step only, and no gradient passes that.
    assert begin.grad is None


def test_passes_without_gradient_do_not_cost_the_later_one_its_gradient_in_bf16() -> None:
    norms = []
    for surroundings in (contextlib.nullcontext(), low_precision("cpu")):
        dit = filled(SINK, 4)
        rollout = Rollout(dit, replace(KIND, sampling_steps=2, cache="cache_pass"))
        with surroundings:
            edited = rollout_window(
                rollout, rollout.new_stream(1, HEIGHT, WIDTH), latents(1, 5), latents(2, 5), [3, 2], 1
            )
        edited.square().mean().backward()
        norms.append({name: float(p.grad.norm()) for name, p in dit.named_parameters() if p.grad is not None})
    assert norms[0].keys() == norms[1].keys()
    large = {name for name, norm in norms[0].items() if norm > 0.01}
    for name in large:
        assert norms[1][name] == pytest.approx(norms[0][name], rel=0.3), name


def test_a_turn_without_gradient_builds_no_graph() -> None:
    dit = filled(SINK, 4)
    rollout = Rollout(dit, KIND)
    edited = rollout.window(
        rollout.new_stream(1, HEIGHT, WIDTH), latents(1, 3), random_text(1, SINK), torch.ones(1, 4), [3], 1,
        latents(2, 3), torch.Generator(), train=False,
    )  # fmt: skip
    assert not edited.requires_grad


def test_counters_are_replayed_as_they_were() -> None:
    rollout = Rollout(filled(SINK, 5), KIND)
    one, other = rollout.new_stream(1, HEIGHT, WIDTH), rollout.new_stream(1, HEIGHT, WIDTH)
    with torch.no_grad():
        rollout_window(rollout, one, latents(1, 9), latents(2, 9), [3, 2, 2, 2], 1)
    other.replay(one.lengths)
    for mine, theirs in zip(other.state.tensors(), one.state.tensors(), strict=True):
        mine.copy_(theirs)
    with torch.no_grad():
        ends = [rollout_window(rollout, s, latents(3, 2), latents(4, 2), [2], 1) for s in (one, other)]
    assert torch.equal(ends[0], ends[1])


def reverse(
    dit: HybridDiT, kind: StreamTraining, edited: torch.Tensor, source: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, CachedStream]:
    rollout = Rollout(dit, kind)
    stream = rollout.new_stream(1, HEIGHT, WIDTH)
    loss, back = reverse_window(
        rollout, stream, edited, source, random_text(2, SINK), torch.ones(1, 4), [3, 2], 1,
        torch.Generator().manual_seed(6),
    )  # fmt: skip
    return loss, back, stream


def test_the_reverse_pass_sees_the_edit_and_remembers_its_own_guess() -> None:
    dit = filled(SINK, 7)
    kind = replace(KIND, cache="cache_pass", noise="fresh")
    edited, source = latents(1, 5), latents(2, 5)
    loss, back, stream = reverse(dit, kind, edited, source)
    text, ones, chance = random_text(2, SINK), torch.ones(1, 4), torch.Generator().manual_seed(6)
    state = dit.new_state(1, HEIGHT, WIDTH, 2, first_chunk_latents=3)
    errors, guesses = [], []
    with torch.no_grad():
        for part in (slice(0, 3), slice(3, 5)):
            noise = torch.randn(source[:, :, part].shape, generator=chance)
            x = at_level(source[:, :, part], noise, 0.743)
            v = dit(x, edited[:, :, part], torch.tensor([743.0]), text, ones, state=state)
            errors.append((v - (noise - source[:, :, part])).square())
            guesses.append(x - 0.743 * v)
            dit(guesses[-1], edited[:, :, part], torch.tensor([0.0]), text, ones, state=state, save=True)
    torch.testing.assert_close(loss, torch.cat(errors, 2).mean())
    torch.testing.assert_close(back, torch.cat(guesses, 2))
    for mine, theirs in zip(stream.state.tensors(), state.tensors(), strict=True):
        torch.testing.assert_close(mine, theirs)
    with pytest.raises(ValueError, match="detached"):
        reverse(dit, kind, edited.clone().requires_grad_(), source)


def stream_of(rollout: Rollout, source: torch.Tensor, room: int) -> LongStream:
    stream = LongStream(
        lambda: rollout.new_stream(1, *source.shape[3:]), reverse=False,
        past=torch.zeros(2, 1, source.shape[1], room, *source.shape[3:]),
    )  # fmt: skip
    rows = torch.zeros(1, dtype=torch.long)
    stream.begin(LongClip(source, rows, rows, ["identity"], 1.0, 0))
    return stream


def test_windows_follow_each_other_and_only_new_frames_count() -> None:
    kind = replace(KIND, context=2)
    source = latents(1, 13)
    stream = stream_of(Rollout(filled(SINK), kind), source, kind.first_window)
    shown = []
    for window in range(kind.windows):
        new = stream.source(kind.first_window, kind.window)
        judged = stream.judged(tiny_vae(), -new, new, kind.context)
        assert torch.equal(judged.edited, -judged.source)
        assert int(judged.counted.sum()) == new.shape[2] == sum(kind.chunks(window))
        shown.append(judged.source)
        stream.advance(-new, new)
    assert torch.equal(torch.cat([shown[0], shown[1][:, :, 2:], shown[2][:, :, 2:]], 2), source)
    assert torch.equal(shown[1][:, :, :2], source[:, :, 3:5])


def test_an_ltx_window_begins_with_a_single_picture() -> None:
    vae = tiny_streaming_bundle().vae
    assert isinstance(vae, Ltx2VAE)
    kind = replace(KIND, context=2)
    source = torch.randn(1, 4, 9, 2, 3, generator=torch.Generator().manual_seed(3))
    stream = stream_of(Rollout(filled(replace(SINK, in_channels=4)), kind), source, kind.first_window)
    first = stream.source(kind.first_window, kind.window)
    stream.advance(first, first)
    new = stream.source(kind.first_window, kind.window)
    judged = stream.judged(vae, new, new, kind.context)
    assert judged.edited.shape[2] == 2 + 4
    # The last frame of the past stays; the one before it becomes a picture of its own: decoded, its last frame encoded.
    assert torch.equal(judged.edited[:, :, 1:2], first[:, :, -1:])
    state = vae.new_state(1, 64, 96)
    pictures = torch.cat([vae.decode(first[:, :, :-1], state), vae.finish_decode(state)], 1)
    picture = vae.encode(pictures[:, -1:], vae.new_state(1, 64, 96))
    torch.testing.assert_close(judged.edited[:, :, :1], picture)
