"""Where the stream for OBS is to be found: its address, the key in it, and the one that runs at the moment."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sanacam.app.control.token import keep_token
from sanacam.app.loopback import NEXT_PORTS
from sanacam.app.obs.source import SourcePlan, media_plan

DEFAULT_PORT = 24780
ASK_S = 0.5
LONGEST_ANSWER = 4096


def stream_key() -> str:
    """The key in the address: made from the control port's token, which cannot be found from it. 32 hex digits.

    Raises:
        UserError: the token cannot be kept.
    """
    return hmac.new(keep_token().encode(), b"picture for OBS", hashlib.sha256).hexdigest()[:32]


def stream_url(port: int, key: str, size: tuple[int, int]) -> str:
    """What a consumer opens for pictures of ``size`` (width, height)."""
    return f"http://127.0.0.1:{port}/{key}/{size[0]}x{size[1]}.bgr0"


def stream_port(settings: Mapping[str, Any]) -> int:
    """The port in the settings of a Media Source; 0 when there is none."""
    try:
        return urlsplit(str(settings.get("input", ""))).port or 0
    except ValueError:
        return 0


@dataclass(frozen=True)
class RunningStream:
    """A stream of this user's that is served now, perhaps by another process. Follows
    ``sanacam.app.obs.source.ObsFeed``.
    """

    port: int
    key: str
    size: tuple[int, int]
    consumers: int

    def plan(self) -> SourcePlan:
        return media_plan(stream_url(self.port, self.key, self.size), self.size)

    def watched(self) -> bool:
        """As of now."""
        now = find_stream(self.port, self.key)
        return now is not None and now.consumers > 0

    def fed_by_another(self, settings: Mapping[str, Any]) -> bool:
        port = stream_port(settings)
        return port not in (0, self.port) and find_stream(port, self.key) is not None


def find_stream(port: int, key: str) -> RunningStream | None:
    """The stream that is served on ``port``; None when nobody serves one there that knows ``key``. A stranger who
    listens there does not learn the key.
    """
    challenge, answer = secrets.token_hex(16), b""
    try:
        with socket.create_connection(("127.0.0.1", port), ASK_S) as channel:
            channel.settimeout(ASK_S)
            channel.sendall(f"GET /about/{challenge} HTTP/1.0\r\n\r\n".encode("ascii"))
            while len(answer) < LONGEST_ANSWER and (part := channel.recv(LONGEST_ANSWER)):
                answer += part
        about = json.loads(answer.partition(b"\r\n\r\n")[2])
        if not hmac.compare_digest(str(about["proof"]), proof(key, challenge)):
            return None
        return RunningStream(port, key, (int(about["size"][0]), int(about["size"][1])), int(about["consumers"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def proof(key: str, challenge: str) -> str:
    """What only who knows ``key`` can answer."""
    return hmac.new(key.encode(), challenge.encode(), hashlib.sha256).hexdigest()


def running_stream(key: str, first: int = DEFAULT_PORT) -> RunningStream | None:
    """The first stream of this user's that runs."""
    for port in range(first, first + 1 + NEXT_PORTS):
        if (found := find_stream(port, key)) is not None:
            return found
    return None
