"""Training on tiny synthetic data: exact resume, learning, the data's independence of history, atomic checkpoints."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_training import (
    ALONE,
    NAMES,
    TINY,
    VAE,
    stage_config,
    tiny_context,
    tiny_origins,
    tiny_prompts,
    tiny_sources,
    tiny_stage,
)

from sanacam.model.errors import UserError
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.checkpoint import load_slim, save_slim
from sanacam.model.training.config import STAGES, StageConfig, StreamTraining, load_config
from sanacam.model.training.edits import EDITS, apply_edit
from sanacam.model.training.loop import TrainingLoop, rate
from sanacam.model.training.losses import border_l1, change_l1, excess_change, temporal_l1
from sanacam.model.training.noise import draw_bidirectional_sigma, draw_score_sigma, draw_sigma, static_noise
from sanacam.model.training.pairs import PairMaker
from sanacam.model.training.stage import Stage
from sanacam.model.training.stages.build import Origins
from sanacam.model.training.stages.vae import VAEStage
from sanacam.model.vae import MiniVAE, MiniVAEConfig


@pytest.fixture(scope="module")
def perceptual() -> LPIPS:
    return LPIPS("cpu")


@pytest.fixture(scope="module")
def origins(tmp_path_factory: pytest.TempPathFactory) -> Origins:
    return tiny_origins(tmp_path_factory.mktemp("origins"))


Make = Callable[[StageConfig], Stage]


@pytest.fixture
def make(perceptual: LPIPS, origins: Origins) -> Make:
    return lambda config: tiny_stage(config, origins, perceptual)


def weights(stage: Stage) -> dict[str, torch.Tensor]:
    modules = {name: m for player in stage.players() for name, m in player.modules.items()}
    return {f"{p}.{n}": t.clone() for p, m in modules.items() for n, t in m.state_dict().items()}


@pytest.mark.parametrize("name", STAGES)
def test_a_resumed_run_equals_an_uninterrupted_one(make: Make, name: str, tmp_path: Path) -> None:
    config = stage_config(name)
    whole = TrainingLoop(make(config), ALONE, tmp_path / "whole")
    whole.run(stop_at=6)
    first = TrainingLoop(make(config), ALONE, tmp_path / "parts")
    first.run(stop_at=2)
    second_stage = make(config)
    second = TrainingLoop(second_stage, ALONE, tmp_path / "parts")
    assert second.resume()
    assert second.step == 2
    second.run(stop_at=6)
    expected, got = weights(whole.stage), weights(second_stage)
    for key, value in expected.items():
        assert torch.equal(got[key], value), key
    for key, value in whole.ema.items():
        assert torch.equal(second.ema[key], value), key
    for player, learner in whole.learners.items():
        assert second.learners[player].updates == learner.updates
        moments = second.learners[player].moments()
        for key, value in learner.moments().items():
            assert torch.equal(moments[key], value), key


@pytest.mark.parametrize("name", ["vae", "bidirectional", "latent", "few_step", "joint", "decoder"])
def test_every_stage_learns_and_leaves_its_files(make: Make, name: str, tmp_path: Path) -> None:
    stage = make(stage_config(name))
    before = weights(stage)
    loop = TrainingLoop(stage, ALONE, tmp_path)
    loop.run(log_every=1, stop_at=12)
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert len(rows) == 12
    assert sum(r["loss"] for r in rows[-4:]) < sum(r["loss"] for r in rows[:4])
    assert (tmp_path / "sheet_12.png").stat().st_size > 1000
    assert "<polyline" in (tmp_path / "log.html").read_text(encoding="utf-8")
    changed = {k for k, v in weights(stage).items() if not torch.equal(before[k], v)}
    assert changed
    for part, module in stage.trained.items():
        metadata = load_slim(tmp_path / f"{part}.safetensors", module)
        assert metadata["step"] == "12"
    if name == "joint":
        assert torch.equal(
            before["vae.encoder.head.bias"].half(), stage.trained["vae"].state_dict()["encoder.head.bias"].half()
        )


def test_the_joint_stage_trains_the_encoder_only_when_told(make: Make, tmp_path: Path) -> None:
    for told in (False, True):
        stage = make(replace(stage_config("joint"), train_encoder=told, change=1.0))
        before = weights(stage)
        TrainingLoop(stage, ALONE, tmp_path / str(told)).run(stop_at=2)
        moved = {k for k, v in weights(stage).items() if k.startswith("vae.encoder") and not torch.equal(before[k], v)}
        assert bool(moved) == told


def test_a_stage_can_start_from_earlier_weights(tmp_path: Path, perceptual: LPIPS) -> None:
    torch.manual_seed(2)
    earlier = MiniVAE(MiniVAEConfig(**VAE))
    earlier.latents_mean.fill_(0.3)
    earlier.latents_std.fill_(2.0)
    file = tmp_path / "vae.safetensors"
    save_slim(file, {f"vae.{k}": v for k, v in earlier.state_dict().items()}, "vae", {"step": "5"})
    context = tiny_context(TINY, perceptual)
    stage = VAEStage(context, file)
    assert torch.equal(stage.vae.decoder.head.weight, earlier.decoder.head.weight.half().float())
    # Statistics are measured anew at the end: on raw latents, so the old ones must not be applied on the way.
    assert stage.vae.latents_std.eq(1).all()
    loop = TrainingLoop(stage, ALONE, tmp_path / "run")
    loop.run(stop_at=1)
    clip = context.pairs.draw(2, 2).target
    raw, _ = stage.vae.encoder(clip, stage.vae.new_state(2, 32, 48).encoder)
    normal = stage.vae.normalise(raw)
    assert normal.mean().abs() < 0.5
    assert 0.5 < normal.std() < 2


def test_change_asks_for_the_amount_of_motion_not_its_place() -> None:
    generator = torch.Generator().manual_seed(4)
    clip = torch.rand(1, 6, 3, 32, 48, generator=generator)
    still = clip[:, :1].expand_as(clip)
    pulsing = clip[:, [0, 0, 2, 2, 4, 4]]
    assert change_l1(clip, clip) == 0
    assert change_l1(still, clip) > 0.1
    assert change_l1(pulsing, clip) > 0.1
    # The same change elsewhere within the cells costs little, a picture at rest costs much.
    moved = clip.unflatten(-1, (6, 8)).flip(-1).flatten(-2)
    assert change_l1(moved, clip) < 0.1 * change_l1(still, clip)
    assert temporal_l1(moved, clip) > temporal_l1(still, clip)


def test_border_and_excess_see_pulses_and_flicker() -> None:
    clip = torch.rand(1, 12, 3, 16, 16, generator=torch.Generator().manual_seed(4))
    pulse = clip.clone()
    pulse[:, 4:8] += 0.1  # a group apart: only the steps into it and out of it are wrong
    assert border_l1(pulse, clip) == pytest.approx(0.1, abs=1e-6)
    assert temporal_l1(pulse, clip) == pytest.approx(0.2 / 11, abs=1e-6)
    assert border_l1(clip[:, :4], 2 * clip[:, :4]) == 0
    assert excess_change(clip, clip) == 0
    assert excess_change(clip * 0.5, clip) == 0
    assert excess_change(clip * 2, clip, still=1e-4) == pytest.approx(math.log(2), abs=1e-3)
    still = clip[:, :1].expand_as(clip)
    assert 1 < excess_change(still + 0.06 * clip, still) < 3


def test_excess_is_not_paid_for_elsewhere() -> None:
    steady = 0.1 * torch.arange(8.0).view(1, 8, 1, 1, 1).expand(1, 8, 3, 32, 32)
    late = steady.clone()
    late[:, 4] = steady[:, 3]  # rest at the border, its change one step later
    assert excess_change(late, steady, still=1e-4) == pytest.approx(math.log(2) / 7, abs=1e-3)
    flicker = steady * torch.where(torch.arange(32) < 16, 2.0, 0.1)  # too much in one half, too little in the other
    assert excess_change(flicker, steady, still=1e-4) == pytest.approx(math.log(2) / 2, abs=1e-3)
    assert excess_change(flicker, steady, cell=32) < 0.1
    unseen = steady + 0.001 * (torch.arange(8) % 2).view(1, 8, 1, 1, 1)  # an eighth of an 8-bit step, to and fro
    still = torch.zeros_like(steady)
    assert excess_change(unseen - steady, still) < 0.15, "what nobody sees pulls little"


def test_particles_are_drawn_by_the_noise_that_comes_with_them() -> None:
    config = replace(TINY, stage="joint", stream=StreamTraining(noise="falling"), edit_weights={"rain": 50.0})
    prompts = tiny_prompts(("noir", "rain"))
    falling = PairMaker(tiny_sources(), prompts, config, ALONE)
    falling.seed(3)
    pairs = falling.draw(2, 2)
    assert pairs.edits == ["rain", "rain"]
    assert pairs.falling is not None
    source, target = (pairs.source + 1) / 2, (pairs.target + 1) / 2
    strength = prompts.strength(pairs.prompts).view(-1, 1, 1, 1, 1)
    rainy = torch.lerp(source, apply_edit("rain", source, None, pairs.falling), strength)
    assert (target - rainy).abs().mean() < 0.03  # the source may carry sensor noise
    added = (pairs.target - pairs.bare).abs().amax(2)
    assert 0.01 < (added > 0.05).float().mean() < 0.5, "streaks, and the scene between them"
    assert (pairs.bare - pairs.target).mean() < 0, "streaks are bright"
    standing = PairMaker(tiny_sources(), prompts, TINY, ALONE)
    assert standing.names == ["noir"]
    solid = standing.draw(2, 2)
    assert solid.falling is None
    assert torch.equal(solid.bare, solid.target)
    with pytest.raises(UserError, match="vae stage cannot train with falling noise"):
        replace(config, stage="vae")


def test_a_steps_data_depends_on_the_step_alone() -> None:
    prompts = tiny_prompts()
    makers = [PairMaker(tiny_sources(), prompts, TINY, ALONE) for _ in range(2)]
    makers[0].seed(7)
    makers[0].draw(2, 2)
    drawn = []
    for maker in makers:
        maker.seed(8)
        drawn.append(maker.draw(2, 2))
    assert drawn[0].edits == drawn[1].edits
    assert torch.equal(drawn[0].source, drawn[1].source)
    assert torch.equal(drawn[0].target, drawn[1].target)
    assert torch.equal(drawn[0].prompts, drawn[1].prompts)
    makers[0].seed(9)
    assert not torch.equal(makers[0].draw(2, 2).source, drawn[0].source)


def test_pairs_are_what_the_teacher_makes_and_the_wording_asks_for() -> None:
    prompts = tiny_prompts()
    maker = PairMaker(tiny_sources(), prompts, replace(TINY, batch=6, groups=6), ALONE)
    seen = set()
    for step in range(12):
        maker.seed(step)
        pairs = maker.draw(6, 6)
        assert pairs.source.min() >= -1.2
        assert pairs.target.abs().max() <= 1 + 1e-5
        for row, edit in zip(pairs.prompts.tolist(), pairs.edits, strict=True):
            assert prompts.entries[row].edit == edit
            assert prompts.entries[row].split == "train"
            seen.add(edit)
    assert seen == set(NAMES)
    assert all(name in EDITS for name in NAMES)


def test_samples_ask_for_lower_degrees_as_often_as_the_configuration_says() -> None:
    prompts = tiny_prompts()
    maker = PairMaker(tiny_sources(), prompts, replace(TINY, batch=6, groups=6, graded=0.9), ALONE)
    strengths = []
    for step in range(12):
        maker.seed(step)
        strengths += prompts.strength(maker.draw(6, 6).prompts).tolist()
    assert sum(strength < 1 for strength in strengths) > 0.75 * len(strengths)


def test_weights_of_edits_that_do_not_exist_and_of_none_at_all_are_refused() -> None:
    def maker(**changes: object) -> PairMaker:
        return PairMaker(tiny_sources(), tiny_prompts(), replace(TINY, **changes), ALONE)  # type: ignore[arg-type]

    with pytest.raises(UserError, match=r"\[edit_weights\] names snowfal"):
        maker(edit_weights={"snowfal": 2.0, "sepia": 1.0})
    with pytest.raises(UserError, match=r"\[family_weights\] names colours"):
        maker(family_weights={"colours": 0.5})
    with pytest.raises(UserError, match="No edit is left"):
        maker(edit_weights=dict.fromkeys(NAMES, 0.0))


def test_noise_levels() -> None:
    sigma = draw_sigma(4000, 6, torch.Generator().manual_seed(0))
    assert sigma.min() == 0
    assert sigma.max() == 1
    pure = (sigma == 1).all(dim=1).float().mean()
    assert 0.45 < pure < 0.55
    mixed = (sigma != sigma[:, :1]).any(dim=1).float().mean()
    assert 0.2 < mixed < 0.3


def test_teacher_and_score_levels() -> None:
    teacher = draw_bidirectional_sigma(4000, torch.Generator().manual_seed(0))
    assert teacher.min() >= 0
    assert teacher.max() < 1
    # logit-normal around ½, shifted by 3: its middle lies at 3 · ½ / (1 + 2 · ½)
    assert teacher.median() == pytest.approx(0.75, abs=0.02)
    score = draw_score_sigma(4000, 8.0, torch.Generator().manual_seed(0))
    assert score.min() == pytest.approx(0.02)
    assert score.max() == pytest.approx(0.98)
    assert score.median() == pytest.approx(8 * 0.5 / (1 + 7 * 0.5), abs=0.02)


def test_static_noise_is_the_same_in_every_frame() -> None:
    noise = static_noise(torch.Size((2, 3, 4, 5, 6)), torch.Generator().manual_seed(1), torch.device("cpu"))
    assert torch.equal(noise[:, :, 0], noise[:, :, 3])
    assert not torch.equal(noise[0], noise[1])


def test_rate_warms_up_holds_and_falls_to_zero() -> None:
    config = replace(TINY, warmup=0.1, hold=0.5, lr=1.0)
    assert rate(config, 0.05) == pytest.approx(0.5)
    assert rate(config, 0.3) == 1.0
    assert rate(config, 0.75) == pytest.approx(0.5)
    assert rate(config, 1.0) == pytest.approx(0.0)


def test_shipped_configs_load_and_bad_ones_name_the_fault(tmp_path: Path) -> None:
    from sanacam.model.training.cli import shipped_config

    for stage in STAGES:
        config = shipped_config(stage)
        assert config.stage == stage
        MiniVAEConfig(**config.vae)
    path = tmp_path / "x.toml"
    path.write_text("stage = 'vae'\nstepz = 3\n")
    with pytest.raises(UserError, match="stepz"):
        load_config(path)
    path.write_text("stage = 'vae'\n")
    with pytest.raises(UserError, match="incomplete"):
        load_config(path)
    with pytest.raises(UserError, match="no training config"):
        load_config(tmp_path / "absent.toml")


def test_a_failed_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.safetensors"
    save_slim(path, {"m.weight": torch.ones(3)}, "m", {"step": "1"})
    old = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sanacam.model.training.checkpoint.save_file", full)
    with pytest.raises(OSError, match="space"):
        save_slim(path, {"m.weight": torch.zeros(3)}, "m", {"step": "2"})
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]
