"""The one exception whose text is written for the person at the screen."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can act on.

    Args:
        message: one plain sentence: what happened.
        hint: what to do next; may be empty.

    The command line prints both and exits with 2; the window shows them. Anything that is not a ``UserError`` is a
    bug and keeps its traceback.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
