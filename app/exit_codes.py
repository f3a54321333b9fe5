"""What the exit code of a command says."""

from __future__ import annotations

OK = 0
FAILED = 1
"""It ran, but something failed or only a part could be done; also the code of a bug, which keeps its traceback."""
BAD_INPUT = 2
"""Bad usage or input: nothing was done, the message says what to change."""
INTERRUPTED = 130
"""Ctrl-C (128 + SIGINT, as shells expect). An edit keeps what it had finished."""
