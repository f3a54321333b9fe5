"""Clips from the bank: right shapes, the same again from the same seed, changed only where they should be."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from sanacam.model.errors import UserError
from sanacam.model.training.data.bank import Source, SourceBank
from sanacam.model.training.data.camera_paths import moving_view, still_view
from sanacam.model.training.data.sampler import STILL_SHARE, ClipSampler, camera_noise

SIZE = (48, 64)
FRAMES = 5


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def textured(frames: int, height: int, width: int, seed: int) -> Tensor:
    """Smooth random colours that drift from frame to frame."""
    small = torch.rand(1, 3, 6, 8, generator=generator(seed))
    big = torch.nn.functional.interpolate(small, size=(height, width + 4 * frames), mode="bicubic").clamp(0, 1)
    return torch.cat([(big[..., 4 * i : 4 * i + width] * 255).to(torch.uint8) for i in range(frames)])


def person(frames: int, height: int, width: int) -> Source:
    """A pure red person before a pure blue wall."""
    mask = torch.zeros(frames, 1, height // 2, width // 2, dtype=torch.uint8)
    mask[:, :, height // 8 :, width // 6 : width // 3] = 255
    where = torch.nn.functional.interpolate(mask.float(), scale_factor=2) > 127
    colour = torch.where(
        where, torch.tensor([255.0, 0, 0]).view(1, 3, 1, 1), torch.tensor([0.0, 0, 255]).view(1, 3, 1, 1)
    )
    return Source(f"person{frames}", colour.to(torch.uint8), mask, people=True)


def bank(people: bool = True) -> SourceBank:
    sources = [Source("clip", textured(20, 72, 96, 1), None), Source("photo", textured(1, 120, 100, 2), None)]
    if people:
        sources += [person(12, 72, 96), person(1, 96, 96)]
    return SourceBank.of(sources, "cpu")


def sampler(seed: int = 0, people: bool = True) -> ClipSampler:
    return ClipSampler(bank(people), generator(seed), "cpu", SIZE, FRAMES)


def test_shapes_and_ranges() -> None:
    frames, masks, has_mask = sampler().sample(12)
    assert frames.shape == (12, FRAMES, 3, *SIZE)
    assert frames.dtype == torch.float32
    assert masks.shape == (12, FRAMES, 1, *SIZE)
    assert has_mask.shape == (12,)
    assert has_mask.dtype == torch.bool
    assert frames.min() >= 0
    assert frames.max() <= 1
    assert masks.min() >= 0
    assert masks.max() <= 1
    # A third or so of many samples shows people; those, and only those, carry a mask.
    assert 0 < has_mask.sum() < 12
    assert masks[~has_mask].abs().max() == 0
    assert (masks[has_mask].amax(dim=(1, 2, 3, 4)) > 0.5).all()


def test_same_seed_same_clips() -> None:
    a, b, c = sampler(5), sampler(5), sampler(6)
    for _ in range(2):
        first, second = a.sample(4), b.sample(4)
        assert all(torch.equal(x, y) for x, y in zip(first, second, strict=True))
    assert not torch.equal(first[0], c.sample(4)[0])


def test_people_only() -> None:
    frames, masks, has_mask = sampler(2).sample(16, people_only=True)
    assert has_mask.all()
    assert (masks.amax(dim=(1, 2, 3, 4)) > 0.5).all()
    red = frames[:, :, :1] - frames[:, :, 1:].amax(dim=2, keepdim=True)
    # The mask goes where the person goes, through every crop, flip and camera path.
    inside, outside = masks > 0.95, masks < 0.05
    assert red[inside].min() > 0.1
    assert red[inside].mean() > 0.5
    assert red[outside].mean() < 0.25


def test_people_get_other_backgrounds() -> None:
    frames, masks, _ = sampler(3).sample(40, people_only=True)
    blue = (frames[:, :, 2] - frames[:, :, :2].amax(dim=2)) * (masks[:, :, 0] < 0.05)
    walls = blue.sum(dim=(1, 2, 3)) / (masks[:, :, 0] < 0.05).sum(dim=(1, 2, 3)).clamp_min(1)
    replaced = (walls < 0.3).float().mean().item()
    assert 0.15 < replaced < 0.7


def test_no_masks_to_draw_from() -> None:
    with pytest.raises(UserError, match="no person masks"):
        sampler(people=False).sample(2, people_only=True)


def test_empty_bank_is_refused() -> None:
    with pytest.raises(UserError, match="no clips"):
        ClipSampler(SourceBank.of([], "cpu"), generator(), "cpu", SIZE, FRAMES)


def test_a_still_clip_stays_still_and_a_moving_one_moves() -> None:
    still = Source("still", textured(1, 72, 96, 4).expand(20, -1, -1, -1).clone(), None)
    drawn, _, _ = ClipSampler(SourceBank.of([still], "cpu"), generator(), "cpu", SIZE, FRAMES).sample(4)
    assert drawn.diff(dim=1).abs().max() < 1e-6
    drawn, _, _ = ClipSampler(SourceBank.of([bank().sources[0]], "cpu"), generator(), "cpu", SIZE, FRAMES).sample(4)
    assert (drawn.diff(dim=1).abs().mean(dim=(1, 2, 3, 4)) > 1e-3).all()


def test_clips_shorter_than_asked_are_played_to_and_fro() -> None:
    short = Source("short", textured(3, 72, 96, 4), None)
    drawn, _, _ = ClipSampler(SourceBank.of([short], "cpu"), generator(), "cpu", SIZE, 9).sample(2)
    assert drawn.shape[1] == 9
    assert (drawn.diff(dim=1).abs().mean(dim=(2, 3, 4)) > 0).all()


def test_photos_move_smoothly_or_stand_still() -> None:
    photo = Source("photo", textured(1, 160, 200, 7), None)
    drawn, _, _ = ClipSampler(SourceBank.of([photo], "cpu"), generator(1), "cpu", SIZE, 9).sample(60)
    change = drawn.diff(dim=1).abs().mean(dim=(2, 3, 4))
    assert change.max() < 0.1
    still = (change.amax(dim=1) == 0).float().mean()
    assert STILL_SHARE - 0.15 < still < STILL_SHARE + 0.15
    assert (change.mean(dim=1) > 1e-4).float().mean() > 0.85 - STILL_SHARE


@given(
    st.lists(st.floats(0, 0.999), min_size=64, max_size=64),
    st.sampled_from([(288, 512), (512, 288), (240, 320), (400, 400)]),
    st.sampled_from([(256, 256), (176, 320), (320, 192)]),
    st.sampled_from([None, (40.0, 60.0), (230.0, 200.0)]),
)
def test_views_stay_inside_the_source(
    numbers: list[float], source: tuple[int, int], size: tuple[int, int], focus: tuple[float, float] | None
) -> None:
    corners = [(x, y) for x in (-1, 1) for y in (-1, 1)]

    def reach(thetas: list[list[list[float]]]) -> float:
        return max(abs(row[0] * x + row[1] * y + row[2]) for theta in thetas for row in theta for x, y in corners)

    still = still_view(iter(numbers), 9, source, size, focus)
    assert len(still.thetas) == 9
    assert reach(still.thetas) <= 1 + 1e-9
    moving = moving_view(iter(numbers), 9, source, size, focus)
    # Zoom and the tremor of the hand may look a little over the edge, where the picture is mirrored.
    assert reach(moving.thetas) <= 1.16
    # Pixels are square: a step right and a step down cover the same distance in the source.
    for a, b in (theta for theta in still.thetas + moving.thetas):
        right = math.hypot(a[0] * source[1] / size[1], b[0] * source[0] / size[1])
        down = math.hypot(a[1] * source[1] / size[0], b[1] * source[0] / size[0])
        assert right == pytest.approx(down)


def test_noise_falls_on_a_share_of_the_clips_only() -> None:
    clean = torch.full((200, 2, 3, 8, 8), 0.5)
    noisy = camera_noise(clean, generator())
    sigma = (noisy - clean).flatten(1).std(dim=1)
    assert torch.equal(clean, torch.full_like(clean, 0.5))
    assert 0.2 < (sigma > 0).float().mean() < 0.5
    assert sigma.max() < 0.05
    assert (noisy - clean).mean().abs() < 1e-3
    # New in every frame.
    loud = sigma.argmax()
    assert (noisy[loud, 0] - noisy[loud, 1]).abs().mean() > 0.5 * sigma[loud]


def test_noise_repeats_with_its_seed() -> None:
    clean = torch.rand(6, 2, 3, 8, 8, generator=generator())
    a, b = generator(3), generator(3)
    assert torch.equal(camera_noise(clean, a), camera_noise(clean, b))
    assert not torch.equal(camera_noise(clean, a), camera_noise(clean, generator(3)))
