"""The environment that `python start.py test` made and runs these tests in: it has to be the promised one."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("kernels", "model", "app", "ui", "assets")

in_venv = pytest.mark.skipif(
    Path(sys.prefix).resolve() != ROOT / ".venv", reason="runs inside the .venv that `python start.py test` makes"
)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def base_python() -> str:
    """The Python that made `.venv`, as a person would type it."""
    return str(Path(getattr(sys, "_base_executable", sys.executable)))


def first_line(words: list[str]) -> tuple[float, str]:
    """Seconds from the start of start.py to the first line on stdout, and the line."""
    began = time.monotonic()
    with subprocess.Popen([base_python(), "start.py", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        line = started.stdout.readline()
        took = time.monotonic() - began
        started.stdout.read()
    assert started.returncode == 0
    return took, line


@in_venv
def test_second_start_shows_its_first_line_within_three_seconds() -> None:
    # the best of three: the promise is about the program, not about what else the machine is doing
    took, line = min(first_line(["presets"]) for _ in range(3))
    assert line.strip()
    assert took < 3


@in_venv
def test_without_a_display_the_sample_clip_is_edited_to_a_file(tmp_path: Path) -> None:
    import av

    shown_nowhere = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    }
    began = time.monotonic()
    with subprocess.Popen(
        [base_python(), str(ROOT / "start.py")],
        cwd=tmp_path,
        env=shown_nowhere,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stderr is not None
        first = started.stderr.readline()
        took = time.monotonic() - began
        place, errors = started.communicate(timeout=280)
    assert started.returncode == 0, first + errors
    assert took < 3, first
    videos = list(tmp_path.glob("*.mp4"))
    assert len(videos) == 1
    assert str(videos[0]) in place
    with av.open(str(videos[0])) as video:
        frames = sum(1 for _ in video.decode(video=0))
    assert frames > 24


@in_venv
def test_the_window_is_found_by_its_name() -> None:
    (window,) = importlib.metadata.entry_points(group="sanacam.ui", name="window")
    assert callable(window.load())


@in_venv
def test_packages_are_those_of_constraints_txt() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    installed = {
        name: importlib.metadata.version(name).partition("+")[0]
        for name in ("torch", "numpy", "av", "opencv-python-headless", "PySide6_Essentials", "pytest", "ruff", "mypy")
    }
    assert installed == {name: pins[name] for name in installed}


@in_venv
@pytest.mark.skipif(sys.platform != "linux", reason="only there does the plain wheel bring CUDA along")
def test_no_gigabytes_of_cuda_without_a_card() -> None:
    stamp = json.loads((ROOT / ".venv" / "sanacam-setup.json").read_text())
    names = {distribution.name for distribution in importlib.metadata.distributions()}
    brought = {name for name in names if name.startswith(("nvidia-", "triton"))}
    if stamp["build"] == "cpu":
        assert not brought
    else:
        assert brought


def test_a_wheel_holds_every_module_and_every_asset(tmp_path: Path) -> None:
    source = tmp_path / "source"
    skipped = shutil.ignore_patterns("__pycache__", ".DS_Store", "*.tmp")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, source / folder, ignore=skipped)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps", "--no-build-isolation", f"-w{tmp_path}", "."],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        (entry_points,) = (archive.read(name).decode() for name in inside if name.endswith("entry_points.txt"))
    kinds = {folder: "*" if folder == "assets" else "*.py" for folder in FOLDERS}
    expected = {
        f"sanacam/{file.relative_to(source).as_posix()}"
        for folder, kind in kinds.items()
        for file in (source / folder).rglob(kind)
        if file.is_file()
    }
    assert expected
    assert not sorted(expected - inside)
    assert not [name for name in inside if name.startswith(("tests/", "sanacam/tests/", "installers/"))]
    assert "sanacam = sanacam.app.cli:program" in entry_points
