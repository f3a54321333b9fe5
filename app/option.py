"""One setting as the settings file, a form and the command line see it: its kind, its range and its words."""

from __future__ import annotations

import math
import re
from dataclasses import Field, dataclass, field
from typing import Any

from sanacam.app.size import AUTO_SIZE, parse_size
from sanacam.model.errors import UserError
from sanacam.model.precision_names import is_precision, precision_forms
from sanacam.model.transition import parse_transition

_META = "sanacam"
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True)
class Option:
    """One setting as a form, a parser or a file sees it.

    ``kind`` is ``str``, ``int``, ``float``, ``bool`` or ``list`` (of strings). ``minimum``/``maximum`` are inclusive.
    ``check`` names an extra rule (``"auto or size"``, ``"device"``, ``"precision"``, ``"transition"``). ``flags`` are
    the command-line spellings, ``commands`` the subcommands that offer it.
    """

    group: str
    name: str
    kind: type
    default: Any
    help: str
    flags: tuple[str, ...]
    commands: tuple[str, ...]
    metavar: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    check: str = ""

    @property
    def key(self) -> str:
        """``group.name``, as messages and the file spell it."""
        return f"{self.group}.{self.name}"

    def validate(self, value: Any) -> Any:
        """``value`` as this setting's type and within its range.

        Raises:
            UserError: wrong type, not finite, out of range, not one of the choices, or malformed.
        """
        value = self._typed(value)
        if self.choices and value not in self.choices:
            raise UserError(
                f'"{value}" is not a possible value of {self.key}.', f"Choose one of: {', '.join(self.choices)}."
            )
        if self.kind in (int, float) and not self._in_range(value):
            raise UserError(f"{self.key} is {value}, which is out of range.", f"It takes {self.range_text()}.")
        if self.check == "auto or size" and value != AUTO_SIZE:
            parse_size(value)
        if self.check == "transition":
            parse_transition(value)
        if self.check == "device" and not _DEVICE.fullmatch(value):
            raise UserError(f'"{value}" is not a device.', "Use auto, cpu, cuda, cuda:1 or mps.")
        if self.check == "precision" and not is_precision(value):
            raise UserError(f'"{value}" is not a possible value of {self.key}.', f"Choose one of: {precision_forms()}.")
        return value

    def range_text(self) -> str:
        """The allowed range in words, empty when there is none."""
        if self.minimum is not None and self.maximum is not None:
            return f"{self.minimum:.10g} to {self.maximum:.10g}"
        if self.minimum is not None:
            return f"{self.minimum:g} or more"
        return "" if self.maximum is None else f"{self.maximum:g} or less"

    def _in_range(self, value: float) -> bool:
        if not math.isfinite(value):
            return False
        low = self.minimum is None or value >= self.minimum
        return low and (self.maximum is None or value <= self.maximum)

    def _typed(self, value: Any) -> Any:
        # bool is an int in Python; `fps = true` in a file is still a mistake.
        if self.kind is float and isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        if self.kind is bool and isinstance(value, bool):
            return value
        if self.kind is list and isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return tuple(value)
        if self.kind in (int, str) and isinstance(value, self.kind) and not isinstance(value, bool):
            return value
        wanted = {
            str: "a text",
            int: "a whole number",
            float: "a number",
            bool: "true or false",
            list: "a list of texts",
        }[self.kind]
        raise UserError(f"{self.key} must be {wanted}, not {value!r}.", "Correct the value in the settings.")


def option(default: Any, help: str, flags: str, commands: str = "live edit", **more: Any) -> Any:
    """A dataclass field that carries its description.

    Args:
        flags, commands: separated by spaces.
        more: further fields of :class:`Option`.
    """
    meta = {"help": help, "flags": tuple(flags.split()), "commands": tuple(commands.split()), **more}
    return field(default=default, metadata={_META: meta})


def described(group: str, item: Field[Any]) -> Option:
    """The description that a field made by :func:`option` carries."""
    kind = list if isinstance(item.default, tuple) else type(item.default)
    return Option(group, item.name, kind, item.default, **item.metadata[_META])
