"""What commands print: plain words for people, or one JSON object for programs."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from sanacam.app.spoken_name import as_typed
from sanacam.model.errors import UserError


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on one line of standard output, at once."""
    print(json.dumps(value, ensure_ascii=True, default=str), flush=True)


def print_error(error: UserError, as_json: bool) -> None:
    """The message and its next step on standard error; as JSON on standard output."""
    if as_json:
        print_json({"error": {"message": error.message, "hint": error.hint}})
    print(f"sanacam: {as_typed(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"         {as_typed(error.hint)}", file=sys.stderr)


def duration_text(seconds: float) -> str:
    """``8 s``, ``3 min 20 s``, ``1 h 05 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


class ProgressLine:
    """Progress on standard error: one line that is rewritten on a terminal, else a new line every ten seconds."""

    def __init__(self, every_s: float = 10.0) -> None:
        self._terminal = sys.stderr.isatty()
        self._every_s = 0.2 if self._terminal else every_s
        self._next_s = 0.0
        self._width = 0

    def show(self, text: str, at_s: float) -> None:
        """Show ``text`` unless the last one is too young; ``at_s`` is any growing clock in seconds."""
        if at_s < self._next_s:
            return
        self._next_s = at_s + self._every_s
        if self._terminal:
            text = _one_line(text)
            print("\r" + text.ljust(self._width), end="", file=sys.stderr, flush=True)
            self._width = len(text)
        else:
            print(text, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Make room for ordinary text."""
        if self._terminal and self._width:
            print("\r" + " " * self._width + "\r", end="", file=sys.stderr, flush=True)
            self._width = 0


def _one_line(text: str) -> str:
    """Cut to the terminal: a line that wraps is not rewritten but pushes all above it up."""
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return text
    return text if columns <= 1 or len(text) < columns else text[: columns - 2] + "…"
