"""Schedules and the Euler loop."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sanacam.model.sampling import flow_schedule, sample_chunk
from sanacam.model.zoo.tiny import tiny_bundle


def test_literal_schedules() -> None:
    assert flow_schedule(4).timesteps == (1000.0, 961.0, 893.0, 743.0)
    assert flow_schedule(4).sigmas == (1.0, 0.961, 0.893, 0.743, 0.0)
    assert flow_schedule(2, flow_shift=3.0).sigmas == (1.0, 0.743, 0.0)
    assert flow_schedule(1).sigmas == (1.0, 0.0)


@pytest.mark.parametrize("steps", [3, 5, 8, 50])
def test_shifted_schedules(steps: int) -> None:
    schedule = flow_schedule(steps, 8.0)
    assert len(schedule.timesteps) == steps
    assert len(schedule.sigmas) == steps + 1
    assert (schedule.sigmas[0], schedule.sigmas[-1]) == (1.0, 0.0)
    assert all(a > b for a, b in zip(schedule.sigmas, schedule.sigmas[1:], strict=False))
    # Smallest σ of training, shifted twice: once when training's table is made, once by the sampler.
    assert schedule.sigmas[-2] == pytest.approx(0.0602, abs=1e-4)


def test_shift_of_the_middle() -> None:
    assert flow_schedule(3, 8.0).sigmas[1] == pytest.approx(8 * 0.503968 / (1 + 7 * 0.503968), abs=1e-5)


def test_no_steps() -> None:
    with pytest.raises(ValueError, match="at least one"):
        flow_schedule(0)


class Recorder:
    """Stands for the network: the velocity that leads straight to a known picture, and a list of calls."""

    def __init__(self, clean: Tensor, noise: Tensor) -> None:
        self.clean, self.noise = clean, noise
        self.calls: list[tuple[float, bool, Tensor]] = []

    def __call__(
        self, x: Tensor, source: Tensor, timestep: Tensor, text: object, *, save: bool = False, **_: object
    ) -> Tensor:
        self.calls.append((float(timestep), save, x.clone()))
        return self.noise - self.clean


@pytest.mark.parametrize("steps", [1, 2, 4, 6])
def test_euler_follows_a_straight_path_to_the_end(steps: int) -> None:
    clean, noise = torch.randn(2, 1, 4, 1, 2, 3)
    network = Recorder(clean, noise)
    schedule = flow_schedule(steps)
    out, call = sample_chunk(network, noise, clean, None, None, schedule, "cache_pass")  # type: ignore[arg-type]
    torch.testing.assert_close(out, clean, rtol=0, atol=1e-5)
    assert [save for _, save, _ in network.calls] == [False] * steps + [True]
    assert network.calls[-1][0] == 0.0
    torch.testing.assert_close(call.x, out)
    for (timestep, _, x), sigma in zip(network.calls, schedule.sigmas, strict=False):
        assert timestep == pytest.approx(1000 * sigma)
        torch.testing.assert_close(x, torch.lerp(clean, noise, sigma), rtol=0, atol=1e-5)


def test_cache_from_the_last_denoising_step() -> None:
    clean, noise = torch.randn(2, 1, 4, 1, 2, 3)
    network = Recorder(clean, noise)
    _, call = sample_chunk(network, noise, clean, None, None, flow_schedule(2), "denoise")  # type: ignore[arg-type]
    assert [(t, save) for t, save, _ in network.calls] == [(1000.0, False), (743.0, True)]
    assert call.timestep == 743.0
    torch.testing.assert_close(call.x, network.calls[-1][2])


@pytest.mark.parametrize("cache", ["denoise", "cache_pass"])
def test_last_chunk_leaves_the_state_alone(cache: str) -> None:
    clean, noise = torch.randn(2, 1, 4, 1, 2, 3)
    network = Recorder(clean, noise)
    sample_chunk(network, noise, clean, None, None, flow_schedule(4), cache, save=False)  # type: ignore[arg-type]
    assert [save for _, save, _ in network.calls] == [False] * 4


@torch.no_grad()
def test_state_moves_once_a_chunk() -> None:
    bundle = tiny_bundle()
    state = bundle.dit.new_state(1, 2, 2, 1)
    text = bundle.dit.text_kv(torch.randn(1, 8, 16))
    noise = torch.randn(1, 4, 1, 2, 2)
    for chunk in range(3):
        sample_chunk(bundle.dit, noise, noise, text, state, flow_schedule(2), "denoise")
        assert state.chunk_index == chunk + 1
