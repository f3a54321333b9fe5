"""Calls a control port. Written on bare sockets, since an HTTP library takes longer to load than the call."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

LARGEST_ANSWER = 1 << 20


def call(
    port: int, token: str, method: str, path: str, values: dict[str, Any] | None = None, timeout_s: float = 1.0
) -> tuple[int, dict[str, Any]]:
    """One request; returns the status and the answer.

    Raises:
        ConnectionRefusedError: nobody listens there.
        OSError: it broke off, or did not answer within ``timeout_s`` (TimeoutError).
        ValueError: what answers is not Sanacam.
    """
    body = b"" if values is None else json.dumps(values).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    deadline = time.monotonic() + timeout_s
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout_s) as channel:
        channel.sendall(head.encode("ascii") + body)
        while len(answer) < LARGEST_ANSWER:
            channel.settimeout(max(0.001, deadline - time.monotonic()))
            chunk = channel.recv(65_536)
            if not chunk:
                break
            answer += chunk
    if not answer:
        raise ConnectionResetError("hung up without an answer")
    top, _, content = answer.partition(b"\r\n\r\n")
    words = top.split(b"\r\n", 1)[0].split(b" ")
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise ValueError("not an HTTP answer")
    given = json.loads(content)
    if not isinstance(given, dict):
        raise ValueError("not a JSON object")
    return int(words[1]), given
