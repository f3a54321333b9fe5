"""Features of prompts on disk, so that a prompt is encoded once a machine. Bounded; losing it loses nothing."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
import time
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from sanacam.model.cache_folder import cache_dir

log = logging.getLogger(__name__)

SUFFIX = ".prompt"
LIMIT_BYTES = 128 << 20
_DIGEST_BYTES = hashlib.sha256().digest_size
_ABANDONED_SECONDS = 3600


class FeatureCache:
    """A folder of features, one file a key: the SHA-256 of what follows, then a safetensors file with ``features``.

    May be used from several threads and processes. A damaged entry counts as missing, and a folder that cannot be
    written keeps nothing; both are said in the log.

    Args:
        folder: default ``prompts`` in the user's folder, see :func:`~sanacam.model.cache_folder.cache_dir`.
        limit: bytes of all entries; beyond it those not used for longest go.
    """

    def __init__(self, folder: Path | None = None, limit: int = LIMIT_BYTES) -> None:
        self.folder = cache_dir() / "prompts" if folder is None else folder
        self.limit = limit

    def get(self, key: str) -> Tensor | None:
        """What was put under ``key``, bit for bit, or ``None``."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("the remembered prompt %s cannot be read (%s); it is encoded again", path, error.strerror)
            return None
        features = _unpacked(content)
        if features is None:
            log.warning("the remembered prompt %s is damaged; it is encoded again", path)
            return None
        with contextlib.suppress(OSError):  # only the order of removal hangs on it
            os.utime(path)
        return features

    def put(self, key: str, features: Tensor) -> None:
        """Keep a tensor; an entry is there whole or not at all."""
        content = save({"features": features.contiguous()})
        temporary: Path | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".")
            temporary = Path(name)
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(content).digest() + content)
            os.replace(temporary, self._path(key))
            self._trim()
        except OSError as error:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            log.warning("the prompt cannot be remembered in %s (%s)", self.folder, error.strerror)

    def _trim(self) -> None:
        """Remove what was not used for longest until the rest is within the limit, and writings broken off."""
        entries = []
        for path in self.folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process may be trimming too
                status = path.stat()
                if path.suffix == SUFFIX:
                    entries.append((status.st_mtime_ns, status.st_size, path))
                elif path.name.startswith(".") and time.time() - status.st_mtime > _ABANDONED_SECONDS:
                    path.unlink()
        total = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries)[:-1]:
            if total <= self.limit:
                break
            path.unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        return self.folder / (key + SUFFIX)


def _unpacked(content: bytes) -> Tensor | None:
    digest, content = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if hashlib.sha256(content).digest() != digest:
        return None
    try:
        tensors = load(content)
    except SafetensorError:
        return None
    features = tensors.get("features")
    return features if features is not None and torch.is_floating_point(features) else None
