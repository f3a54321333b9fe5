"""kill -9 of every process in every state: the output never goes silent, and whoever died is picked up again."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from sanacam.app.clock import OutputFormat
from sanacam.app.frames import Frame
from sanacam.app.host.client import HostClient, living_hosts
from sanacam.app.host.folder import output_ring
from sanacam.app.host.link import HostLink
from sanacam.app.host.spec import SinkSpec
from sanacam.app.outputs.ring import RingReader
from sanacam.app.panic import PanicSwitch
from sanacam.model.errors import UserError

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9"),
    pytest.mark.slow,
]

SCRIPT = Path(__file__).with_name("hosted_session.py")
TIMES = 10


def eventually(condition: Callable[[], bool], within: float = 60.0) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


class Screen:
    """What another program sees: it follows the output ring as docs/ring.md tells readers to."""

    def __init__(self) -> None:
        self._reader: RingReader | None = None
        self._seen: Frame | None = None
        self._moved_s = time.monotonic()

    @property
    def frames(self) -> int:
        """How many the writer of the ring has written."""
        return self._reader.latest if self._reader is not None else 0

    def look(self) -> int:
        """Brightness of the newest picture; −1 for a slate, −2 when there was none yet."""
        now = time.monotonic()
        if self._reader is None or not self._reader.open or now - self._moved_s > 1.0:
            self._reopen()
        frame = self._reader.take() if self._reader is not None else None
        if frame is not None:
            self._seen, self._moved_s = frame, now
        if self._seen is None:
            return -2
        return -1 if self._seen.pixels.std() > 1 else int(self._seen.pixels[16, 32, 0])

    def _reopen(self) -> None:
        try:
            reader = RingReader(output_ring(1))
        except UserError:
            return
        if reader.open:
            self._reader = reader


@pytest.fixture
def session() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    made: list[subprocess.Popen[str]] = []

    def start(value: int, *paths: Path) -> subprocess.Popen[str]:
        command = [sys.executable, str(SCRIPT), str(value), *map(str, paths)]
        made.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return made[-1]

    yield start
    for process in made:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    for state in living_hosts():
        os.kill(state.pid, signal.SIGKILL)


def hosted_by(process: subprocess.Popen[str]) -> int:
    """The host's process, once it has the session's sinks."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("hosted"):
            assert len(line.split()) == 2, line
            return int(line.split()[1])
    raise AssertionError("the session ended")


def test_a_killed_session_is_survived_and_the_next_one_takes_the_host_over(
    session: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """Ten times; camera and OBS are told apart from the ring by nothing, so the ring and a recording stand for them."""
    recording, screen = tmp_path / "out.mp4", Screen()
    first_host, began = None, 0.0
    written: list[tuple[float, int]] = []
    for number in range(TIMES):
        value = 100 + 10 * number
        process = session(value, recording)
        host = hosted_by(process)
        first_host = first_host or host
        assert host == first_host, "one host all the time"
        eventually(lambda value=value: screen.look() == value)
        began = began or time.monotonic()
        written.append((time.monotonic(), screen.frames))
        process.kill()
        process.wait()
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            assert screen.look() == value, "the last picture stays"
            time.sleep(0.005)
    eventually(lambda: screen.look() == -1)
    lasted = time.monotonic() - began
    rates = [(later[1] - one[1]) / (later[0] - one[0]) for one, later in itertools.pairwise(written)]
    # Other work on the machine makes pictures fewer, never more: a good stretch is the truth.
    assert max(rates) > 0.8 * 30, rates
    assert min(rates) > 5, f"{rates}: the same ring all the time, and it never stood still"
    state = living_hosts()[0]
    client = HostClient(state)
    assert [sink["key"] for sink in client.ask("status", 20.0)["sinks"]] == ["obs", f"recording {recording}"]
    client.ask("end", 20.0)
    client.close()
    eventually(lambda: living_hosts() == [])
    with av.open(recording) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times[-1] > lasted - 1.0, "the recording went through all of it"


def test_a_session_that_hangs_is_survived_and_the_panic_key_works(
    session: Callable[..., subprocess.Popen[str]],
) -> None:
    process, screen = session(150), Screen()
    hosted_by(process)
    eventually(lambda: screen.look() == 150)
    process.send_signal(signal.SIGSTOP)
    client = HostClient(living_hosts()[0])
    times = []
    for _ in range(TIMES):
        shown_after_ms = client.ask("panic", 20.0, mode="black", image=None)["shown_after_ms"]
        # None: later than half a second, on a machine that stalls.
        times.append(1000.0 if shown_after_ms is None else shown_after_ms)
        eventually(lambda: screen.look() == 0)
        client.ask("panic", 20.0, mode=None, image=None)
        eventually(lambda: screen.look() in (150, -1))
    assert min(times) <= 50.0, times
    eventually(lambda: screen.look() == -1)
    process.send_signal(signal.SIGCONT)
    eventually(lambda: screen.look() == 150)
    client.close()


def test_panic_outlives_whoever_is_killed(session: Callable[..., subprocess.Popen[str]]) -> None:
    first, screen = session(150), Screen()
    hosted_by(first)
    eventually(lambda: screen.look() == 150)
    client = HostClient(living_hosts()[0])
    client.ask("panic", 20.0, mode="black", image=None)
    client.close()
    eventually(lambda: screen.look() == 0)
    looks: list[int] = []

    def seen(condition: Callable[[], bool]) -> bool:
        looks.append(screen.look())
        return condition()

    first.kill()
    first.wait()
    host = hosted_by(session(222))
    written = screen.frames
    eventually(lambda: seen(lambda: screen.frames > written + 20))
    os.kill(host, signal.SIGKILL)
    eventually(lambda: seen(lambda: [state.pid for state in living_hosts()] not in ([], [host])))
    new_ring = time.monotonic() + 1.5
    eventually(lambda: seen(lambda: time.monotonic() > new_ring and screen.frames > 20))
    assert set(looks) == {0}, "not one edited picture"


def test_sessions_killed_while_they_start_leave_nothing_that_stands_in_the_way(
    session: Callable[..., subprocess.Popen[str]],
) -> None:
    """At any moment of a session's start: before it has a host, while it claims one, before its first picture."""
    for number in range(TIMES):
        process = session(120)
        time.sleep(0.12 * number)
        process.kill()
        process.wait()
    screen, process = Screen(), session(222)
    hosted_by(process)
    eventually(lambda: screen.look() == 222 or len(living_hosts()) > 1)


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[HostLink, list[UserError]]]:
    monkeypatch.setattr("sanacam.app.host.link.MOST_DEATHS", 1000)
    notes: list[UserError] = []
    made = HostLink(PanicSwitch(), notes.append, linger_s=20.0)
    made.start()
    made.begin(OutputFormat(64, 32, 30.0))
    yield made, notes
    assert made.close()
    made.end()
    assert living_hosts() == []


def show(link: HostLink, value: int) -> None:
    pixels = np.full((32, 64, 3), value, np.uint8)
    now = time.monotonic_ns()
    link.show(Frame(pixels, now, 0, 1), Frame(pixels, now, 0))


def test_a_killed_host_is_started_again_with_its_sinks(link: tuple[HostLink, list[UserError]], tmp_path: Path) -> None:
    hosts, notes = link
    screen, recording = Screen(), tmp_path / "out.mp4"
    wishes = [hosts.wishes.want(SinkSpec("obs"))]
    wishes.append(hosts.wishes.want(SinkSpec("recording", path=str(recording), codec="x264")))
    pids = []

    def seen(value: int) -> bool:
        show(hosts, value)
        return screen.look() == value and not any(wish.to_open for wish in wishes)

    eventually(lambda: seen(99))
    took = []
    for number in range(TIMES):
        pid = hosts.host_pid
        assert pid is not None
        pids.append(pid)
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        eventually(lambda pid=pid: hosts.host_pid not in (pid, None))
        eventually(lambda number=number: seen(100 + number))
        took.append(time.monotonic() - killed)
    assert len(set(pids)) == TIMES
    assert len(notes) == TIMES
    assert all("is started again with OBS, recording out" in note.message for note in notes)
    assert [wish.error for wish in wishes] == [None, None]
    assert np.median(took) < 15.0, took
    assert re.fullmatch(r"out-\d+\.mp4", Path(wishes[1].spec.path).name), "files that exist are left alone"


@pytest.mark.parametrize("delay_s", [0.0, 0.3, 0.6, 1.0])
def test_a_host_killed_while_it_starts_does_not_matter(link: tuple[HostLink, list[UserError]], delay_s: float) -> None:
    hosts, _ = link
    time.sleep(delay_s)
    process = hosts._process
    if process is not None:
        process.kill()
    wish, screen = hosts.wishes.want(SinkSpec("obs")), Screen()

    def seen() -> bool:
        show(hosts, 77)
        if wish.error is not None:
            # It died before it could be reached: that is said, and asking again is what a user does.
            hosts.wishes.release(wish, 1.0)
            return False
        return screen.look() == 77

    eventually(lambda: seen() or wish.error is not None)
    if wish.error is not None:
        wish = hosts.wishes.want(SinkSpec("obs"))
        eventually(seen)


def test_a_host_that_hangs_is_ended_and_started_again(
    link: tuple[HostLink, list[UserError]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sanacam.app.host.link.ANSWER_S", 2.0)
    monkeypatch.setattr("sanacam.app.host.link.PING_S", 0.2)
    hosts, notes = link
    hosts.wishes.want(SinkSpec("obs"))
    screen = Screen()

    def seen(value: int) -> bool:
        show(hosts, value)
        return screen.look() == value

    eventually(lambda: seen(50))
    pid = hosts.host_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    eventually(lambda: seen(51))
    assert hosts.host_pid != pid
    assert "is started again" in notes[0].message
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_two_at_once_have_a_host_each(session: Callable[..., subprocess.Popen[str]]) -> None:
    first, second = session(100), session(200)
    assert hosted_by(first) != hosted_by(second)
    assert sorted(state.instance for state in living_hosts()) == [1, 2]

    def shown() -> set[int]:
        frames = [RingReader(output_ring(number)).take() for number in (1, 2)]
        return {int(frame.pixels[0, 0, 0]) for frame in frames if frame is not None}

    eventually(lambda: shown() == {100, 200})


def test_a_state_file_of_a_dead_host_is_no_obstacle(session: Callable[..., subprocess.Popen[str]]) -> None:
    process = session(100)
    host = hosted_by(process)
    # Stopped first, so that neither can clean up after the other.
    os.kill(host, signal.SIGSTOP)
    process.kill()
    process.wait()
    os.kill(host, signal.SIGKILL)
    left = list(output_ring(1).parent.glob("host-1.json"))
    assert len(left) == 1
    rings = set(left[0].parent.glob("*-*-*.ring"))
    assert len(rings) == 2, "nobody was left to remove them"
    again = session(110)
    assert hosted_by(again) != host
    assert not rings & set(left[0].parent.glob("*.ring"))
    screen = Screen()
    eventually(lambda: screen.look() == 110)
    assert [state.instance for state in living_hosts()] == [1]


def test_a_host_that_nobody_wants_ends_by_itself(tmp_path: Path) -> None:
    link = HostLink(PanicSwitch(), lambda note: None, linger_s=0.5)
    link.start()
    eventually(lambda: link.host_pid is not None)
    assert link.close(end=False)
    eventually(lambda: living_hosts() == [])
