"""Shards: tar files as webdataset reads them, written whole or not at all.

Layout contract: a sample's files follow each other and share the name up to the first dot, its key: ``KEY.json``, then
the fields in alphabetical order (``KEY.edited.avif``). Owner, times and modes are constant, so that the same samples
always give the same bytes.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sanacam.model.errors import UserError

_KEY = re.compile(r"[A-Za-z0-9_-]+")
_END_BLOCKS = 1024
"""A tar ends with two empty blocks of 512 bytes."""


@dataclass(frozen=True)
class Sample:
    """One row of a shard.

    Attributes:
        key: letters, digits, ``-`` and ``_``; unique within a stage.
        meta: what goes into ``KEY.json``.
        fields: contents by the rest of their file name (``source.avif``).
    """

    key: str
    meta: dict[str, Any]
    fields: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r} cannot be the key of a sample")


def dump_json(value: object) -> bytes:
    """The one way this pipeline writes JSON: sorted, so that equal values are equal bytes."""
    return (json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def write_whole(path: Path, content: bytes) -> None:
    """Puts a file in place in one step: after a crash it is there whole, or as it was.

    Raises:
        UserError: the disk is full or refuses; nothing is left behind.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        reason = "the disk is full" if full else error.strerror
        raise UserError(
            f"{path} cannot be written: {reason}.", "What was finished is intact: make room and run it again."
        ) from error


def pack_shard(samples: Sequence[Sample]) -> bytes:
    """The bytes of a shard."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for sample in samples:
            contents = {"json": dump_json(sample.meta), **dict(sorted(sample.fields.items()))}
            for extension, content in contents.items():
                member = tarfile.TarInfo(f"{sample.key}.{extension}")
                member.size, member.mode = len(content), 0o644
                archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Shard:
    """A shard on disk; its table of contents is read at once, contents when asked for.

    Raises:
        UserError: it is missing, cut short, or no tar; it is named.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[str, dict[str, tuple[int, int]]] = {}
        try:
            size = path.stat().st_size
            with tarfile.open(path, "r:") as archive:
                end = 0
                for member in archive.getmembers():
                    key, _, extension = Path(member.name).name.partition(".")
                    self._places.setdefault(key, {})[extension] = (member.offset_data, member.size)
                    end = member.offset_data + -(-member.size // 512) * 512
        except FileNotFoundError:
            raise UserError(f"The shard {path} is missing.", "Run the stage that makes it again.") from None
        except (tarfile.TarError, EOFError):
            raise self._cut_short() from None
        if size < end + _END_BLOCKS:
            raise self._cut_short()

    def _cut_short(self) -> UserError:
        return UserError(f"The shard {self.path} is cut short or damaged.", "Run the stage that makes it again.")

    @property
    def keys(self) -> list[str]:
        return list(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def read(self, key: str) -> Sample:
        """One sample.

        Raises:
            KeyError: no such key.
            UserError: its description is missing or no JSON; shard and key are named.
        """
        places = self._places[key]
        with self.path.open("rb") as stream:
            contents = {name: _part(stream, *place) for name, place in places.items()}
        try:
            meta = json.loads(contents.pop("json"))
        except (KeyError, ValueError):
            raise UserError(f"The sample {key} of {self.path} has no description.", "Make the shard again.") from None
        return Sample(key, meta, contents)

    def __iter__(self) -> Iterator[Sample]:
        return (self.read(key) for key in self.keys)


def _part(stream: io.BufferedReader, start: int, size: int) -> bytes:
    stream.seek(start)
    return stream.read(size)


def shard_name(number: int) -> str:
    return f"{number:05d}"
