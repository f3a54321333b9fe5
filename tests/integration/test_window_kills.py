"""kill -9 of the window: OBS and the recording do not notice, and the next window takes them over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from sanacam.app.host.client import HostClient, HostGoneError, living_hosts
from sanacam.app.host.folder import output_ring
from sanacam.app.outputs.ring import RingReader
from sanacam.model.errors import UserError

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9"),
    pytest.mark.slow,
]

SCRIPT = Path(__file__).with_name("window_process.py")


def eventually(condition: Callable[[], Any], within: float = 60.0) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    monkeypatch.setenv("SANACAM_CONFIG_DIR", str(tmp_path / "config"))
    made: list[subprocess.Popen[str]] = []

    def start(sinks: str, *paths: Path) -> subprocess.Popen[str]:
        made.append(subprocess.Popen([sys.executable, str(SCRIPT), sinks, *map(str, paths)]))
        return made[-1]

    yield start
    for process in made:
        process.kill()
        process.wait()
    for state in living_hosts():
        os.kill(state.pid, signal.SIGKILL)


def host_status() -> dict[str, Any]:
    """Of the only host; {} while there is none that answers."""
    for state in living_hosts():
        try:
            client = HostClient(state)
            try:
                return client.ask("status", 5.0)
            finally:
                client.close()
        except (HostGoneError, UserError):
            continue
    return {}


def sinks() -> list[str]:
    return sorted(sink["key"] for sink in host_status().get("sinks", ()))


def test_a_killed_window_is_survived_and_the_next_one_takes_over(
    window: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    goal = tmp_path / "out.mp4"
    wanted = ["obs", f"recording {goal}"]
    first = window("window,obs", goal)
    eventually(lambda: sinks() == wanted)
    (host,) = living_hosts()
    began = time.monotonic()
    eventually(lambda: host_status()["sinks"][-1].get("recorded", 0) > 5)
    first.kill()
    first.wait()
    eventually(lambda: host_status()["owned"] is False)
    assert sinks() == wanted, "nobody has taken them down"
    reader = RingReader(output_ring(host.instance))
    written = reader.latest
    eventually(lambda: reader.latest > written + 30)

    # Of the recording it knows from the host alone.
    second = window("window,obs")
    eventually(lambda: host_status().get("owned"))
    assert [state.pid for state in living_hosts()] == [host.pid], "the same host"
    new = host_status()["new"]
    eventually(lambda: host_status()["new"] > new + 20)
    assert sinks() == wanted
    assert second.poll() is None

    lasted = time.monotonic() - began
    client = HostClient(host)
    assert client.ask("panic", 20.0, mode="black", image=None)["panic"] == "black"
    client.close()
    second.send_signal(signal.SIGTERM)
    second.wait(60)
    assert sinks() == wanted, "also ended like this it leaves the host alone"
    client = HostClient(host)
    client.ask("end", 20.0)
    client.close()
    eventually(lambda: living_hosts() == [])
    with av.open(goal) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times[-1] > lasted - 2.0, "one recording through all of it"
