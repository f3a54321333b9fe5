"""``sanacam doctor``: what this machine has, what will be used, what is missing and how to get it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict

from sanacam.app.doctor.check import Check, Probe, main_job_works
from sanacam.app.exit_codes import FAILED, OK
from sanacam.app.printing import print_json

_MARKS = {"ok": "ok     ", "limited": "limited", "missing": "missing"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sanacam doctor``."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Check everything; 0 when the main job, editing a file, works."""
    checks = []
    for check in findings():
        checks.append(check)
        if not arguments.json:
            print(in_words(check), flush=True)
    works = main_job_works(checks)
    if arguments.json:
        print_json({"works": works, "checks": [asdict(check) for check in checks]})
    elif works:
        print("\nThe main job works here: `sanacam edit IN -p PROMPT -o OUT`.")
    else:
        print("\nEditing does not work here yet; see what is missing above.", file=sys.stderr)
    return OK if works else FAILED


def findings() -> Iterator[Check]:
    """All checks, one after the other as they finish."""
    for probe in all_probes():
        yield probe.finding()


def all_probes() -> list[Probe]:
    """Every check, in the order in which they are shown."""
    from sanacam.app.doctor.compute import compute_probes
    from sanacam.app.doctor.media import media_probes
    from sanacam.app.doctor.model_check import model_probes

    return compute_probes() + media_probes() + model_probes()


def in_words(check: Check) -> str:
    """One finding on one to three lines."""
    text = f"{_MARKS[check.state]}  {check.title:15} {check.found}"
    if check.used:
        text += f"\n{'':26}uses {check.used}"
    if check.advice:
        text += f"\n{'':26}→ {check.advice}"
    return text
