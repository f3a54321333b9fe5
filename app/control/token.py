"""The token that lets a program in: one for this user, in a file that nobody else may read."""

from __future__ import annotations

import os
import re
import secrets
import sys
import tempfile
import time
from pathlib import Path

from sanacam.app.settings_file import config_dir
from sanacam.model.errors import UserError

TOKEN_NAME = "control_token"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,128}")
_PATIENCE_S = 0.5


def token_path() -> Path:
    """Where the token is kept."""
    return config_dir() / TOKEN_NAME


def read_token() -> str | None:
    """The token, None when there is none or the file is damaged.

    Raises:
        UserError: the file may not be read.
    """
    try:
        text = token_path().read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return None
    except OSError as error:
        raise UserError(
            f"The token of the control port in {token_path()} cannot be read: {error.strerror}.",
            "Check whose the file is; deleting it makes a new token at the next start.",
        ) from error
    return text if _TOKEN.fullmatch(text) else None


def keep_token() -> str:
    """The token, made when there is none. It stays the same from start to start, so that it can be typed into another
    program once. One that others could have read, or a damaged one, is replaced.

    Raises:
        UserError: the folder or the file cannot be written or read.
    """
    path = token_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _private(path):
            return _replace(path)
        return _make_or_read(path)
    except OSError as error:
        raise UserError(
            f"The token of the control port cannot be kept in {path}: {error.strerror}.",
            "Check that the folder is yours and has room.",
        ) from error


def _private(path: Path) -> bool:
    """False when another user may read the file; Windows keeps a user's folder to the user."""
    try:
        return sys.platform == "win32" or not path.stat().st_mode & 0o077
    except FileNotFoundError:
        return True


def _make_or_read(path: Path) -> str:
    token = secrets.token_urlsafe(32)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        # Another Sanacam that starts at this moment may have made the file and not filled it yet.
        deadline = time.monotonic() + _PATIENCE_S
        while path.stat().st_size == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
        return read_token() or _replace(path)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(token + "\n")
    return token


def _replace(path: Path) -> str:
    token = secrets.token_urlsafe(32)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600 from the beginning
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(token + "\n")
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return token
