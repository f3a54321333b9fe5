"""The servers that model files come from: a Hugging Face hub or a mirror of one, and plain web folders.

``huggingface_hub`` finds files, sends the user's token and explains refusals. Its own file download starts again from
nothing after a kill, so the bytes are read here, from any offset.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from sanacam.model.errors import UserError
from sanacam.model.zoo.file_check import Digest
from sanacam.model.zoo.registry import ModelFile, ModelPart

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

HUB = "https://huggingface.co"
MIRROR_VARIABLE = "HF_ENDPOINT"
TIMEOUT_S = 30.0
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHA1 = re.compile(r"[0-9a-f]{40}")


class TransferError(UserError):
    """A download that could not be finished. What has arrived is kept unless the message says otherwise."""


class ConnectionLostError(TransferError):
    """The server cannot be reached, or stopped answering; worth another try."""


@dataclass(frozen=True)
class RemoteFile:
    """A file as its server describes it: where to read it, bytes, digest (None: not stated), commit or empty."""

    url: str
    size: int
    digest: Digest | None
    commit: str = ""


@dataclass
class Body:
    """Content from ``offset`` on. The offset is 0 when the server does not continue files."""

    offset: int
    blocks: Iterator[bytes]


class FileServer(Protocol):
    """Where files come from."""

    def describe(self, part: ModelPart, file: ModelFile) -> RemoteFile:
        """Look a file up; raises ``TransferError``."""

    def read(self, remote: RemoteFile, offset: int) -> AbstractContextManager[Body]:
        """Open a file; blocks raise ``ConnectionLostError`` when the line breaks, others ``TransferError``."""


def hub_address(mirror: str = "") -> str:
    """Address of the hub: ``mirror``, else ``HF_ENDPOINT``, else huggingface.co.

    Raises:
        UserError: not a web address.
    """
    address = (mirror or os.environ.get(MIRROR_VARIABLE, "") or HUB).rstrip("/")
    if not re.match(r"https?://[^/\s]+", address):
        raise UserError(f"“{address}” is not the address of a mirror.", "It looks like https://hf-mirror.example.")
    return address


class HubServer:
    """Implements ``FileServer`` over HTTP.

    Args:
        mirror: see :func:`hub_address`. A mirror named here does not get the user's token.

    Raises:
        UserError: ``huggingface_hub`` is not installed, or the mirror is not a web address.
    """

    def __init__(self, mirror: str = "") -> None:
        self.address = hub_address(mirror)
        # None: the user's token, if there is one
        self._token = False if mirror and self.address != HUB else None
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        try:
            import huggingface_hub
            from huggingface_hub import errors
        except ImportError as error:
            raise UserError(
                "Downloads need the package huggingface_hub, which is not installed.",
                "Install it with `pip install 'sanacam[models]'`, or use `sanacam models import`.",
            ) from error
        self._hub: Any = huggingface_hub
        self._errors: Any = errors
        # the HTTP library under huggingface_hub changes between its versions; its errors share this base
        self._http_error: type[Exception] = errors.HfHubHTTPError.__mro__[1]

    def describe(self, part: ModelPart, file: ModelFile) -> RemoteFile:
        """Address, size and digest of a file, at a fixed commit.

        Raises:
            ConnectionLostError: no network, or the server does not answer.
            TransferError: refused (terms to accept first), or no such file.
        """
        if part.base_url:
            return self._describe_plain(f"{part.base_url}/{quote(part.remote_path(file))}", part)
        path = part.remote_path(file)
        url = self._hub.hf_hub_url(part.repository, path, revision=part.revision, endpoint=self.address)
        with self._explained(part):
            found = self._hub.get_hf_file_metadata(url, timeout=TIMEOUT_S, token=self._token)
        if found.size is None or found.commit_hash is None:
            raise TransferError(
                f"{self.address} does not answer like a Hugging Face hub.", "Check --mirror and HF_ENDPOINT."
            )
        fixed = self._hub.hf_hub_url(part.repository, path, revision=found.commit_hash, endpoint=self.address)
        return RemoteFile(fixed, found.size, _digest(found.etag or ""), found.commit_hash)

    @contextmanager
    def read(self, remote: RemoteFile, offset: int) -> Iterator[Body]:
        """Stream a file from ``offset``; see ``FileServer``."""
        headers = {"Accept-Encoding": "identity"}
        if remote.commit:
            headers |= self._hub.utils.build_hf_headers(token=self._token)
        if offset:
            headers["Range"] = f"bytes={offset}-"
        with self._explained(None):
            session = self._hub.get_session()
            with session.stream("GET", remote.url, headers=headers, timeout=TIMEOUT_S, follow_redirects=True) as answer:
                self._hub.utils.hf_raise_for_status(answer)
                start = offset if answer.status_code == 206 else 0
                yield Body(start, answer.iter_bytes())

    def _describe_plain(self, url: str, part: ModelPart) -> RemoteFile:
        with self._explained(part):
            answer = self._hub.get_session().head(url, timeout=TIMEOUT_S, follow_redirects=True)
            self._hub.utils.hf_raise_for_status(answer)
        length = answer.headers.get("Content-Length", "")
        if not length.isdigit():
            raise TransferError(f"The server does not say how large {url} is.", "Try again later.")
        return RemoteFile(url, int(length), None)

    @contextmanager
    def _explained(self, part: ModelPart | None) -> Iterator[None]:
        """Turn the libraries' errors into sentences."""
        place = f"{self.address}/{part.repository}" if part is not None and part.repository else self.address
        try:
            yield
        except self._errors.OfflineModeIsEnabled as error:
            raise TransferError(
                "Downloads are switched off by HF_HUB_OFFLINE.",
                "Unset it, or bring the files in with `sanacam models import NAME FOLDER`.",
            ) from error
        except self._errors.HfHubHTTPError as error:
            raise self._refusal(error, place) from error
        except self._http_error as error:
            raise ConnectionLostError(
                f"There is no connection to {self.address} ({_reason(error)}).",
                "Check the network and run the same command again, it goes on where it stopped; or use --mirror, "
                "or bring the files in from another machine with `sanacam models import NAME FOLDER`.",
            ) from error

    def _refusal(self, error: Any, place: str) -> TransferError:
        status = error.response.status_code
        if isinstance(error, self._errors.GatedRepoError) or status in (401, 403):
            return TransferError(
                f"{place} does not give its files to everyone.",
                "Open that page, sign in and accept its terms; then set HF_TOKEN to a token of yours and try again.",
            )
        if status == 404:
            return TransferError(
                f"The file is not at {error.response.url}.", "It may have moved; look for a newer version of Sanacam."
            )
        if status == 429 or status >= 500:
            return ConnectionLostError(
                f"{place} is busy or out of order (HTTP {status}).",
                "Run the same command again later, or use --mirror.",
            )
        return TransferError(f"{place} refused the file (HTTP {status}).", "Try again later, or use --mirror.")


def _digest(etag: str) -> Digest | None:
    if _SHA256.fullmatch(etag):
        return Digest("sha256", etag)
    return Digest("git", etag) if _SHA1.fullmatch(etag) else None


def _reason(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
