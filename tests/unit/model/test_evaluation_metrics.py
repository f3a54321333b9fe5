"""The measures give the right answer where it is known beforehand."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sanacam.model.evaluation.drift import ping_pong, relative_slopes
from sanacam.model.evaluation.metrics import LOOK_NAMES, compare_change, look_of, psnr, ssim
from sanacam.model.evaluation.streaming import to_pixels


def moving_clip(frames: int = 17, seed: int = 0) -> torch.Tensor:
    """(T, 3, 24, 32) in 0…1: a smooth picture that pans by one pixel a frame."""
    generator = torch.Generator().manual_seed(seed)
    wide = torch.rand(1, 3, 6, 24, generator=generator)
    wide = torch.nn.functional.interpolate(wide, size=(24, 32 + frames), mode="bilinear", align_corners=False)[0]
    return torch.stack([wide[:, :, t : t + 32] for t in range(frames)]) * 0.6 + 0.2


@given(st.floats(0.001, 0.4))
@settings(max_examples=20, deadline=None)
def test_psnr_of_a_constant_error(error: float) -> None:
    picture = torch.full((3, 3, 16, 16), 0.5)
    assert psnr(picture + error, picture) == pytest.approx(-20 * math.log10(error), abs=0.02)


def test_psnr_and_ssim_of_equal_pictures() -> None:
    clip = moving_clip()
    assert psnr(clip, clip) == pytest.approx(100.0)
    assert ssim(clip, clip) == pytest.approx(1.0, abs=1e-5)


def test_ssim_falls_with_noise_but_not_with_a_faint_one() -> None:
    clip = moving_clip()
    noise = torch.randn(clip.shape, generator=torch.Generator().manual_seed(1))
    assert ssim(clip + 0.001 * noise, clip) > 0.99 > 0.8 > ssim(clip + 0.1 * noise, clip)


def test_change_of_an_exact_copy_is_one_everywhere() -> None:
    clip = moving_clip()
    change = compare_change(clip, clip, 4)
    assert change.ratio == pytest.approx(1.0)
    assert change.profile == pytest.approx([1.0] * 4)
    assert change.border_ratio == pytest.approx(1.0)


def test_motion_alone_at_the_borders_does_not_count() -> None:
    clip = moving_clip()
    for border in range(4, 17, 4):
        clip[border:] = (clip[border:] + 0.05).remainder(1.0)
    assert compare_change(clip, clip, 4).border_ratio == pytest.approx(1.0)


def test_flicker_raises_the_change_but_not_the_border_ratio() -> None:
    clip = moving_clip(41)
    sign = torch.where(torch.arange(41) % 2 == 0, 1.0, -1.0).view(-1, 1, 1, 1)
    change = compare_change(clip + 0.03 * sign, clip, 4)
    assert change.ratio > 1.5
    assert change.border_ratio == pytest.approx(1.0, abs=0.05)


def test_a_jump_at_the_borders_raises_the_border_ratio_by_its_size() -> None:
    clip = moving_clip(41) * 0
    clip += torch.arange(41).view(-1, 1, 1, 1) * 0.01
    jumping = clip + 0.01 * (torch.arange(41) // 4).view(-1, 1, 1, 1)
    change = compare_change(jumping, clip, 4)
    assert change.border_ratio == pytest.approx(2.0, rel=0.05)
    assert change.profile[1:] == pytest.approx([1.0] * 3, rel=0.01)
    assert change.profile[0] == max(change.profile)


def test_still_pictures_compare_as_equal_not_as_nothing_over_nothing() -> None:
    still = torch.full((12, 3, 16, 16), 0.3)
    change = compare_change(still, still, 4)
    assert (change.ratio, change.border_ratio) == (1.0, 1.0)


@pytest.mark.parametrize(("frames", "chunk"), [(4, 4), (12, 1)])
def test_change_refuses_clips_without_a_border(frames: int, chunk: int) -> None:
    clip = moving_clip(frames)
    with pytest.raises(ValueError, match="no border"):
        compare_change(clip, clip, chunk)


def test_look_reads_colour_and_sharpness() -> None:
    flat = torch.tensor([0.2, 0.5, 0.6]).view(1, 3, 1, 1).expand(2, 3, 16, 16)
    assert look_of(flat)[0].tolist() == pytest.approx([0.2, 0.5, 0.6, 0.4, 0.0], abs=1e-6)
    sharp = moving_clip(1)
    soft = torch.nn.functional.avg_pool2d(sharp, 5, 1, 2, count_include_pad=False)
    assert look_of(soft)[0, 4] < 0.9 * look_of(sharp)[0, 4]


@given(st.floats(-0.3, 0.3), st.integers(3, 40))
@settings(max_examples=30, deadline=None)
def test_slopes_are_the_change_over_the_whole_run(drift: float, rounds: int) -> None:
    time = torch.arange(rounds, dtype=torch.float64) / rounds
    series = torch.stack([0.5 * (1 + drift * (time - time.mean()))] * len(LOOK_NAMES), dim=1)
    slopes = relative_slopes(series)
    assert list(slopes.values()) == pytest.approx([drift] * len(LOOK_NAMES), abs=1e-6)


def test_slopes_of_next_to_nothing_are_not_blown_up() -> None:
    series = torch.zeros(10, len(LOOK_NAMES))
    series[:, 0] = torch.linspace(0.0, 0.0005, 10)
    assert abs(relative_slopes(series)["red"]) < 0.02


def test_ping_pong_never_cuts_and_never_stops() -> None:
    frames = to_pixels(torch.arange(5, dtype=torch.uint8).view(5, 1, 1, 1).expand(5, 3, 8, 8))
    shown = [int(f[0, 0, 0]) for f in ping_pong(frames, 3)]
    assert shown[:9] == [0, 1, 2, 3, 4, 3, 2, 1, 0]
    assert len(shown) == 24
    assert all(abs(a - b) == 1 for a, b in itertools.pairwise(shown))
