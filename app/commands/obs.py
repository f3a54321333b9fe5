"""``sanacam obs setup | status | script | remove``: Sanacam's picture as a source in OBS Studio."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from dataclasses import asdict, replace
from getpass import getpass
from typing import TYPE_CHECKING, Any

from sanacam.app.arguments import add_setting_arguments, settings_from
from sanacam.app.exit_codes import OK
from sanacam.app.printing import print_json
from sanacam.app.settings import ObsSettings
from sanacam.model.errors import UserError

if TYPE_CHECKING:
    from sanacam.app.obs.connection import ObsConnection
    from sanacam.app.obs.setup import ObsReport, SetUp

ATTEMPTS = 3
_CHANGE = {"made": "Made the source", "mended": "Mended the source", "unchanged": "Found the source in order"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam obs``."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        subparser = actions.add_parser(name, help=summary, description=summary[:1].upper() + summary[1:] + ".")
        subparser.add_argument("--json", action="store_true", help="print one JSON object")
        return subparser

    setup = action("setup", 'make or mend the source "Sanacam" in OBS, and keep it alive from now on')
    add_setting_arguments(setup, "obs")
    setup.add_argument("--ask", action="store_true", help="ask for the password anew")
    status = action("status", "say how OBS stands, and which of its inputs have sound")
    add_setting_arguments(status, "obs")
    action("script", "copy the script for the shortest delay and say the two clicks that are left")
    remove = action("remove", "take the source out of OBS again")
    add_setting_arguments(remove, "obs")


def run(arguments: argparse.Namespace) -> int:
    """Run one action: 0 done; ``UserError`` when OBS cannot be reached or says no."""
    if arguments.action == "script":
        return _script(arguments.json)
    settings = _settings(arguments)
    if arguments.action == "setup":
        return _setup(settings, ask=arguments.ask, as_json=arguments.json)
    if arguments.action == "status":
        return _status(settings, arguments.json)
    return _remove(settings, arguments.json)


def _settings(arguments: argparse.Namespace) -> ObsSettings:
    """The user's settings; the port is what OBS itself has written down, unless the command line names one."""
    from sanacam.app.obs.obs_config import read_server_config

    settings = settings_from(arguments).obs
    config = read_server_config()
    if config is not None and "obs.port" not in vars(arguments):
        settings = replace(settings, port=config.port)
    return settings


def _setup(settings: ObsSettings, *, ask: bool, as_json: bool) -> int:
    from sanacam.app.obs.setup import set_up

    if settings.way == "off":
        settings = replace(settings, way="stream")
    obs, settings, note = _sign_in(settings, ask=ask, talk=not as_json and sys.stdin.isatty())
    with closing(obs):
        done = set_up(obs, settings)
    if as_json:
        print_json({**asdict(done), "settings": asdict(settings), "note": note})
        return OK
    print(_in_words(done))
    if settings.sound:
        print(f"While pictures are edited, the sound of {', '.join(settings.sound)} is delayed to match.")
    if note:
        print(note, file=sys.stderr)
    return OK


def _in_words(done: SetUp) -> str:
    where = f"in {', '.join(done.scenes)}" if done.scenes else "in no scene"
    text = f'{_CHANGE[done.change]} "Sanacam" {where}.'
    if done.picture is False:
        text += " OBS has not fetched a picture yet; it will when Sanacam runs with `--sink obs`."
    return text


def _sign_in(settings: ObsSettings, *, ask: bool, talk: bool) -> tuple[ObsConnection, ObsSettings, str]:
    """Connect with the password that is known, else ask the user; returns also where it comes from in future, and what
    to tell about that.

    Args:
        talk: whether there is a person to ask.
    """
    from sanacam.app.obs.connection import ObsConnection, UnreachableError
    from sanacam.app.obs.password import known_password

    known = None if ask else known_password(settings)
    if known is not None:
        try:
            return ObsConnection(settings.port, known), settings, ""
        except UnreachableError as error:
            if error.reason != "password" or not talk:
                raise
            print(error.message, file=sys.stderr)
    # Whether OBS is there at all, and whether it wants a password, is worth knowing before asking for one.
    try:
        return ObsConnection(settings.port), settings, ""
    except UnreachableError as error:
        if error.reason != "password":
            raise
    if not talk:
        raise UserError(
            "The password of OBS is not known, and nobody is here to ask.",
            "Set SANACAM_OBS_PASSWORD, or allow it to be read from OBS's own settings with --password-from obs.",
        )
    return _ask_and_sign_in(settings)


def _ask_and_sign_in(settings: ObsSettings) -> tuple[ObsConnection, ObsSettings, str]:
    from sanacam.app.obs.connection import SERVER_SETTINGS, ObsConnection, UnreachableError
    from sanacam.app.obs.obs_config import read_password, read_server_config
    from sanacam.app.obs.password import NoKeyringError, keep_password

    config = read_server_config()
    password, may_read = None, False
    if config is not None:
        may_read = _yes(f"OBS keeps its password in {config.path}. May Sanacam read it from there?")
        password = read_password() if may_read else None
    if password is None:
        print(f"OBS shows its password under {SERVER_SETTINGS} > Show Connect Info.", file=sys.stderr)
    for attempt in range(ATTEMPTS):
        if password is None:
            may_read, password = False, getpass("Password of OBS: ")
        try:
            obs = ObsConnection(settings.port, password)
            break
        except UnreachableError as error:
            if error.reason != "password" or attempt == ATTEMPTS - 1:
                raise
            print(error.message, file=sys.stderr)
            password = None
    try:
        keep_password(password or "")
        return obs, replace(settings, password_from="keyring"), ""
    except NoKeyringError as error:
        if may_read:
            return (
                obs,
                replace(settings, password_from="obs"),
                "Sanacam reads the password from OBS's settings each time.",
            )
        return obs, settings, str(error)


def _yes(question: str) -> bool:
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _connect(settings: ObsSettings) -> ObsConnection:
    from sanacam.app.obs.connection import ObsConnection
    from sanacam.app.obs.password import known_password

    return ObsConnection(settings.port, known_password(settings) or "")


def _status(settings: ObsSettings, as_json: bool) -> int:
    from sanacam.app.obs.script import script_path
    from sanacam.app.obs.setup import look_at
    from sanacam.app.obs.sound import advice
    from sanacam.app.obs.stream_address import running_stream, stream_key

    if not as_json:
        # First of all: it is of use, above all, where OBS is not.
        print(f"delay     {advice(_latency_ms())}")
    with closing(_connect(settings)) as obs:
        report = look_at(obs)
    stream = running_stream(stream_key())
    if as_json:
        values: dict[str, Any] = {**asdict(report), "settings": asdict(settings)}
        values["latency_ms"] = _latency_ms()
        values["stream"] = None if stream is None else {"port": stream.port, "consumers": stream.consumers}
        print_json(values)
        return OK
    print("\n".join(_report_lines(report, settings)))
    if stream is None:
        print("stream    no Sanacam with `--sink obs` runs")
    else:
        print(f"stream    runs on port {stream.port}, {stream.consumers} watching")
    print(f"script    {'loaded in OBS' if report.script else 'not loaded in OBS'}: {script_path()}")
    return OK


def _latency_ms() -> float | None:
    """Capture → output of the first Sanacam that runs and edits; None when none does."""
    from sanacam.app.control.client import call
    from sanacam.app.control.instances import announced_ports
    from sanacam.app.control.token import read_token

    token = read_token()
    for port in announced_ports() if token is not None else ():
        try:
            _, state = call(port, token or "", "GET", "/state")
        except (OSError, ValueError):
            # It hangs, or has just ended.
            continue
        if isinstance(latency := state.get("latency_ms_p50"), float):
            return latency
    return None


def _report_lines(report: ObsReport, settings: ObsSettings) -> list[str]:
    if report.source is None:
        source = "none yet: `sanacam obs setup` makes it"
    elif not report.ours:
        source = "there is one of that name that was not made by Sanacam"
    else:
        source = f"in {', '.join(report.scenes) or 'no scene'}" + (
            " (script)" if report.source != "ffmpeg_source" else ""
        )
    camera = {True: "running", False: "not running", None: "not available here"}[report.camera]
    lines = [
        f"OBS       {report.obs}, obs-websocket {report.websocket}, port {settings.port}",
        f"source    {source}",
        f"scenes    {', '.join(report.all_scenes)}",
        f"camera    {camera}",
        "sound     "
        + ("no input of OBS has sound" if not report.inputs else "inputs with sound, and their sync offset:"),
    ]
    for item in report.inputs:
        ticked = "delayed with the picture" if item.name in settings.sound else ""
        lines.append(f"          {item.name}  {item.offset_ms} ms  {ticked}".rstrip())
    return lines


def _script(as_json: bool) -> int:
    from sanacam.app.obs.script import clicks_left, install_script

    path = install_script()
    if as_json:
        print_json({"path": str(path)})
    else:
        print(f"{clicks_left(path)} Then run `sanacam obs setup --way script`.")
    return OK


def _remove(settings: ObsSettings, as_json: bool) -> int:
    from sanacam.app.obs.password import forget_password
    from sanacam.app.obs.setup import take_back

    with closing(_connect(settings)) as obs:
        removed = take_back(obs)
    forget_password()
    if as_json:
        print_json({"removed": removed})
    else:
        print('Took "Sanacam" out of OBS.' if removed else "OBS has no source of Sanacam's; nothing to take out.")
    return OK
