"""What goes wrong in training is survived, or stops with its name and the last good checkpoint intact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from tiny_training import (
    ALONE,
    DIT,
    NAMES,
    STREAM,
    stage_config,
    tiny_context,
    tiny_origins,
    tiny_prompts,
    tiny_sources,
    tiny_stage,
    tiny_vae,
)

from sanacam.model.errors import UserError
from sanacam.model.training.config import StreamTraining, load_config
from sanacam.model.training.data.bank import SourceBank
from sanacam.model.training.long_clips import LongClips
from sanacam.model.training.loop import PATIENCE, TrainingLoop
from sanacam.model.training.run_log import RunLog
from sanacam.model.training.run_state import FOLDER, checkpoints, newest_checkpoint
from sanacam.model.training.stage import Turn
from sanacam.model.training.stages.build import Origins, build_stage
from sanacam.model.training.stages.context import Context
from sanacam.model.training.stages.self_forcing import FAKE, GENERATOR, SelfForcingStage


@pytest.fixture(scope="module")
def origins(tmp_path_factory: pytest.TempPathFactory) -> Origins:
    return tiny_origins(tmp_path_factory.mktemp("origins"))


def loop_of(stage: str, origins: Origins, out: Path, **changes: object) -> TrainingLoop:
    return TrainingLoop(tiny_stage(stage_config(stage, **changes), origins, None), ALONE, out)


def spoilt(turns: Iterator[Turn], spoil: bool) -> Iterator[Turn]:
    for turn in turns:
        yield replace(turn, loss=turn.loss * torch.nan) if spoil else turn


def test_a_batch_that_is_not_finite_is_dropped_and_named(
    origins: Origins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = loop_of("latent", origins, tmp_path)
    turns, before = loop.stage.turns, {}

    def watched(step: int, part: int) -> Iterator[Turn]:
        if step == 2:
            before.update({k: v.clone() for k, v in loop.stage.trained["dit"].state_dict().items()})
        if step == 3:
            now = loop.stage.trained["dit"].state_dict()
            assert all(torch.equal(now[k], v) for k, v in before.items())
        return spoilt(turns(step, part), step == 2)

    monkeypatch.setattr(loop.stage, "turns", watched)
    loop.run(log_every=1, stop_at=5)
    assert "step 3: the gradient of model is not finite" in capsys.readouterr().out
    assert all(t.isfinite().all() for t in loop.stage.trained["dit"].state_dict().values())
    assert loop.learners["model"].updates == 4
    assert "<polyline" in (tmp_path / "log.html").read_text(encoding="utf-8")


def test_a_run_that_stays_broken_stops_and_keeps_its_checkpoint(
    origins: Origins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop_of("latent", origins, tmp_path).run(stop_at=1)
    loop = loop_of("latent", origins, tmp_path)
    assert loop.resume()
    turns = loop.stage.turns
    monkeypatch.setattr(loop.stage, "turns", lambda step, part: spoilt(turns(step, part), True))
    with pytest.raises(UserError, match=f"no finite gradient in {PATIENCE} steps"):
        loop.run()
    assert [path.name for path in checkpoints(tmp_path)] == ["step-00000001"]


def test_a_player_that_stays_broken_stops_the_run_though_the_other_learns(
    origins: Origins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sanacam.model.training.loop.PATIENCE", 2)
    loop = loop_of("self_forcing", origins, tmp_path)
    turns = loop.stage.turns

    def spoil(step: int, part: int) -> Iterator[Turn]:
        for turn in turns(step, part):
            yield replace(turn, loss=turn.loss * torch.nan) if turn.player == GENERATOR else turn

    monkeypatch.setattr(loop.stage, "turns", spoil)
    with pytest.raises(UserError, match="no finite gradient in 2 steps up to step 4"):
        loop.run(stop_at=9)
    assert loop.learners[FAKE].updates == 4


def test_a_window_that_is_not_finite_does_not_spoil_the_next(
    origins: Origins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = loop_of("cycle_reverse", origins, tmp_path)
    stage = loop.stage
    assert isinstance(stage, SelfForcingStage)
    window = stage.rollout.window
    calls = 0

    def broken(*args: object, **named: object) -> torch.Tensor:
        nonlocal calls
        calls += 1
        edited = window(*args, **named)  # type: ignore[arg-type]
        if calls == 2:
            stage.streams[0].forward.state.blocks[0].first.fill_(torch.nan)
            return edited * torch.nan
        return edited

    monkeypatch.setattr(stage.rollout, "window", broken)
    loop.run(log_every=1, stop_at=4)
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    finite = [all(v == v for v in row.values()) for row in rows]
    assert finite == [True, False, True, True]
    assert all(t.isfinite().all() for t in stage.memory().values())


def test_a_full_disk_stops_with_the_last_checkpoint_intact(
    origins: Origins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop_of("latent", origins, tmp_path).run(stop_at=2)
    good = newest_checkpoint(tmp_path)
    assert good is not None
    contents = {path.name: path.read_bytes() for path in good.iterdir()}

    def full(_: object, folder: Path) -> None:
        (folder / "__0_0.distcp").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    loop = loop_of("latent", origins, tmp_path)
    assert loop.resume()
    with monkeypatch.context() as patch:
        patch.setattr("sanacam.model.training.run_state._save", full)
        with pytest.raises(UserError, match="No space left on device") as caught:
            loop.run(stop_at=4)
    assert "step-00000002" in caught.value.hint
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == [good.name]
    assert {path.name: path.read_bytes() for path in good.iterdir()} == contents
    again = loop_of("latent", origins, tmp_path)
    assert again.resume()
    again.run(stop_at=4)
    assert [path.name for path in checkpoints(tmp_path)] == ["step-00000004"]


def test_a_result_that_cannot_be_written_is_named_and_costs_no_checkpoint(
    origins: Origins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = loop_of("latent", origins, tmp_path)

    def full(*_: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    with monkeypatch.context() as patch:
        patch.setattr("sanacam.model.training.checkpoint.save_file", full)
        with pytest.raises(UserError, match=r"step 1: .*No space left") as caught:
            loop.run(stop_at=1)
    assert "same --out" in caught.value.hint
    assert not list(tmp_path.glob("*.safetensors"))
    assert not list(tmp_path.glob("*.partial"))
    assert [path.name for path in checkpoints(tmp_path)] == ["step-00000001"]


def test_the_log_of_a_killed_run_goes_on_without_what_is_done_again(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    log.forget_after(5)
    for step in (1, 2, 3):
        log.append({"step": step, "loss": 1.0})
    with log.path.open("a", encoding="utf-8") as file:
        file.write('{"step": 4, "lo')
    log.forget_after(2)
    log.append({"step": 3, "loss": 0.5})
    rows = [json.loads(line) for line in log.path.read_text(encoding="utf-8").splitlines()]
    assert rows == [{"step": 1, "loss": 1.0}, {"step": 2, "loss": 1.0}, {"step": 3, "loss": 0.5}]


def test_what_a_killed_save_left_behind_is_not_taken_for_a_checkpoint(origins: Origins, tmp_path: Path) -> None:
    loop_of("latent", origins, tmp_path).run(stop_at=1)
    (tmp_path / FOLDER / ".partial-00000002").mkdir()
    loop = loop_of("latent", origins, tmp_path)
    assert loop.resume()
    assert loop.step == 1


def test_a_checkpoint_of_something_else_is_refused(origins: Origins, tmp_path: Path) -> None:
    loop_of("latent", origins, tmp_path).run(stop_at=1)
    with pytest.raises(UserError, match="belongs to the latent stage"):
        loop_of("bidirectional", origins, tmp_path).resume()
    with pytest.raises(UserError, match="1 data shards, this run has 2"):
        loop_of("latent", origins, tmp_path, accumulate=2).resume()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (".metadata", None),
        (".metadata", b""),
        (".metadata", b"\x80\x04rubbish"),
        ("__0_0.distcp", None),
        ("__0_0.distcp", b""),
        ("__0_0.distcp", bytes(9000)),
        ("progress.json", None),
        ("progress.json", b'{"step": 1, "sec'),
        ("progress.json", b'{"step": 1}'),
    ],
)
def test_a_damaged_checkpoint_is_named(origins: Origins, file: str, content: bytes | None, tmp_path: Path) -> None:
    loop_of("latent", origins, tmp_path).run(stop_at=1)
    good = newest_checkpoint(tmp_path)
    assert good is not None
    if content is None:
        (good / file).unlink()
    else:
        (good / file).write_bytes(content)
    with pytest.raises(UserError, match="step-00000001 is damaged") as caught:
        loop_of("latent", origins, tmp_path).resume()
    assert len(caught.value.message) < 400


def test_a_log_of_something_else_does_not_stop_a_run(origins: Origins, tmp_path: Path) -> None:
    loop_of("latent", origins, tmp_path).run(log_every=1, stop_at=1)
    with (tmp_path / "log.jsonl").open("ab") as file:
        file.write(b"5\n\xff\n")
    assert loop_of("latent", origins, tmp_path).resume()
    assert [json.loads(line)["step"] for line in (tmp_path / "log.jsonl").read_text().splitlines()] == [1]


def test_a_run_that_goes_on_with_other_settings_says_which(
    origins: Origins, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loop_of("latent", origins, tmp_path).run(stop_at=1)
    assert loop_of("latent", origins, tmp_path).resume()
    assert "other settings" not in capsys.readouterr().out
    assert loop_of("latent", origins, tmp_path, lr=1e-4, edit_weights={"sepia": 2.0}).resume()
    said = capsys.readouterr().out
    assert "lr: 0.002 → 0.0001" in said
    assert "edit_weights.sepia: None → 2.0" in said
    assert "batch" not in said


def test_weights_of_other_sizes_are_refused(origins: Origins, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="do not fit the configuration"):
        loop_of("latent", replace(origins, dit=origins.vae), tmp_path)
    with pytest.raises(UserError, match="no weights"):
        loop_of("latent", replace(origins, dit=tmp_path / "absent"), tmp_path)


def test_networks_that_do_not_fit_each_other_are_refused(origins: Origins, tmp_path: Path) -> None:
    for name, value in (("in_channels", 9), ("source_channels", 4), ("caption_channels", 17)):
        with pytest.raises(UserError, match=rf"\[dit\] has {name} = {value}"):
            loop_of("latent", replace(origins, dit=None), tmp_path, dit={**DIT, name: value})
    with pytest.raises(UserError, match="at least 5 latent frames"):
        loop_of("joint", origins, tmp_path, frames=8)


def test_any_seed_will_do(origins: Origins, tmp_path: Path) -> None:
    losses = set()
    for seed in (20261123, 20261124):
        loop_of("latent", origins, tmp_path / str(seed), seed=seed).run(log_every=1, stop_at=1)
        losses.add(json.loads((tmp_path / str(seed) / "log.jsonl").read_text())["loss"])
    assert len(losses) == 2


def test_lengths_that_make_no_latent_and_banks_of_nothing_are_refused(origins: Origins, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="10 frames is no whole number"):
        loop_of("latent", origins, tmp_path, frames=10)
    with pytest.raises(UserError, match="10 frames is no whole number"):
        loop_of("vae", origins, tmp_path, frames=10)
    with pytest.raises(UserError, match="bank_pairs"):
        loop_of("latent", origins, tmp_path, bank_pairs=0)
    with pytest.raises(UserError, match="bank_refresh \\(3\\) must be a multiple of groups"):
        loop_of("latent", origins, tmp_path, bank_refresh=3)


def test_an_edit_without_an_inverse_wording_is_named(origins: Origins) -> None:
    config = stage_config("cycle_reverse")
    with pytest.raises(UserError, match="no inverse wording for identity, sepia, green_screen"):
        build_stage(tiny_context(config, None, inverse=False), origins)
    tiny_prompts().require_inverse(NAMES)
    # Without the reverse pass nobody needs one.
    build_stage(tiny_context(stage_config("self_forcing"), None, inverse=False), origins)


def with_sources(context: Context, names: tuple[str, ...]) -> Context:
    kept = [source for source in tiny_sources().sources if source.name in names]
    return replace(context, bank=SourceBank.of(kept, "cpu"))


def test_clips_shorter_than_a_window_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    config = stage_config("self_forcing", stream=replace(STREAM, first_window=4, clip_latents=10))
    context = tiny_context(config, None)
    with pytest.raises(UserError, match="No clip has the 16 frames"):
        LongClips(context, tiny_vae(), needs_inverse=False)
    assert "shorter than a window of 16 frames: person, place" in capsys.readouterr().out
    with pytest.raises(UserError, match="No clip"):
        LongClips(with_sources(tiny_context(stage_config("self_forcing"), None), ("photo",)), tiny_vae(),
                  needs_inverse=False)  # fmt: skip


def test_long_clips_follow_from_their_number_and_skip_what_needs_a_mask_where_there_is_none() -> None:
    config = stage_config("cycle_reverse", batch=6, groups=6)
    context = tiny_context(config, None)
    clips = LongClips(context, tiny_vae(), needs_inverse=True)
    first, again, other = clips.draw(3, 0), clips.draw(3, 0), clips.draw(4, 0)
    assert torch.equal(first.source, again.source)
    assert torch.equal(first.inverse, again.inverse)
    assert not torch.equal(first.source, other.source)
    assert first.source.shape == (6, 8, STREAM.clip_latents, 4, 6)
    for row, back, edit in zip(first.prompts.tolist(), first.inverse.tolist(), first.edits, strict=True):
        assert (context.prompts.entries[row].edit, context.prompts.entries[row].split) == (edit, "train")
        assert (context.prompts.entries[back].edit, context.prompts.entries[back].split) == (edit, "inverse")
    only = tiny_context(replace(config, edit_weights={"identity": 0.0, "sepia": 0.0}), None)
    with pytest.raises(UserError, match="No edit is left for the long clips"):
        LongClips(with_sources(only, ("place",)), tiny_vae(), needs_inverse=True)
    maskless = LongClips(with_sources(tiny_context(config, None), ("place",)), tiny_vae(), needs_inverse=True)
    assert "green_screen" not in {edit for number in range(6) for edit in maskless.draw(number, 0).edits}


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("[stream]\nwindow = 0", "must be 1 or more"),
        ("[stream]\nchunk_latents = 2", "first_window"),
        ("[stream]\nchunk_latents = 3\nfirst_chunk_latents = 5\nwindow = 8", "whole chunks"),
        ("[stream]\nclip_latents = 5", "shorter than a window"),
        ("[stream]\nclip_latents = 110", "same windows"),
        ("[stream]\ncontext = 0", "context"),
        ("[stream]\ncache = 'none'", "cache"),
        ("[stream]\nchunks = 3", "unknown keys: chunks"),
        ("[stream]\nmatching = 0", "no loss"),
        ("[stream]\ncycle_reverse = 0.5", "cycle_reverse"),
        ("[decoder]\nstudent = 'large'", "large"),
        ("[stream]\nwindow = '2'", "window = '2'"),
        ("stream = 5", r"\[stream\] must be a table"),
        ("accumulate = 0", "accumulate"),
        ("steps = -5", "steps must be 1 or more"),
        ("steps = 0", "steps must be 1 or more"),
        ("steps = 'many'", "steps = 'many'"),
        ("steps = 2.5", "steps = 2.5"),
        ("batch = 0", "batch must be 1 or more"),
        ("groups = 0", "groups must be 1 or more"),
        ("seed = -1", "seed must lie in"),
        ("lr = nan", "lr = nan"),
        ("lr = 0.0", "lr must be above 0"),
        ("betas = [0.9]", r"betas = \[0.9\]"),
        ("betas = [1.5, 0.9]", "betas must be two numbers"),
        ("ema = 2", "ema must lie in"),
        ("compile = 'no'", "compile = 'no'"),
        ("position_scales = []", "position_scales"),
        ("[edit_weights]\nsepia = -1", "sepia = -1"),
        ("[edit_weights]\nsepia = 'a'", "edit_weights"),
        ("[vae]\nlayers = 3", r"\[vae\] has unknown keys: layers"),
        ("[vae]\nlatent_channels = -8", "no autoencoder"),
        ("[dit]\nlayers = 3", r"\[dit\] describes no transformer: unknown DiT settings: layers"),
        ("", r"\[dit\] describes no transformer: missing"),
        ("shard = -1", "shard"),
        ("height = 30", "multiples of 8"),
    ],
)
def test_contradictions_in_a_config_are_named(table: str, fault: str, tmp_path: Path) -> None:
    keys = {"steps": 1, "batch": 1, "frames": 8, "height": 32, "width": 32, "groups": 1, "lr": 1.0}
    path = tmp_path / "x.toml"
    lines = [f"{key} = {value}" for key, value in keys.items() if f"{key} =" not in table]
    path.write_text("\n".join(["stage = 'self_forcing'", *lines, table]), encoding="utf-8")
    with pytest.raises(UserError, match=fault):
        load_config(path)


def test_the_papers_windows_are_the_specs() -> None:
    """122 latent frames: windows of 11 (5, 3, 3) and 9 (3, 3, 3) new ones, of which 119 are used."""
    paper = StreamTraining(clip_latents=122, chunk_latents=3, first_chunk_latents=5)
    assert paper.chunks(0) == [5, 3, 3]
    assert paper.chunks(1) == [3, 3, 3]
    assert sum(sum(paper.chunks(window)) for window in range(paper.windows)) == 119
