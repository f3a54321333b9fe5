"""Which build of PyTorch fits this machine, and where pip gets it (docs/decisions/0002-torch-build.md)."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from first_start.report import SetupError, say

OFFICIAL_INDEX = "https://download.pytorch.org/whl/"
OVERRIDE = "SANACAM_TORCH"
BUILDS = ("cpu", "cu126", "cu130")

# Oldest driver for any CUDA 12 and any CUDA 13 program (NVIDIA, CUDA release notes, "minor version compatibility").
DRIVER_FOR_CUDA12 = {"Linux": 525, "Windows": 528}
DRIVER_FOR_CUDA13 = {"Linux": 580, "Windows": 580}
# Compute capabilities inside the wheels of PyTorch 2.13 (pytorch/RELEASE.md, CUDA support matrix).
CU126_CAPABILITIES = ((5, 0), (9, 0))
CU130_OLDEST_CAPABILITY = (7, 5)


@dataclass(frozen=True)
class Card:
    """An NVIDIA card as nvidia-smi names it; `driver` is the driver's first number, `capability` e.g. (8, 9)."""

    name: str
    driver: int
    capability: tuple[int, int]


@dataclass(frozen=True)
class Choice:
    """`build` is one of BUILDS; `reason` says to a person why, and what would make it better."""

    build: str
    reason: str


@dataclass(frozen=True)
class Source:
    """What to hand to pip: a requirement and the options that say where it is found."""

    requirement: str
    options: tuple[str, ...]


def driver_is_present() -> bool:
    """Whether an NVIDIA driver is loaded. Costs a stat or two: asked at every start."""
    if os.name == "nt":
        return Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "nvcuda.dll").exists()
    return Path("/proc/driver/nvidia/version").exists() or Path("/usr/lib/wsl/lib/libcuda.so.1").exists()


def parse_cards(listing: str) -> list[Card]:
    """Cards in the lines of `nvidia-smi --query-gpu=name,driver_version,compute_cap --format=csv,noheader`."""
    cards = []
    for line in listing.splitlines():
        found = re.fullmatch(r"\s*(.+?)\s*,\s*(\d+)[\d.]*\s*,\s*(\d+)\.(\d+)\s*", line)
        if found:
            name, driver, major, minor = found.groups()
            cards.append(Card(name, int(driver), (int(major), int(minor))))
    return cards


def find_card() -> Card | None:
    """The most capable NVIDIA card that the driver shows, or None."""
    tool = shutil.which("nvidia-smi") or shutil.which("nvidia-smi", path="/usr/lib/wsl/lib")
    if tool is None:
        return None
    query = [tool, "--query-gpu=name,driver_version,compute_cap", "--format=csv,noheader"]
    try:
        listing = subprocess.run(query, capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError) as problem:
        say(f"nvidia-smi is there but gave no answer ({problem}); going on without a card.")
        return None
    return max(parse_cards(listing), key=lambda card: card.capability, default=None)


def choose_build(card: Card | None, system: str) -> Choice:
    """The build for `card` on `system` (`platform.system()`). CPU wherever a CUDA build would not run."""
    if system not in DRIVER_FOR_CUDA12:
        return Choice("cpu", f"there is one build for {system}")
    if card is None:
        return Choice("cpu", "no NVIDIA card found")
    oldest, newest = CU126_CAPABILITIES
    for_cuda12, for_cuda13 = DRIVER_FOR_CUDA12[system], DRIVER_FOR_CUDA13[system]
    if card.driver >= for_cuda13 and card.capability >= CU130_OLDEST_CAPABILITY:
        return Choice("cu130", f"{card.name}, driver {card.driver}")
    if card.driver >= for_cuda12 and oldest <= card.capability <= newest:
        return Choice("cu126", f"{card.name}, driver {card.driver}")
    if card.capability < oldest:
        return Choice("cpu", f"{card.name} is older than any card that PyTorch still supports")
    needed = for_cuda13 if card.capability > newest else for_cuda12
    return Choice(
        "cpu",
        f"{card.name} has driver {card.driver} and would need {needed} or newer: "
        "update the driver, delete .venv and start again to use the card",
    )


def choice_for_this_machine(environ: Mapping[str, str]) -> Choice:
    """As `choose_build`, unless the person has said otherwise in the environment variable SANACAM_TORCH."""
    wish = environ.get(OVERRIDE, "")
    if wish:
        if wish not in BUILDS:
            raise SetupError(f"{OVERRIDE} is “{wish}”: no such build of PyTorch.", f"Use one of: {', '.join(BUILDS)}.")
        return Choice(wish, f"{OVERRIDE} says so")
    return choose_build(find_card(), platform.system())


def build_in_report(report: Mapping[str, Any], system: str) -> tuple[str, str]:
    """(version, kind) of the torch in a `pip install --report`; kind is "cpu", "cu12" or "cu13".

    The kind stands in the local version (`+cpu`, `+cu126`). Without one the requirements tell: the plain Linux wheel
    asks for its CUDA libraries, and the plain wheels of other systems have none.
    """
    metadata = report["install"][0]["metadata"]
    version = str(metadata["version"])
    _, _, local = version.partition("+")
    if local:
        return version, local[:4]
    if system == "Linux":
        for requirement in metadata.get("requires_dist", ()):
            found = re.match(r"cuda-toolkit.*==\s*(\d+)\.|nvidia-[a-z-]+-cu(\d+)\b", requirement)
            if found:
                return version, f"cu{found.group(1) or found.group(2)}"
    return version, "cpu"


def configured_build(pip: list[str], version: str, env: Mapping[str, str]) -> tuple[str, str] | None:
    """(version, kind) of the torch that pip's own configuration would install; None where it has none."""
    asked = [*pip, "install", "--dry-run", "--quiet", "--no-deps", "--ignore-installed", "--report", "-"]
    answer = subprocess.run([*asked, f"torch=={version}"], capture_output=True, text=True, env=dict(env), check=False)
    if answer.returncode != 0:
        return None
    return build_in_report(json.loads(answer.stdout), platform.system())


def find_source(pip: list[str], version: str, build: str, env: Mapping[str, str]) -> Source:
    """Where to get `build` of torch `version`: pip's own sources if they have it, else PyTorch's index for it."""
    offered = configured_build(pip, version, env)
    if offered is not None and offered[1] == build[:4]:
        return Source(f"torch=={offered[0]}", ())
    return Source(f"torch=={version}+{build}", ("--index-url", OFFICIAL_INDEX + build))
