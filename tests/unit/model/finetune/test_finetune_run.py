"""Fine-tuning from the command to a look that can be put on, on tiny models and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from sanacam.app.cli import main
from sanacam.model.adapter.file import read_about, read_adapter
from sanacam.model.errors import UserError
from sanacam.model.training.finetune.run import Finetuning, finetune
from sanacam.model.zoo import load_bundle
from sanacam.model.zoo.bundle import save_bundle
from sanacam.model.zoo.tiny import tiny_bundle, tiny_clip_bundle, tiny_streaming_bundle


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr("sanacam.model.training.finetune.run.CHUNKS_OF_MINI", 2)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_bundle(tiny_bundle(), tmp_path / "tiny", dtype=torch.float32)
    return tmp_path / "tiny"


def scene(seed: int) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((64, 64), Image.Resampling.BICUBIC)


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Pictures that become red and dark."""
    for side in ("source", "target"):
        (tmp_path / "pairs" / side).mkdir(parents=True)
    for seed in range(4):
        source = np.asarray(scene(seed))
        scene(seed).save(tmp_path / "pairs" / "source" / f"{seed}.png")
        red = np.stack([source[..., 0], source[..., 0] // 4, source[..., 0] // 4], -1)
        Image.fromarray(red).save(tmp_path / "pairs" / "target" / f"{seed}.png")
    return tmp_path / "pairs"


def wish(model: Path, out: Path, **more: object) -> Finetuning:
    plain = {"size": (64, 64), "batch": 2, "rank": 4, "steps": 30, "minutes": 5.0, "device": "cpu", "lr": 1e-2}
    return Finetuning("red", "Red", "paint it red", out, model=str(model), **(plain | more))  # type: ignore[arg-type]


def test_pairs_teach_a_look_that_the_file_carries(model: Path, pairs: Path, tmp_path: Path) -> None:
    before = {k: v.clone() for k, v in load_bundle(model).dit.state_dict().items()}
    path = finetune(wish(model, tmp_path / "out", pairs=pairs))
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["clips_unseen_in_training"] is True
    assert report["made"]["steps"] == 30
    means = report["means"]
    assert means["after"] < 0.8 * means["before"]
    about = read_about(path)
    assert (about.name, about.prompt, about.base, about.rank) == ("red", "paint it red", "tiny", 4)
    with Image.open(tmp_path / "out" / "contact_sheet.png") as sheet:
        assert sheet.width > 4 * 64
    bundle = load_bundle(model)
    assert all(torch.equal(before[k], v) for k, v in bundle.dit.state_dict().items())
    bundle.adapters.wear(read_adapter(path))
    assert not torch.equal(bundle.vae.decoder.head.weight, load_bundle(model).vae.decoder.head.weight)


def test_the_command_goes_on_where_it_was_stopped(
    model: Path, pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "finetune", "--pairs", str(pairs), "--name", "red-look", "--out", str(tmp_path / "out")]
    words += ["--model", str(model), "--size", "64x64", "--batch", "1", "--rank", "2", "--device", "cpu"]
    assert main([*words, "--steps", "2"]) == 0
    assert main([*words, "--steps", "3"]) == 0
    assert "resumed at step 2" in capsys.readouterr().out
    about = read_about(tmp_path / "out" / "red-look.safetensors")
    assert about.prompt == "Turn it into the red look style."
    assert about.made["steps"] == 3


def test_a_run_of_another_look_is_not_gone_on_with(
    model: Path, pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "finetune", "--out", str(tmp_path / "out"), "--model", str(model), "--size", "64x64"]
    words += ["--batch", "1", "--rank", "2", "--device", "cpu", "--steps", "1", "--pairs", str(pairs)]
    assert main([*words, "--name", "red"]) == 0
    assert main([*words, "--name", "blue"]) == 2
    assert "begun with another name and prompt" in capsys.readouterr().err
    assert not (tmp_path / "out" / "blue.safetensors").exists()
    scene(77).save(pairs / "source" / "0.png")
    scene(78).resize((90, 90)).save(pairs / "target" / "0.png")
    assert main([*words, "--name", "red"]) == 2
    assert "begun with another footage" in capsys.readouterr().err


def test_a_style_is_learnt_from_pictures_alone(model: Path, tmp_path: Path) -> None:
    (tmp_path / "style").mkdir()
    tinted = (np.asarray(scene(9)) * np.array([1.0, 0.3, 0.1])).astype(np.uint8)
    Image.fromarray(tinted).save(tmp_path / "style" / "a.png")
    (tmp_path / "clips").mkdir()
    for seed in range(2):
        np.savez(tmp_path / "clips" / f"{seed}.npz", frames=np.stack([np.asarray(scene(seed))] * 8))
    finetune(wish(model, tmp_path / "out", style=tmp_path / "style", clips=tmp_path / "clips", steps=12, content=0.1))
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["clips_unseen_in_training"] is False
    assert report["distances"][0]["kind"] == "style"
    assert report["means"]["after"] < report["means"]["before"]


def test_larger_models_learn_from_the_velocity(pairs: Path, tmp_path: Path) -> None:
    save_bundle(tiny_streaming_bundle(), tmp_path / "large", dtype=torch.float32)
    path = finetune(wish(tmp_path / "large", tmp_path / "out", pairs=pairs, steps=2, batch=1))
    adapter = read_adapter(path)
    assert all(name.startswith("dit.") for name in adapter.factors)
    assert any(up.abs().max() > 0 for _, up in adapter.factors.values())


def test_models_that_cannot_are_refused(pairs: Path, tmp_path: Path) -> None:
    save_bundle(tiny_clip_bundle(), tmp_path / "clip", dtype=torch.float32)
    with pytest.raises(UserError, match="edits whole clips"):
        finetune(wish(tmp_path / "clip", tmp_path / "out", pairs=pairs))
    save_bundle(tiny_streaming_bundle(), tmp_path / "large", dtype=torch.float32)
    with pytest.raises(UserError, match="from pictures alone"):
        finetune(wish(tmp_path / "large", tmp_path / "out", style=pairs / "target"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--name", "Red Look"], "cannot be the name"),
        (["--size", "64by64"], "not a picture size"),
        (["--size", "60x64"], "cannot be trained on"),
        (["--rank", "0"], "too small"),
        (["--rank", "100000"], "too much"),
        (["--content", "nan"], "too much"),
        (["--device", "gpu"], "not a device"),
        (["--device", "cuda:77"], "no device cuda:77"),
        (["--prompt", "?!"], "no words"),
        (["--model", "no-such-model"], "no-such-model"),
    ],
)
def test_bad_words_are_one_sentence_and_nothing_is_written(
    more: list[str], complaint: str, model: Path, pairs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "finetune", "--pairs", str(pairs), "--name", "red", "--out", str(tmp_path / "out")]
    assert main([*words, "--model", str(model), "--device", "cpu", *more]) == 2
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
