"""The text encoder's stage: German moves towards English, English stays, runs resume exactly, the result loads."""

from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import torch
from torch.nn import functional

from sanacam.model.errors import UserError
from sanacam.model.text import MiniLMEncoder
from sanacam.model.text.bert import BertConfig, BertEncoder
from sanacam.model.text.minilm import CONFIG_FILE, TOKENIZER_FILE, WEIGHTS_FILE, config_json
from sanacam.model.text.quantised import load_quantised, save_quantised
from sanacam.model.training.cli import main, shipped_config
from sanacam.model.training.config import StageConfig, TextTraining
from sanacam.model.training.loop import TrainingLoop
from sanacam.model.training.parallel import Ranks
from sanacam.model.training.prompts.classes import EncoderWordings
from sanacam.model.training.prompts.taxonomy import Prompt
from sanacam.model.training.stages import text as text_stage
from sanacam.model.training.stages.text import TextStage

ENGLISH = [Prompt("winter", "winter"), Prompt("snowy", "winter"), Prompt("comic", "comic"), Prompt("cartoon", "comic")]
GERMAN = [Prompt("verschneit", "winter"), Prompt("Sprechblasen", "comic")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small encoder that has learnt nothing, with the shipped tokenizer and licence."""
    torch.manual_seed(0)
    config = BertConfig(width=48, depth=2, heads=2, hidden=96)
    network = BertEncoder(config)
    torch.nn.init.normal_(network.tokens.weight)
    out = tmp_path_factory.mktemp("encoder")
    save_quantised(network.state_dict(), out / WEIGHTS_FILE)
    (out / CONFIG_FILE).write_text(config_json(config), encoding="utf-8")
    with as_file(files("sanacam.assets") / "models" / "mini" / "text") as shipped:
        for name in (TOKENIZER_FILE, "LICENSE"):
            shutil.copyfile(shipped / name, out / name)
    return out


@pytest.fixture(autouse=True)
def few_wordings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_stage, "encoder_wordings", lambda _: EncoderWordings(ENGLISH, GERMAN))
    monkeypatch.setattr(text_stage, "lexicon", lambda: [("Schnee", "snow")])
    monkeypatch.setattr(text_stage, "held_out_wordings", lambda _: {"winter": [Prompt("frosty", "winter")]})
    monkeypatch.setattr(text_stage, "german_held_out", lambda _: {"winter": [Prompt("Eis", "winter")]})
    monkeypatch.setattr(text_stage, "graded_held_out", lambda _: {"comic": [Prompt("a bit comic", "comic", 0.4)]})


def loop(folder: Path, out: Path, steps: int) -> TrainingLoop:
    config = StageConfig(
        stage="text", steps=steps, batch=6, groups=1, frames=1, height=8, width=8, lr=2e-3, compile=False, ema=0.5,
        text=TextTraining(templates=1),
    )  # fmt: skip
    ranks = Ranks(0, 1, torch.device("cpu"))
    return TrainingLoop(TextStage(config, ranks, folder), ranks, out)


def mean(encoder: MiniLMEncoder, prompt: str) -> torch.Tensor:
    features, mask = encoder.encode(prompt)
    return functional.normalize(features[mask].mean(dim=0), dim=0)


def test_german_comes_to_english_which_stays(folder: Path, tmp_path: Path) -> None:
    loop(folder, tmp_path, 30).run()
    before, after = MiniLMEncoder.load(folder), MiniLMEncoder.load(tmp_path / "text")
    assert (tmp_path / "text" / "LICENSE").read_bytes() == (folder / "LICENSE").read_bytes()

    def lead(encoder: MiniLMEncoder, prompt: Prompt) -> float:
        """How much nearer the nearest English wording of the edit is than that of the other."""
        near = [(float(mean(encoder, prompt.text) @ mean(before, p.text)), p.edit) for p in ENGLISH]
        return max(n for n, edit in near if edit == prompt.edit) - max(n for n, edit in near if edit != prompt.edit)

    for prompt in GERMAN:
        assert lead(after, prompt) > max(lead(before, prompt), 0.0), prompt.text
    old, new = (mean(encoder, "Schnee") @ mean(before, "snow") for encoder in (before, after))
    assert new > old + 0.1
    for prompt in ENGLISH:
        assert mean(after, prompt.text) @ mean(before, prompt.text) > 0.95, prompt.text
    sheet = json.loads((tmp_path / "sheet_30.json").read_text(encoding="utf-8"))
    assert set(sheet) == {"before", "after"}
    assert sheet["after"]["english"] == 1.0


def test_a_stopped_run_goes_on_exactly(folder: Path, tmp_path: Path) -> None:
    whole = loop(folder, tmp_path / "whole", 3)
    whole.run()
    loop(folder, tmp_path / "parts", 3).run(stop_at=1)
    rest = loop(folder, tmp_path / "parts", 3)
    assert rest.resume()
    rest.run()
    a, b = (load_quantised(tmp_path / run / "text" / WEIGHTS_FILE) for run in ("whole", "parts"))
    start = load_quantised(folder / WEIGHTS_FILE)
    assert all(torch.equal(a[name], b[name]) for name in start)
    assert any(not torch.equal(a[name], start[name]) for name in start)


def test_the_command_wants_its_own_config(folder: Path, tmp_path: Path) -> None:
    assert shipped_config("text").text.templates > 30
    other = tmp_path / "other.toml"
    other.write_text(
        'stage = "vae"\nsteps = 1\nbatch = 1\nframes = 4\nheight = 8\nwidth = 8\ngroups = 1\nlr = 1e-3\n',
        encoding="utf-8",
    )
    with pytest.raises(UserError, match="describes the vae stage"):
        main(["text", "--text", str(folder), "--out", str(tmp_path / "out"), "--config", str(other)])
    assert not (tmp_path / "out").exists()
    config = tmp_path / "text.toml"
    config.write_text(
        'stage = "text"\nsteps = 1\nbatch = 3\nframes = 1\nheight = 8\nwidth = 8\ngroups = 1\nlr = 1e-3\n'
        "compile = false\n[text]\ntemplates = 1\n",
        encoding="utf-8",
    )
    arguments = ["text", "--text", str(folder), "--out", str(tmp_path / "out"), "--config", str(config)]
    assert main([*arguments, "--device", "cpu"]) == 0
    MiniLMEncoder.load(tmp_path / "out" / "text").encode("winter")
