"""The whole pipeline on synthetic clips: deterministic, resumable, and honest about what it left out."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from tiny_footage import TINY, TINY_TOML, list_films, walking, write_film, write_prepared

from sanacam.model.errors import UserError
from sanacam.model.training.cli import main
from sanacam.model.training.pipeline import run as running
from sanacam.model.training.pipeline.config import CHAIN, ClipTable, load_pipeline_config
from sanacam.model.training.pipeline.engines import LocalEngine, make_engine
from sanacam.model.training.pipeline.instructions import FAMILIES, recipes
from sanacam.model.training.pipeline.manifest import read_stage_manifest
from sanacam.model.training.pipeline.origins import list_sources
from sanacam.model.training.pipeline.run import Plan, ShardMaker, run_stage
from sanacam.model.training.pipeline.shards import Shard
from sanacam.model.training.pipeline.stages import ClipStage
from sanacam.model.training.prompts import inverse_prompts
from sanacam.model.training.prompts.bank import PromptBank


def plan_for(folder: Path, out: Path, **changes: object) -> Plan:
    return Plan(replace(TINY, **changes), out, tuple(list_sources(folder)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_prepared(tmp_path_factory.mktemp("prepared") / "data", {"one": 24, "two": 14, "brief": 5})


@pytest.fixture(scope="module")
def made(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All stages, by the command."""
    out = tmp_path_factory.mktemp("made")
    config = out / "tiny.toml"
    config.write_text(TINY_TOML)
    assert load_pipeline_config(config) == TINY
    assert main(["data", "--sources", str(prepared), "--out", str(out), "--config", str(config)]) == 0
    return out


def test_pairs_come_out_with_instruction_scores_and_licence(made: Path) -> None:
    manifest = read_stage_manifest(made / "pairs")
    assert manifest["samples"] >= 2
    assert set(manifest["licences"]) <= {"MIT", "CC0-1.0"}
    assert "maker of one (MIT)" in (made / "pairs" / "CREDITS.md").read_text()
    sample = next(iter(Shard(made / "pairs" / "00000.tar")))
    assert set(sample.fields) == {"source.avif", "mask.avif", "anchor.webp", "edited.avif"}
    asked = sample.meta["instruction"]
    assert asked["family"] in FAMILIES
    assert asked["forward"]
    assert asked["inverse"]
    assert sample.meta["scores"]["visible"] > 0


def test_the_command_leaves_sheets_and_the_encoded_wordings(made: Path) -> None:
    with Image.open(made / "sheets" / "accepted.jpg") as sheet:
        assert min(sheet.size) > 100
    bank = PromptBank.load(made / "pairs")
    asked = [s.meta["instruction"] for shard in (made / "pairs").glob("[0-9]*.tar") for s in Shard(shard)]
    assert {text for row in asked for text in row["forward"]} == {e.text for e in bank.entries if e.split == "train"}
    assert {text for row in asked for text in row["inverse"]} == {e.text for e in bank.entries if e.split == "inverse"}


def test_a_clip_shorter_than_a_window_is_named_with_its_length(made: Path) -> None:
    for stage in ("clips", "long"):
        rejected = [row for shard in read_stage_manifest(made / stage)["shards"] for row in shard["rejected"]]
        assert {"key": "brief", "reason": "too short: 5 frames for a window of 9", "scores": {}} in rejected


def test_every_pair_that_was_proposed_is_accepted_or_has_a_reason(made: Path) -> None:
    manifest = read_stage_manifest(made / "pairs")
    assert manifest["samples"] + manifest["rejected"] == read_stage_manifest(made / "propagate")["samples"]
    assert sum(manifest["reasons"].values()) == manifest["rejected"]


def test_long_clips_carry_instructions_there_and_back_and_both_anchors(made: Path) -> None:
    samples = [s for shard in sorted((made / "long").glob("[0-9]*.tar")) for s in Shard(shard)]
    assert samples
    for sample in samples:
        assert sample.meta["instruction"]["inverse"]
        assert {"source.avif", "anchor.webp", "anchor_last.webp"} <= set(sample.fields)


def test_a_second_run_makes_nothing_and_two_workers_make_the_same_bytes(
    made: Path, prepared: Path, tmp_path: Path
) -> None:
    lines = list(run_stage(plan_for(prepared, made), "instruct", LocalEngine()))
    assert all(line.endswith("(as before)") for line in lines)
    for stage in ("clips", "instruct", "anchor"):
        list(run_stage(plan_for(prepared, tmp_path), stage, LocalEngine()))
        for tar in (tmp_path / stage).glob("*.tar"):
            assert tar.read_bytes() == (made / stage / tar.name).read_bytes()


def test_a_damaged_shard_stops_the_next_stage_by_name_and_is_mended_by_its_own(made: Path, prepared: Path) -> None:
    path = made / "clips" / "00001.tar"
    whole = path.read_bytes()
    path.write_bytes(whole[:-5000])
    plan = plan_for(prepared, made)
    with pytest.raises(UserError, match=r"clips/00001\.tar is cut short"):
        list(run_stage(plan, "instruct", LocalEngine()))
    lines = list(run_stage(plan, "clips", LocalEngine()))
    assert any("00001" in line and "cut short" in line and "made again" in line for line in lines)
    assert path.read_bytes() == whole


def test_another_configuration_makes_its_stage_and_those_after_it_anew(made: Path, prepared: Path) -> None:
    plan = plan_for(prepared, made, instruct={"maker": "taxonomy", "per_clip": 1, "edits": ["sepia"]})
    assert all("as before" in line for line in run_stage(plan, "clips", LocalEngine()))
    assert not any("as before" in line for line in run_stage(plan, "instruct", LocalEngine()))
    first = ShardMaker(plan, "anchor").make(0)
    assert first[1] != "as before"
    for stage in ("instruct", "anchor"):
        list(run_stage(plan_for(prepared, made), stage, LocalEngine()))


def test_a_run_that_is_killed_goes_on_where_it_was(prepared: Path, made: Path, tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tiny_footage import TINY\n"
        "from sanacam.model.training.pipeline import manifest, run\n"
        "from sanacam.model.training.pipeline.origins import list_sources\n"
        "plan = run.Plan(TINY, Path(sys.argv[2]), tuple(list_sources(Path(sys.argv[1]))))\n"
        "maker = run.ShardMaker(plan, 'clips')\n"
        "maker.make(0)\n"
        # Dies after the second tar is in place and before its record is.
        "run.write_record = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "maker.make(1)\n"
    )
    paths = [str(Path(__file__).parents[4] / "helpers"), *sys.path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}
    command = [sys.executable, "-c", script, str(prepared), str(tmp_path)]
    assert subprocess.run(command, env=environment, timeout=120).returncode == -signal.SIGKILL
    folder = tmp_path / "clips"
    assert (folder / "00001.tar").is_file()
    assert not (folder / "00001.json").exists()
    lines = list(run_stage(plan_for(prepared, tmp_path), "clips", LocalEngine()))
    assert ["as before" in line for line in sorted(lines)] == [True, False, False]
    for tar in folder.glob("*.tar"):
        assert tar.read_bytes() == (made / "clips" / tar.name).read_bytes()


def test_a_full_disk_keeps_the_shards_that_are_done(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, seen = running.write_whole, []

    def fills(path: Path, content: bytes) -> None:
        seen.append(path.name)
        if len(seen) > 1:
            raise UserError(f"{path} cannot be written: the disk is full.", "Make room.")
        plain(path, content)

    monkeypatch.setattr(running, "write_whole", fills)
    with pytest.raises(UserError, match="disk is full"):
        list(run_stage(plan_for(prepared, tmp_path), "clips", LocalEngine()))
    assert sorted(p.name for p in (tmp_path / "clips").iterdir()) == ["00000.json", "00000.tar"]
    monkeypatch.undo()
    lines = sorted(run_stage(plan_for(prepared, tmp_path), "clips", LocalEngine()))
    assert "as before" in lines[0]


def test_films_need_a_licence_and_a_readable_file(tmp_path: Path) -> None:
    write_film(tmp_path / "good.mp4", walking(12).frames)
    write_film(tmp_path / "unnamed.mp4", walking(12).frames)
    (tmp_path / "broken.mp4").write_bytes(b"no film at all")
    list_films(tmp_path, ["good.mp4", "broken.mp4"])
    sources = list_sources(tmp_path)
    assert [source.key for source in sources] == ["broken", "good"]
    out = tmp_path / "out"
    list(run_stage(Plan(TINY, out, tuple(sources)), "clips", LocalEngine()))
    manifest = read_stage_manifest(out / "clips")
    assert manifest["samples"] == 1
    assert list(manifest["reasons"]) == ["unreadable film"]
    list_films(tmp_path, ["nowhere.mp4"])
    with pytest.raises(UserError, match=r"nowhere\.mp4 is listed"):
        list_sources(tmp_path)


def test_films_of_one_name_and_times_that_are_none_are_refused(tmp_path: Path) -> None:
    for name in ("日本.mp4", "中国.mp4"):
        (tmp_path / name).write_bytes(b"film")
    list_films(tmp_path, ["日本.mp4", "中国.mp4"])
    with pytest.raises(UserError, match=r"would all be “--” in the shards"):
        list_sources(tmp_path)
    for row in ({"stop": "soon"}, {"start": "now"}):
        rows = {"日本.mp4": {"licence": "CC0-1.0", "credit": "nobody", **row}}
        (tmp_path / "films.json").write_text(json.dumps(rows))
        with pytest.raises(UserError, match=r"films\.json cannot be used"):
            list_sources(tmp_path)
    (tmp_path / "folder.mp4").mkdir()
    list_films(tmp_path, ["folder.mp4"])
    with pytest.raises(UserError, match=r"folder\.mp4 cannot be read"):
        list_sources(tmp_path)


def test_a_recipe_without_an_inverse_is_left_out_of_long_clips(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(edit: str) -> list[object]:
        raise KeyError(edit)

    monkeypatch.setattr("sanacam.model.training.pipeline.taxonomy.inverse_prompts", none)
    list(run_stage(plan_for(prepared, tmp_path), "long", LocalEngine()))
    manifest = read_stage_manifest(tmp_path / "long")
    assert manifest["samples"] == 0
    assert manifest["reasons"]["no inverse"] == 4


def test_black_ends_are_left_out_of_long_clips(tmp_path: Path) -> None:
    frames = walking(30).frames.copy()
    frames[-3:] = 0
    write_film(tmp_path / "fades.mp4", frames)
    list_films(tmp_path, ["fades.mp4"])
    config = replace(TINY, long=replace(TINY.long, frames=40, screened_fps=25.0))
    list(run_stage(Plan(config, tmp_path / "out", tuple(list_sources(tmp_path))), "long", LocalEngine()))
    assert list(read_stage_manifest(tmp_path / "out" / "long")["reasons"]) == ["black picture"]


def test_every_family_of_the_taxonomy_has_recipes_and_words_both_ways() -> None:
    assert {recipe.family for recipe in recipes().values()} == set(FAMILIES)
    for recipe in recipes().values():
        for step in recipe.steps:
            assert inverse_prompts(step.edit)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[clips]\nframe = 9", "frame"),
        ("[anchor]\nmaker = 'magic'", "magic"),
        ("[propagate]\nmaker = 'carry'\nstrength = 3", "strength"),
        ("[verify]\nmaker = 'vlm'\nmodel = 'nowhere'", "weights of the vision-language model are not in nowhere"),
        ("[clips]\nshort_side = 8", "short_side"),
        ("[clips]\nframes = '9'", "frames = '9'"),
        ("clips = 3", r"\[clips\] must be a table"),
        ("[instruct]\nmaker = 'taxonomy'\nper_clip = 'all'", "per_clip = 'all'"),
        ("[instruct]\nmaker = 'taxonomy'\nper_clip = 0", "per_clip = 0"),
        ("[instruct]\nmaker = 'taxonomy'\nedits = ['sepia', 'sepja']", r"\[instruct\] edits has sepja"),
        ("[instruct]\nmaker = 'taxonomy'\nfamilies = ['people']", r"\[instruct\] families has people"),
    ],
)
def test_a_wrong_configuration_is_named_before_anything_is_made(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "pipeline.toml"
    path.write_text(text)

    def build() -> None:
        plan = Plan(load_pipeline_config(path), tmp_path / "out", ())
        for stage in CHAIN:
            plan.build(stage)

    with pytest.raises(UserError, match=said):
        build()
    assert not (tmp_path / "out").exists()


def test_engines_are_named_and_counted() -> None:
    with pytest.raises(UserError, match="no engine called"):
        make_engine("slurm", 1, 0)
    with pytest.raises(UserError, match="0 workers"):
        make_engine("local", 0, 0)


class SomewhereElse:
    """Does what a cluster's engine does: everything travels as bytes, shards come back in another order."""

    def run(self, plan: Plan, stage: str, numbers: list[int]) -> Iterator[dict[str, object]]:
        arguments = pickle.dumps((plan, stage))
        for number in reversed(numbers):
            maker = ShardMaker(*pickle.loads(arguments))
            yield json.loads(json.dumps(maker({"number": number})))


def test_an_engine_may_make_shards_anywhere_in_any_order(made: Path, prepared: Path, tmp_path: Path) -> None:
    for stage in ("clips", "instruct"):
        list(run_stage(plan_for(prepared, tmp_path), stage, SomewhereElse()))
        ours, theirs = (json.loads((out / stage / "manifest.json").read_text()) for out in (made, tmp_path))
        assert ours == theirs


def test_masks_of_films_come_from_the_masker(tmp_path: Path) -> None:
    walker = walking(9)
    write_film(tmp_path / "walk.mp4", walker.frames)
    list_films(tmp_path, ["walk.mp4"])
    assert walker.mask is not None
    masks = list(walker.mask)
    stage = ClipStage(ClipTable(short_side=96, frames=9, windows=1), lambda frames: masks)
    (sample,) = stage.process(list_sources(tmp_path)[0])
    assert "mask.avif" in sample.fields  # type: ignore[union-attr]


class RayAsDocumented:
    """The few calls of Ray Data that the engine makes, as its reference has them, in this process."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self.items = items
        self.asked: dict[str, Any] = {}

    def map(self, fn: type[ShardMaker], *, fn_constructor_args: tuple[Any, ...], **asked: Any) -> RayAsDocumented:
        actor = fn(*pickle.loads(pickle.dumps(fn_constructor_args)))
        return RayAsDocumented([{**actor(item), "asked": asked} for item in self.items])

    def iter_rows(self) -> Iterator[dict[str, Any]]:
        return iter(self.items)


def test_ray_makes_the_same_shards(made: Path, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ray, data = (ModuleType(name) for name in ("ray", "ray.data"))
    ray.__spec__ = ModuleSpec("ray", None)
    ray.data = data  # type: ignore[attr-defined]
    data.from_items = lambda items, override_num_blocks: RayAsDocumented(items)  # type: ignore[attr-defined]
    data.ActorPoolStrategy = lambda size: f"{size} actors"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setitem(sys.modules, "ray.data", data)
    list(run_stage(plan_for(prepared, tmp_path), "clips", make_engine("ray", 2, 0.5)))
    for tar in (tmp_path / "clips").glob("*.tar"):
        assert tar.read_bytes() == (made / "clips" / tar.name).read_bytes()


def test_without_ray_the_engine_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanacam.model.training.pipeline.engines.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"ray\[data\]"):
        make_engine("ray", 1, 0)
