"""The filter that holds still what stands still."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from sanacam.model.stream import StreamEditor
from sanacam.model.temporal_hold import DIFFERENCE, MOTION, TemporalHold
from sanacam.model.vae.codec import open_codec
from sanacam.model.zoo.released_models import RELEASED_MODELS
from sanacam.model.zoo.tiny import tiny_bundle


def clip(frames: int, noise: float, seed: int = 0, height: int = 12, width: int = 20) -> Tensor:
    """(1, T, 3, H, W): one random picture with fresh noise in every frame."""
    chance = torch.Generator().manual_seed(seed)
    picture = torch.rand(1, 1, 3, height, width, generator=chance) - 0.5
    return picture + noise * torch.randn(1, frames, 3, height, width, generator=chance)


def by_the_formula(edited: Tensor, source: Tensor, hold: float) -> Tensor:
    shown, remembered, frames = edited[0, 0], source[0, 0], [edited[0, 0]]
    for picture, original in zip(edited[0, 1:], source[0, 1:], strict=True):
        motion = F.pad((original - remembered).abs().amax(0)[None, None], (2, 2, 2, 2), mode="replicate")
        m = F.avg_pool2d(motion, 5, 1)[0]
        d = (picture - shown).abs().amax(0)
        weight = hold * torch.exp(-((m / MOTION) ** 2) - (d / DIFFERENCE) ** 2)
        shown = (1 - weight) * picture + weight * shown
        remembered = (1 - weight) * original + weight * remembered
        frames.append(shown)
    return torch.stack(frames)[None]


@pytest.mark.parametrize("noise", [0.002, 0.02, 0.3])
def test_is_the_formula(noise: float) -> None:
    edited, source = clip(6, noise), clip(6, noise, seed=1)
    assert torch.allclose(TemporalHold(0.9).steady(edited, source), by_the_formula(edited, source, 0.9), atol=1e-6)


def test_the_way_a_stream_is_cut_does_not_matter() -> None:
    edited, source = clip(8, 0.03), clip(8, 0.02, seed=1)
    hold = TemporalHold(0.9)
    parts = [hold.steady(edited[:, part], source[:, part]) for part in (slice(0, 1), slice(1, 5), slice(5, 8))]
    assert torch.equal(torch.cat(parts, dim=1), TemporalHold(0.9).steady(edited, source))


def test_shimmer_over_a_still_source_goes_and_what_remains_is_the_mean() -> None:
    shimmering, source = clip(80, 0.02), clip(80, 0.004, seed=1)
    steady = TemporalHold(0.95).steady(shimmering, source)
    assert steady.diff(dim=1).abs().mean() < 0.2 * shimmering.diff(dim=1).abs().mean()
    assert (steady[:, -1] - shimmering.mean(dim=1)).abs().mean() < 0.01


def test_where_the_source_moves_the_edit_is_untouched() -> None:
    edited, source = clip(6, 0.01), clip(6, 0.5, seed=1)
    assert torch.allclose(TemporalHold(0.95).steady(edited, source), edited, atol=1e-6)


def test_a_flake_before_a_still_picture_leaves_no_tail() -> None:
    edited = torch.zeros(1, 6, 3, 10, 10)
    for frame in range(6):
        edited[0, frame, :, frame + 2, 4] = 0.8
    source = torch.zeros_like(edited)
    assert torch.allclose(TemporalHold(0.95).steady(edited, source), edited, atol=1e-6)


def test_a_slow_fade_is_followed() -> None:
    """Each step is below the camera's noise; together they count as change."""
    fade = (torch.arange(120) * 0.008).view(1, -1, 1, 1, 1).expand(1, -1, 3, 8, 8)
    behind = fade - TemporalHold(0.95).steady(fade, fade)
    assert 0 < behind[:, 60:].max() < 0.05


def test_reset_begins_anew() -> None:
    hold = TemporalHold(0.95)
    hold.steady(clip(4, 0.01), clip(4, 0.0))
    hold.reset()
    other = clip(1, 0.0, seed=5)
    assert torch.equal(hold.steady(other, other), other)


def test_the_codec_shows_what_the_filter_makes_of_the_decoded_frames() -> None:
    vae, cpu = tiny_bundle().vae, torch.device("cpu")
    frames = clip(8, 0.02, height=32, width=48)
    plain, held = (open_codec(vae, 32, 48, cpu, torch.float32, source_guided=True, hold=hold) for hold in (0.0, 0.95))
    reference = TemporalHold(0.95)
    for part in frames.split(4, dim=1):
        decoded = plain.decode(plain.encode(part))
        assert torch.equal(held.decode(held.encode(part)), reference.steady(decoded, part))
    held.reset()
    plain.reset()
    assert torch.equal(held.decode(held.encode(part))[:, 0], plain.decode(plain.encode(part))[:, 0])


def test_a_stream_is_held_only_if_its_model_asks() -> None:
    bundle = tiny_bundle()
    picture = np.random.default_rng(0).integers(0, 255, (32, 48, 3), dtype=np.uint8)

    def change(hold: float) -> float:
        held = dataclasses.replace(bundle, config=dataclasses.replace(bundle.config, hold=hold))
        editor = StreamEditor(held, "cpu", "fp32")
        editor.set_prompt("snow")
        frames = np.stack([*editor.push([picture] * 16), *editor.flush()]).astype(float)
        return float(np.abs(np.diff(frames, axis=0)).mean())

    # The tiny network's random weights redraw most of it; what is left to hold is little.
    assert change(0.95) < change(0.0)


@pytest.mark.parametrize("hold", [-0.1, 1.0, math.nan])
def test_a_model_that_asks_for_nonsense_is_refused(hold: float) -> None:
    with pytest.raises(ValueError, match="hold must be at least 0 and below 1"):
        dataclasses.replace(tiny_bundle().config, hold=hold)


def test_a_decoder_that_waits_cannot_be_held() -> None:
    config = next(iter(RELEASED_MODELS.values()))
    with pytest.raises(ValueError, match="waits for nothing"):
        dataclasses.replace(config, hold=0.5)
