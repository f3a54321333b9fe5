"""``sanacam presets``: list the ready-made looks, add or remove one's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from sanacam.app.exit_codes import OK
from sanacam.app.presets import add_adapter, add_preset, all_presets, remove_preset
from sanacam.app.printing import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam presets``."""
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--add", nargs=2, metavar=("NAME", "PROMPT"), help="keep a prompt under a name")
    change.add_argument(
        "--add-adapter", metavar="FILE", type=Path, help="keep a look that `sanacam train finetune` made"
    )
    change.add_argument("--remove", metavar="NAME", help="forget one of your own presets")
    parser.add_argument("--title", default="", help="title of the preset added")
    parser.add_argument("--name", default="", help="with --add-adapter: another name than the file's own")
    parser.add_argument("--json", action="store_true", help="print a JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Change if asked to, then list."""
    if arguments.add:
        add_preset(arguments.add[0], arguments.title, arguments.add[1])
    if arguments.add_adapter:
        add_adapter(arguments.add_adapter, arguments.name, arguments.title)
    if arguments.remove:
        remove_preset(arguments.remove)
    presets = all_presets()
    if arguments.json:
        entries = [{"name": p.name, "title": p.title, "prompt": p.prompt, "family": p.family} for p in presets]
        print_json({"presets": entries})
        return OK
    width = max(len(preset.name) for preset in presets)
    family = ""
    for preset in presets:
        if preset.family != family:
            family = preset.family
            print(f"{family}:")
        print(f"  {preset.name.ljust(width)}  {preset.prompt}")
    return OK
