"""What is being done and how long it will still take, on standard error."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """Counts through the parts of a long run. A terminal's line is rewritten; elsewhere one comes every 10 seconds."""

    def __init__(self, out: TextIO | None = None, quiet: bool = False) -> None:
        self._out = out if out is not None else sys.stderr
        self._quiet = quiet
        self._live = self._out.isatty()
        self._title, self._total, self._done = "", 1, 0
        self._started = self._shown = 0.0

    def begin(self, title: str, total: int) -> None:
        """Starts a part of ``total`` units."""
        self._title, self._total, self._done = title, max(1, total), 0
        self._started = time.monotonic()
        self._shown = 0.0
        self._show()

    def step(self, units: int = 1) -> None:
        """``units`` more are done."""
        self._done += units
        if time.monotonic() - self._shown >= (0.2 if self._live else 10.0):
            self._show()

    def end(self) -> None:
        """The part is finished."""
        spent = time.monotonic() - self._started
        self._write(f"{self._title}: done in {_clock(spent)}", last=True)

    def _show(self) -> None:
        self._shown = time.monotonic()
        spent = self._shown - self._started
        left = f", {_clock(spent / self._done * max(0, self._total - self._done))} left" if self._done else ""
        self._write(f"{self._title}: {min(1.0, self._done / self._total):.0%}{left}", last=False)

    def _write(self, text: str, last: bool) -> None:
        if self._quiet:
            return
        if self._live:
            self._out.write(f"\r\x1b[K{text}" + ("\n" if last else ""))
        else:
            self._out.write(text + "\n")
        self._out.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
