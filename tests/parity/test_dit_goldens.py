"""The network against the reference's golden vectors, and the command that does it by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from sanacam.model.parity import main
from sanacam.model.parity_golden import find_goldens

GOLDENS = Path(__file__).parents[1] / "data" / "goldens" / "dit"


def test_the_command_passes_on_the_public_vectors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(GOLDENS)]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line for line in lines if not line.endswith("  ok")] == []
    for golden in find_goldens(GOLDENS):
        assert golden.kind == "weights" or any(line.startswith(golden.name) for line in lines)
    assert any(line.startswith("streaming caches") for line in lines)
    assert any(line.startswith("single_forward on the way") for line in lines)


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
