"""A port of its own for every test, away from a Sanacam that runs on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from control_calls import Target, free_port, port_threads

from sanacam.app.control.server import ControlServer


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Token and ports go here; ports away from those of a Sanacam that runs on this machine."""
    folder = tmp_path / "config"
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(folder))
    return folder


@pytest.fixture
def target() -> Target:
    return Target()


@pytest.fixture
def open_port(target: Target) -> Iterator[Callable[..., int]]:
    servers: list[ControlServer] = []

    def open_one(which: Target | None = None, port: int | None = None) -> int:
        server = ControlServer(which or target, free_port() if port is None else port)
        servers.append(server)
        return server.start()

    yield open_one
    for server in servers:
        assert server.stop(20.0)
    assert port_threads() == []
