"""Hints name a command that can be typed here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sanacam.app.cli import main
from sanacam.app.spoken_name import as_typed, spoken_name


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    spoken_name.cache_clear()
    yield
    spoken_name.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which start.py has been run, with nothing but ``python3`` on the PATH."""
    (tmp_path / "start.py").touch()
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="programs are found by their ending there")
def test_who_starts_with_start_py_reads_that(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert as_typed("Use `sanacam doctor`.") == "Use `python3 start.py doctor`."
    assert main(["live", "--strength"]) == 2
    assert "`python3 start.py live --help` shows" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="programs are found by their ending there")
def test_an_installed_command_keeps_its_name(folder: Path) -> None:
    (folder / "programs" / "sanacam").touch(mode=0o755)
    assert as_typed("Use `sanacam doctor`.") == "Use `sanacam doctor`."


def test_elsewhere_it_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    assert spoken_name() == "sanacam"
