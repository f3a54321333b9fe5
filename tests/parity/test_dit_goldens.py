"""The network against the reference's golden vectors, and the command that does it by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from sanacam.model.parity import CASES, main, run_case

GOLDENS = Path(__file__).parents[1] / "data" / "goldens" / "dit"


@pytest.mark.parametrize("case", CASES)
def test_case_agrees(case: str) -> None:
    outcomes = run_case(case, GOLDENS)
    assert outcomes
    assert [(o.case, o.error) for o in outcomes if not o.passed] == []


def test_command_reports_and_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(GOLDENS)]) == 0
    printed = capsys.readouterr().out
    assert "streaming final latents" in printed
    assert "FAILED" not in printed


def test_command_fails_on_a_changed_weight(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "dit"
    shutil.copytree(GOLDENS, folder)
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
