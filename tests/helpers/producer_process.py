"""``stamped_producer``, or ``stamped_session``, as a process that can be killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import stamped_producer
from obs_studio import ObsStudio

from sanacam.app.settings import ObsSettings, Settings
from sanacam.app.settings_file import save_settings

PRODUCER = (stamped_producer.__file__, "640x352", "24", "250")
SCRIPT = Path(__file__).resolve().parents[2] / "assets" / "obs" / "sanacam.lua"


class Producer:
    """Args:
    studio: whose settings it reads, and beside which it keeps its own.
    program: the script that says "feeding", and its arguments.
    """

    def __init__(self, studio: ObsStudio, program: Sequence[str] = PRODUCER) -> None:
        self.studio = studio
        self.settings_file = studio.home / "sanacam" / "settings.toml"
        self._program = list(program)
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wish(self, settings: ObsSettings) -> None:
        """What ``sanacam obs setup`` would have remembered."""
        save_settings(Settings(obs=settings), self.settings_file)

    def start(self) -> float:
        """Start it; returns how long it took to its first picture."""
        began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, *self._program],
            env=self.studio.sanacam_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "feeding\n"
        return time.monotonic() - began

    def tell(self, command: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._reap()

    def stop(self) -> int:
        """End it properly; returns its exit code."""
        if self._process is None:
            return 0
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._reap()

    def _reap(self) -> int:
        assert self._process is not None
        code = self._process.wait(30)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None
        return code
