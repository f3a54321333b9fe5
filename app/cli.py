"""The command line; ``COMMANDS`` and ``PASSED_ON`` list what there is. Exit codes: ``sanacam.app.exit_codes``.

Only the chosen command is imported, and torch only when a model runs, so that help and listings come at once.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from sanacam.app.arguments import CommandParser
from sanacam.app.exit_codes import BAD_INPUT, FAILED, INTERRUPTED
from sanacam.app.leaving import leave
from sanacam.app.printing import print_error, print_json
from sanacam.app.spoken_name import spoken_name
from sanacam.model.errors import UserError

COMMANDS = {
    "live": "edit a camera, the screen or a file live",
    "obs": "show the picture in OBS Studio, and keep its sound in step",
    "panic": "hide the edited picture of the running Sanacam at once, or bring it back",
    "edit": "edit a video file or a picture",
    "sources": "list the cameras, screens and windows that can be captured",
    "presets": "list the ready-made looks, add or remove your own",
    "models": "list, download, import, verify and remove models",
    "quantize": "find which layers of a model may run in a narrow number format, and pack its weights",
    "doctor": "say what this machine has, what will be used and what is missing",
}
PASSED_ON = {
    "bench": ("measure time and memory of every stage of a model here", "sanacam.model.benchmark"),
    "train": ("train the embedded model", "sanacam.model.training.cli"),
    "eval": ("measure a model and write a report", "sanacam.app.evaluation"),
}
_EPILOG = (
    "Without a command: opens the window on a sample clip, or edits it to a file where there is no display. "
    "Exit codes: 0 done, 1 something failed, 2 bad use or input, 130 stopped by Ctrl-C."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # A console with an old code page must not turn a message into a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    as_json = "--json" in words
    try:
        return _run(words)
    except UserError as error:
        print_error(error, as_json)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has gone; keep the interpreter from complaining while it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # the last line of defence: a bug keeps its traceback
        traceback.print_exc()
        if as_json:
            print_json(
                {
                    "error": {
                        "message": f"{type(error).__name__}: {error}",
                        "hint": "This is a bug; please report it with the traceback.",
                    }
                }
            )
        return FAILED


def _run(words: list[str]) -> int:
    if not words:
        return importlib.import_module("sanacam.app.commands.start").run()  # type: ignore[no-any-return]
    if words[0] in PASSED_ON:
        return _pass_on(words[0], words[1:])
    arguments = _parse(words)
    return importlib.import_module(f"sanacam.app.commands.{arguments.command}").run(arguments)  # type: ignore[no-any-return]


def _parse(words: list[str]) -> argparse.Namespace:
    parser = CommandParser(prog=spoken_name(), description="Edits live video by what you type.", epilog=_EPILOG)
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="show program's version number and exit")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=CommandParser)
    chosen = next((word for word in words if not word.startswith("-")), None)
    if chosen is not None and chosen not in COMMANDS and chosen == words[0]:
        near = difflib.get_close_matches(chosen, [*COMMANDS, *PASSED_ON], n=2)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Commands: {', '.join([*COMMANDS, *PASSED_ON])}."
        raise UserError(f'There is no command "{chosen}".', hint)
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=summary[:1].upper() + summary[1:] + ".")
        if name == chosen:
            importlib.import_module(f"sanacam.app.commands.{name}").add_arguments(subparser)
    for name, (summary, _) in PASSED_ON.items():
        subparsers.add_parser(name, help=summary)
    return parser.parse_args(words)


def _pass_on(name: str, words: list[str]) -> int:
    """Hand the rest of the line to a command that lives with the model."""
    target = PASSED_ON[name][1]
    try:
        module = importlib.import_module(target)
    except ModuleNotFoundError as error:
        if error.name is None or not target.startswith(error.name):
            raise UserError(
                f"`sanacam {name}` needs the package {error.name}.", "Install Sanacam with its training extras."
            ) from error
        raise UserError(
            f"`sanacam {name}` is not part of this installation.", "Use a full checkout of the project."
        ) from error
    return int(module.main(words) or 0)


class _ShowVersion(argparse.Action):
    """Looks the version up only when it is asked for: that takes longer than all else here."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> None:
        print(f"sanacam {_version()}")
        parser.exit()


def _version() -> str:
    import importlib.metadata

    try:
        return importlib.metadata.version("sanacam")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def program() -> NoReturn:
    """The installed command: :func:`main`, then the end of the process."""
    leave(main())


if __name__ == "__main__":
    program()
