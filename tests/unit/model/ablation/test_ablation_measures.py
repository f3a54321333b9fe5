"""What the ablation measures: streams in pieces, warp error, long streams, memory, and what counts as a difference."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_training import DIT, tiny_transformer, tiny_vae

from sanacam.model.ablation.compare import METRICS, difference, figure
from sanacam.model.ablation.lengths import chunk_milliseconds, memory_bytes
from sanacam.model.ablation.long_streams import pooled_features
from sanacam.model.ablation.plan import read_plan, stage_config
from sanacam.model.ablation.streams import Network, edit_clip
from sanacam.model.ablation.warp import source_flow, warp_error
from sanacam.model.dit import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.evaluation.lpips import LPIPS

LPIPS_METRIC = next(m for m in METRICS if m.key == "lpips")


@given(piece=st.integers(1, 5), alone=st.booleans())
@settings(max_examples=6, deadline=None)
def test_a_stream_does_not_depend_on_how_it_is_cut(piece: int, alone: bool) -> None:
    network = Network(tiny_transformer(1).eval(), tiny_vae().eval(), alone)
    generator = torch.Generator().manual_seed(1)
    clip = torch.rand(2, 20, 3, 32, 48, generator=generator)
    text, mask = torch.randn(2, 4, 16, generator=generator), torch.ones(2, 4, dtype=torch.bool)
    whole = edit_clip(network, clip, text, mask, 3, 5)
    # A step of 8 bits where rounding decides the other way.
    torch.testing.assert_close(edit_clip(network, clip, text, mask, 3, piece), whole, atol=1.01 / 255, rtol=0)
    assert not torch.allclose(edit_clip(network, clip, text, mask, 4, piece), whole, atol=0.01)


def moving_clip(shift: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    wide = F.interpolate(torch.rand(1, 3, 12, 40, generator=generator), scale_factor=8, mode="bicubic")[0].clamp(0, 1)
    return torch.stack([wide[:, :, shift * t : shift * t + 160] for t in range(5)])


def test_motion_of_the_source_is_no_warp_error_and_flicker_is() -> None:
    clip = moving_clip(3)
    flow = source_flow((clip * 255).byte(), "cpu")
    assert flow.trusted.float().mean() > 0.9
    still = warp_error(clip, flow)
    assert still < 0.01
    assert (clip[1:] - clip[:-1]).abs().mean() > 10 * still
    flicker = clip.clone()
    flicker[::2] *= 0.9
    assert warp_error(flicker, flow) == pytest.approx(0.1 * float(clip.mean()), rel=0.2)
    # A colour change that moves along is none either.
    assert warp_error(1 - clip, flow) < 0.01


def test_features_tell_a_changed_look_from_a_moved_picture() -> None:
    perceptual = LPIPS("cpu")
    clip = moving_clip(1)[None]
    before, moved = pooled_features(perceptual, clip)[0, [0, 1]]
    grey = pooled_features(perceptual, clip.mean(2, keepdim=True).expand_as(clip))[0, 0]
    assert torch.linalg.vector_norm(grey - before) > 3 * torch.linalg.vector_norm(moved - before)


def test_memory_of_the_past_grows_only_where_all_of_it_is_kept() -> None:
    config = DiTConfig.from_dict({**DIT, "softmax_ratio": 1.0})
    sizes = [memory_bytes(replace(config, num_cached_blocks=n), 4, 6, torch.float32) for n in (10, 20, 40)]
    tails = 2 * 4 * 6 * 24 * 4
    assert sizes[2] - tails == 2 * (sizes[1] - tails) == 4 * (sizes[0] - tails)
    hybrid = DiTConfig.from_dict(DIT)
    assert hybrid == replace(hybrid, num_cached_blocks=2)
    for chunks in (1, 7):
        assert chunk_milliseconds(hybrid, (4, 6), chunks, torch.device("cpu"), torch.float32, 1) > 0


def runs(values: list[list[float]]) -> list[dict]:
    """One run a row, one clip a column."""
    return [{"cases": [{"clip": str(i), "edit": "a", "lpips": v} for i, v in enumerate(row)]} for row in values]


def test_a_difference_has_to_stand_out_from_seeds_and_clips() -> None:
    base = runs([[0.30, 0.20, 0.25], [0.31, 0.21, 0.26]])
    better = difference(runs([[0.25, 0.15, 0.20], [0.26, 0.16, 0.21]]), base, LPIPS_METRIC)
    assert better.verdict == "better"
    assert better.amount == pytest.approx(-0.05)
    assert difference(base, runs([[0.25, 0.15, 0.20], [0.26, 0.16, 0.21]]), LPIPS_METRIC).verdict == "worse"
    # The same mean, but the seeds disagree; then the clips do.
    assert difference(runs([[0.35, 0.25, 0.30], [0.16, 0.06, 0.11]]), base, LPIPS_METRIC).verdict == "no difference"
    assert difference(runs([[0.10, 0.22, 0.28], [0.11, 0.23, 0.29]]), base, LPIPS_METRIC).verdict == "no difference"
    # Certain, but too small to matter.
    assert (
        difference(runs([[0.299, 0.199, 0.249], [0.309, 0.209, 0.259]]), base, LPIPS_METRIC).verdict == "no difference"
    )
    assert figure(base, LPIPS_METRIC).spread == pytest.approx(0.01 / 2**0.5)


def test_ideal_is_one_for_ratios() -> None:
    change = next(m for m in METRICS if m.key == "change")
    assert change.badness(0.8) == pytest.approx(change.badness(1.2))
    seam = next(m for m in METRICS if m.key == "seam")
    assert seam.badness(0.9) == 0 < seam.badness(1.1)


def test_the_shipped_plan_makes_a_config_of_every_variant_and_differs_where_it_says() -> None:
    plan = read_plan()
    configs = {
        (part.name, v.name): stage_config(plan, part, v, 7) for part in plan.parts for v in part.variants if v.stage
    }
    assert {c.seed for c in configs.values()} == {7}
    assert len({c.steps for (part, _), c in configs.items() if part == "streaming"}) == 1
    assert configs["streaming", "reverse"].stream.matching == 0
    assert configs["streaming", "matching"].stream.cycle_reverse == 0
    both = configs["streaming", "both"]
    assert both.stream.matching > 0
    assert both.stream.cycle_reverse > 0
    alone, source = configs["decoder", "alone"], configs["decoder", "source"]
    assert replace(alone, source_drop=source.source_drop) == source
    drawn = {name for name, weight in both.edit_weights.items() if weight == 0}
    assert not drawn & set(plan.edits)
    part = plan.part("decoder")
    with pytest.raises(UserError, match="unknown keys: speed"):
        stage_config(plan, replace(part, training={"speed": 1}), part.variants[0], 1)
