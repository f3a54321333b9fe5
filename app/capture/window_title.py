"""Finding a window by what a person typed."""

from __future__ import annotations

from collections.abc import Sequence

from sanacam.app.capture.own_output import is_own_window
from sanacam.model.errors import UserError


def choose_window(wanted: str, titles: Sequence[str]) -> int:
    """The place in ``titles`` of the window that ``wanted`` names: the whole title, else the one title that contains
    it, capitals or not. Our own windows are found by their whole title only.

    Raises:
        UserError: none, or several; they are named.
    """
    if wanted in titles:
        return titles.index(wanted)
    found = [
        place for place, title in enumerate(titles) if wanted.lower() in title.lower() and not is_own_window(title)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(f'"{titles[place]}"' for place in found[:4])
        raise UserError(f'{len(found)} windows have "{wanted}" in their title.', f"Write more of it: {some}.")
    some = ", ".join(f'"{title}"' for title in titles[:6] if not is_own_window(title))
    raise UserError(f'There is no window "{wanted}".', f"Open are: {some}." if some else "No window is open.")
