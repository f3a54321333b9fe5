"""Command-line options made from the settings schema, and their values laid over the settings file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NoReturn

from sanacam.app.option import Option
from sanacam.app.settings import Settings, schema
from sanacam.app.settings_file import load_settings
from sanacam.model.errors import UserError


class CommandParser(argparse.ArgumentParser):
    """A parser whose complaints are ``UserError`` like everybody else's, so that ``--json`` covers them too."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing and leaving."""
        raise UserError(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` shows what is possible.")


def add_setting_arguments(parser: argparse.ArgumentParser, command: str) -> None:
    """Add an option for each setting that ``command`` offers, plus ``--settings``; absent ones leave no trace."""
    for option in schema():
        if command not in option.commands:
            continue
        if option.kind is bool:
            parser.add_argument(
                *option.flags,
                dest=option.key,
                action=argparse.BooleanOptionalAction,
                default=argparse.SUPPRESS,
                help=_help_text(option),
            )
        else:
            parser.add_argument(
                *option.flags,
                dest=option.key,
                type=_converter(option),
                default=argparse.SUPPRESS,
                metavar=option.metavar or option.name.upper(),
                help=_help_text(option),
            )
    parser.add_argument(
        "--settings", type=Path, metavar="FILE", help="read this settings file instead of the usual one"
    )


def settings_from(arguments: argparse.Namespace) -> Settings:
    """Defaults, then the settings file, then what the command line gave.

    A prompt on the command line beats a preset from the file and the other way round.

    Raises:
        UserError: see ``load_settings`` and ``Settings.with_values``.
    """
    given = {name: value for name, value in vars(arguments).items() if "." in name}
    if given.get("look.prompt") and given.get("look.preset"):
        raise UserError("Both a prompt and a preset were given.", "Give one of the two.")
    if "look.prompt" in given:
        given.setdefault("look.preset", "")
    elif "look.preset" in given:
        given["look.prompt"] = ""
    return load_settings(getattr(arguments, "settings", None)).with_values(given)


def _converter(option: Option) -> Any:
    def convert(text: str) -> Any:
        try:
            if option.kind is list:
                value: Any = [part.strip() for part in text.split(",") if part.strip()]
            else:
                value = option.kind(text)
        except ValueError:
            wanted = {int: "a whole number", float: "a number"}[option.kind]
            raise argparse.ArgumentTypeError(f'"{text}" is not {wanted}') from None
        try:
            return option.validate(value)
        except UserError as error:
            # Who types an option does not know what the settings file calls it.
            raise UserError(error.message.replace(option.key, option.flags[-1]), error.hint) from error

    return convert


def _help_text(option: Option) -> str:
    default = ",".join(option.default) if option.kind is list else option.default
    extra = [f"one of {', '.join(option.choices)}"] if option.choices else []
    extra += [option.range_text()] if option.range_text() else []
    extra += [f"default {default}"] if default not in ("", False) else []
    return (option.help + (f" ({'; '.join(extra)})" if extra else "")).replace("%", "%%")
