"""StreamEditor: one frame out for each frame in, the same for every way of cutting the input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanacam.model.errors import UserError
from sanacam.model.pixels import Pixels
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.tiny import tiny_bundle


def clip(count: int, height: int = 21, width: int = 30, seed: int = 0) -> list[Pixels]:
    """A moving pattern."""
    base = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return [np.ascontiguousarray(np.roll(base, shift, axis=1)) for shift in range(count)]


def editor(prompt: str = "oil painting", **overrides: object) -> StreamEditor:
    made = StreamEditor(tiny_bundle(1, **overrides), "cpu")
    made.set_prompt(prompt)
    return made


def in_pieces(made: StreamEditor, frames: list[Pixels], sizes: list[int]) -> list[Pixels]:
    out, start = [], 0
    for size in sizes:
        out += made.push(frames[start : start + size])
        start += size
    return out + made.push(frames[start:]) + made.flush()


def same(first: list[Pixels], second: list[Pixels]) -> bool:
    return len(first) == len(second) and all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def difference(first: list[Pixels], second: list[Pixels]) -> float:
    return float(np.mean([np.abs(a.astype(int) - b).mean() for a, b in zip(first, second, strict=True)]))


@pytest.mark.parametrize("chunk_latents", [1, 2])
@settings(max_examples=8, deadline=None)
@given(sizes=st.lists(st.integers(0, 9), max_size=6), count=st.integers(1, 19))
def test_cutting_the_input_changes_nothing(chunk_latents: int, sizes: list[int], count: int) -> None:
    made, frames = editor(chunk_latents=chunk_latents), clip(count)
    at_once = in_pieces(made, frames, [count])
    made.reset()
    assert same(in_pieces(made, frames, sizes), at_once)
    assert len(at_once) == count


def test_one_by_one_three_seven() -> None:
    made, frames = editor(), clip(23)
    results = []
    for size in (1, 3, 7, 23):
        made.reset()
        results.append(in_pieces(made, frames, [size] * 23))
    assert all(same(results[0], other) for other in results[1:])


def test_frames_leave_as_soon_as_their_chunk_is_full() -> None:
    made, frames = editor(chunk_latents=2), clip(17)
    assert made.frames_per_chunk == 8
    assert [len(made.push([frame])) for frame in frames] == [0] * 7 + [8] + [0] * 7 + [8] + [0]
    assert len(made.flush()) == 1
    assert made.flush() == []
    assert made.push([]) == []


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 9), (8, 8), (16, 24), (33, 18)])
def test_any_size(height: int, width: int) -> None:
    out = in_pieces(editor(), clip(5, height, width), [5])
    assert [picture.shape for picture in out] == [(height, width, 3)] * 5
    assert all(picture.dtype == np.uint8 and picture.flags["C_CONTIGUOUS"] for picture in out)


def test_edit_depends_on_prompt_source_and_past() -> None:
    made, frames = editor(), clip(12)
    oil = in_pieces(made, frames, [12])
    assert difference(oil, frames) > 1
    made.reset()
    made.set_prompt("neon city")
    assert difference(in_pieces(made, frames, [12]), oil) > 0.2
    made.reset()
    made.set_prompt("oil painting")
    assert same(in_pieces(made, frames, [12]), oil)
    made.reset()
    without_past = in_pieces(made, frames[8:], [4])
    assert difference(without_past, oil[8:]) > 0.01


def test_reset_repeats_exactly_and_frees_the_size() -> None:
    made, frames = editor(initial_noise="fresh"), clip(11)
    first = in_pieces(made, frames, [11])
    made.push(frames[:3])
    made.reset()
    assert same(in_pieces(made, frames, [11]), first)
    made.reset()
    assert in_pieces(made, clip(4, 10, 12), [4])[0].shape == (10, 12, 3)


def test_seed_changes_the_noise() -> None:
    frames, bundle = clip(4), tiny_bundle(1)
    outs = []
    for seed in (0, 0, 1):
        made = StreamEditor(bundle, "cpu", seed=seed)
        made.set_prompt("oil")
        outs.append(made.push(frames))
    assert same(outs[0], outs[1])
    assert not same(outs[0], outs[2])


def test_static_noise_repeats_and_fresh_noise_does_not() -> None:
    still = [clip(1)[0]] * 40
    static, fresh = (in_pieces(editor(initial_noise=kind), still, [40]) for kind in ("static", "fresh"))
    assert difference(static[32:36], static[36:]) < 0.5 * difference(fresh[32:36], fresh[36:])


@pytest.mark.parametrize("cache", ["denoise", "cache_pass"])
def test_prompt_change_acts_at_the_next_chunk(cache: str) -> None:
    frames, made = clip(12), editor(cache=cache)
    plain = in_pieces(made, frames, [12])
    changed = {}
    for transition in ("keep", "recache", "reset"):
        made.reset()
        made.set_prompt("oil painting")
        head = made.push(frames[:6])
        assert same(head, plain[:4])
        made.set_prompt("neon city", transition)
        changed[transition] = made.push(frames[6:])
        assert len(changed[transition]) == 8
        assert difference(changed[transition], plain[4:]) > 0.1
    assert difference(changed["keep"], changed["reset"]) > 0.01
    assert difference(changed["keep"], changed["recache"]) > 0.001
    assert difference(changed["recache"], changed["reset"]) > 0.001


def test_recache_with_the_same_prompt_rebuilds_the_window() -> None:
    frames, made = clip(12), editor()
    made.push(frames[:8])  # two chunks: all that the window of two holds
    state = made.stream_state
    assert state is not None
    before = [tensor.clone() for tensor in state.tensors()]
    made.set_prompt("oil painting", "recache")
    assert state.chunk_index == 2
    assert all((old - new).abs().max() < 1e-4 for old, new in zip(before, state.tensors(), strict=True))


def test_strength() -> None:
    frames, made = clip(4), editor()
    made.set_strength(0.0)
    assert same(made.push(frames), frames)
    made.reset()
    made.set_strength(1.0)
    full = made.push(frames)
    made.reset()
    made.set_strength(0.5)
    half = made.push(frames)
    middle = [(a.astype(float) + b) / 2 for a, b in zip(full, frames, strict=True)]
    assert max(np.abs(a - b).max() for a, b in zip(half, middle, strict=True)) <= 1
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(UserError, match="strength"):
            made.set_strength(wrong)


def test_size_change_is_refused_and_costs_nothing() -> None:
    made, frames = editor(), clip(8)
    whole = in_pieces(made, frames, [8])
    made.reset()
    out = made.push(frames[:5])
    with pytest.raises(UserError, match="size changed from 30×21 to 12×10"):
        made.push([frames[5], clip(1, 10, 12)[0]])
    assert same(out + made.push(frames[5:]), whole)


def test_wrong_use_is_named() -> None:
    bundle = tiny_bundle()
    made = StreamEditor(bundle, "cpu")
    with pytest.raises(UserError, match="no prompt"):
        made.push(clip(1))
    with pytest.raises(UserError, match="empty"):
        made.set_prompt("  ")
    with pytest.raises(UserError, match="transition"):
        made.set_prompt("oil", "slowly")
    made.set_prompt("oil")
    with pytest.raises(ValueError, match="uint8"):
        made.push([np.zeros((8, 8, 3), np.float32)])  # type: ignore[list-item]
    with pytest.raises(UserError, match="precision policy"):
        StreamEditor(bundle, "cpu", "int3")
    with pytest.raises(UserError, match="too few"):
        StreamEditor(bundle, "cpu", steps=0)


def test_a_refused_prompt_keeps_the_old_one() -> None:
    made, frames = editor(), clip(8)
    whole = in_pieces(made, frames, [8])
    made.reset()
    with pytest.raises(UserError):
        made.set_prompt("")
    assert same(in_pieces(made, frames, [8]), whole)


def test_memory_stays_constant() -> None:
    made, frames = editor(), clip(8)
    made.push(frames)
    state = made.stream_state
    assert state is not None
    pointers = [tensor.data_ptr() for tensor in state.tensors()]
    for _ in range(15):
        made.push(frames)
    assert made.stream_state is state
    assert [tensor.data_ptr() for tensor in state.tensors()] == pointers
    assert state.chunk_index == 32
    made.reset()
    made.push(frames)
    assert [tensor.data_ptr() for tensor in state.tensors()] == pointers
    assert state.chunk_index == 2


def test_bf16_is_close_and_more_steps_run() -> None:
    frames = clip(8)
    exact = in_pieces(editor(), frames, [8])
    rounded = StreamEditor(tiny_bundle(1), "cpu", "bf16")
    rounded.set_prompt("oil painting")
    out = in_pieces(rounded, frames, [8])
    assert 0 < difference(out, exact) < 2
    more = StreamEditor(tiny_bundle(1), "cpu", steps=3)
    more.set_prompt("oil painting")
    assert difference(in_pieces(more, frames, [8]), exact) > 0.05
