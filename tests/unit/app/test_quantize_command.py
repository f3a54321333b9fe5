"""``sanacam quantize`` from the command line: bad use, a small search, packed weights."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sanacam.app.cli import main
from sanacam.model.quantisation.policy import load_policy
from sanacam.model.quantisation.weights import read_packed
from sanacam.model.zoo.bundle import save_bundle
from sanacam.model.zoo.tiny import tiny_bundle


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    save_bundle(tiny_bundle(decoder_source=False), folder)
    return folder


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--budget", "lpips=much"], "is no budget"),
        (["--gpu", "rtx"], "is no card"),
        (["--gpu", "sm_90", "--formats", "nvfp4"], "does not multiply nvfp4"),
        (["--formats", "fp9"], "number format 'fp9'"),
        (["--size", "big"], "is not a picture size"),
        (["--size", "63x64"], "can not be streamed"),
        (["--clips", "0"], "too small"),
        (["--policy", "fp8"], "changes nothing"),
        (["--policy", "fp8", "--use"], "fp8, which cannot be had here"),
        (["--use", "--gpu", "sm_90"], "for the card at hand"),
        (["--policy", "nowhere", "--weights", "w.safetensors"], "no precision policy"),
        (["--model", "nowhere"], "nowhere"),
        (["--device", "gpu"], "“gpu” is not a device"),
        (["--search-seconds", "nan"], "Streams of nan seconds"),
        (["--seconds", "inf"], "Streams of inf seconds"),
        (["--formats", "NVFP4"], "no number format 'NVFP4'"),
        (["--policy", ""], "cannot be read"),
        (["--policy", "int8", "--weights", "w.safetensors", "--budget", "much"], "is no budget"),
        (["--policy", "int8", "--weights", "."], "is a folder"),
        (["--out", "."], "is a folder"),
        (["--use"], "--use is for a graphics card"),
        (["--model", "sana-streaming-2b"], "is not complete on this machine"),
        (["--model", "sana-bidirectional-2b", "--random-weights"], "runs in bf16 or fp32 only"),
    ],
)
def test_bad_use_is_one_sentence_and_2(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SANACAM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SANACAM_MODELS_DIR", str(tmp_path / "models"))
    assert main(["quantize", "--device", "cpu", *words]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_policy_packs_the_weights(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = tmp_path / "w.safetensors"
    words = ["quantize", "--model", str(model), "--device", "cpu", "--policy", "int8"]
    assert main([*words, "--weights", str(weights), "--out", str(tmp_path / "p.json")]) == 0
    packed = read_packed(weights)
    assert packed.policy == load_policy("int8") == load_policy(tmp_path / "p.json")
    assert {matrix.format for matrix in packed.matrices.values()} == {"int8"}
    assert str(weights) in capsys.readouterr().err


def test_a_policy_that_does_not_fit_writes_nothing(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = tmp_path / "w.safetensors"
    words = ["quantize", "--model", str(model), "--device", "cpu", "--policy", "paper", "--weights", str(weights)]
    assert main(words) == 2
    assert "blocks.6-19.mlp.inverted_conv.conv" in capsys.readouterr().err
    assert not weights.exists()


def test_a_policy_in_use_is_kept_with_its_weights(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANACAM_CACHE_DIR", str(tmp_path / "cache"))
    assert main(["quantize", "--model", str(model), "--device", "cpu", "--policy", "bf16", "--use"]) == 0
    kept, weights = tmp_path / "cache" / "policies" / "tiny-cpu.json", tmp_path / "cache" / "packed"
    assert load_policy(kept) == load_policy("bf16")
    assert [read_packed(file).policy.name for file in weights.iterdir()] == ["bf16"]
    assert str(kept) in capsys.readouterr().err


@pytest.mark.slow
def test_a_small_search_writes_policy_and_evidence(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine.json"
    words = [
        "quantize", "--model", str(model), "--device", "cpu", "--gpu", "sm_90", "--formats", "fp8", "--clips", "1",
        "--seconds", "0.5", "--search-seconds", "0.3", "--size", "64x64", "--budget", "rmse=0.05", "--out", str(out),
    ]  # fmt: skip
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "not timed" in text
    policy = load_policy(out)
    assert policy.gpu == "sm_90"
    assert policy.evidence["result"]["rmse"] <= 0.05
    assert len(policy.evidence["moves"]) == 20
    lines = out.with_suffix(".evidence.jsonl").read_text(encoding="utf-8").splitlines()
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rules"] == policy.to_dict()["rules"]
    assert out.with_suffix(".evidence.jsonl").read_text(encoding="utf-8").splitlines() == lines, "all was known"
