"""A whole ablation with networks of a few thousand parameters: every part trains, is measured, and ends in a report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_data_folder import write_data, write_held_out
from tiny_training import DIT, STREAM, VAE, tiny_origins

from sanacam.model.ablation.lengths import measure_lengths
from sanacam.model.ablation.plan import Plan, read_plan
from sanacam.model.ablation.report import LENGTHS_FILE, write_report
from sanacam.model.ablation.schedule import run_jobs
from sanacam.model.ablation.variant import RESULT_FILE, Given, Job, jobs_of, run_job
from sanacam.model.errors import UserError
from sanacam.model.training.cli import main

SMALL = {
    "steps": 2,
    "batch": 2,
    "groups": 2,
    "frames": 24,
    "height": 32,
    "width": 48,
    "bank_pairs": 4,
    "bank_refresh": 2,
}

MEASURED = (
    *(Job("streaming", name, 1) for name in ("start", "matching", "reverse", "both")),
    *(Job("architecture", name, seed) for name, seed in (("hybrid", 1), ("hybrid", 2), ("softmax", 1))),
    *(Job("decoder", name, 1) for name in ("alone", "source")),
)
"""Those that the tests run; the others differ from them in a number."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The shipped plan, with everything small."""
    shipped = read_plan()
    stream = {"clip_latents": 9, "first_window": 3, "window": 2, "context": 1, "generator_every": 3, "noise": "static"}
    assert STREAM.clip_latents == stream["clip_latents"]
    parts = tuple(
        replace(part, size=(64, 32), minutes=0.0, training={**SMALL, "vae": VAE, "dit": DIT, "stream": stream})
        for part in shipped.parts
    )
    measure = replace(
        shipped.measure, clips=2, frames=8, drift_clips=1, drift_edits=("sepia",), drift_seconds=1.0, piece=2
    )
    kinds = {"hybrid": {}, "softmax": {"softmax_ratio": 1.0, "everything": True}}
    lengths = replace(
        shipped.lengths, size=(64, 32), seconds=(0.2, 1.0), kinds=kinds, dit={**shipped.lengths.dit, **DIT}
    )
    return Plan(("identity", "sepia"), (1, 2), measure, parts, lengths)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    folder = tmp_path_factory.mktemp("given")
    starts = tiny_origins(folder / "weights")
    data = write_data(folder)
    return Given(data, data, write_held_out(folder / "clips"), starts.vae, starts.vae, starts.dit, starts.teacher)


@pytest.fixture(scope="module")
def results(plan: Plan, given: Given, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    for job in jobs_of(plan, list(plan.parts)):
        if job in MEASURED:
            run_job(job, plan, given, out, "cpu")
    return out


def result(out: Path, job: Job) -> dict:
    return json.loads((job.folder(out) / RESULT_FILE).read_text())


def test_every_variant_trains_what_it_says_and_is_measured_alike(results: Path, plan: Plan) -> None:
    for job in jobs_of(plan, list(plan.parts)):
        if job not in MEASURED or job.seed != 1:
            continue
        found = result(results, job)
        assert {(c["clip"], c["edit"]) for c in found["cases"]} == {
            (clip, edit) for clip in ("left", "right") for edit in plan.edits
        }
        assert all("undo" in case for case in found["cases"]) == plan.part(job.part).undo
        assert found["streams"][0]["seconds"] >= 1
        assert found["streams"][0]["curve"][0] == 0
        assert ("steps" in found) == (job.variant != "start")
        assert not (job.folder(results) / "checkpoints").exists()
    players = {v: set(result(results, Job("streaming", v, 1))["updates"]) for v in ("matching", "reverse", "both")}
    assert players == {"matching": {"generator", "fake"}, "reverse": {"generator"}, "both": {"generator", "fake"}}
    sizes = {v: result(results, Job("architecture", v, 1))["parameters"] for v in ("hybrid", "softmax")}
    assert max(sizes.values()) < 1.05 * min(sizes.values())
    kept = {v: result(results, Job("decoder", v, 1))["cases"] for v in ("alone", "source")}
    assert kept["alone"] != kept["source"]


def test_a_seed_gives_the_same_result_again_and_another_seed_another(
    results: Path, plan: Plan, given: Given, tmp_path: Path
) -> None:
    job = Job("architecture", "hybrid", 1)
    run_job(job, plan, given, tmp_path, "cpu")
    assert result(tmp_path, job)["cases"] == result(results, job)["cases"]
    assert result(results, replace(job, seed=2))["cases"] != result(results, job)["cases"]


def test_the_report_compares_with_the_baseline_and_shows_what_is_there(results: Path, plan: Plan) -> None:
    lengths = replace(plan.lengths, largest_gigabytes=1e-4)
    (results / LENGTHS_FILE).write_text(json.dumps(measure_lengths(lengths, torch.device("cpu"), 30.0)))
    text = write_report(results, plan).read_text()
    table = text[text.index("## Speed and memory") :].splitlines()
    assert sum("too large" in line and line.startswith("| 1 s") for line in table) == 1
    assert not any("too large" in line and line.startswith("| 0.2 s") for line in table)
    assert "training, at step 1 |" in text
    assert (results / "length-time.svg").read_text().startswith("<svg xmlns=")
    for part in plan.parts:
        assert f"## {part.title}" in text
    for job in MEASURED:
        titles = {variant.name: variant.title for variant in plan.part(job.part).variants}
        assert f"| {titles[job.variant]} |" in text
    page = (results / "report.html").read_text()
    assert "<polyline" in page
    assert "nan" not in text
    numbers = json.loads((results / "report.json").read_text())
    assert numbers["parts"]["architecture"]["hybrid"]["lpips"]["seeds"] == 2
    assert numbers["parts"]["streaming"]["matching"]["lpips"]["seeds"] == 1


def test_what_is_done_is_not_done_again_and_a_failure_names_itself(plan: Plan, given: Given, tmp_path: Path) -> None:
    done, missing = Job("streaming", "start", 1), Job("streaming", "start", 2)
    done.folder(tmp_path).mkdir(parents=True)
    (done.folder(tmp_path) / RESULT_FILE).write_text("{}")
    without = replace(given, dit=None)
    with pytest.raises(UserError, match=r"1 of 1 variants failed: streaming/start seed 2: UserError: .*--dit"):
        run_jobs([done, missing], plan, without, tmp_path, ["cpu"], 1)
    assert (done.folder(tmp_path) / RESULT_FILE).read_text() == "{}"


def test_bad_wishes_are_named_before_anything_runs(given: Given, tmp_path: Path) -> None:
    command = ["ablate", "--out", str(tmp_path / "out")]
    with pytest.raises(UserError, match="no part called speed"):
        main([*command, "--parts", "speed"])
    with pytest.raises(UserError, match="--data and --clips"):
        main(command)
    with pytest.raises(UserError, match="no results"):
        main([*command, "--report-only"])
    plan = tmp_path / "plan.toml"
    plan.write_text('edits = ["nonsense"]\nseeds = [1]')
    with pytest.raises(UserError, match="nonsense"):
        main([*command, "--plan", str(plan)])
    plan.write_text("edits = []\nseeds = [1]\n[measure]\nframes = 10")
    with pytest.raises(UserError, match="frames = 10"):
        main([*command, "--plan", str(plan)])
    assert not (tmp_path / "out").exists()
