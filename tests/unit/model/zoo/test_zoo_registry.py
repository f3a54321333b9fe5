"""The registry's entries are complete and honest."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sanacam.model.errors import UserError
from sanacam.model.zoo import load_bundle
from sanacam.model.zoo.registry import MODELS, find_model, get_model
from sanacam.model.zoo.store import ModelStore
from sanacam.model.zoo.verify import verify_model

PARTS = {part.name: part for entry in MODELS for part in entry.all_parts}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS.keys())
def test_every_part_has_a_source_files_and_a_licence_with_a_page(part) -> None:
    assert part.licence.url.startswith("https://")
    assert part.licence.summary
    assert part.files
    assert all(file.size > 0 for file in part.files)
    assert len({file.path for file in part.files}) == len(part.files)
    assert all(".." not in file.path and not file.path.startswith("/") for file in part.files)
    assert part.role == "mini" or bool(part.repository) != bool(part.base_url)


def test_names_are_unique_and_near_ones_are_suggested() -> None:
    assert len({entry.name for entry in MODELS}) == len(MODELS)
    with pytest.raises(UserError, match="sana-streaming-2b"):
        get_model("sana-streaming-2B")
    with pytest.raises(UserError, match="Models: mini"):
        get_model("qqqq")
    assert find_model("qqqq") is None


def test_a_model_that_cannot_be_run_yet_says_so() -> None:
    assert all(entry.runnable for entry in MODELS)
    limited = replace(get_model("sana-streaming-2b"), limitation="This version cannot run it yet.")
    assert not limited.runnable
    with pytest.raises(UserError, match="cannot run it yet"):
        limited.require_runnable()


@pytest.mark.parametrize("name", ["sana-streaming-2b", "sana-bidirectional-2b"])
def test_a_large_model_that_is_not_here_says_how_to_get_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANACAM_MODELS_DIR", str(tmp_path))
    with pytest.raises(UserError, match="missing: SANA-Streaming") as refusal:
        load_bundle(name)
    assert f"sanacam models download {name}" in refusal.value.hint


def test_the_embedded_model_is_here_and_intact(tmp_path) -> None:
    store, mini = ModelStore(tmp_path), get_model("mini")
    assert store.state(mini) == "built in"
    assert {finding.state for finding in verify_model(store, mini)} == {"ok"}
    assert store.require_installed(mini)["mini"].is_dir()


def test_the_registry_and_the_store_need_no_torch() -> None:
    script = (
        "import sys, sanacam.model.zoo.store, sanacam.model.zoo.fits, sanacam.model.zoo.hub\n"
        "heavy = {'torch', 'numpy', 'huggingface_hub'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
