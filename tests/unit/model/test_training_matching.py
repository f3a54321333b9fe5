"""Distribution matching by its formulas, guidance, trajectories; prompts that are dropped."""

from __future__ import annotations

import pytest
import torch
from tiny_dit import frozen, random_text

from sanacam.model.training.distribution_matching import fake_score_loss, matching_gradient, matching_loss
from sanacam.model.training.noise import at_level
from sanacam.model.training.prompt_drop import drop_prompts
from sanacam.model.training.trajectory import euler_trajectory, guided_velocity, merged_levels
from sanacam.model.zoo.tiny import TINY_DIT


def clip(seed: int, batch: int = 2) -> torch.Tensor:
    return torch.randn(batch, TINY_DIT.in_channels, 4, 2, 3, generator=torch.Generator().manual_seed(seed))


TEXT, MASK = torch.cat([random_text(1), random_text(2)]), torch.ones(2, 4, dtype=torch.bool)


def test_the_gradient_is_fake_minus_guided_real_in_units_of_the_real_error() -> None:
    real, fake = frozen(seed=1), frozen(seed=2)
    x, noise, source, sigma = clip(1), clip(2), clip(3), torch.tensor([0.3, 0.9])
    gradient = matching_gradient(real, fake, x, noise, sigma, source, TEXT, MASK, 4.0)
    level = sigma.view(2, 1, 1, 1, 1)
    noisy = (1 - level) * x + level * noise
    nothing = torch.zeros_like(MASK)
    nothing[:, 0] = True
    f = noisy - level * fake(noisy, source, sigma * 1000, TEXT, MASK)
    conditional = noisy - level * real(noisy, source, sigma * 1000, TEXT, MASK)
    plain = noisy - level * real(noisy, source, sigma * 1000, torch.zeros_like(TEXT), nothing)
    # r_c + 3 (r_c − r_u) is guidance 4
    r = conditional + 3 * (conditional - plain)
    wanted = (f - r) / (x - r).abs().mean(dim=(1, 2, 3, 4), keepdim=True)
    torch.testing.assert_close(gradient, wanted, rtol=1e-4, atol=1e-4)
    same = matching_gradient(real, real, x, noise, sigma, source, TEXT, MASK, 1.0)
    assert same.abs().max() < 1e-6


def test_a_window_that_is_not_finite_gives_no_gradient() -> None:
    x = clip(1)
    x[0] = torch.nan
    gradient = matching_gradient(
        frozen(seed=1), frozen(seed=2), x, clip(2), torch.tensor([0.5, 0.5]), clip(3), TEXT, MASK, 2.0
    )
    assert gradient[0].eq(0).all()
    assert gradient[1].abs().sum() > 0


def test_the_loss_passes_the_gradient_on_to_counted_frames_alone() -> None:
    x, gradient = clip(1).requires_grad_(), clip(2)
    counted = torch.tensor([False, True, True, True])
    matching_loss(x, gradient, counted).backward()
    assert x.grad is not None
    assert x.grad[:, :, 0].eq(0).all()
    torch.testing.assert_close(x.grad[:, :, 1:], gradient[:, :, 1:] / gradient[:, :, 1:].numel())


def test_the_fake_score_learns_from_counted_frames_alone() -> None:
    fake, x, noise, source, sigma = frozen(seed=2), clip(1), clip(2), clip(3), torch.tensor([0.3, 0.9])
    counted = torch.tensor([False, True, True, True])
    loss = fake_score_loss(fake, x, noise, sigma, source, TEXT, MASK, counted)
    velocity = fake(at_level(x, noise, sigma), source, sigma * 1000, TEXT, MASK)
    torch.testing.assert_close(loss, (velocity - (noise - x))[:, :, 1:].square().mean())


def test_guidance_one_is_a_single_pass_and_zero_is_without_a_prompt() -> None:
    dit, x, source, sigma = frozen(seed=1), clip(1), clip(2), torch.tensor([0.5, 0.5])
    with_prompt = dit(x, source, sigma * 1000, TEXT, MASK)
    text, mask = drop_prompts(TEXT, MASK, torch.tensor([True, True]))
    without = dit(x, source, sigma * 1000, text, mask)
    torch.testing.assert_close(guided_velocity(dit, x, source, sigma, TEXT, MASK, 1.0), with_prompt)
    torch.testing.assert_close(guided_velocity(dit, x, source, sigma, TEXT, MASK, 0.0), without)
    assert not torch.allclose(with_prompt, without)


def test_trajectories_pass_through_the_students_levels() -> None:
    own = (1.0, 0.961, 0.893, 0.743)
    levels = merged_levels(own, 8, 3.0)
    assert set(own) <= set(levels)
    assert levels[0] == 1.0
    assert levels[-1] == 0.0
    assert list(levels) == sorted(levels, reverse=True)
    dit, noise, source = frozen(seed=1), clip(1), clip(2)
    states = euler_trajectory(dit, noise, source, TEXT, MASK, levels, 1.0)
    assert len(states) == len(levels)
    assert torch.equal(states[0], noise)
    step = levels[1] - levels[0]
    torch.testing.assert_close(states[1], noise + step * dit(noise, source, torch.full((2,), 1000.0), TEXT, MASK))


@pytest.mark.parametrize("dropped", [[True, False], [False, False]])
def test_dropped_prompts_leave_one_empty_token(dropped: list[bool]) -> None:
    text, mask = drop_prompts(TEXT, MASK, torch.tensor(dropped))
    for row, gone in enumerate(dropped):
        assert int(mask[row].sum()) == (1 if gone else 4)
        assert torch.equal(text[row], torch.zeros_like(TEXT[row]) if gone else TEXT[row])
