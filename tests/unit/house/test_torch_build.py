"""Which PyTorch a machine gets."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from first_start import torch_build
from first_start.report import SetupError
from first_start.torch_build import Card, Source, build_in_report, choose_build, find_source, parse_cards

H100 = Card("NVIDIA H100 80GB HBM3", 580, (9, 0))
PLAIN_LINUX = [
    "filelock",
    'cuda-toolkit[cublas,cudart]==13.0.3; platform_system == "Linux"',
    'nvidia-cudnn-cu13==9.20.0.48; platform_system == "Linux"',
]


@pytest.mark.parametrize(
    ("card", "system", "build"),
    [
        (None, "Linux", "cpu"),
        (None, "Windows", "cpu"),
        (H100, "Linux", "cu130"),
        (H100, "Darwin", "cpu"),
        (Card("H100, CUDA 12 driver", 550, (9, 0)), "Linux", "cu126"),
        (Card("RTX 4090", 576, (8, 9)), "Windows", "cu126"),
        (Card("RTX 4090, oldest driver that will do", 525, (8, 9)), "Linux", "cu126"),
        (Card("RTX 4090, the same number on Windows", 525, (8, 9)), "Windows", "cpu"),
        (Card("RTX 5090", 581, (12, 0)), "Windows", "cu130"),
        (Card("RTX 5090, driver before CUDA 13", 575, (12, 0)), "Linux", "cpu"),
        (Card("Tesla V100, new driver", 580, (7, 0)), "Linux", "cu126"),
        (Card("GTX 1060", 535, (6, 1)), "Linux", "cu126"),
        (Card("Tesla K80", 470, (3, 7)), "Linux", "cpu"),
        (Card("T4, very old driver", 470, (7, 5)), "Linux", "cpu"),
    ],
    ids=lambda value: value.name if isinstance(value, Card) else None,
)
def test_build_for_card_and_system(card: Card | None, system: str, build: str) -> None:
    assert choose_build(card, system).build == build


def test_a_card_left_unused_is_explained() -> None:
    reason = choose_build(Card("NVIDIA GeForce RTX 5090", 575, (12, 0)), "Linux").reason
    assert "575" in reason
    assert "580" in reason
    assert "update the driver" in reason


def test_cards_are_read_from_nvidia_smi() -> None:
    listing = "NVIDIA GeForce RTX 4090, 550.54.14, 8.9\nTesla T4, 550.54.14, 7.5\nbroken line\n, 1, 2\n"
    assert parse_cards(listing) == [
        Card("NVIDIA GeForce RTX 4090", 550, (8, 9)),
        Card("Tesla T4", 550, (7, 5)),
    ]


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for nvidia-smi is a shell script")
def test_the_most_capable_of_several_cards_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'Tesla T4, 580.1, 7.5'\necho 'RTX 5090, 580.1, 12.0'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert torch_build.find_card() == Card("RTX 5090", 580, (12, 0))


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for nvidia-smi is a shell script")
def test_a_driver_that_does_not_answer_means_no_card_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\nexit 9\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert torch_build.find_card() is None
    assert "nvidia-smi" in capsys.readouterr().err


def test_the_person_may_overrule() -> None:
    assert torch_build.choice_for_this_machine({"SANACAM_TORCH": "cu126"}).build == "cu126"
    with pytest.raises(SetupError, match="rocm"):
        torch_build.choice_for_this_machine({"SANACAM_TORCH": "rocm"})


def report(version: str, requires: list[str]) -> dict[str, Any]:
    return {"install": [{"metadata": {"name": "torch", "version": version, "requires_dist": requires}}]}


@pytest.mark.parametrize(
    ("version", "requires", "system", "kind"),
    [
        ("2.13.0+cpu", [], "Linux", "cpu"),
        ("2.13.0+cu126", [], "Windows", "cu12"),
        ("2.13.0", PLAIN_LINUX, "Linux", "cu13"),
        ("2.13.0", PLAIN_LINUX, "Windows", "cpu"),
        ("2.13.0", PLAIN_LINUX, "Darwin", "cpu"),
        ("2.13.0", ['nvidia-cublas-cu12==12.6.4.1; platform_system == "Linux"'], "Linux", "cu12"),
        ("2.13.0", ["filelock"], "Linux", "cpu"),
    ],
)
def test_kind_of_a_wheel(version: str, requires: list[str], system: str, kind: str) -> None:
    assert build_in_report(report(version, requires), system) == (version, kind)


@pytest.mark.parametrize(
    ("offered", "build", "expected"),
    [
        (("2.13.0+cpu", []), "cpu", Source("torch==2.13.0+cpu", ())),
        (
            ("2.13.0", PLAIN_LINUX),
            "cpu",
            Source("torch==2.13.0+cpu", ("--index-url", "https://download.pytorch.org/whl/cpu")),
        ),
        (("2.13.0", PLAIN_LINUX), "cu130", Source("torch==2.13.0", ())),
        (
            ("2.13.0", PLAIN_LINUX),
            "cu126",
            Source("torch==2.13.0+cu126", ("--index-url", "https://download.pytorch.org/whl/cu126")),
        ),
        (None, "cpu", Source("torch==2.13.0+cpu", ("--index-url", "https://download.pytorch.org/whl/cpu"))),
    ],
    ids=["pip has cpu", "pip has only CUDA", "pip has the CUDA wanted", "pip has another CUDA", "pip has none"],
)
def test_pips_own_sources_come_first_and_never_bring_the_wrong_build(
    offered: tuple[str, list[str]] | None,
    build: str,
    expected: Source,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    answer = tmp_path / "pip.py"
    answer.write_text(
        "import sys\n"
        "assert 'torch==2.13.0' in sys.argv and '--dry-run' in sys.argv\n"
        + (f"print({json.dumps(report(*offered))!r})" if offered else "sys.exit(1)")
    )
    assert find_source([sys.executable, str(answer)], "2.13.0", build, os.environ) == expected
