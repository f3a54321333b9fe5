"""The command line of start.py: see to the environment, then hand over to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from first_start import environment
from first_start.report import SetupError, say

ROOT = Path(__file__).resolve().parents[2]
USAGE = """\
python start.py                 opens the window on the sample clip; without a display, edits the clip to a file
python start.py test [...]      runs all tests; arguments go to pytest
python start.py live|edit|doctor|presets|… [...]
                                anything else goes to the `sanacam` command (its --help shows once set up)
"""
STOPPED = 130


def main(argv: list[str]) -> int:
    """Runs what `argv` asks for; returns the exit code (2: a sentence on stderr says what to do)."""
    if argv in (["-h"], ["--help"]) and not environment.is_ready(ROOT):
        print(USAGE, end="")
        return 0
    ended = signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        if argv[:1] == ["test"]:
            command = [str(environment.ensure(ROOT, ["dev"])), "-m", "pytest", "--rootdir", str(ROOT), *argv[1:]]
            # pytest looks for its settings and its tests from the folder it runs in
            os.chdir(ROOT)
        else:
            command = [str(environment.ensure(ROOT)), "-m", "sanacam.app.cli", *argv]
    except SetupError as problem:
        say(f"{problem.message}\n{problem.hint}")
        return 2
    except KeyboardInterrupt:
        say("Stopped. Run the same command again to go on.")
        return STOPPED
    finally:
        signal.signal(signal.SIGTERM, ended)
    return hand_over(command)


def hand_over(command: list[str]) -> int:
    """Becomes `command`, so that signals, terminal and exit code are its own; on Windows, waits for it instead."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    return wait_for(command)


def wait_for(command: list[str]) -> int:
    """Runs `command` to its own end, Ctrl-C or not, and returns its exit code."""
    with subprocess.Popen(command) as program:
        while True:
            try:
                return program.wait()
            except KeyboardInterrupt:
                # the console sent Ctrl-C to the program as well: its own end is awaited
                continue


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
