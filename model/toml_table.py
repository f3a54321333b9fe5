"""A table of a TOML file as a dataclass."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sanacam.model.errors import UserError


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """The tables of a file.

    Args:
        what: the file is to be, as the message names it ("training config").

    Raises:
        UserError: there is no such file, it cannot be read, or it is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"There is no {what} at {path}.") from None
    except OSError as error:
        raise UserError(f"The {what} {path} cannot be read ({error.strerror}).", "Give a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not valid TOML: {error}.") from None


def build_table(kind: type[Any], values: Mapping[str, Any], where: str) -> Any:
    """``kind`` made from a table; lists become tuples.

    Args:
        where: the file, and the table in it, as messages name it.

    Raises:
        UserError: a key that ``kind`` does not have, one that is missing, or a value of another type than its field's.
    """
    if not isinstance(values, Mapping):
        raise UserError(f"{where} must be a table, not {values!r}.")
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise UserError(f"{where} has unknown keys: {', '.join(unknown)}.", f"Known keys: {', '.join(sorted(known))}.")
    hints = get_type_hints(kind)
    for key, value in values.items():
        wanted = _wanted(value, hints[key])
        if wanted:
            raise UserError(f"{where} has {key} = {value!r}.", f"It takes {wanted}.")
    missing = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    if lacking := [name for name in missing if name not in values]:
        raise UserError(f"{where} is incomplete: it lacks {', '.join(lacking)}.")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


_PLAIN = {bool: "true or false", int: "a whole number", float: "a finite number", str: "a text"}


def _wanted(value: object, hint: Any) -> str:
    """What a field of this type takes, in words; empty if ``value`` is that. Types that TOML does not have pass."""
    if get_origin(hint) is Literal:
        return "" if value in get_args(hint) else f"one of {', '.join(map(str, get_args(hint)))}"
    if hint in _PLAIN:
        return "" if _is_plain(value, hint) else _PLAIN[hint]
    if get_origin(hint) is dict:
        if not isinstance(value, Mapping):
            return "a table"
        of = get_args(hint)[1]
        return next((f"a table in which each is {wanted}" for v in value.values() if (wanted := _wanted(v, of))), "")
    if get_origin(hint) is tuple:
        return _wanted_list(value, get_args(hint))
    return ""


def _wanted_list(value: object, of: tuple[Any, ...]) -> str:
    if not isinstance(value, list | tuple):
        return "a list"
    if of[-1] is Ellipsis:
        return next((f"a list in which each is {wanted}" for v in value if (wanted := _wanted(v, of[0]))), "")
    if len(value) != len(of):
        return f"a list of {len(of)}"
    wrong = (_wanted(v, hint) for v, hint in zip(value, of, strict=True))
    return next((f"a list in which each is {wanted}" for wanted in wrong if wanted), "")


def _is_plain(value: object, kind: type) -> bool:
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    if kind is float:
        return isinstance(value, int | float) and math.isfinite(value)
    return isinstance(value, kind)
