"""Stages of training learn from shards, the same way after a stop as without one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_footage import TINY, write_prepared
from tiny_training import ALONE, stage_config, tiny_origins

from sanacam.model.errors import UserError
from sanacam.model.evaluation.lpips import LPIPS
from sanacam.model.training.loop import TrainingLoop
from sanacam.model.training.pipeline.config import CHAIN
from sanacam.model.training.pipeline.engines import LocalEngine
from sanacam.model.training.pipeline.origins import list_sources
from sanacam.model.training.pipeline.reader import ShardFolder, ShardPairs, holds_shards, shard_context, shard_sources
from sanacam.model.training.pipeline.run import Plan, run_stage
from sanacam.model.training.pipeline.wordings import shard_wordings
from sanacam.model.training.prompts.bank import BankEntry, PromptBank
from sanacam.model.training.stage import Stage
from sanacam.model.training.stages.build import build_stage
from sanacam.model.training.stages.context import Context


def invented_bank(entries: list[BankEntry]) -> PromptBank:
    """Two tokens of sixteen numbers for each wording, as the tiny transformer wants them."""
    codes = torch.randint(-127, 127, (2 * len(entries), 16), generator=torch.Generator().manual_seed(2)).to(torch.int8)
    offsets = torch.arange(len(entries) + 1) * 2
    return PromptBank(entries, codes, torch.full((len(codes),), 0.01), torch.ones(16), offsets, 4)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    sources = write_prepared(folder / "data", {"one": 26, "two": 26})
    config = replace(TINY, clips=replace(TINY.clips, frames=24))
    for stage in CHAIN:
        list(run_stage(Plan(config, folder / "out", tuple(list_sources(sources))), stage, LocalEngine()))
    return folder / "out" / "pairs"


def context_of(folder: Path, stage: str, **changes: object) -> Context:
    config = stage_config(stage, **changes)
    samples = ShardFolder(folder)
    prompts = invented_bank(shard_wordings(folder))
    bank = shard_sources(samples, ALONE.device)
    perceptual = LPIPS() if stage == "joint" else None
    maker = ShardPairs(samples, bank, prompts, config, ALONE)
    return Context(config, ALONE, maker, prompts, perceptual, bank)  # type: ignore[arg-type]


def test_a_batch_follows_from_the_step_and_holds_source_edit_and_wording(pairs: Path) -> None:
    one, other = (context_of(pairs, "latent").pairs for _ in range(2))
    other.seed(3)
    other.draw(2, 1)
    batches = []
    for maker in (one, other):
        maker.seed(7)
        batches.append(maker.draw(3, 3))
    first, second = batches
    assert first.source.shape == first.target.shape == (3, 8, 3, 32, 48)
    assert torch.equal(first.source, second.source)
    assert torch.equal(first.target, second.target)
    assert torch.equal(first.prompts, second.prompts)
    # Each wording asks for the edit of its pair, and the edit shows.
    assert [one.prompts.entries[row].edit for row in first.prompts.tolist()] == first.edits
    assert {one.prompts.entries[row].split for row in first.prompts.tolist()} == {"train"}
    assert (first.source - first.target).abs().mean() > 0.02


@pytest.mark.parametrize("stage", ["bidirectional", "latent", "joint"])
def test_stages_train_on_shards_and_resume_exactly(stage: str, pairs: Path, tmp_path: Path) -> None:
    origins = tiny_origins(tmp_path / "origins")

    def built() -> Stage:
        return build_stage(context_of(pairs, stage), origins)

    whole = TrainingLoop(built(), ALONE, tmp_path / "whole")
    whole.run(1, stop_at=3)
    TrainingLoop(built(), ALONE, tmp_path / "parts").run(1, stop_at=1)
    parts = TrainingLoop(built(), ALONE, tmp_path / "parts")
    assert parts.resume()
    parts.run(1, stop_at=3)
    ours, theirs = (loop.stage.trained["dit"].state_dict() for loop in (whole, parts))
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    start = built().trained["dit"].state_dict()
    assert not all(torch.equal(start[name], ours[name]) for name in ours)


@pytest.fixture(scope="module")
def composites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pairs whose edits no teacher is named after: two at once, and one on the person alone."""
    folder = tmp_path_factory.mktemp("composites")
    sources = write_prepared(folder / "data", {"one": 26})
    instruct = {**TINY.instruct, "edits": ["bg_mono_and_winter", "person_sepia"]}
    config = replace(TINY, clips=replace(TINY.clips, frames=24), instruct=instruct)
    for stage in CHAIN:
        list(run_stage(Plan(config, folder / "out", tuple(list_sources(sources))), stage, LocalEngine()))
    return folder / "out" / "pairs"


def test_stages_train_on_edits_that_no_teacher_is_named_after(composites: Path, tmp_path: Path) -> None:
    context = context_of(composites, "joint", edit_weights={"bg_mono_and_winter": 2.0})
    assert context.pairs.names == []
    TrainingLoop(build_stage(context, tiny_origins(tmp_path / "origins")), ALONE, tmp_path / "run").run(1, stop_at=1)
    assert (tmp_path / "run" / "dit.safetensors").is_file()
    named = {context.pairs.folder[n].meta["instruction"]["name"] for n in range(len(context.pairs.folder))}
    with pytest.raises(UserError, match=r"No pair of .* is left"):
        context_of(composites, "latent", edit_weights=dict.fromkeys(named, 0.0))


def test_readers_share_the_samples_without_overlap(pairs: Path) -> None:
    folder = ShardFolder(pairs)
    dealt = [sample.key for rank in range(3) for sample in folder.dealt(rank, 3)]
    assert sorted(dealt) == sorted(folder[n].key for n in range(len(folder)))
    assert len(set(dealt)) == len(dealt)


def test_what_does_not_fit_is_named(pairs: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="24 frames, fewer than the 40"):
        context_of(pairs, "latent", frames=40).pairs.draw(1, 1)
    samples, strange = ShardFolder(pairs), invented_bank([BankEntry("a", "sepia", 1.0, "train")])
    bank = shard_sources(samples, ALONE.device)
    with pytest.raises(UserError, match="no wording of the pair"):
        ShardPairs(samples, bank, strange, stage_config("latent"), ALONE)
    assert holds_shards(pairs)
    assert not holds_shards(tmp_path)
    with pytest.raises(UserError, match="no shards in"):
        shard_context(stage_config("latent"), ALONE, tmp_path)


def test_a_shard_cut_short_stops_training_by_name(pairs: Path, tmp_path: Path) -> None:
    for path in pairs.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    shard = tmp_path / "00000.tar"
    shard.write_bytes(shard.read_bytes()[:-3000])
    with pytest.raises(UserError, match=r"00000\.tar is cut short"):
        ShardFolder(tmp_path)


def test_sources_are_held_once_each(pairs: Path) -> None:
    bank = shard_sources(ShardFolder(pairs), ALONE.device)
    assert len({source.name for source in bank.sources}) == len(bank.sources) <= 2
    assert all(source.is_clip and source.mask is not None for source in bank.sources)
