"""The search keeps its budget, spends it where it pays, and goes on after a break."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sanacam.kernels.gemm.problem import Machine
from sanacam.kernels.quantize_formats import Format
from sanacam.model.dit import DiTConfig
from sanacam.model.errors import UserError
from sanacam.model.evaluation.clips import Clip
from sanacam.model.quantisation.calibration import Amount, Calibration, Quality
from sanacam.model.quantisation.layers import layers_of
from sanacam.model.quantisation.network import emulate
from sanacam.model.quantisation.observe import input_scales
from sanacam.model.quantisation.policy import Policy
from sanacam.model.quantisation.report import over_budget, searched_policy, table
from sanacam.model.quantisation.search import Budget, Evidence, Result, Search, groups_of, rules_of
from sanacam.model.quantisation.timing import Timing, card_machine
from sanacam.model.zoo.tiny import tiny_bundle

CONFIG = replace(DiTConfig.mini(), depth=4)
CARD = Machine("cuda", (12, 0), "linux", (2, 13), (13, 0), (3, 7))
BASE: dict[str, float] = {"bf16": 0.0, "fp8": 1e-4, "nvfp4": 1e-3}


class World:
    """Damages that add up: a number a format, times what a kind is sensitive to. Counts its runs."""

    def __init__(self, seed: int = 0) -> None:
        random = torch.Generator().manual_seed(seed)
        kinds = sorted({layer.kind.name for layer in layers_of(CONFIG)})
        self.weight = dict(zip(kinds, torch.rand(len(kinds), generator=random).add(0.1).tolist(), strict=True))
        self.runs = 0

    def __call__(self, formats: Mapping[str, Format]) -> Quality:
        self.runs += 1
        square = sum(BASE[formats[layer.name]] * self.weight[layer.kind.name] for layer in layers_of(CONFIG))
        return Quality(square**0.5, 0.0, 0.0, square)


def search(world: World, budget: str, path: Path) -> Search:
    timing = Timing(torch.device("cpu"), CARD, 880)
    evidence = Evidence(path, {"world": 1})
    return Search(CONFIG, ("fp8", "nvfp4"), timing, world, evidence, Budget.parse(budget))


def all_in(form: Format) -> dict[str, Format]:
    return {layer.name: form if not layer.kind.per_prompt else "bf16" for layer in layers_of(CONFIG)}


@settings(max_examples=10, deadline=None)
@given(share=st.floats(0.02, 1.2), seed=st.integers(0, 99))
def test_a_quality_budget_is_kept_and_used(share: float, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    world = World(seed)
    limit = max(share * world(all_in("nvfp4")).lpips, 1e-9)
    found, moves = search(world, f"lpips={limit}", tmp_path_factory.mktemp("s") / "e.jsonl").run()
    assert found.quality.lpips <= limit
    chosen = {move.group.pattern for move in found.moves}
    assert len(chosen) == len(found.moves), "one format a group"
    if share >= 1:
        assert found.speedup == pytest.approx(4.0)
    left = limit - found.quality.lpips
    for move in moves:
        # nothing that is still left out and saves time would fit into half of what is left
        if move.group.pattern not in chosen:
            assert move.damage > left / 2 or len(found.moves) < len(moves)
    wanted = Policy("p", "bf16", rules_of(found.moves)).formats(CONFIG)
    assert world(wanted).lpips == pytest.approx(found.quality.lpips)


def test_more_budget_is_never_slower(tmp_path: Path) -> None:
    world = World()
    whole = world(all_in("nvfp4")).lpips
    speeds = [
        search(world, f"lpips={part * whole}", tmp_path / "e.jsonl").run()[0].speedup for part in (0.05, 0.3, 0.6, 1)
    ]
    assert speeds == sorted(speeds)
    assert speeds[0] < speeds[-1]


def test_a_speed_is_reached_with_the_least_damaging_layers(tmp_path: Path) -> None:
    world = World(3)
    found, moves = search(world, "speed=1.5", tmp_path / "e.jsonl").run()
    assert found.speedup >= 1.5
    everything = search(world, "speed=3.9", tmp_path / "e.jsonl").run()[0]
    assert everything.quality.rmse > found.quality.rmse
    best_first = [move.gain / move.damage for move in moves]
    assert best_first == sorted(best_first, reverse=True)


def test_what_cannot_be_is_known_before_anything_is_streamed(tmp_path: Path) -> None:
    world = World()
    with pytest.raises(UserError, match=r"speed-up of 5 cannot be had: the fastest formats give 4\.00"):
        search(world, "speed=5", tmp_path / "e.jsonl").run()
    slower = search(world, "lpips=0.1", tmp_path / "e.jsonl")
    slower.candidates = ("bf16",)
    assert slower.unknown_runs() == 0
    with pytest.raises(UserError, match="No format is faster than bf16"):
        slower.run()
    assert world.runs == 0


def test_a_stopped_search_goes_on_where_it_was(tmp_path: Path) -> None:
    path, world = tmp_path / "e.jsonl", World()
    whole = search(world, "lpips=0.01", path)
    before = whole.unknown_runs()
    result, _ = whole.run()
    assert 0 < world.runs <= before
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-3]) + "\n" + lines[-3][:20], encoding="utf-8")  # killed while writing
    second = World()
    again = search(second, "lpips=0.01", path)
    found, _ = again.run()
    assert found == result
    assert second.runs == 3
    third = World()
    assert search(third, "lpips=0.01", path).run()[0] == result
    assert third.runs == 0, "what was measured behind the torn line is not lost"
    other = Evidence(path, {"world": 2})
    assert other.get(all_in("fp8")) is None, "other settings do not count"


def test_groups_cover_what_a_forward_multiplies() -> None:
    patterns = [group.pattern for group in groups_of(DiTConfig.sana_streaming_2b())]
    assert "blocks.0-5.attn.q" in patterns
    assert "blocks.6-13.mlp.t_conv" in patterns
    assert "blocks.14-19.cross_attn.proj" in patterns
    assert not any("kv_linear" in pattern for pattern in patterns)
    members = [layer.name for group in groups_of(CONFIG) for layer in group.layers]
    assert len(members) == len(set(members)) == sum(not layer.kind.per_prompt for layer in layers_of(CONFIG))


@pytest.mark.parametrize("text", ["lpips", "lpips=x", "speed=0.5", "cost=1", "rmse=-1", "lpips=nan", ""])
def test_budgets_that_are_none(text: str) -> None:
    with pytest.raises(UserError, match="is no budget"):
        Budget.parse(text)


def test_cards_by_name() -> None:
    here = Machine.here("cpu")
    assert card_machine("auto", here) == here
    assert card_machine("sm_120", here).capability == (12, 0)
    assert card_machine("sm_89", here).capability == (8, 9)
    for name in ("sm_", "sm_x", "120", "sm_5", "sm_12", "sm_999", "sm_12345"):
        with pytest.raises(ValueError, match="no card"):
            card_machine(name, here)


def test_nothing_is_called_timed_that_was_not() -> None:
    timing = Timing(torch.device("cpu"), CARD, 2640)
    layer = layers_of(DiTConfig.sana_streaming_2b())[0]
    plain, narrow = timing.of(layer, "bf16"), timing.of(layer, "nvfp4")
    assert plain.backend == narrow.backend == ""
    assert plain.ms / narrow.ms == pytest.approx(4.0)


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    bundle = tiny_bundle(decoder_source=False)
    frames = (torch.rand(9, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 255).byte()
    amount = Amount(clips=1, prompts=2, seconds=0.7, size=(64, 64))
    return Calibration(bundle, torch.device("cpu"), [Clip("noise", frames, None)], ["oil", "noir"], amount)


def test_streams_differ_by_their_formats_alone(calibration: Calibration) -> None:
    config, ticks = calibration.bundle.config.dit, []
    formats: dict[str, Format] = {layer.name: "bf16" for layer in layers_of(config)}
    nothing = calibration.evaluate(formats, emulate, lambda: ticks.append(1))
    assert nothing == Quality(0.0, 0.0, 0.0, pytest.approx(0.0, abs=1e-9))
    assert len(ticks) == 2 * calibration.chunks, "the plain streams run once"
    fine = calibration.evaluate({**formats, **dict.fromkeys(formats, "int8")}, emulate)
    coarse = calibration.evaluate({**formats, **dict.fromkeys(formats, "fp8")}, emulate)
    assert 0 < fine.rmse < coarse.rmse < 1
    assert 0 < fine.lpips < coarse.lpips
    assert coarse == calibration.evaluate(dict.fromkeys(formats, "fp8"), emulate), "the same again"


def test_peaks_are_what_enters(calibration: Calibration) -> None:
    dit = calibration.bundle.dit
    peaks = calibration.peaks()
    assert set(peaks) == {layer.name for layer in layers_of(dit.config)}
    assert min(peaks.values()) > 0
    assert peaks["blocks.0.attn.q"] == peaks["blocks.0.attn.v"], "they read the same"
    formats: dict[str, Format] = dict.fromkeys(peaks, "fp8_tensor")
    scales = input_scales(peaks, {**formats, "blocks.0.attn.q": "fp8"})
    assert set(scales) == set(peaks) - {"blocks.0.attn.q"}
    assert float(scales["blocks.0.attn.v"]) == pytest.approx(1.25 * peaks["blocks.0.attn.v"] / 448)


def test_the_policy_says_what_was_measured(tmp_path: Path) -> None:
    finder = search(World(), "lpips=0.01", tmp_path / "e.jsonl")
    result, moves = finder.run()
    check = Quality(0.5, 0.4, 0.6, 0.02)
    streams = {"check_seconds": 30, "card": "a processor"}
    policy = searched_policy("mine", "mini", "sm_120", finder.budget, result, check, moves, finder.timing, streams)
    assert Policy.from_dict(policy.to_dict()) == policy
    text = table(policy, CONFIG)
    assert text.count("\n") >= len(moves)
    assert "not timed" in text
    assert "over the long streams lpips is above the budget of 0.01" in text
    assert over_budget({"budget": "speed=2", "check": check.to_dict()}) == ""
    assert isinstance(result, Result)
