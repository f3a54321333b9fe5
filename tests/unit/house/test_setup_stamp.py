"""When start.py sets up, mends, or leaves alone."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from first_start import stamp as stamps
from first_start.stamp import Stamp, need


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A folder with a python in it, as `python -m venv` leaves it."""
    python = stamps.python_of(tmp_path / ".venv")
    python.parent.mkdir(parents=True)
    if os.name == "nt":
        python.write_bytes(b"")
    else:
        python.symlink_to(sys.executable)
    return tmp_path / ".venv"


@pytest.fixture
def healthy(venv: Path) -> Stamp:
    stamp = Stamp("complete", "now", ("dev",), stamps.interpreter_of(venv), "cpu", "2.13.0+cpu")
    stamps.write(venv, stamp)
    return stamp


def test_a_written_stamp_is_read_back(venv: Path, healthy: Stamp) -> None:
    assert stamps.read(venv) == healthy
    assert not list(venv.glob("*.tmp"))


@pytest.mark.parametrize("extras", [(), ("dev",)])
def test_a_healthy_environment_is_left_alone(venv: Path, healthy: Stamp, extras: tuple[str, ...]) -> None:
    assert need(venv, healthy, "now", extras, driver=False) == "nothing"


def test_other_inputs_and_missing_extras_are_an_update(venv: Path, healthy: Stamp) -> None:
    assert need(venv, healthy, "later", (), driver=False) == "update"
    assert need(venv, healthy, "now", ("dev", "train"), driver=False) == "update"


def test_an_interrupted_set_up_is_built_anew(venv: Path, healthy: Stamp) -> None:
    assert need(venv, healthy.started(), "now", (), driver=False) == "build"


def test_an_environment_whose_python_is_gone_or_another_is_built_anew(venv: Path, healthy: Stamp) -> None:
    other = replace(healthy, interpreter=healthy.interpreter + "-older")
    assert need(venv, other, "now", (), driver=False) == "build"
    stamps.python_of(venv).unlink()
    assert need(venv, healthy, "now", (), driver=False) == "build"


def test_a_card_that_came_later_is_used_and_one_known_before_changes_nothing(venv: Path, healthy: Stamp) -> None:
    assert need(venv, healthy, "now", (), driver=True) == "build"
    assert need(venv, replace(healthy, driver_seen=True), "now", (), driver=True) == "nothing"
    assert need(venv, replace(healthy, build="cu130", driver_seen=True), "now", (), driver=False) == "nothing"


def test_no_environment_is_built_and_a_foreign_one_is_not_touched(tmp_path: Path, venv: Path) -> None:
    assert need(tmp_path / "nowhere", None, "now", (), driver=False) == "build"
    assert need(venv, stamps.read(venv), "now", (), driver=False) == "foreign"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"state": "complete"}', '{"state": 1, "extras": [], "colour": 2}'])
def test_an_unreadable_stamp_counts_as_none(venv: Path, content: str) -> None:
    (venv / stamps.STAMP).write_text(content)
    assert stamps.read(venv) is None


def test_fingerprint_follows_every_input_and_the_folder(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        for file in stamps.INPUTS:
            (tmp_path / name / file).write_text("a")
    seen = {stamps.fingerprint(tmp_path / "first"), stamps.fingerprint(tmp_path / "second")}
    for file in stamps.INPUTS:
        (tmp_path / "first" / file).write_text("b")
        seen.add(stamps.fingerprint(tmp_path / "first"))
    assert len(seen) == 2 + len(stamps.INPUTS)
    assert stamps.fingerprint(tmp_path / "first") in seen
