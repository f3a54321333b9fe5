"""start.py in a fresh folder: the real script, the real pip and a real `.venv`, around a project that installs in
seconds. The whole of Sanacam is set up in a fresh clone by `.ci/run`; `test_own_environment.py` looks at that one.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TORCH = "2.99.0"
CLI = """
import json, os, sys
print(json.dumps({"words": sys.argv[1:], "cwd": os.getcwd(), "prefix": sys.prefix}), flush=True)
sys.exit(7 if "--fail" in sys.argv else 0)
"""
# The project's build, with two handles for the tests: a file `hang` stops it half-way, a file `break` makes it fail.
SETUP = """
import os, sys, time
from setuptools import setup
if os.path.exists("hang"):
    open("hanging", "w").close()
    time.sleep(120)
if os.path.exists("break"):
    sys.exit("broken on purpose")
setup(packages=["sanacam.app"], package_dir={"sanacam.app": "app"})
"""
PYPROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "sanacam"
version = "0.0.1"
dependencies = ["torch>=2.10"]
[project.optional-dependencies]
dev = ["pytest"]
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def pure_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> None:
    """Writes a wheel of `files` that any Python can install."""
    info = f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, text)


def setuptools_wheel(folder: Path) -> str:
    """Packs the installed setuptools as a wheel again, so that no index is needed; returns its version."""
    own = importlib.metadata.distribution("setuptools")
    with zipfile.ZipFile(folder / f"setuptools-{own.version}-py3-none-any.whl", "w") as wheel:
        for file in own.files or ():
            if file.parts[0] != ".." and "__pycache__" not in file.parts:
                wheel.write(str(file.locate()), str(file))
    return own.version


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels, the only thing that pip may reach in these tests."""
    folder = tmp_path_factory.mktemp("wheels")
    pure_wheel(folder, "torch", f"{TORCH}+cpu", {"torch/__init__.py": f"__version__ = '{TORCH}+cpu'\n"})
    tester = "import sys\nprint('pytest was asked for', sys.argv[1:])\n"
    pure_wheel(folder, "pytest", "9.0", {"pytest/__init__.py": "", "pytest/__main__.py": tester})
    (folder / "setuptools.txt").write_text(setuptools_wheel(folder))
    return folder


class Clone:
    """A fresh folder with the real start.py around a small project."""

    def __init__(self, root: Path, shelf: Path) -> None:
        self.root = root
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
        self.env |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf), "PIP_CONFIG_FILE": os.devnull}
        self.env["SANACAM_TORCH"] = "cpu"
        shutil.copy(ROOT / "start.py", root)
        shutil.copytree(ROOT / "installers" / "first_start", root / "installers" / "first_start")
        (root / "app").mkdir()
        (root / "app" / "__init__.py").touch()
        (root / "app" / "cli.py").write_text(CLI)
        (root / "setup.py").write_text(SETUP)
        (root / "pyproject.toml").write_text(PYPROJECT)
        setuptools = (shelf / "setuptools.txt").read_text()
        (root / "constraints.txt").write_text(f"torch=={TORCH}\nsetuptools=={setuptools}\n")

    @property
    def command(self) -> list[str]:
        # the interpreter itself, not a virtual environment's: start.py is run with whatever Python a person has
        return [getattr(sys, "_base_executable", sys.executable), str(self.root / "start.py")]

    def start(
        self, *words: str, cwd: Path | None = None, env: dict[str, str] | None = None, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, *words],
            cwd=cwd or self.root,
            env=env or self.env,
            timeout=timeout,
            capture_output=True,
            text=True,
            check=False,
        )

    def stamp(self) -> dict[str, Any]:
        return dict(json.loads((self.root / ".venv" / "sanacam-setup.json").read_text()))


@pytest.fixture(scope="module")
def first_start(
    tmp_path_factory: pytest.TempPathFactory, shelf: Path
) -> tuple[Clone, subprocess.CompletedProcess[str]]:
    clone = Clone(tmp_path_factory.mktemp("a folder with spaces"), shelf)
    return clone, clone.start("edit", "in.mp4", "-p", "rain, at night")


@pytest.fixture
def ready(first_start: tuple[Clone, subprocess.CompletedProcess[str]]) -> Clone:
    return first_start[0]


@pytest.fixture
def fresh(tmp_path: Path, shelf: Path) -> Clone:
    return Clone(tmp_path, shelf)


def test_first_start_sets_up_and_hands_over(first_start: tuple[Clone, subprocess.CompletedProcess[str]]) -> None:
    clone, started = first_start
    assert started.returncode == 0, started.stderr
    said = json.loads(started.stdout)  # nothing but the program's own words on stdout
    assert said["words"] == ["edit", "in.mp4", "-p", "rain, at night"]
    assert Path(said["cwd"]).samefile(clone.root)
    assert Path(said["prefix"]).samefile(clone.root / ".venv")
    assert clone.stamp()["state"] == "complete"
    assert clone.stamp()["torch"] == f"{TORCH}+cpu"


def test_second_start_is_quick_silent_and_offline(ready: Clone) -> None:
    nothing_to_install_from = {**ready.env, "PIP_FIND_LINKS": os.devnull}
    began = time.monotonic()
    started = ready.start("presets", env=nothing_to_install_from)
    assert time.monotonic() - began < 3
    assert started.returncode == 0
    assert started.stderr == ""


def test_exit_code_passes_through(ready: Clone) -> None:
    assert ready.start("live", "--fail").returncode == 7


def test_program_runs_in_the_folder_of_the_person(ready: Clone, tmp_path: Path) -> None:
    said = json.loads(ready.start("edit", cwd=tmp_path).stdout)
    assert Path(said["cwd"]).samefile(tmp_path)


def test_test_adds_the_tools_and_runs_pytest(ready: Clone) -> None:
    started = ready.start("test", "-k", "one thing")
    assert started.returncode == 0, started.stderr
    assert "pytest was asked for" in started.stdout
    assert "'-k', 'one thing'" in started.stdout
    assert ready.stamp()["extras"] == ["dev"]
    # and a plain start afterwards does not take them away
    assert ready.start("presets").stderr == ""


def test_changed_inputs_bring_the_environment_up_to_date(ready: Clone) -> None:
    before = ready.stamp()["fingerprint"]
    with (ready.root / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    started = ready.start("presets")
    assert started.returncode == 0, started.stderr
    assert "up to date" in started.stderr
    assert ready.stamp()["fingerprint"] != before


def test_a_failed_update_keeps_the_old_environment_and_is_tried_again(ready: Clone) -> None:
    kept = ready.root / ".venv" / "kept"
    kept.touch()
    with (ready.root / "setup.py").open("a") as file:
        file.write("# changed\n")
    (ready.root / "break").touch()
    failed = ready.start("presets")
    assert failed.returncode == 2
    assert "could not be installed" in failed.stderr
    (ready.root / "break").unlink()
    assert ready.start("presets").returncode == 0
    assert kept.exists(), "the environment was built anew for nothing"


def test_a_failed_set_up_says_so_and_leaves_itself_marked(fresh: Clone) -> None:
    (fresh.root / "break").touch()
    failed = fresh.start("presets")
    assert failed.returncode == 2
    assert failed.stdout == ""
    assert "could not be installed" in failed.stderr
    assert "Run the same command again" in failed.stderr
    assert "Traceback" not in failed.stderr.rsplit("could not be installed", 1)[1]
    assert fresh.stamp()["state"] == "started"


def hanging(clone: Clone) -> subprocess.Popen[str]:
    """A set-up that stands still in the middle of installing."""
    (clone.root / "hang").touch()
    running = subprocess.Popen(
        [*clone.command, "presets"],
        cwd=clone.root,
        env=clone.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # as in a terminal: what a shell starts in the background ignores Ctrl-C, and so does all it starts
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    limit = time.monotonic() + 120
    while not (clone.root / "hanging").exists():
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < limit, "the set-up never came as far as installing the project"
        time.sleep(0.05)
    return running


@pytest.mark.skipif(os.name == "nt", reason="process groups")
def test_ctrl_c_ends_a_set_up_in_a_sentence(fresh: Clone) -> None:
    running = hanging(fresh)
    os.killpg(running.pid, signal.SIGINT)
    _, words = running.communicate(timeout=30)
    assert running.returncode == 130
    assert words.rstrip().endswith("Run the same command again to go on.")
    assert fresh.stamp()["state"] == "started"


@pytest.mark.skipif(os.name == "nt", reason="process groups")
def test_a_second_start_waits_and_repairs_when_the_first_is_killed(fresh: Clone) -> None:
    running = hanging(fresh)
    (fresh.root / "hang").unlink()
    try:
        with pytest.raises(subprocess.TimeoutExpired) as waited:
            fresh.start("presets", timeout=3)
        assert b"waiting" in (waited.value.stderr or b"")
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=30)
    assert fresh.stamp()["state"] == "started"
    repaired = fresh.start("presets")
    assert repaired.returncode == 0, repaired.stderr
    assert "Repairing" in repaired.stderr
    assert fresh.stamp()["state"] == "complete"


def test_an_environment_of_somebody_else_is_left_alone(fresh: Clone) -> None:
    (fresh.root / ".venv").mkdir()
    (fresh.root / ".venv" / "pyvenv.cfg").write_text("home = /usr\n")
    refused = fresh.start("presets")
    assert refused.returncode == 2
    assert "was not made by start.py" in refused.stderr
    assert (fresh.root / ".venv" / "pyvenv.cfg").read_text() == "home = /usr\n"


def test_help_before_the_first_start_installs_nothing(fresh: Clone) -> None:
    shown = fresh.start("--help")
    assert shown.returncode == 0
    assert "python start.py test" in shown.stdout
    assert not (fresh.root / ".venv").exists()


def test_a_folder_that_can_not_be_written_is_said_in_a_sentence(fresh: Clone) -> None:
    # a folder in the place of the lock file refuses even an administrator
    (fresh.root / ".venv.lock").mkdir()
    refused = fresh.start("presets")
    assert refused.returncode == 2
    assert "can't be written" in refused.stderr
    assert "Traceback" not in refused.stderr
