"""pyproject.toml says what the code allows, constraints.txt what is installed: the two have to agree."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from first_start.environment import pinned_torch
from first_start.report import SetupError

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = [Requirement(line) for group in (PROJECT["dependencies"], *EXTRAS.values()) for line in group]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(pin.name): str(pin.specifier) for pin in found}


@pytest.mark.parametrize("requirement", WANTED, ids=lambda requirement: requirement.name)
def test_every_dependency_is_bounded_and_pinned_within_its_bounds(requirement: Requirement) -> None:
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators - {"!="} == {">=", "<"}, "give a lower and an upper bound"
    pin = pins()[canonicalize_name(requirement.name)]
    assert pin.startswith("==")
    assert requirement.specifier.contains(pin.removeprefix("=="))


def test_all_pins_are_exact() -> None:
    assert not {name: pin for name, pin in pins().items() if not pin.startswith("==") or "*" in pin}


def test_the_pinned_torch_is_found_without_a_build_tag(tmp_path: Path) -> None:
    assert f"=={pinned_torch(ROOT)}" == pins()["torch"]
    (tmp_path / "constraints.txt").write_text("numpy==2.0\n")
    with pytest.raises(SetupError, match="torch"):
        pinned_torch(tmp_path)


def test_python_versions_that_start_py_lets_in_are_those_of_the_project() -> None:
    assert PROJECT["requires-python"] == ">=3.11"
    assert "OLDEST = (3, 11)" in (ROOT / "start.py").read_text(encoding="utf-8")
