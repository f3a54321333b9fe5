"""Noise that falls: it moves by whole cells, never ends, is the same for training and stream, and draws what falls."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from sanacam.model.falling_noise import (
    CHANNELS,
    FAR,
    FRAMES,
    GUST,
    GUST_PERIOD,
    NEAR,
    RAIN,
    falling_clips,
    with_falling,
)
from sanacam.model.initial_noise import InitialNoise
from sanacam.model.training.config import StreamTraining
from sanacam.model.training.edits import apply_edit
from sanacam.model.training.noise import pair_noise
from sanacam.model.zoo.tiny import tiny_bundle

CPU = torch.device("cpu")
HEIGHT, WIDTH = 12, 20


def streamed(seed: int, frames: int, chunk: int = 1) -> Tensor:
    """(64, T, h, w) of a stream."""
    noise = InitialNoise("falling", seed, CPU)
    shape = torch.Size((1, 64, chunk, HEIGHT, WIDTH))
    return torch.cat([noise.draw(shape)[0] for _ in range(frames // chunk)], dim=1)


def assert_falls(field: Tensor) -> None:
    """(12, T, h, w): every row was seen further up before."""
    near, far, rain = field[NEAR], field[FAR], field[RAIN]
    assert torch.equal(near[:, 1:, 2:], near[:, :-1, :-2])
    assert torch.equal(far[:, 1:, 1:], far[:, :-1, :-1])
    pictures = rain.transpose(0, 1).flatten(0, 1)  # T latent frames of four views: one for each picture
    assert torch.equal(pictures[1:, 3:, 1:], pictures[:-1, :-3, :-1])


def test_streams_and_training_clips_fall_by_the_same_law() -> None:
    field = streamed(3, 160)[-CHANNELS:]
    assert_falls(field)
    for clip in falling_clips(2, 6, HEIGHT, WIDTH, torch.Generator().manual_seed(0), CPU):
        assert_falls(clip)
        angle = torch.atan2(clip[11, :, 0, 0], clip[10, :, 0, 0]).diff() % (2 * torch.pi)
        torch.testing.assert_close(angle, torch.full_like(angle, 2 * torch.pi / GUST_PERIOD))
    torch.testing.assert_close(field[GUST, GUST_PERIOD], field[GUST, 0])


def test_values_stay_standard_normal_and_do_not_come_back() -> None:
    field = streamed(1, 400)[-CHANNELS:]
    moving = field[: GUST.start]
    assert moving.mean().abs() < 0.02
    assert moving.std() == pytest.approx(1.0, abs=0.02)
    fresh = field[0, ::6]  # a picture's height further each time
    distance = (fresh[:, None] - fresh[None]).abs().mean(dim=(2, 3))
    distance.fill_diagonal_(1.0)
    assert distance.min() > 0.8


def test_chunks_seeds_and_the_standing_rest() -> None:
    whole = streamed(7, 12)
    assert torch.equal(whole, streamed(7, 12, chunk=3))
    assert not torch.equal(whole[-CHANNELS], streamed(8, 12)[-CHANNELS])
    standing = InitialNoise("static", 7, CPU).draw(torch.Size((1, 64, 12, HEIGHT, WIDTH)))[0]
    assert torch.equal(whole[:-CHANNELS], standing[:-CHANNELS])
    noise = InitialNoise("falling", 7, CPU)
    first = noise.draw(torch.Size((1, 64, 1, HEIGHT, WIDTH)))
    kept = first.clone()
    noise.draw(first.shape)
    assert torch.equal(first, kept)  # a chunk's noise is needed again where a prompt's memory is rewritten
    noise.reset()
    assert torch.equal(noise.draw(first.shape), kept)
    noise.reset()
    assert noise.draw(torch.Size((1, 64, 1, 5, 6))).shape == (1, 64, 1, 5, 6)


def test_training_noise_carries_the_field_its_targets_were_drawn_by() -> None:
    chance = torch.Generator().manual_seed(0)
    field = falling_clips(2, 3, 4, 5, chance, CPU)
    noise = pair_noise(StreamTraining(noise="falling"), torch.Size((2, 16, 3, 4, 5)), field, chance, CPU)
    assert torch.equal(noise[:, 4:], field)
    assert torch.equal(noise[:, :4, 0], noise[:, :4, 2])
    with pytest.raises(ValueError, match="does not fit"):
        with_falling(noise[:, :CHANNELS], field)


def test_models_without_room_for_it_are_refused() -> None:
    config = tiny_bundle(1).config
    with pytest.raises(ValueError, match="more than 12 latent channels"):
        replace(config, initial_noise="falling")


@pytest.mark.parametrize(("name", "speed"), [("snowfall", (4, 0)), ("rain", (24, 8))])
def test_particles_move_smoothly_across_chunk_borders(name: str, speed: tuple[int, int]) -> None:
    """What a picture shows is, moved by the speed of the nearest particles, what the next one shows."""
    noise = InitialNoise("falling", 2, CPU)
    height, width = 18, 16
    field = torch.cat([noise.draw(torch.Size((1, 64, 1, height, width)))[:, -CHANNELS:] for _ in range(2)], dim=2)
    field[:, GUST] = 0  # no wind
    if name == "snowfall":
        field[:, FAR] = 0  # the far ones have a speed of their own
    dark = torch.full((1, 2 * FRAMES, 3, height * 8, width * 8), 0.1)
    drawn = apply_edit(name, dark, None, field)[0]
    particles = drawn - drawn.amin(dim=(-1, -2), keepdim=True)
    down, right = speed
    edge = 32  # particles next to the picture that are not in it yet
    here = particles[:-1, :, edge : -edge - down, edge : width * 8 - edge - right]
    there = particles[1:, :, edge + down : -edge, edge + right : width * 8 - edge]
    assert particles.std() > 0.02
    error = (here - there).abs()
    assert error.mean() < 1e-3
    assert error.max() < 0.06  # the outermost rim of a flake at the end of its reach
