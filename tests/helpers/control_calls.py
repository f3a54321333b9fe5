"""Callers of the control port, polite and otherwise, and something to be controlled."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sanacam.app.control.client import call
from sanacam.app.control.token import read_token
from sanacam.app.panic import PanicSwitch
from sanacam.app.presets import Preset
from sanacam.model.errors import UserError


@dataclass
class Target:
    """Writes down what it is told."""

    panic: PanicSwitch = field(default_factory=PanicSwitch)
    told: list[tuple[str, Any]] = field(default_factory=list)
    plays: bool = False
    model: str = "mini"
    hold: threading.Event | None = None

    def state(self) -> dict[str, Any]:
        if self.hold is not None:
            self.hold.wait(30.0)
        return {"state": "running", "prompt": "snow"}

    def playing(self) -> bool:
        return self.plays

    def set_prompt(self, text: str) -> None:
        if text == "bug":
            raise KeyError("a bug")
        self.told.append(("prompt", text))

    def set_preset(self, preset: Preset) -> None:
        self.told.append(("preset", preset.name))

    def set_transition(self, transition: str) -> None:
        self.told.append(("transition", transition))

    def set_strength(self, strength: float) -> None:
        self.told.append(("strength", strength))

    def set_recording(self, on: bool) -> None:
        if not on:
            raise UserError("Nothing is recorded.", "Begin first.")
        self.told.append(("record", on))

    def snapshot(self) -> Path:
        self.told.append(("snapshot", None))
        return Path("/pictures/one.png")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("sanacam-control")]


def raw(port: int, text: str | bytes, timeout_s: float = 30.0) -> tuple[int, dict[str, Any]]:
    """Send exactly this; status and JSON of the answer. 0 when there was none."""
    with socket.create_connection(("127.0.0.1", port), timeout_s) as channel:
        channel.sendall(text.encode() if isinstance(text, str) else text)
        answer = b""
        while chunk := channel.recv(65_536):
            answer += chunk
    if not answer:
        return 0, {}
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def request(port: int, *lines: str, first: str = "GET /state HTTP/1.1", host: str | None = None, body: str = "") -> str:
    host_line = f"Host: 127.0.0.1:{port}" if host is None else host
    return "\r\n".join([first, *([host_line] if host_line else []), *lines]) + "\r\n\r\n" + body


def bearer() -> str:
    return f"Authorization: Bearer {read_token()}"


def ask(port: int, method: str, path: str, values: Any = None) -> tuple[int, dict[str, Any]]:
    token = read_token()
    assert token is not None
    return call(port, token, method, path, values, 30.0)
