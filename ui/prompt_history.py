"""The prompts that were applied, kept from one start to the next."""

from __future__ import annotations

import json
from pathlib import Path

from sanacam.app.atomic_file import write_atomically
from sanacam.app.settings_file import config_dir
from sanacam.model.errors import UserError

FILE = "prompt_history.json"
MOST = 100


class PromptHistory:
    """Prompts, oldest first, each once; ``older`` and ``newer`` walk through them and end at what was being typed."""

    def __init__(self, prompts: list[str] | None = None) -> None:
        self._prompts = list(prompts or [])[-MOST:]
        self._place = len(self._prompts)
        self._draft = ""

    @property
    def prompts(self) -> tuple[str, ...]:
        return tuple(self._prompts)

    def add(self, prompt: str) -> None:
        """Put ``prompt`` at the end; the walk starts there again."""
        if prompt in self._prompts:
            self._prompts.remove(prompt)
        self._prompts = [*self._prompts, prompt][-MOST:]
        self._place = len(self._prompts)

    def older(self, current: str) -> str:
        """The prompt before; ``current`` is what stands in the box."""
        if self._place == len(self._prompts):
            self._draft = current
        while self._place > 0:
            self._place -= 1
            if self._prompts[self._place] != current:
                return self._prompts[self._place]
        return current

    def newer(self, current: str) -> str:
        """The prompt after, at the end what was being typed."""
        if self._place >= len(self._prompts):
            return current
        self._place += 1
        return self._draft if self._place == len(self._prompts) else self._prompts[self._place]


def load_history(path: Path | None = None) -> PromptHistory:
    """What ``save_history`` wrote; empty when nothing was.

    Raises:
        UserError: the file is damaged or cannot be read.
    """
    place = path or config_dir() / FILE
    try:
        prompts = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return PromptHistory()
    except (OSError, ValueError) as error:
        raise UserError(f"The prompt history {place} cannot be read.", "Delete it to start afresh.") from error
    if not isinstance(prompts, list) or not all(isinstance(prompt, str) for prompt in prompts):
        raise UserError(f"The prompt history {place} is damaged.", "Delete it to start afresh.")
    return PromptHistory(prompts)


def save_history(history: PromptHistory, path: Path | None = None) -> None:
    """Raises UserError when the file cannot be written."""
    write_atomically(path or config_dir() / FILE, json.dumps(history.prompts, ensure_ascii=False, indent=1) + "\n")
