"""Schedules and the Euler loop."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sanacam.model.sampling import euler_step, flow_schedule, initial_noise, sample_chunk
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


@pytest.mark.parametrize(
    ("step", "nominal", "rounded"),
    [(0, -0.039, -0.0390625), (1, -0.068, -0.06787109375), (2, -0.15, -0.150390625), (3, -0.743, -0.7421875)],
)
def test_released_rounding_of_the_steps(step: int, nominal: float, rounded: float) -> None:
    sigma, sigma_next = flow_schedule(4).sigmas[step : step + 2]
    one = torch.ones(1, dtype=torch.bfloat16)
    assert sigma_next - sigma == pytest.approx(nominal, abs=1e-9)
    # From 0 the sum is the product, and a product with 1 is Δσ itself.
    assert euler_step(torch.zeros(1), one, sigma, sigma_next, released_rounding=True).item() == rounded
    assert euler_step(torch.zeros(1), one, sigma, sigma_next).item() == pytest.approx(nominal, abs=1e-7)


def test_released_rounding_rounds_product_and_sum() -> None:
    x, velocity = torch.randn(2, 500, generator=torch.Generator().manual_seed(0))
    rough = velocity.to(torch.bfloat16)
    got = euler_step(x, rough, 1.0, 0.961, released_rounding=True)
    assert got.dtype == torch.float32
    delta = torch.tensor(-0.0390625, dtype=torch.float64)
    product = (delta * rough.double()).to(torch.bfloat16)
    expected = (x.double() + product.double()).to(torch.float32).to(torch.bfloat16).float()
    assert torch.equal(got, expected)
    assert not torch.equal(got, euler_step(x, rough, 1.0, 0.961))
    # With an fp32 network nothing is rounded.
    exact = euler_step(x, velocity, 1.0, 0.961, released_rounding=True)
    torch.testing.assert_close(exact, euler_step(x, velocity, 1.0, 0.961), rtol=0, atol=1e-6)


@torch.no_grad()
def test_the_switch_reaches_the_loop() -> None:
    dit = tiny_bundle().dit.to(torch.bfloat16)
    text = dit.text_kv(torch.randn(1, 8, 16))
    noise, source = torch.randn(2, 1, 4, 1, 2, 2)
    outs = []
    for released_rounding in (False, True):
        state = dit.new_state(1, 2, 2, 1)
        out, _ = sample_chunk(dit, noise, source, text, state, flow_schedule(4), released_rounding=released_rounding)
        outs.append(out)
    plain, rounded = outs
    assert rounded.dtype == torch.float32
    assert torch.equal(rounded, rounded.to(torch.bfloat16).float())
    assert 0 < (plain - rounded).abs().max() < 0.1


def test_seeds() -> None:
    first, again, other = (initial_noise((1, 4, 2, 3, 3), seed) for seed in (5, 5, 6))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.dtype == torch.float32


@pytest.mark.parametrize(
    ("steps", "sigmas"),
    [
        (3, [1.0, 0.8904485106, 0.0602069683, 0.0]),
        (5, [1.0, 0.9604058266, 0.8904485106, 0.7334815264, 0.0602069683, 0.0]),
    ],
)
def test_shifted_schedule_against_diffusers(steps: int, sigmas: list[float]) -> None:
    """Figures: FlowMatchEulerDiscreteScheduler(shift=8) of diffusers 0.42.1."""
    assert flow_schedule(steps, 8.0).sigmas == pytest.approx(sigmas, abs=1e-6)
