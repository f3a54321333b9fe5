"""A table of a TOML file as a dataclass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sanacam.model.errors import UserError


def build_table(kind: type[Any], values: Mapping[str, Any], where: str) -> Any:
    """``kind`` made from a table; lists become tuples.

    Args:
        where: the file, and the table in it, as messages name it.

    Raises:
        UserError: a key that ``kind`` does not have, or one that is missing.
    """
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise UserError(f"{where} has unknown keys: {', '.join(unknown)}.", f"Known keys: {', '.join(sorted(known))}.")
    try:
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})
    except TypeError as error:
        raise UserError(f"{where} is incomplete: {error}.") from None
