"""``sanacam panic``: the panic key of the Sanacam that runs, for a shortcut of the desktop or a script.

Loads next to nothing: from the key to the picture it is mostly Python's own start.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sanacam.app.control.client import call
from sanacam.app.control.instances import announced_ports, forget
from sanacam.app.control.token import read_token
from sanacam.app.exit_codes import FAILED, OK
from sanacam.app.host.press import ask_hosts
from sanacam.app.panic_mode import IN_WORDS, PANIC_MODES
from sanacam.app.printing import print_json
from sanacam.model.errors import UserError

ANSWER_S = 2.0


@dataclass
class Reply:
    """What one Sanacam said. ``there``: somebody answered, or should have; ``values``: empty when it went wrong, and
    ``trouble`` says how.
    """

    port: int
    there: bool = True
    trouble: str = ""
    values: dict[str, Any] | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam panic``."""
    parser.epilog = (
        "Without --mode and --off: on, or back when it is on. Every Sanacam of yours that runs here is told, unless "
        "--port names one."
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--mode", choices=PANIC_MODES, help="what to show instead: the raw picture, a still, black, …")
    which.add_argument("--off", action="store_true", help="back to the edited picture")
    parser.add_argument("image", nargs="?", type=Path, metavar="PATH", help="the picture for --mode image")
    parser.add_argument("--port", type=int, metavar="N", help="tell only the Sanacam with this control port")
    parser.add_argument("--json", action="store_true", help="print a JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Press the key: 0 when all have done it, 1 when one has not; ``UserError`` when none runs."""
    if arguments.image is not None and arguments.mode != "image":
        raise UserError("A picture was given without --mode image.", "Use `sanacam panic --mode image PATH`.")
    token = read_token()
    ports = announced_ports() if arguments.port is None else [arguments.port]
    if token is None:
        # Without one no control port has ever been opened here.
        ports, token = [], ""
    wish = _wish(arguments)
    if wish is None:
        hosts = ask_hosts("status") if arguments.port is None else []
        # A host answers at once, a session perhaps not.
        wish = _other_way([Reply(0, values=host) for host in hosts] or _ask_all(ports, token, "GET", "/state", None))
    hidden = ask_hosts("panic", **_at_hosts(wish)) if arguments.port is None else []
    replies = [reply for reply in _ask_all(ports, token, "POST", "/panic", wish) if reply.there]
    if not replies and not hidden:
        raise _nobody(arguments.port)
    if hidden and not any(reply.values for reply in replies) and not arguments.json:
        print(f"{_in_words(hidden[0])} In the camera, OBS and recordings at least.")
    if arguments.json:
        print_json({"instances": [{"port": r.port, "error": r.trouble or None, **(r.values or {})} for r in replies]})
    for reply in replies:
        if reply.trouble:
            print(f"sanacam: {reply.trouble}", file=sys.stderr)
        elif not arguments.json:
            print(_in_words(reply.values or {}))
    return FAILED if any(reply.trouble for reply in replies) else OK


def _nobody(port: int | None) -> UserError:
    if port is not None:
        return UserError(f"No Sanacam listens on port {port}.", "Leave --port out to reach every one that runs.")
    return UserError(
        "No Sanacam is running here that could be told.",
        "Start one, for example with `sanacam live`; with --no-control it does not listen.",
    )


def _wish(arguments: argparse.Namespace) -> dict[str, Any] | None:
    if arguments.off:
        return {"on": False}
    if arguments.mode is None:
        return None
    if arguments.image is None:
        return {"mode": arguments.mode}
    return {"mode": arguments.mode, "image": str(Path(os.path.expanduser(arguments.image)).absolute())}


def _at_hosts(wish: dict[str, Any]) -> dict[str, Any]:
    """The same for the output hosts, which are the last stage before camera, OBS and recordings."""
    if wish.get("on") is False:
        return {"mode": None, "image": None}
    return {"mode": wish.get("mode", "preferred"), "image": wish.get("image")}


def _other_way(replies: list[Reply]) -> dict[str, Any]:
    """Back if all are in panic, else on: several programs never end up in different states."""
    states = [reply.values for reply in replies if reply.values]
    return {"on": not states or not all(state.get("panic") for state in states)}


def _ask_all(ports: list[int], token: str, method: str, path: str, values: dict[str, Any] | None) -> list[Reply]:
    """All at the same time: one that hangs must not keep the key from the others."""
    replies = [Reply(port) for port in ports]
    if not replies:
        return []
    threads = [threading.Thread(target=_ask, args=(reply, token, method, path, values)) for reply in replies[1:]]
    for thread in threads:
        thread.start()
    _ask(replies[0], token, method, path, values)
    for thread in threads:
        thread.join()
    return replies


def _ask(reply: Reply, token: str, method: str, path: str, values: dict[str, Any] | None) -> None:
    port = reply.port
    try:
        status, answer = call(port, token, method, path, values, ANSWER_S)
    except ConnectionRefusedError:
        # It was killed and left its file behind.
        reply.there = False
        forget(port)
    except TimeoutError:
        reply.trouble = f"The Sanacam on port {port} does not answer. End it by other means."
    except (OSError, ValueError, json.JSONDecodeError) as error:
        reply.trouble = f"The control port {port} gave no proper answer: {error}."
    else:
        if status == 200:
            reply.values = answer
            return
        told = answer.get("error", {})
        reply.trouble = f"{told.get('message', status)} {told.get('hint', '')}".strip()


def _in_words(values: dict[str, Any]) -> str:
    mode, shown_ms = values.get("panic"), values.get("shown_after_ms")
    if mode is None:
        return "Back to the edited picture."
    words = IN_WORDS[mode]
    if shown_ms is None:
        return f"Panic is on: {words}, as soon as pictures go out."
    return f"Panic is on: {words} ({shown_ms:.0f} ms)."
