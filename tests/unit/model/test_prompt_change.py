"""Prompt changes of a running stream: blends, the memory made again, text projected once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from sanacam.model.chunk_sampler import PlainSampler
from sanacam.model.dit import TextKV
from sanacam.model.dit.cross import CrossAttention
from sanacam.model.dit.text_kv import blend_prompts
from sanacam.model.errors import UserError
from sanacam.model.pixels import Pixels
from sanacam.model.prompt_change import MAX_BLENDED, PromptTransition, VisibleChunks
from sanacam.model.sampling import flow_schedule, sample_chunk
from sanacam.model.stream import StreamEditor
from sanacam.model.zoo.tiny import TINY_DIT, tiny_bundle

SINK_DIT = replace(TINY_DIT, sink=True)


DIT = tiny_bundle(1).dit


def prompt(seed: int, tokens: int = 5, real: int = 4) -> TextKV:
    generator = torch.Generator().manual_seed(seed)
    text = torch.randn(1, tokens, 16, generator=generator)
    return DIT.text_kv(text, torch.arange(tokens)[None] < real)


def forward(text: TextKV) -> Tensor:
    x, source = torch.randn(2, 1, 4, 2, 2, 3, generator=torch.Generator().manual_seed(7))
    return DIT(x, source, torch.tensor([700.0]), text)


def distance(a: Tensor, b: Tensor) -> float:
    return float((a - b).square().mean().sqrt())


@torch.no_grad()
def test_a_blend_goes_from_one_prompt_to_the_other() -> None:
    old, new = prompt(0), prompt(1, tokens=8, real=6)
    start, end = forward(old), forward(new)
    ways = [forward(blend_prompts([(old, 1.0 - w), (new, w)])) for w in (1e-9, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0 - 1e-9)]
    torch.testing.assert_close(ways[0], start, rtol=0, atol=1e-5)
    torch.testing.assert_close(ways[-1], end, rtol=0, atol=1e-5)
    from_start = [distance(way, start) for way in ways]
    to_end = [distance(way, end) for way in ways]
    assert from_start == sorted(from_start)
    assert to_end == sorted(to_end, reverse=True)
    assert max(np.diff(from_start)) < 0.5 * distance(start, end)  # and without a jump


@torch.no_grad()
def test_attention_is_shared_in_proportion() -> None:
    attention = CrossAttention(replace(TINY_DIT, hidden_size=8, cross_heads=1, self_heads=1)).requires_grad_(False)
    x = torch.randn(1, 1, 3, 8)
    text = torch.randn(2, 4, 8)
    (k_a, v_a), (k_b, v_b) = (attention.text_kv(t[None]) for t in text)
    zero = torch.zeros(1, 1, 1, 4)
    blended = blend_prompts([(TextKV((k_a,), (v_a,), zero), 3.0), (TextKV((k_b,), (v_b,), zero), 1.0)])
    got = attention(x, blended.keys[0], blended.values[0], blended.bias)
    q = attention.q_norm(attention.q_linear(x))[:, 0][:, None]
    mass = [(q @ k.mT / 8**0.5).exp().sum(-1, keepdim=True) for k in (k_a, k_b)]
    own = [attention(x, k, v, zero) - attention.proj.bias for k, v in ((k_a, v_a), (k_b, v_b))]
    share = (0.75 * mass[0] / (0.75 * mass[0] + 0.25 * mass[1]))[:, 0][:, None]
    expected = share * own[0] + (1 - share) * own[1] + attention.proj.bias
    torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-5)


def test_one_prompt_is_no_blend_and_bad_weights_are_refused() -> None:
    only = prompt(0)
    assert blend_prompts([(only, 0.3)]) is only
    for parts in ([], [(only, 0.0), (only, 1.0)], [(only, float("nan"))]):
        with pytest.raises(ValueError, match="positive"):
            blend_prompts(parts)


def test_weights_over_the_chunks() -> None:
    way, old, new = PromptTransition(), prompt(0), prompt(1)
    assert way.text() is None
    way.change(old, chunks=5)  # nothing to come from
    assert way.text() is old
    way.change(new, chunks=3)
    weights = []
    for _ in range(5):
        weights.append(way.weight)
        way.advance()
    assert weights == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert way.text() is new
    way.change(old)
    assert way.text() is old


def test_changes_during_a_blend_do_not_pile_up() -> None:
    way = PromptTransition()
    for seed in range(8):
        way.change(prompt(seed), chunks=9)
        text = way.text()
        assert text is not None
        assert text.bias.shape[-1] <= 5 * MAX_BLENDED
        way.advance()
    for _ in range(9):
        way.advance()
    assert way.weight == 1.0


def frames(count: int, seed: int = 0) -> list[Pixels]:
    base = np.random.default_rng(seed).integers(0, 256, (16, 24, 3), dtype=np.uint8)
    return [np.ascontiguousarray(np.roll(base, shift, axis=1)) for shift in range(count)]


def difference(first: list[Pixels], second: list[Pixels]) -> float:
    return float(np.mean([np.abs(a.astype(int) - b).mean() for a, b in zip(first, second, strict=True)]))


def test_a_stream_blends_over_chunks() -> None:
    bundle, clip = tiny_bundle(1), frames(24)
    made = StreamEditor(bundle, "cpu")
    runs: dict[str, list[Pixels]] = {}
    for name, second, over in (
        ("old", "oil painting", "keep"),
        ("new", "neon city", "keep"),
        ("slow", "neon city", "blend:3"),
    ):
        made.reset()
        made.set_prompt("oil painting", "blend:4")
        head = made.push(clip[:4])
        made.set_prompt(second, over)
        runs[name] = head + made.push(clip[4:])
    per_chunk = [slice(4 * i, 4 * i + 4) for i in range(6)]
    from_old = [difference(runs["slow"][part], runs["old"][part]) for part in per_chunk]
    to_new = [difference(runs["slow"][part], runs["new"][part]) for part in per_chunk]
    whole = [difference(runs["new"][part], runs["old"][part]) for part in per_chunk]
    assert from_old[0] == to_new[0] == 0.0
    assert 0 < from_old[1] < 0.6 * whole[1]
    shares = [a / b for a, b in zip(from_old[1:5], whole[1:5], strict=True)]
    assert shares == sorted(shares)
    assert to_new[4] < 0.3 * whole[4]
    made.set_prompt("oil painting", "blend:3")
    made.reset()  # ends the blend at its new prompt
    assert difference(made.push(clip), runs["old"]) == 0.0


def test_text_is_projected_once_a_prompt_and_block(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    plain = CrossAttention.text_kv
    monkeypatch.setattr(CrossAttention, "text_kv", lambda self, text: calls.append(self) or plain(self, text))
    bundle = tiny_bundle(1, cache="cache_pass", steps=4)
    made = StreamEditor(bundle, "cpu")
    made.set_prompt("oil painting")
    made.push(frames(12))
    made.set_prompt("neon city", "recache+blend:2")
    made.push(frames(12))
    assert [calls.count(block.cross_attn) for block in bundle.dit.hybrid_blocks] == [2] * TINY_DIT.depth
    assert len(calls) == 2 * TINY_DIT.depth


@torch.no_grad()
@pytest.mark.parametrize("chunks", [1, 2, 7])
@pytest.mark.parametrize("distance_cap", [None, 4])
def test_recache_runs_the_visible_chunks_again_where_they_stand(chunks: int, distance_cap: int | None) -> None:
    bundle = tiny_bundle(1, dit=SINK_DIT)
    old, new, schedule = prompt(0), prompt(1), flow_schedule(2)
    state, visible, calls = bundle.dit.new_state(1, 2, 3, 1, sink_distance=distance_cap), VisibleChunks(), []
    for _ in range(chunks):
        noise, source = torch.randn(2, 1, 4, 1, 2, 3)
        _, call = sample_chunk(bundle.dit, noise, source, old, state, schedule)
        calls.append(call)
        visible.add(call, state)
    seen = [0, chunks - 1] if chunks > 1 else [0]
    assert len(visible) == len(seen)
    sampler = PlainSampler(bundle.dit, state, schedule, "cache_pass")
    visible.rewrite(sampler, new)
    assert state.frame_index == chunks
    assert len(state.remembered()) == len(seen)

    # The twin sees these chunks only, at the same distances from the present, under the new prompt.
    twin = bundle.dit.new_state(1, 2, 3, 1)
    for number in seen:
        place = chunks - distance_cap if distance_cap and number == 0 and chunks > distance_cap else number
        twin.skip_to(place)
        clean = calls[number]
        bundle.dit(clean.x, clean.source, torch.zeros(1), new, state=twin, save=True)
    twin.skip_to(chunks)
    x, source = torch.randn(2, 1, 4, 1, 2, 3)
    step = torch.tensor([500.0])
    got, expected = (bundle.dit(x, source, step, new, state=s) for s in (state, twin))
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-5)

    # And it goes on as a stream: the next chunk pushes out the newest, never the sink.
    noise, source = torch.randn(2, 1, 4, 1, 2, 3)
    _, call = sample_chunk(bundle.dit, noise, source, new, state, schedule)
    visible.add(call, state)
    assert len(visible) == 2
    visible.rewrite(sampler, old)
    assert state.frame_index == chunks + 1


def test_the_sink_survives_a_recache_in_the_editor() -> None:
    made = StreamEditor(tiny_bundle(1, dit=SINK_DIT), "cpu")
    made.set_prompt("oil painting")
    made.push(frames(20))
    state = made.stream_state
    assert state is not None
    index = SINK_DIT.softmax_indices[0]
    sink = state.stored_chunk(index, 0)[1].clone()
    made.set_prompt("oil painting", "recache")
    # The sink has no past, so that making it again with the same prompt gives the same values.
    torch.testing.assert_close(state.stored_chunk(index, 0)[1], sink, rtol=0, atol=1e-5)
    assert state.frame_index == 5
    with pytest.raises(UserError, match="newest"):
        StreamEditor(tiny_bundle(1, dit=SINK_DIT), "cpu", sink_distance=1)
