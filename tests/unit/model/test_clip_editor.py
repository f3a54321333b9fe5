"""Whole clips with guidance: windows, how they join, and one picture out for each one in."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sanacam.model.clip_editor import MOTION_SCORE, ClipEditor
from sanacam.model.clip_sampling import NEGATIVE_PROMPT, sample_clip
from sanacam.model.errors import UserError
from sanacam.model.pixels import Pixels, pictures_to_tensor, tensor_to_pictures
from sanacam.model.zoo.tiny import tiny_clip_bundle, tiny_streaming_bundle

WINDOW, OVERLAP = 25, 9
"""Pictures, for 4 latent frames of which 2 are shared."""


def clip(count: int, height: int = 50, width: int = 60) -> list[Pixels]:
    base = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return [np.ascontiguousarray(np.roll(base, 3 * shift, axis=1)) for shift in range(count)]


def editor(**options: object) -> ClipEditor:
    made = ClipEditor(tiny_clip_bundle(1), "cpu", overlap_latents=2, **options)  # type: ignore[arg-type]
    made.set_prompt("oil painting")
    return made


def same(first: list[Pixels], second: list[Pixels], slack: int = 0) -> bool:
    return len(first) == len(second) and all(
        np.abs(a.astype(int) - b).max() <= slack for a, b in zip(first, second, strict=True)
    )


@pytest.mark.parametrize("count", [1, 2, 9, 24, 25, 26, 41, 42, 60])
def test_one_picture_out_for_each_one_in(count: int) -> None:
    made, frames = editor(), clip(count)
    early = [picture for frame in frames for picture in made.push([frame])]
    windows = 0 if count < WINDOW else 1 + (count - WINDOW) // (WINDOW - OVERLAP)
    assert len(early) == windows * (WINDOW - OVERLAP)
    out = early + made.flush()
    assert len(out) == count
    assert made.frames_per_chunk == WINDOW
    assert same(made.push(frames) + made.flush(), out)


def test_a_short_clip_is_what_the_sampler_gives_by_hand() -> None:
    made, frames, bundle = editor(seed=3), clip(17, 64, 64), tiny_clip_bundle(1)
    got = made.push(frames) + made.flush()
    with torch.inference_mode():
        source = bundle.vae.full.encode_clip(pictures_to_tensor(frames, (64, 64), torch.device("cpu"), torch.float32))
        positive = bundle.text_encoder.encode("oil painting", MOTION_SCORE)
        texts = [
            bundle.dit.text_kv(tokens[None], mask[None])
            for tokens, mask in (positive, bundle.text_encoder.encode_negative(NEGATIVE_PROMPT))
        ]
        noise = torch.randn(source.shape, generator=torch.Generator().manual_seed(3))
        latents = sample_clip(bundle.dit, noise, source, *texts, steps=3, flow_shift=bundle.config.flow_shift)
        expected = tensor_to_pictures(bundle.vae.full.decode_clip(latents), 64, 64)
    assert same(got, expected, slack=1)


def test_known_latents_stay_as_they_are_and_the_rest_follows_them() -> None:
    dit = tiny_clip_bundle(1).dit
    generator = torch.Generator().manual_seed(0)
    noise, source, known = (torch.randn(1, 4, 4, 2, 2, generator=generator) for _ in range(3))
    text = dit.text_kv(torch.randn(1, 8, 16, generator=generator))
    run = {
        name: sample_clip(dit, noise, source, text, steps=5, guidance=1.0, known=first)
        for name, first in (("free", None), ("held", known[:, :, :2]), ("other", -known[:, :, :2]))
    }
    assert (run["held"][:, :, :2] - known[:, :, :2]).abs().max() < 1e-4
    assert (run["held"][:, :, 2:] - run["free"][:, :, 2:]).abs().max() > 1e-3
    assert (run["held"][:, :, 2:] - run["other"][:, :, 2:]).abs().max() > 1e-3


def test_the_next_window_knows_the_edit_before_it() -> None:
    frames = clip(WINDOW + 5)
    joined, alone = editor(), editor()
    whole = joined.push(frames) + joined.flush()
    alone.set_prompt("neon city")
    alone.push(frames[:WINDOW])
    alone.set_prompt("oil painting")
    assert not same(alone.push(frames[WINDOW:]) + alone.flush(), whole[WINDOW - OVERLAP :])
    repeated = editor()
    assert same(repeated.push(frames) + repeated.flush(), whole)


def test_strength_and_decoders() -> None:
    made, frames = editor(), clip(30)
    made.set_strength(0.0)
    assert same(made.push(frames) + made.flush(), frames)
    made.bundle.vae.choose(encoder="tiny", decoder="tiny")
    made.set_strength(1.0)
    out = made.push(frames) + made.flush()
    assert len(out) == 30
    assert not same(out, frames)


def test_steps_are_told_and_may_break_off() -> None:
    told = []
    made = editor(on_step=lambda done, steps: told.append((done, steps)))
    made.push(clip(WINDOW))
    assert told == [(1, 3), (2, 3), (3, 3)]

    def stop(done: int, steps: int) -> None:
        raise KeyboardInterrupt

    made.reset()
    made.on_step = stop
    with pytest.raises(KeyboardInterrupt):
        made.push(clip(WINDOW))
    made.reset()
    made.on_step = None
    assert len(made.push(clip(3)) + made.flush()) == 3


def test_wrong_use_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ClipEditor(tiny_clip_bundle(), "cpu", overlap_latents=1)
    with pytest.raises(UserError, match="no prompt"):
        made.push(clip(1))
    worn: list[str] = []
    monkeypatch.setattr(made.bundle.adapters, "wear_for", worn.append)
    with pytest.raises(UserError, match="empty"):
        made.set_prompt("")
    made.set_prompt("oil")
    assert worn == ["oil"], "a prompt that cannot be used changes no look"
    made.push(clip(2))
    with pytest.raises(UserError, match="size changed"):
        made.push(clip(1, 10, 10))
    with pytest.raises(UserError, match="strength"):
        made.set_strength(2.0)
    with pytest.raises(UserError, match="too few"):
        ClipEditor(tiny_clip_bundle(), "cpu", steps=0)
    with pytest.raises(UserError, match="not whole clips"):
        ClipEditor(tiny_streaming_bundle(), "cpu")
    with pytest.raises(ValueError, match="cannot share"):
        ClipEditor(tiny_clip_bundle(), "cpu", overlap_latents=4)
