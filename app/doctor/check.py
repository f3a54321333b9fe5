"""One finding about the machine, and the list of all checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sanacam.model.errors import UserError

State = Literal["ok", "limited", "missing"]


@dataclass(frozen=True)
class Check:
    """A finding.

    Attributes:
        name: short key for programs.
        title: what people read.
        state: ``ok``; ``limited`` works, with less; ``missing`` does not work.
        found: what is there.
        used: what will be used because of it; may be empty.
        advice: how to get what is missing; empty when nothing is.
        essential: the main job (editing a file) needs it.
    """

    name: str
    title: str
    state: State
    found: str
    used: str = ""
    advice: str = ""
    essential: bool = False


@dataclass(frozen=True)
class Probe:
    """A check that has not run yet. ``run`` may raise: that becomes the finding, so one broken driver hides nothing."""

    name: str
    title: str
    run: Callable[[], Check]
    essential: bool = False

    def finding(self) -> Check:
        """Run it."""
        try:
            return self.run()
        except UserError as error:
            return Check(self.name, self.title, "missing", error.message, "", error.hint, self.essential)
        except Exception as error:  # any driver or library may fail in its own way; the text is the finding
            text = f"{type(error).__name__}: {error}".strip().splitlines()[0]
            return Check(
                self.name,
                self.title,
                "missing",
                text,
                "",
                "Reinstall with `python start.py`, or report this line.",
                self.essential,
            )


def main_job_works(checks: list[Check]) -> bool:
    """True when no essential part is missing."""
    return all(check.state != "missing" for check in checks if check.essential)
