"""The process ends with its exit code even when a thread hangs in native code."""

from __future__ import annotations

import subprocess
import sys

_HANGING = """
import sys, threading
from sanacam.app.leaving import leave
held = threading.Event()
threading.Thread(target=held.wait, daemon=True).start()
print("last words")
sys.stderr.write("and these")
leave(7)
print("never")
"""
_CLEAN = """
import atexit
from sanacam.app.leaving import leave
atexit.register(lambda: print("tidied"))
leave(3)
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)


def test_a_hanging_thread_changes_neither_code_nor_output() -> None:
    done = run(_HANGING)
    assert done.returncode == 7
    assert done.stdout == "last words\n"
    assert done.stderr == "and these"


def test_without_one_the_interpreter_shuts_down_as_usual() -> None:
    done = run(_CLEAN)
    assert done.returncode == 3
    assert done.stdout == "tidied\n"


def test_a_failed_start_while_the_model_loads_ends_with_its_code() -> None:
    line = ["live", "--source", "file:nowhere.mp4", "-p", "anime", "--sink", "file:never.mp4", "--duration", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "sanacam.app", *line], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "nowhere.mp4" in done.stderr
