"""Words for people: every line goes to stderr, so that stdout stays the program's own (`--json`)."""

from __future__ import annotations

import sys


class SetupError(Exception):
    """Setting up can't go on. `message` is one plain sentence, `hint` the next step."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def say(line: str) -> None:
    """Writes one line for the person and flushes it at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
