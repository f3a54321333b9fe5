"""Is a file what it should be: hashes, and the shape of the two kinds of weights files without loading them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

BLOCK = 1 << 20
HEADER_LIMIT = 100 << 20


class Hasher(Protocol):
    """What ``hashlib`` gives."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""

    def hexdigest(self) -> str:
        """Lower-case hex of everything so far."""


@dataclass(frozen=True)
class Digest:
    """What a server states about a file's content: ``sha256`` of it, or git's ``blob`` id (small files on a hub)."""

    kind: Literal["sha256", "git"]
    value: str

    def hasher(self, size: int) -> Hasher:
        """A fresh hasher that ends in ``value`` for a file of ``size`` bytes with the right content."""
        if self.kind == "sha256":
            return hashlib.sha256()
        hasher = hashlib.sha1(usedforsecurity=False)
        hasher.update(b"blob %d\0" % size)
        return hasher


def sha256_of(path: Path, on_bytes: Callable[[int], None] = lambda count: None) -> str:
    """SHA-256 of a file in hex; ``on_bytes`` hears of each block read.

    Raises:
        OSError: the file cannot be read.
    """
    hasher = hashlib.sha256()
    feed(path, (hasher,), on_bytes)
    return hasher.hexdigest()


def feed(path: Path, hashers: tuple[Hasher, ...], on_bytes: Callable[[int], None] = lambda count: None) -> None:
    """Give a file's content to several hashers in one reading."""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            for hasher in hashers:
                hasher.update(block)
            on_bytes(len(block))


def broken_weights(path: Path, name: str = "") -> str:
    """What is visibly wrong with a weights file, in words; empty when nothing is or the kind has no check.

    Reads the header only: a ``.safetensors`` file states its own length, a ``.pth`` is a zip archive whose directory
    stands at the end. Catches truncated files and web pages saved under a weights file's name.

    Args:
        name: the name that tells the kind, when the file has another one for now.

    Raises:
        OSError: the file cannot be read.
    """
    suffix = Path(name or path.name).suffix
    if suffix == ".safetensors":
        return _broken_safetensors(path)
    if suffix in (".pth", ".pt"):
        with path.open("rb") as stream:
            start = stream.read(4)
            stream.seek(max(0, path.stat().st_size - 66_000))
            end = stream.read()
        if start != b"PK\x03\x04":
            return "it is not a PyTorch checkpoint"
        if b"PK\x05\x06" not in end:
            return "it is cut off"
    return ""


def _broken_safetensors(path: Path) -> str:
    size = path.stat().st_size
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if size < 10 or not 2 <= length <= HEADER_LIMIT:
            return "it is not a safetensors file"
        if 8 + length > size:
            return "it is cut off"
        try:
            header = json.loads(stream.read(length))
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
            wanted = 8 + length + max(ends, default=0)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            return "it is not a safetensors file"
    if size < wanted:
        return "it is cut off"
    return "it is longer than it says" if size > wanted else ""
