"""What every teacher edit keeps: shape, range, determinism, independence of frame and crop, stability, difference."""

from __future__ import annotations

from itertools import combinations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from sanacam.model.falling_noise import CELL, FRAMES, falling_clips
from sanacam.model.training import edits
from sanacam.model.training.edits import EDITS

NAMES = list(EDITS)


def fall(frames: Tensor) -> Tensor:
    """Falling noise for such frames."""
    size = (-(-frames.shape[1] // FRAMES), -(-frames.shape[3] // CELL), -(-frames.shape[4] // CELL))
    return falling_clips(len(frames), *size, torch.Generator().manual_seed(5), torch.device("cpu"))


def apply_edit(name: str, frames: Tensor, mask: Tensor | None = None, field: Tensor | None = None) -> Tensor:
    """The edit, with noise of its own where it needs some and none is given."""
    if EDITS[name].needs_field and field is None:
        field = fall(frames)
    return edits.apply_edit(name, frames, mask, field)


def scene(height: int, width: int) -> Tensor:
    """A (1, 1, 3, H, W) picture like a webcam's: wall, round face with eyes, red shirt, plant, striped shelf."""
    y = torch.linspace(0, 1, height).view(1, height, 1)
    x = torch.linspace(0, width / height, width).view(1, 1, width)

    def paint(picture: Tensor, where: Tensor, rgb: tuple[float, float, float]) -> Tensor:
        cover = torch.sigmoid(where * 120)
        return picture + (torch.tensor(rgb).view(3, 1, 1) * (0.8 + 0.3 * (1 - y)) - picture) * cover

    picture = torch.tensor([0.72, 0.70, 0.66]).view(3, 1, 1) * (0.6 + 0.5 * x / (width / height)) + 0 * y
    picture = paint(picture, 0.25 - (x - 1.55).abs() + 0 * y, (0.25, 0.18, 0.10))
    picture = paint(
        picture, torch.sin(x * 40) * 0.2 - (y - 0.5).abs() + 0.05 - 4 * (1.3 - x).clamp_min(0), (0.15, 0.35, 0.75)
    )
    picture = paint(
        picture, 0.2 - ((x - 0.15) ** 2 + (y - 0.8) ** 2).sqrt() + 0.02 * torch.sin(30 * (x + y)), (0.15, 0.50, 0.12)
    )
    picture = paint(picture, 0.35 - ((x - 0.8) ** 2 * 0.8 + (y - 1.05) ** 2).sqrt(), (0.70, 0.12, 0.15))
    picture = paint(picture, 0.24 - ((x - 0.8) ** 2 * 1.4 + (y - 0.45) ** 2).sqrt(), (0.85, 0.62, 0.50))
    for centre in (0.72, 0.88):
        picture = paint(picture, 0.025 - ((x - centre) ** 2 + (y - 0.42) ** 2).sqrt(), (0.08, 0.06, 0.05))
    return picture.clamp(0, 1)[None, None]


def person_mask(height: int, width: int) -> Tensor:
    y = torch.linspace(0, 1, height).view(height, 1)
    x = torch.linspace(0, width / height, width).view(1, width)
    return torch.sigmoid(60 * (0.3 - ((x - 0.8) ** 2 + (y - 0.5) ** 2).sqrt()))[None, None, None]


def test_there_are_enough_edits_with_unique_titles() -> None:
    assert NAMES[0] == "identity"
    assert len(NAMES) >= 25
    assert len({edit.title for edit in EDITS.values()}) == len(NAMES)
    for family, least in (("identity", 1), ("colour", 10), ("structural", 12), ("mask", 5), ("weather", 2)):
        assert sum(edit.family == family for edit in EDITS.values()) >= least
    assert all(edit.needs_mask == (edit.family == "mask") for edit in EDITS.values())
    assert all(edit.needs_field == (edit.family == "weather") for edit in EDITS.values())
    assert all(edit.name == name for name, edit in EDITS.items())


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=4, deadline=None)
@given(
    batch=st.integers(1, 2),
    time=st.integers(1, 2),
    height=st.integers(5, 50),
    width=st.integers(5, 50),
    dtype=st.sampled_from([torch.float32, torch.float16, torch.bfloat16]),
    seed=st.integers(0, 1000),
)
def test_shape_range_and_determinism(
    name: str, batch: int, time: int, height: int, width: int, dtype: torch.dtype, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    frames = torch.rand(batch, time, 3, height, width, generator=generator).to(dtype)
    mask = torch.rand(batch, time, 1, height, width, generator=generator).to(dtype)
    before = frames.clone()
    first, second = apply_edit(name, frames, mask), apply_edit(name, frames, mask)
    assert first.shape == frames.shape
    assert first.dtype == torch.float32
    assert torch.isfinite(first).all()
    assert first.min() >= 0
    assert first.max() <= 1
    assert torch.equal(first, second)
    assert torch.equal(frames, before)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", [0.0, 1.0])
def test_black_and_white_pictures_stay_finite(name: str, level: float) -> None:
    frames = torch.full((1, 1, 3, 32, 32), level)
    assert torch.isfinite(apply_edit(name, frames, torch.full((1, 1, 1, 32, 32), level))).all()


@pytest.mark.parametrize("name", NAMES)
def test_each_frame_is_treated_on_its_own(name: str) -> None:
    frames = torch.cat([scene(48, 80), scene(48, 80).flip(-1), 1 - scene(48, 80), 0.3 * scene(48, 80)]).view(
        2, 2, 3, 48, 80
    )
    mask = torch.cat([person_mask(48, 80), 1 - person_mask(48, 80)] * 2).view(2, 2, 1, 48, 80)
    field = fall(frames)
    together = apply_edit(name, frames, mask, field)
    for b in range(2):
        # Particles are drawn where they are at a place in time, so a second frame cannot be had without the first.
        for t in range(1 if EDITS[name].needs_field else 2):
            alone = apply_edit(name, frames[b : b + 1, t : t + 1], mask[b : b + 1, t : t + 1], field[b : b + 1])
            torch.testing.assert_close(together[b : b + 1, t : t + 1], alone, atol=2e-5, rtol=0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("top", "left"), [(16, 32), (32, 16)])
def test_edit_of_a_crop_equals_crop_of_the_edit(name: str, top: int, left: int) -> None:
    whole, mask = scene(192, 240), person_mask(192, 240)
    border, size = 48, 144
    field = fall(whole)
    edited = apply_edit(name, whole, mask, field)[..., top : top + size, left : left + size]
    window = (..., slice(top, top + size), slice(left, left + size))
    cells = (..., slice(top // CELL, (top + size) // CELL), slice(left // CELL, (left + size) // CELL))
    crop = apply_edit(name, whole[window], mask[window], field[cells])
    inner = (..., slice(border, size - border), slice(border, size - border))
    torch.testing.assert_close(crop[inner], edited[inner], atol=5e-3, rtol=0)


@pytest.mark.parametrize("name", [name for name in NAMES if not EDITS[name].needs_field])
def test_sensor_noise_is_not_amplified(name: str) -> None:
    generator = torch.Generator().manual_seed(7)
    still = scene(96, 160)
    clip = (still + 0.02 * torch.randn(1, 4, 3, 96, 160, generator=generator)).clamp(0, 1)
    mask = person_mask(96, 160).expand(1, 4, 1, 96, 160)

    def flicker(frames: Tensor) -> float:
        return float((frames[:, 1:] - frames[:, :-1]).abs().mean() / frames.mean(1).std())

    assert flicker(apply_edit(name, clip, mask)) <= 1.15 * flicker(clip)


def test_edits_differ_from_each_other() -> None:
    picture, mask = scene(176, 320), person_mask(176, 320)
    edited = {name: apply_edit(name, picture, mask) for name in NAMES}
    distance = {pair: float((edited[pair[0]] - edited[pair[1]]).abs().mean()) for pair in combinations(NAMES, 2)}
    # Blur and loss of colour touch only a part of a picture that has little of either to lose.
    gentle = {"identity", "bg_blur", "bg_mono", "person_gold"}
    for (first, second), value in distance.items():
        assert value >= (0.01 if {first, second} <= gentle else 0.045), f"{first} and {second} look alike: {value:.3f}"
    strong = [n for n in NAMES if EDITS[n].family == "structural"]
    for name in strong:
        assert distance["identity", name] >= 0.07, (
            f"{name} is too close to the source: {distance['identity', name]:.3f}"
        )


@pytest.mark.parametrize("name", NAMES)
def test_runs_under_autocast_in_full_precision(name: str) -> None:
    picture, mask = scene(40, 56), person_mask(40, 56)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = apply_edit(name, picture, mask)
    assert mixed.dtype == torch.float32
    assert torch.equal(mixed, apply_edit(name, picture, mask))


def test_identity_changes_nothing() -> None:
    picture = scene(40, 56)
    assert torch.equal(apply_edit("identity", picture), picture)


def test_wrong_input_is_named() -> None:
    with pytest.raises(KeyError, match="No edit is called"):
        edits.apply_edit("nothing", scene(16, 16))
    with pytest.raises(ValueError, match="needs the falling noise"):
        edits.apply_edit("rain", scene(16, 16))
    with pytest.raises(ValueError, match="does not fit"):
        edits.apply_edit("rain", scene(16, 16), None, fall(scene(16, 24)))
    with pytest.raises(ValueError, match="shape"):
        apply_edit("noir", torch.zeros(3, 16, 16))
    with pytest.raises(ValueError, match="floating point"):
        apply_edit("noir", torch.zeros(1, 1, 3, 16, 16, dtype=torch.uint8))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("name", NAMES)
def test_cuda_gives_the_pixels_of_the_cpu(name: str) -> None:
    picture, mask = scene(96, 160), person_mask(96, 160)
    field = fall(picture)
    on_card = apply_edit(name, picture.cuda(), mask.cuda(), field.cuda()).cpu()
    difference = (on_card - apply_edit(name, picture, mask, field)).abs()
    assert difference.mean() < 1e-4
    assert difference.quantile(0.999) < 1e-2
