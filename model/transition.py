"""How a running stream goes over to a new prompt, as people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sanacam.model.errors import UserError

MEMORIES: tuple[str, ...] = ("keep", "recache", "reset")
MOST_CHUNKS = 1000
FORMS = "keep, recache, reset, blend:N or recache+blend:N"


@dataclass(frozen=True)
class Transition:
    """
    Attributes:
        memory: what becomes of the network's memory of the old edit. ``keep``: it goes on, the new edit grows out of
            the old one. ``recache``: it is rebuilt from the chunks that attention can still see as if they had been
            made with the new text (with a blend: with its first mixture). ``reset``: it is dropped.
        blend_chunks: spread the change over this many chunks; chunk k of N is edited by both prompts, the new one
            weighted k / (N + 1). 0 changes at once.
    """

    memory: str = "keep"
    blend_chunks: int = 0


def parse_transition(text: str) -> Transition:
    """``keep``, ``recache``, ``reset``, ``blend:8`` (which keeps) or one of the three with ``+blend:8``.

    Raises:
        UserError: anything else.
    """
    memory, _, blend = text.partition("+") if "+" in text else ("keep", "", text)
    if text in MEMORIES:
        return Transition(text)
    number = re.fullmatch(r"blend:(\d{1,4})", blend)
    if memory in MEMORIES and number and 1 <= int(number[1]) <= MOST_CHUNKS:
        return Transition(memory, int(number[1]))
    raise UserError(f"“{text[:40]}” is not a prompt transition.", f"Use {FORMS} (N chunks, 1 to {MOST_CHUNKS}).")
