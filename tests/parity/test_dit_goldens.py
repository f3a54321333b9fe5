"""The network against the reference's golden vectors, and the command that does it by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from sanacam.model.parity import main, run_folder
from sanacam.model.parity_golden import Golden, golden_names

GOLDENS = Path(__file__).parents[1] / "data" / "goldens" / "dit"


def test_the_command_passes_on_the_public_vectors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(GOLDENS)]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line for line in lines if not line.endswith("  ok")] == []
    for golden in (Golden(GOLDENS, name) for name in golden_names(GOLDENS)):
        assert golden.kind == "weights" or any(line.startswith(golden.name) for line in lines)
    assert any(line.startswith("streaming caches") for line in lines)
    assert any(line.startswith("single_forward on the way") for line in lines)


def test_timestep_embeddings_round_as_the_references() -> None:
    # One bit of one rate makes up to 6e-6, of the 1e-5 that are allowed.
    outcomes, _ = run_folder(GOLDENS)
    worst = {outcome.case: outcome.error for outcome in outcomes}
    assert max(worst["single_forward"], worst["streaming first steps"]) < 3e-6


def test_command_fails_on_a_changed_weight(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "dit"
    folder.mkdir()
    for path in GOLDENS.glob("ffn_block.*"):
        shutil.copy(path, folder)
    file = folder / "ffn_block.safetensors"
    tensors = load_file(file)
    tensors["w.t_conv.weight"][0, 0, 0, 0] += 0.01
    save_file(tensors, file)
    assert main([str(folder)]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if "FAILED" in line]
    assert len(lines) == 2
    assert all(line.startswith("ffn_block") for line in lines)


def test_command_without_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "missing" in capsys.readouterr().err
