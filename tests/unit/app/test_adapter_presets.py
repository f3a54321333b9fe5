"""Presets with an adapter: kept with a copy of the file, worn by the model, forgotten without a trace."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from sanacam.app.cli import main
from sanacam.app.editor_loading import load_editor
from sanacam.app.presets import USER_FILE, adapters_dir, add_adapter, add_preset, remove_preset, user_presets
from sanacam.app.settings import ModelSettings
from sanacam.model.adapter.file import Adapter, AdapterAbout, write_adapter
from sanacam.model.adapter.low_rank import adaptable_layers, weight_of
from sanacam.model.adapter.shelf import fingerprint
from sanacam.model.errors import UserError
from sanacam.model.zoo.bundle import save_bundle
from sanacam.model.zoo.tiny import tiny_bundle

PROMPT = "Print it in two inks."


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    torch.set_num_threads(1)
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path / "config"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    bundle = tiny_bundle()
    networks = {"dit": bundle.dit, "vae": bundle.vae}
    chance = torch.Generator().manual_seed(0)
    factors = {}
    for name in adaptable_layers(networks):
        weight = weight_of(networks, name)
        down = torch.randn(2, weight[0].numel(), generator=chance) * 0.2
        factors[name] = down, torch.randn(len(weight), 2, generator=chance) * 0.2
    prints = {part: fingerprint(network) for part, network in networks.items()}
    write_adapter(
        tmp_path / "print.safetensors",
        Adapter(AdapterAbout("two-inks", "Two inks", PROMPT, "tiny", prints, 2), factors),
    )
    return tmp_path / "print.safetensors"


def test_an_adapter_becomes_a_preset_with_a_copy_of_its_own(file: Path) -> None:
    assert main(["presets", "--add-adapter", str(file)]) == 0
    (preset,) = user_presets()
    assert (preset.name, preset.title, preset.prompt, preset.family) == ("two-inks", "Two inks", PROMPT, "mine")
    copy = preset.adapter_file()
    assert copy is not None
    assert copy.read_bytes() == file.read_bytes()
    remove_preset("two-inks")
    assert not user_presets()
    assert not list(adapters_dir().iterdir())


def test_the_loaded_model_wears_it_for_that_preset_only(file: Path, tmp_path: Path) -> None:
    save_bundle(tiny_bundle(), tmp_path / "tiny", dtype=torch.float32)
    settings = ModelSettings(name=str(tmp_path / "tiny"), device="cpu", precision="fp32")
    frames = [np.full((32, 48, 3), 90, np.uint8)] * 4

    def edited(prompt: str) -> np.ndarray:
        editor = load_editor(settings)
        editor.set_prompt("another look")
        editor.set_prompt(prompt)
        return np.stack([*editor.push(frames), *editor.flush()])

    before, other = edited(PROMPT), edited("noir")
    add_adapter(file)
    assert not np.array_equal(edited(PROMPT), before)
    assert np.array_equal(edited("noir"), other)


def test_names_and_prompts_that_are_taken_are_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "--add-adapter", str(file), "--name", "noir"]) == 2
    assert "already" in capsys.readouterr().err
    add_preset("mine", "", PROMPT)
    assert main(["presets", "--add-adapter", str(file)]) == 2
    assert 'that of the preset "mine"' in capsys.readouterr().err
    assert main(["presets", "--add-adapter", str(file.parent / "none.safetensors")]) == 2
    assert "no adapter at" in capsys.readouterr().err
    assert not adapters_dir().exists()


def test_a_name_that_leads_out_of_the_folder_is_refused(config: Path) -> None:
    config.mkdir()
    entry = {"name": "a", "title": "A", "prompt": "b", "family": "mine", "adapter": "../../x.safetensors"}
    (config / USER_FILE).write_text(json.dumps({"presets": [entry]}), encoding="utf-8")
    with pytest.raises(UserError, match="incomplete"):
        user_presets()
