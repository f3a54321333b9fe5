"""``sanacam sources``: what there is to capture on this machine."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from sanacam.app.exit_codes import OK
from sanacam.app.printing import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam sources``."""
    parser.add_argument("--json", action="store_true", help="print a JSON object, with all formats of the cameras")


def run(arguments: argparse.Namespace) -> int:
    """List cameras, screens and windows; none is switched on. What cannot be listed is said and is no failure."""
    from sanacam.app.capture.choices import list_all

    choices, troubles = list_all()
    if arguments.json:
        notes = [{"message": trouble.message, "hint": trouble.hint} for trouble in troubles]
        print_json({"sources": [asdict(choice) for choice in choices], "notes": notes})
        return OK
    width = max((len(choice.spec) for choice in choices), default=0)
    for choice in choices:
        print(f"--source {_quoted(choice.spec).ljust(width + 2)}  {choice.detail or choice.name}")
    for trouble in troubles:
        print(f"{trouble.message} {trouble.hint}")
    print("Always there: --source pattern, --source file:PATH, --source region:LEFT,TOP,WIDTH,HEIGHT (not on Wayland)")
    return OK


def _quoted(spec: str) -> str:
    """As it can be typed into a shell."""
    return f'"{spec}"' if any(character in spec for character in " &();'") else spec
