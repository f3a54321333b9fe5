"""The default makers and the judge: what it accepts, and that every planted fault is caught."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tiny_footage import walking

from sanacam.model.training.pipeline.flow import FlowEstimator, fetch_along, then
from sanacam.model.training.pipeline.instructions import Instruction, recipes
from sanacam.model.training.pipeline.judge import MeasuredJudge
from sanacam.model.training.pipeline.makers import NotPossibleError
from sanacam.model.training.pipeline.measures import flicker, motion_kept, warp_error
from sanacam.model.training.pipeline.pictures import Clip, as_tensor
from sanacam.model.training.pipeline.planted import FAULTS
from sanacam.model.training.pipeline.procedural import CarryPropagator, RecipeEditor, RedrawPropagator

CLIP = walking(13)


def asked(name: str) -> Instruction:
    recipe = recipes()[name]
    return Instruction(name, recipe.family, (name,), (), kept=recipe.kept)


@pytest.fixture(scope="module")
def judge() -> MeasuredJudge:
    return MeasuredJudge()


@pytest.mark.parametrize("name", ["sepia", "person_thermal"])
def test_an_honest_pair_is_accepted_and_every_fault_in_it_is_caught(judge: MeasuredJudge, name: str) -> None:
    instruction = asked(name)
    anchor = RecipeEditor().edit(CLIP, instruction)
    edited = RedrawPropagator().propagate(CLIP, anchor, instruction)
    verdict = judge.judge(CLIP, anchor, edited, instruction)
    assert verdict.accepted, verdict
    for fault, plant in FAULTS.items():
        spoilt = plant(CLIP, edited, instruction)
        if spoilt is not None:
            assert not judge.judge(CLIP, anchor, spoilt, instruction).accepted, (fault, name)


def test_a_free_instruction_needs_makers_that_read(judge: MeasuredJudge) -> None:
    free = Instruction("red_hat", "local_human", ("put a red hat on",), (), recipe=False)
    with pytest.raises(NotPossibleError, match="without a model"):
        RecipeEditor().edit(CLIP, free)
    with pytest.raises(NotPossibleError, match="free instruction"):
        judge.judge(CLIP, CLIP.frames[0], CLIP.frames, free)


def test_an_edit_of_the_person_needs_a_mask() -> None:
    with pytest.raises(NotPossibleError, match="no mask"):
        RecipeEditor().edit(Clip(CLIP.frames, None, 25.0), asked("bg_mono"))


def test_flow_finds_a_shift_and_shifts_add_up() -> None:
    frames = np.stack([np.roll(CLIP.frames[0], 3 * n, axis=1) for n in range(3)])
    estimator = FlowEstimator()
    one, two = estimator.between(frames[1], frames[0]), estimator.between(frames[2], frames[1])
    middle = (slice(20, 76), slice(30, 98))
    assert np.median(one[..., 0][middle]) == pytest.approx(-3, abs=0.3)
    both = then(two, one)
    assert np.median(both[..., 0][middle]) == pytest.approx(-6, abs=0.6)
    off = np.abs(fetch_along(frames[0], both) - frames[2])[middle]
    assert np.median(off) < 4


def test_a_carried_anchor_keeps_its_look_and_moves_with_the_source() -> None:
    instruction = asked("sepia")
    anchor = RecipeEditor().edit(CLIP, instruction)
    carried = CarryPropagator().propagate(CLIP, anchor, instruction)
    drawn = RedrawPropagator(carry=0.0).propagate(CLIP, anchor, instruction)
    # The anchor alone gives nearly what drawing every frame does, although it is far from the source.
    assert np.abs(carried.astype(int) - drawn).mean() < 0.25 * np.abs(drawn.astype(int) - CLIP.frames).mean()
    assert motion_kept(as_tensor(CLIP.frames), as_tensor(carried)) > 0.6  # type: ignore[operator]


def test_carrying_strokes_along_makes_them_steadier() -> None:
    noisy = (CLIP.frames + np.random.default_rng(1).normal(0, 8, CLIP.frames.shape)).clip(0, 255).astype(np.uint8)
    clip, instruction = Clip(noisy, CLIP.mask, 25.0), asked("pencil")
    anchor = RecipeEditor().edit(clip, instruction)
    errors = [
        warp_error(clip.frames, RedrawPropagator(carry).propagate(clip, anchor, instruction)).edited
        for carry in (0.0, 0.6)
    ]
    assert errors[1] < 0.8 * errors[0]


def test_flicker_counts_jerks_and_not_smooth_change() -> None:
    source = as_tensor(CLIP.frames)
    moment = torch.arange(13.0).view(-1, 1, 1, 1)
    fading = source * (1 - 0.02 * moment)
    shaking = source * (1 + 0.06 * (-1.0) ** moment)
    assert flicker(source, fading) < 0.002
    assert flicker(source, shaking) > 0.02
