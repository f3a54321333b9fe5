"""Downloads of model parts: resumable, checked, with progress.

A file grows as ``incoming/<part>/<path>.part`` beside a note of what it is a part of. It moves into the part's folder
only once size, digest and form are right, and the manifest names it only then; so a kill at any moment loses nothing
that had arrived, and nothing half-written is ever used.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sanacam.model.errors import UserError
from sanacam.model.zoo.file_check import Digest, broken_weights, feed
from sanacam.model.zoo.hub import ConnectionLostError, FileServer, RemoteFile, TransferError
from sanacam.model.zoo.registry import ModelFile, ModelPart
from sanacam.model.zoo.store import ModelStore, StoredFile, free_bytes

TRIES = 6
"""Attempts in a row without a single new byte before a download gives up."""
SPARE_BYTES = 200_000_000
"""Left free on the disk."""
SPEED_WINDOW_S, SAMPLE_S = 10.0, 0.1


class StoppedError(Exception):
    """Someone asked to stop; what has arrived is kept."""


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` bytes over all files, bytes a second of late, seconds left (None: unknown), the file."""

    file: str
    done: int
    total: int
    speed: float
    seconds_left: float | None


@dataclass
class ProgressMeter:
    """Adds up bytes and measures speed over the last seconds; bytes that were here before don't count as speed."""

    total: int
    on_progress: Callable[[Progress], None]
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    file: str = ""
    _samples: deque[tuple[float, int]] = field(default_factory=deque)
    _received: int = 0

    def here_already(self, count: int) -> None:
        """``count`` bytes need not be fetched; negative when some must be fetched again."""
        self.done += count
        self._tell()

    def received(self, count: int) -> None:
        """``count`` bytes came over the line."""
        self.done += count
        self._received += count
        now = self.clock()
        if len(self._samples) > 1 and now - self._samples[-2][0] < SAMPLE_S:
            self._samples.pop()
        self._samples.append((now, self._received))
        while now - self._samples[0][0] > SPEED_WINDOW_S:
            self._samples.popleft()
        self._tell()

    def _tell(self) -> None:
        speed = 0.0
        if len(self._samples) > 1:
            (start, first), (end, last) = self._samples[0], self._samples[-1]
            speed = (last - first) / max(end - start, 1e-6)
        left = (self.total - self.done) / speed if speed > 0 else None
        self.on_progress(Progress(self.file, self.done, self.total, speed, left))


@dataclass
class Download:
    """Brings parts into the store.

    Args:
        store, server: to where, from where.
        on_progress: called often, from the calling thread.
        stopped: polled between blocks.
        sleep: waits between attempts; seconds.
    """

    store: ModelStore
    server: FileServer
    on_progress: Callable[[Progress], None] = lambda progress: None
    stopped: Callable[[], bool] = lambda: False
    sleep: Callable[[float], object] = time.sleep

    def run(self, parts: Sequence[ModelPart]) -> int:
        """Fetch whatever of these parts is not here yet.

        Returns:
            Bytes that had to be fetched, those of an earlier, unfinished run not counted.

        Raises:
            UserError: not enough room on the disk (nothing was fetched), or the folder cannot be written.
            TransferError: the network or the server failed, or a file arrived damaged.
            StoppedError: ``stopped`` said so.
        """
        wanted = [(part, file) for part in parts for file in part.files if not self.store.has(part, file)]
        described = [(part, file, self.server.describe(part, file)) for part, file in wanted]
        here = {remote.url: self._resumable(part, file, remote) for part, file, remote in described}
        missing = sum(remote.size - here[remote.url] for _, _, remote in described)
        self._check_disk(missing)
        meter = ProgressMeter(sum(remote.size for _, _, remote in described), self.on_progress)
        for part, file, remote in described:
            meter.file = f"{part.name}/{file.path}"
            try:
                self._fetch(part, file, remote, meter)
            except OSError as error:
                raise self._disk_trouble(error) from error
        return missing

    def _check_disk(self, missing: int) -> None:
        free = free_bytes(self.store.root)
        if missing and missing + SPARE_BYTES > free:
            raise UserError(
                f"The download needs {(missing + SPARE_BYTES) / 1e9:.1f} GB and {free / 1e9:.1f} GB are free in "
                f"{self.store.root}.",
                "Make room, or set SANACAM_MODELS_DIR to a folder on a larger disk.",
            )

    def _disk_trouble(self, error: OSError) -> UserError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return TransferError(
                f"The disk of {self.store.root} is full; what has arrived is kept.",
                "Make room and run the same command again.",
            )
        return UserError(
            f"{error.filename or self.store.root} cannot be written: {error.strerror or error}.",
            "Check that the folder is yours, or set SANACAM_MODELS_DIR to another one.",
        )

    def _paths(self, part: ModelPart, file: ModelFile) -> tuple[Path, Path]:
        partial = self.store.incoming_folder(part) / f"{file.path}.part"
        return partial, partial.with_name(f"{partial.name}.json")

    def _resumable(self, part: ModelPart, file: ModelFile, remote: RemoteFile) -> int:
        """Bytes of an earlier run that belong to just this content."""
        partial, note = self._paths(part, file)
        try:
            if json.loads(note.read_text(encoding="utf-8")) != _identity(remote):
                return 0
            size = partial.stat().st_size
        except (OSError, ValueError):
            return 0
        return size if size <= remote.size else 0

    def _fetch(self, part: ModelPart, file: ModelFile, remote: RemoteFile, meter: ProgressMeter) -> None:
        partial, note = self._paths(part, file)
        partial.parent.mkdir(parents=True, exist_ok=True)
        start = self._resumable(part, file, remote)
        if not start:
            partial.unlink(missing_ok=True)
            note.write_text(json.dumps(_identity(remote)), encoding="utf-8")
        meter.here_already(start)
        with partial.open("ab") as stream:
            self._receive(remote, stream.write, stream.flush, start, partial, meter)
            stream.flush()
            os.fsync(stream.fileno())
        sha256 = self._checked(part, file, remote, partial)
        place = self.store.part_folder(part) / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(partial, place)
        origin = remote.url if not remote.commit else f"{part.repository}@{remote.commit}"
        self.store.record(part, file.path, StoredFile(remote.size, sha256, origin))
        note.unlink(missing_ok=True)

    def _receive(
        self,
        remote: RemoteFile,
        write: Callable[[bytes], object],
        flush: Callable[[], None],
        start: int,
        partial: Path,
        meter: ProgressMeter,
    ) -> None:
        position, fruitless = start, 0
        while position < remote.size:
            before = position
            try:
                with self.server.read(remote, position) as body:
                    if body.offset != position:
                        # the server begins at the beginning
                        flush()
                        os.truncate(partial, 0)
                        meter.here_already(-position)
                        position = before = 0
                    for block in body.blocks:
                        if self.stopped():
                            raise StoppedError
                        write(block)
                        position += len(block)
                        meter.received(len(block))
                        if position > remote.size:
                            raise _damaged(meter.file, partial, "it is longer than the server said")
                fruitless = 0 if position > before else fruitless + 1
                if fruitless >= TRIES:
                    raise ConnectionLostError(
                        f"The server ends {meter.file} too early, at {position} of {remote.size} bytes.",
                        "Run the same command again later, or use --mirror.",
                    )
            except ConnectionLostError:
                fruitless = 0 if position > before else fruitless + 1
                if fruitless >= TRIES:
                    raise
                self._pause(min(2.0**fruitless, 30.0))

    def _pause(self, seconds: float) -> None:
        self.sleep(seconds)
        if self.stopped():
            raise StoppedError

    def _checked(self, part: ModelPart, file: ModelFile, remote: RemoteFile, partial: Path) -> str:
        """SHA-256 of a complete file whose content is right; else the file is thrown away and ``TransferError``."""
        plain = hashlib.sha256()
        stated = remote.digest or Digest("sha256", "")
        hasher = stated.hasher(remote.size)
        feed(partial, (plain, hasher))
        known = file.sha256 or (stated.value if stated.kind == "sha256" else "")
        name = f"{part.name}/{file.path}"
        if known and plain.hexdigest() != known:
            raise _damaged(name, partial, f"its SHA-256 is {plain.hexdigest()[:12]}… and should be {known[:12]}…")
        if stated.value and hasher.hexdigest() != stated.value:
            raise _damaged(name, partial, "its checksum is not the one that the server states")
        trouble = broken_weights(partial, file.path)
        if trouble:
            raise _damaged(name, partial, trouble)
        return plain.hexdigest()


def _identity(remote: RemoteFile) -> dict[str, object]:
    digest = f"{remote.digest.kind}:{remote.digest.value}" if remote.digest else f"url:{remote.url}"
    return {"size": remote.size, "content": digest}


def _damaged(name: str, partial: Path, reason: str) -> TransferError:
    partial.unlink(missing_ok=True)
    return TransferError(
        f"{name} arrived damaged ({reason}) and was thrown away.",
        "Run the same command again; if it happens twice, leave out the mirror or choose another one.",
    )
