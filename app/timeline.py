"""One line of time for stamps that begin again: recordings that were glued together jump back in their middle."""

from __future__ import annotations

from fractions import Fraction

_JUMP_S = Fraction(1, 2)
"""Stamps that go back by less are disorder, which whoever reads them sees to."""


class Timeline:
    """Stamps of one stream in ticks of ``time_base`` seconds, oldest first. After a jump back they go on where they
    were.
    """

    def __init__(self, time_base: Fraction) -> None:
        self._jump = int(_JUMP_S / time_base)
        self._offset = 0
        self._latest: int | None = None

    def place(self, stamp: int, step: int) -> int:
        """``stamp`` on the line. ``step``: ticks between what came before a jump and what comes after it."""
        placed = stamp + self._offset
        if self._latest is not None and placed < self._latest - self._jump:
            self._offset += self._latest + step - placed
            placed = self._latest + step
        self._latest = placed if self._latest is None else max(self._latest, placed)
        return placed
