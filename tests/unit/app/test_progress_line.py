"""The line that is rewritten stays one line."""

from __future__ import annotations

import os
import struct
import sys
from collections import deque
from collections.abc import Callable

import pytest

from sanacam.app.live_report import LiveReporter
from sanacam.app.printing import ProgressLine
from sanacam.app.session_report import SessionStats

fcntl = pytest.importorskip("fcntl", reason="terminals of another kind")
COLUMNS, END = 40, "<end>"


def written_by(act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> str:
    """What ``act`` writes to standard error, which is a terminal of 40 columns."""
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", terminal)
        act()
        print(END, end="", file=terminal, flush=True)
        written = b""
        while not written.endswith(END.encode()):
            written += os.read(ours, 65536)
    os.close(ours)
    return written.decode().removesuffix(END)


def test_a_long_line_is_cut_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        line = ProgressLine()
        line.show("x" * 200, 0.0)
        line.show("short", 1.0)

    written = written_by(act, monkeypatch).split("\r")
    assert max(map(len, written)) < COLUMNS
    assert written[1].endswith("x…")
    assert written[2].rstrip() == "short"
    assert len(written[2]) == len(written[1]), "what was longer is painted over"


def test_nothing_is_left_of_the_status_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def act() -> None:
        reporter = LiveReporter(deque(), as_json=False)
        reporter.status(SessionStats("running", 24.0, 8.0, 24.0, 9, 9, 9, 0, 0, 200.0, 300.0, ""))
        reporter.end()

    written = written_by(act, monkeypatch)
    assert "running" in written
    assert written.endswith("\r")
    assert written.split("\r")[-2].strip() == ""
