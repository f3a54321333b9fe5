"""``sanacam models list | show | download | import | verify | remove | where``."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path

from sanacam.app.exit_codes import FAILED, INTERRUPTED, OK
from sanacam.app.models_text import bytes_text, entry_values, licence_lines, list_lines, show_lines, state_text
from sanacam.app.printing import ProgressLine, duration_text, print_error, print_json
from sanacam.model.errors import UserError
from sanacam.model.zoo.registry import MODELS, ModelEntry, ModelPart, get_model
from sanacam.model.zoo.store import ModelStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam models``."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, summary: str, *, with_name: bool = True) -> argparse.ArgumentParser:
        subparser = actions.add_parser(name, help=summary, description=summary[:1].upper() + summary[1:] + ".")
        if with_name:
            subparser.add_argument("name", metavar="NAME", help="a model, see `sanacam models list`")
        subparser.add_argument("--json", action="store_true", help="print one JSON object")
        return subparser

    action("list", "list the models and whether they are here", with_name=False)
    action("show", "files, sizes, licences and memory need of a model")
    download = action("download", "download a model; the same command goes on after a break")
    download.add_argument("--accept-licence", action="store_true", help="accept the licences without being asked")
    download.add_argument("--mirror", default="", metavar="URL", help="a mirror of huggingface.co (or set HF_ENDPOINT)")
    download.add_argument(
        "--with",
        dest="extra",
        action="append",
        default=[],
        metavar="PART",
        help="also this optional part; may be repeated",
    )
    bring = action("import", "take a model's files from folders or files, without network")
    bring.add_argument("path", type=Path, nargs="+", metavar="PATH", help="a folder that holds the files, or files")
    bring.add_argument("--part", default="", metavar="PART", help="PATH holds just this part's files")
    action("verify", "compute the checksums of a model's files again, and check the converted network")
    action("remove", "delete a model's files")
    where = action("where", "say where models lie", with_name=False)
    where.add_argument("name", metavar="NAME", nargs="?", default="", help="only this model's folders")


def run(arguments: argparse.Namespace) -> int:
    """Run one action; 0 done, 1 a transfer failed or files are damaged, 130 after Ctrl-C; ``UserError`` otherwise."""
    try:
        return _act(arguments)
    except BrokenPipeError:  # of who reads what is printed
        raise
    except OSError as error:
        raise UserError(
            f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.",
            "Check that the file is yours and its disk in order, then try again.",
        ) from error


def _act(arguments: argparse.Namespace) -> int:
    store = ModelStore()
    if arguments.action == "list":
        return _list(store, arguments.json)
    if arguments.action == "where":
        return _where(store, arguments.name, arguments.json)
    entry = get_model(arguments.name)
    if arguments.action == "show":
        return _show(store, entry, arguments.json)
    if arguments.action == "download":
        return _download(store, entry, arguments)
    if arguments.action == "import":
        return _import(store, entry, arguments)
    if arguments.action == "verify":
        return _verify(store, entry, arguments.json)
    return _remove(store, entry, arguments.json)


def _list(store: ModelStore, as_json: bool) -> int:
    if as_json:
        print_json({"models": [entry_values(store, entry) for entry in MODELS], "folder": str(store.root)})
    else:
        print("\n".join(list_lines(store, MODELS)))
    return OK


def _show(store: ModelStore, entry: ModelEntry, as_json: bool) -> int:
    if as_json:
        print_json(entry_values(store, entry))
    else:
        print("\n".join(show_lines(store, entry)))
    return OK


def _where(store: ModelStore, name: str, as_json: bool) -> int:
    folders = {part.name: str(store.part_folder(part)) for part in get_model(name).all_parts} if name else {}
    if as_json:
        print_json({"folder": str(store.root), "parts": folders})
    else:
        print("\n".join(folders.values()) if name else store.root)
    return OK


def _download(store: ModelStore, entry: ModelEntry, arguments: argparse.Namespace) -> int:
    from sanacam.app.interrupt import StopRequest
    from sanacam.model.zoo.download import Download, Progress, StoppedError
    from sanacam.model.zoo.hub import HubServer, TransferError

    if entry.built_in:
        raise UserError(f"{entry.name} is built in; there is nothing to download.", "Use it with --model mini.")
    wanted = dict.fromkeys([*entry.parts, *(entry.part(name) for name in arguments.extra)])
    parts = [part for part in wanted if store.part_state(part) != "installed"]
    if not parts:
        return _report(store, entry, arguments.json, "It is all here already.")
    server = HubServer(arguments.mirror)
    _confirm_licences(parts, accepted=arguments.accept_licence, as_json=arguments.json)
    if entry.limitation:
        print(f"Note: {entry.limitation}", file=sys.stderr)
    line = ProgressLine()

    def on_progress(progress: Progress) -> None:
        text = f"{progress.file} · {bytes_text(progress.done)} of {bytes_text(progress.total)}"
        if progress.speed:
            text += f" · {bytes_text(int(progress.speed))}/s"
        if progress.seconds_left is not None:
            text += f" · {duration_text(progress.seconds_left)} left"
        line.show(text, time.monotonic())

    note = "Stopping; what has arrived is kept, and the same command goes on from there."
    try:
        with store.lock(), StopRequest(note) as stop:
            print("Asking the server for the files …", file=sys.stderr, flush=True)
            fetched = Download(store, server, on_progress, lambda: stop.requested, stop.wait).run(parts)
    except StoppedError:
        line.clear()
        return INTERRUPTED
    except TransferError as error:
        line.clear()
        print_error(error, arguments.json)
        return FAILED
    line.clear()
    return _report(store, entry, arguments.json, f"Fetched {bytes_text(fetched)}.", fetched=fetched)


def _confirm_licences(parts: list[ModelPart], *, accepted: bool, as_json: bool) -> None:
    """Show the licences and get a yes.

    Raises:
        UserError: a no, or nobody there to answer.
    """
    text = "\n".join(licence_lines(parts))
    size = bytes_text(sum(part.size for part in parts))
    print(f"This downloads about {size}. The licences of its parts:\n{text}", file=sys.stderr, flush=True)
    if accepted:
        return
    if as_json or not sys.stdin.isatty():
        raise UserError("The licences have not been accepted.", "Read them; if you agree, add --accept-licence.")
    print("Do you accept them? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UserError("The licences were not accepted; nothing was downloaded.")


def _import(store: ModelStore, entry: ModelEntry, arguments: argparse.Namespace) -> int:
    from sanacam.model.zoo.folder_import import check_found, find_parts, import_parts

    if entry.built_in:
        raise UserError(f"{entry.name} is built in; there is nothing to import.", "Use it with --model mini.")
    only = entry.part(arguments.part) if arguments.part else None
    found = find_parts(entry, arguments.path, only)
    check_found(found)
    lines = licence_lines([item.part for item in found])
    print("The licences of these files, which bind whoever uses them:", *lines, sep="\n", file=sys.stderr)
    line = ProgressLine()
    total, done = sum(item.size for item in found), 0

    def on_bytes(name: str, count: int) -> None:
        nonlocal done
        done += count
        line.show(f"Checking {name} · {bytes_text(done)} of {bytes_text(total)}", time.monotonic())

    with store.lock():
        placed = import_parts(store, found, on_bytes)
    line.clear()
    count = "1 file" if len(placed) == 1 else f"{len(placed)} files"
    how = " and ".join(sorted({how for _, how in placed}))
    return _report(store, entry, arguments.json, f"Took over {count} ({how}).", imported=[name for name, _ in placed])


def _verify(store: ModelStore, entry: ModelEntry, as_json: bool) -> int:
    from sanacam.model.zoo.verify import CONVERTED, anything_here, verify_model

    if not anything_here(store, entry):
        raise UserError(f"{entry.name} is not on this machine.", f"Get it with `sanacam models download {entry.name}`.")
    line = ProgressLine()
    done, total = 0, store.installed_bytes(entry) + store.converted_bytes(entry)

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        line.show(f"{bytes_text(done)} of {bytes_text(total)}", time.monotonic())

    findings = verify_model(store, entry, on_bytes)
    line.clear()
    wrong = [finding for finding in findings if finding.state != "ok"]
    if as_json:
        print_json({"name": entry.name, "ok": not wrong, "files": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print(f"{finding.state:8} {finding.part}/{finding.path}: {finding.detail}")
        if wrong and entry.built_in:
            print("Install Sanacam again to repair it.", file=sys.stderr)
        elif any(finding.part != CONVERTED for finding in wrong):
            print(f"`sanacam models download {entry.name}` gets these files again.", file=sys.stderr)
    return FAILED if wrong else OK


def _remove(store: ModelStore, entry: ModelEntry, as_json: bool) -> int:
    if store.root.exists():
        with store.lock():
            freed, kept = store.remove(entry)
    else:
        freed, kept = store.remove(entry)
    if as_json:
        print_json({"name": entry.name, "freed": freed, "kept": [part.name for part in kept]})
        return OK
    print(f"Removed {entry.name}: {bytes_text(freed)} freed.")
    if kept:
        print(f"Kept for other models: {', '.join(part.title for part in kept)}.")
    return OK


def _report(store: ModelStore, entry: ModelEntry, as_json: bool, sentence: str, **values: object) -> int:
    missing = [part.title for part in entry.parts if store.part_state(part) != "installed"]
    if as_json:
        print_json({"name": entry.name, "state": store.state(entry), "missing": missing, **values})
        return OK
    print(f"{sentence} {entry.name}: {state_text(store, entry)}.")
    if missing:
        print(f"Still missing: {', '.join(missing)}.")
    if entry.limitation:
        print(entry.limitation)
    return OK
