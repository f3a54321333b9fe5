"""Makes `.venv`, keeps it right, and repairs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from first_start import stamp as stamps
from first_start.report import SetupError, say
from first_start.stamp import Stamp
from first_start.torch_build import Choice, choice_for_this_machine, driver_is_present, find_source

# Disk that a finished environment takes, with what pip unpacks on the way (measured; the CUDA libraries by their sizes)
GIB_NEEDED = {"cpu": 3, "cu126": 12, "cu130": 12}
# What would send pip's work somewhere else than into .venv
LEADS_ASTRAY = ("PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME", "PYTHONPATH")
REPEAT = "Run the same command again; it goes on with what is already downloaded."


def ensure(root: Path, extras: Iterable[str] = ()) -> Path:
    """The python of a complete environment for `root` with `extras`, made or mended where needed.

    Raises SetupError. Interrupted at any point, the next call starts from a state it understands.
    """
    venv = root / ".venv"
    wanted = frozenset(extras)
    if _need(root, venv, wanted) != "nothing":
        with _alone(root):
            _mend(root, venv, wanted)
    return stamps.python_of(venv)


def is_ready(root: Path) -> bool:
    """Whether the program could start at once."""
    return _need(root, root / ".venv", frozenset()) == "nothing"


def _need(root: Path, venv: Path, extras: frozenset[str]) -> str:
    try:
        now = stamps.fingerprint(root)
    except FileNotFoundError as missing:
        raise SetupError(f"{missing.filename} is missing.", "Get the complete source folder and start again.") from None
    return stamps.need(venv, stamps.read(venv), now, extras, driver_is_present())


def _mend(root: Path, venv: Path, extras: frozenset[str]) -> None:
    need = _need(root, venv, extras)
    if need == "nothing":
        return
    if need == "foreign":
        raise SetupError(f"{venv} was not made by start.py.", "Move it away or delete it, and start again.")
    before = stamps.read(venv)
    began = time.monotonic()
    if need == "update" and before is not None:
        say("Bringing .venv up to date …")
        stamps.write(venv, before.started())
        try:
            done = _install(root, venv, extras | set(before.extras), Choice(before.build, "as before"))
        except SetupError:
            # pip had checked everything before it changed anything: the old environment still stands
            stamps.write(venv, before)
            raise
    else:
        choice = choice_for_this_machine(os.environ)
        say("Repairing an incomplete set-up …" if before else "Setting up Sanacam in .venv (once, some minutes) …")
        say(f"PyTorch for {choice.build}: {choice.reason}.")
        _check_disk(root, choice.build)
        _create(venv)
        done = _install(root, venv, extras | set(before.extras if before else ()), choice)
    stamps.write(venv, done)
    say(f"Ready after {time.monotonic() - began:.0f} s, with PyTorch {done.torch}.")


def _check_disk(root: Path, build: str) -> None:
    free = shutil.disk_usage(root).free / 2**30
    if free < GIB_NEEDED[build]:
        raise SetupError(
            f"The disk of {root} has {free:.1f} GiB free, and setting up needs {GIB_NEEDED[build]}.",
            "Make room, or move the folder to another disk, and start again.",
        )


def _create(venv: Path) -> None:
    """A new, empty environment that says from its first moment that it is not complete."""
    try:
        if venv.exists():
            shutil.rmtree(venv)
        venv.mkdir()
        stamps.write(venv, Stamp("started"))
    except OSError as problem:
        raise SetupError(
            f"{problem.filename or venv} can't be written ({problem.strerror}).",
            "Close other Sanacam windows, or move the folder to a place where you may write.",
        ) from None
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        say((made.stdout + made.stderr).strip())
        version = "{}.{}".format(*sys.version_info)
        hint = f"On Debian and Ubuntu: sudo apt install python{version}-venv; elsewhere install Python from python.org."
        raise SetupError("This Python can't make a virtual environment.", hint)


def _install(root: Path, venv: Path, extras: frozenset[str], choice: Choice) -> Stamp:
    """Installs or updates everything in `venv`; the stamp that says so is returned, not written."""
    python = stamps.python_of(venv)
    env = {name: value for name, value in os.environ.items() if name not in LEADS_ASTRAY}
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    pip = [str(python), "-m", "pip"]
    constraints = ("-c", str(root / "constraints.txt"))

    # torch comes first and alone: later, its version is settled and pip only adds what it needs
    source = find_source(pip, pinned_torch(root), choice.build, env)
    # what torch lacks until the last step is no conflict to frighten anyone with
    _pip(pip, env, "--no-deps", "--no-warn-conflicts", source.requirement, *source.options)
    # the project is built with the pinned setuptools, so that an update needs no network
    _pip(pip, env, *constraints, "--no-warn-conflicts", "setuptools")
    project = f"{root}[{','.join(sorted(extras))}]" if extras else str(root)
    _pip(pip, env, *constraints, "--no-build-isolation", "--editable", project)

    version = _try_import(python)
    return Stamp(
        state="complete",
        fingerprint=stamps.fingerprint(root),
        extras=tuple(sorted(extras)),
        interpreter=stamps.interpreter_of(venv),
        build=choice.build,
        torch=version,
        driver_seen=driver_is_present(),
    )


def pinned_torch(root: Path) -> str:
    """The version in the line `torch==…` of constraints.txt."""
    found = re.search(r"^torch==([\d.]+)\s*$", (root / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError("constraints.txt does not pin torch.", "Get the complete source folder and start again.")
    return found.group(1)


def _pip(pip: list[str], env: dict[str, str], *arguments: str) -> None:
    # pip's own words go to stderr: stdout belongs to the program that starts afterwards
    code = subprocess.call([*pip, "install", *arguments], env=env, stdin=subprocess.DEVNULL, stdout=2)
    if code != 0:
        raise SetupError(
            "The packages could not be installed; pip's own words stand above.",
            f"Most often it is the connection or a full disk. {REPEAT}",
        )


def _try_import(python: Path) -> str:
    """The version of the torch in the environment, which has to load."""
    program = "import torch, sanacam.app; print(torch.__version__)"
    tried = subprocess.run([str(python), "-c", program], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        say(tried.stderr.strip())
        hint = "On Windows, install the Microsoft Visual C++ Redistributable (x64). " if os.name == "nt" else ""
        raise SetupError("PyTorch is installed but does not load.", hint + REPEAT)
    return tried.stdout.strip()


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Holds the set-up lock of `root`; the system frees it even when the process is killed."""
    try:
        lock = (root / ".venv.lock").open("a")
    except OSError as problem:
        hint = "Move the folder to a place where you may write, and start again."
        raise SetupError(f"{root} can't be written ({problem.strerror}).", hint) from None
    with lock:
        if not _try_lock(lock.fileno()):
            say("Another start is setting up at this moment; waiting for it …")
            while not _try_lock(lock.fileno()):
                time.sleep(0.5)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
