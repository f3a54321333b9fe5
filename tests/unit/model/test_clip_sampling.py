"""DPM-Solver++ for whole clips: against diffusers, against a solvable flow, and with guidance."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from sanacam.model.clip_sampling import dpm_schedule, dpm_solve, log_snr, sample_clip
from sanacam.model.dit import HybridDiT, TextKV
from sanacam.model.sampling import Schedule, initial_noise
from sanacam.model.zoo.tiny import TINY_DIT, tiny_bundle

START = (0.3, -1.1, 0.7, 2.0)
DIFFUSERS = {
    1: (-0.7476960850, 0.1960465759, -1.3311727376, -0.1399422684),
    2: (-0.1216633317, -0.1597761304, -1.0061830987, 1.1276704327),
    3: (0.0341335710, -0.2923848086, -0.3732365726, 1.7421346947),
    10: (0.1317128011, -0.1205124842, 0.0896602220, 1.6673554008),
    50: (0.1568766882, -0.0266880392, 0.1686613714, 1.8758968114),
}
"""DPMSolverMultistepScheduler of diffusers 0.42.1 (dpmsolver++, order 2, flow sigmas, shift 8, final sigma zero, first
order at the end), with the velocity below."""


def bent_velocity(x: Tensor, timestep: float) -> Tensor:
    sigma = timestep / 1000.0
    return torch.sin(3 * x) + sigma * x - 0.5 * torch.cos(x * 5 * sigma)


@pytest.mark.parametrize("steps", DIFFUSERS)
def test_agrees_with_diffusers(steps: int) -> None:
    got = dpm_solve(bent_velocity, torch.tensor(START, dtype=torch.float64), dpm_schedule(steps))
    torch.testing.assert_close(got, torch.tensor(DIFFUSERS[steps], dtype=torch.float64), rtol=0, atol=1e-6)


def test_schedule() -> None:
    schedule = dpm_schedule()
    assert len(schedule.timesteps) == 50
    assert len(schedule.sigmas) == 51
    assert schedule.sigmas[0] == pytest.approx(8 * 0.999 / (1 + 7 * 0.999))
    assert schedule.sigmas[0] == pytest.approx(0.99987, abs=1e-5)
    assert schedule.sigmas[-1] == 0.0
    assert schedule.sigmas[25] == pytest.approx(8 * 0.4995 / (1 + 7 * 0.4995))
    assert schedule.timesteps[25] == pytest.approx(1000 * schedule.sigmas[25])
    with pytest.raises(ValueError, match="at least one"):
        dpm_schedule(0)


class GaussianFlow:
    """Data N(mean, width²), whose flow can be solved by hand: ``(x − αμ) / sqrt(α²w² + σ²)`` stays the same."""

    mean, width = 0.4, 0.3

    def spread(self, sigma: float) -> float:
        return math.hypot((1.0 - sigma) * self.width, sigma)

    def velocity(self, x: Tensor, timestep: float) -> Tensor:
        sigma = timestep / 1000.0
        away = x - (1.0 - sigma) * self.mean
        clean = self.mean + (1.0 - sigma) * self.width**2 / self.spread(sigma) ** 2 * away
        return (x - clean) / sigma

    def end(self, x: Tensor, sigma: float, sigma_end: float) -> Tensor:
        moved = (x - (1.0 - sigma) * self.mean) * (self.spread(sigma_end) / self.spread(sigma))
        return (1.0 - sigma_end) * self.mean + moved


def test_second_order_on_a_flow_with_a_known_end() -> None:
    flow, noise = GaussianFlow(), torch.linspace(-2, 2, 9, dtype=torch.float64)
    first, last = 0.95, 0.3
    expected, errors = flow.end(noise, first, last), []
    for steps in (20, 40, 80):
        lambdas = torch.linspace(log_snr(first), log_snr(last), steps + 1, dtype=torch.float64)
        sigmas = tuple((1.0 / (1.0 + lambdas.exp())).tolist())
        schedule = Schedule(tuple(1000 * sigma for sigma in sigmas[:-1]), sigmas)
        errors.append(float((dpm_solve(flow.velocity, noise, schedule) - expected).abs().max()))
    assert errors[-1] < 1e-3
    assert errors[0] / errors[1] > 3.5
    assert errors[1] / errors[2] > 3.5  # a first-order solver would gain 2


def test_ends_near_the_data_on_the_released_schedule() -> None:
    flow, noise = GaussianFlow(), torch.linspace(-2, 2, 9, dtype=torch.float64)
    schedule = dpm_schedule(200)
    got = dpm_solve(flow.velocity, noise, schedule)
    torch.testing.assert_close(got, flow.end(noise, schedule.sigmas[0], 0.0), rtol=0, atol=0.01)


def test_plain_recurrence() -> None:
    """The formula once more, written from the exponential integral with λ as its variable."""
    sigmas = (0.9, 0.7, 0.4, 0.2, 0.05)
    schedule = Schedule(tuple(1000 * s for s in sigmas[:-1]), sigmas)
    noise = torch.tensor(START, dtype=torch.float64)
    x, clean = noise, []
    for i in range(4):
        clean.append(x - sigmas[i] * bent_velocity(x, 1000 * sigmas[i]))
        lam, lam_next = log_snr(sigmas[i]), log_snr(sigmas[i + 1])
        constant = sigmas[i + 1] * (math.exp(lam_next) - math.exp(lam))  # σ' ∫ e^λ dλ
        slope = torch.zeros_like(x)
        if 0 < i < 3:
            slope = (clean[i] - clean[i - 1]) / (lam - log_snr(sigmas[i - 1]))
        x = sigmas[i + 1] / sigmas[i] * x + constant * (clean[i] + slope * (lam_next - lam) / 2)
    torch.testing.assert_close(dpm_solve(bent_velocity, noise, schedule), x, rtol=1e-12, atol=1e-12)


def clip_network() -> HybridDiT:
    return tiny_bundle(1, dit=replace(TINY_DIT, num_cached_blocks=0)).dit


def prompts(dit: HybridDiT) -> tuple[TextKV, TextKV, Tensor]:
    text = torch.randn(2, 8, 16, generator=torch.Generator().manual_seed(3))
    mask = torch.arange(8)[None] < torch.tensor([[3], [7]])
    wanted, unwanted = (dit.text_kv(text[i : i + 1], mask[i : i + 1]) for i in range(2))
    return wanted, unwanted, text


def test_guidance_with_each_prompts_own_mask() -> None:
    dit = clip_network()
    wanted, unwanted, text = prompts(dit)
    noise, source = torch.randn(2, 1, 4, 3, 2, 3, generator=torch.Generator().manual_seed(4))
    got = sample_clip(dit, noise, source, wanted, unwanted, steps=5, guidance=6.0)

    # The release's way: both in one batch, negative first, source doubled.
    mask = torch.arange(8)[None] < torch.tensor([[7], [3]])

    def both(x: Tensor, timestep: float) -> Tensor:
        times = torch.full((2,), timestep)
        negative, positive = dit(
            x.repeat(2, 1, 1, 1, 1), source.repeat(2, 1, 1, 1, 1), times, text.flip(0), mask
        ).chunk(2)
        return negative + 6.0 * (positive - negative)

    with torch.no_grad():
        torch.testing.assert_close(got, dpm_solve(both, noise, dpm_schedule(5)), rtol=1e-4, atol=1e-4)
    unguided = sample_clip(dit, noise, source, wanted, steps=5, guidance=1.0)
    assert torch.equal(unguided, sample_clip(dit, noise, source, wanted, unwanted, steps=5, guidance=1.0))
    assert (unguided - got).abs().max() > 0.01
    with pytest.raises(ValueError, match="negative prompt"):
        sample_clip(dit, noise, source, wanted)


def test_seeds_progress_and_stopping() -> None:
    dit = clip_network()
    wanted, unwanted, _ = prompts(dit)
    source = torch.randn(1, 4, 3, 2, 3)
    done: list[tuple[int, int]] = []
    outs = [
        sample_clip(
            dit, initial_noise((1, 4, 3, 2, 3), seed), source, wanted, unwanted, steps=3,
            on_step=lambda now, of: done.append((now, of)),
        )
        for seed in (1, 1, 2)
    ]  # fmt: skip
    assert torch.equal(outs[0], outs[1])
    assert not torch.equal(outs[0], outs[2])
    assert done == [(1, 3), (2, 3), (3, 3)] * 3

    def stop(now: int, _: int) -> None:
        if now == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        sample_clip(dit, outs[0], source, wanted, unwanted, steps=50, on_step=stop)
