"""The losses of samples in which particles fall."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from tiny_training import ALONE, DIT, VAE, stage_config, tiny_prompts, tiny_sources
from torch import Tensor

from sanacam.model.dit import DiTConfig, HybridDiT
from sanacam.model.training.config import StreamTraining
from sanacam.model.training.losses import (
    charbonnier,
    excess_change,
    particle_loss,
    particle_match,
    picture_loss,
    pixel_loss,
)
from sanacam.model.training.pairs import PairMaker
from sanacam.model.training.stages.context import Context
from sanacam.model.training.stages.joint import JointStage
from sanacam.model.vae import MiniVAE, MiniVAEConfig

CONFIG = stage_config("joint", lpips=0.8, particles=3.0, change=0.3, excess=0.1, temporal=1.0, border=0.5)


def scene(clips: int, seed: int = 1) -> Tensor:
    """(B, 8, 3, 24, 32), −1…1, standing still."""
    still = torch.rand(clips, 1, 3, 24, 32, generator=torch.Generator().manual_seed(seed)) - 0.9
    return still.expand(-1, 8, -1, -1, -1).contiguous()


def flakes(bare: Tensor, seed: int, strength: float = 1.0) -> Tensor:
    """``bare`` with white points that fall by a pixel a picture."""
    points = torch.rand(len(bare), 1, 1, 24, 32, generator=torch.Generator().manual_seed(seed)) > 0.97
    falling = torch.cat([points.roll(frame, dims=-2) for frame in range(bare.shape[1])], dim=1)
    return torch.where(falling, torch.lerp(bare, torch.ones_like(bare), strength), bare)


def perceptual(a: Tensor, b: Tensor) -> Tensor:
    return (a - b).abs().mean(dim=(1, 2, 3))


def forbidden(a: Tensor, b: Tensor) -> Tensor:
    raise AssertionError("LPIPS is not asked for")


def test_every_hint_of_where_particles_are_pays_and_their_absence_does_not() -> None:
    bare = scene(2)
    target = flakes(bare, 5)
    hint, right = flakes(bare, 5, 0.2), flakes(bare, 5, 0.7)
    assert particle_loss(target, target, bare) == 0
    losses = [float(particle_loss(clip, target, bare)) for clip in (right, hint, bare)]
    assert losses == sorted(losses)
    assert losses[2] > 1.3 * losses[1] > 0
    # A faint flake that is as likely here as there: L1 prefers none at all.
    blurred = (flakes(bare, 5, 0.3) + flakes(bare, 6, 0.3) + flakes(bare, 7, 0.3)) / 3
    assert charbonnier(blurred, target) > charbonnier(bare, target)
    assert particle_loss(blurred, target, bare) < particle_loss(bare, target, bare)


def test_match_is_one_in_place_and_nothing_elsewhere() -> None:
    bare = scene(2)
    target = flakes(bare, 5)
    assert particle_match(target, target, bare) == pytest.approx(1, abs=1e-3)
    assert particle_match(flakes(bare, 5, 0.3), target, bare) == pytest.approx(1, abs=0.05)
    assert abs(particle_match(flakes(bare, 6), target, bare)) < 0.1
    assert particle_match(bare, target, bare) == 0


@pytest.mark.parametrize("fallen", [(True, True), (False, False), (True, False)])
def test_a_batch_is_judged_sample_by_sample(fallen: tuple[bool, bool]) -> None:
    bare = scene(2)
    target = flakes(bare, 5)
    prediction = (bare + 0.1 * flakes(bare, 6) + 2 * torch.rand_like(bare)).requires_grad_()
    chosen = torch.tensor(fallen)
    network = forbidden if all(fallen) else perceptual
    loss, parts = picture_loss(prediction, target, bare, chosen, CONFIG, network)
    loss.backward()
    loss = loss.detach()
    assert prediction.grad is not None
    assert all(bool(sample.any()) for sample in prediction.grad), "every sample teaches"
    assert ("match" in parts) == any(fallen)
    assert ("psnr" in parts) == (not all(fallen))
    if not any(fallen):
        assert loss == pixel_loss(prediction, target, CONFIG, perceptual)[0]
    if all(fallen):
        still = prediction.detach()
        plain = pixel_loss(still, target, replace(CONFIG, lpips=0.0, change=0.0, excess=0.0), forbidden)[0]
        excess = excess_change(still, target, cell=1000)
        assert excess > 0
        wanted = plain + 3.0 * particle_loss(still, target, bare) + 0.1 * excess
        assert float(loss) == pytest.approx(float(wanted), rel=1e-6)
    if fallen == (True, False):
        halves = [
            picture_loss(prediction[i], target[i], bare[i], chosen[i], CONFIG, perceptual)[0].detach()
            for i in (slice(0, 1), slice(1, 2))
        ]
        assert float(loss) == pytest.approx(float(sum(halves)) / 2, rel=1e-6)


def test_the_joint_stage_tells_how_well_each_kind_of_particle_is_placed() -> None:
    torch.manual_seed(4)
    stream, weights = StreamTraining(noise="falling"), {"noir": 0.0}
    config = stage_config("joint", stream=stream, edit_weights=weights, batch=4, groups=4, particles=4.0, frames=20)
    prompts, vae = tiny_prompts(("noir", "rain", "snowfall")), MiniVAE(MiniVAEConfig(**{**VAE, "latent_channels": 16}))
    wide = {**DIT, "in_channels": 16, "source_channels": 16, "out_channels": 16}
    bank = tiny_sources()
    context = Context(config, ALONE, PairMaker(bank, prompts, config, ALONE), prompts, None, bank)  # type: ignore[arg-type]
    stage = JointStage(context, vae, HybridDiT(DiTConfig.from_dict(wide)))
    seen: set[str] = set()
    for step in range(2):
        loss, numbers = stage.loss(step, 0)
        assert loss.isfinite()
        matches = {name for name in numbers if name.startswith("match_")}
        assert all(-1 <= float(numbers[name]) <= 1 for name in matches)
        seen |= matches
    assert seen == {"match_rain", "match_snowfall"}
    assert "psnr" not in numbers, "no sample stands still"
