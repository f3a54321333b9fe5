"""A host in this process, and links to it: all but the process boundary is real."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from sanacam.app.clock import OutputFormat
from sanacam.app.frames import Frame
from sanacam.app.host.link import HostLink
from sanacam.app.host.server import ChannelServer
from sanacam.app.host.spec import SinkSpec
from sanacam.app.host.stage import Stage
from sanacam.app.host.state import HostState, new_token
from sanacam.app.host.wishes import Wish
from sanacam.app.outputs.collect import CollectSink
from sanacam.app.panic import PanicSwitch
from sanacam.model.errors import UserError

EDITED, RAW = 200, 60
SIZE = OutputFormat(32, 16, 60.0)


def picture(value: int, epoch: int = 1, output: OutputFormat = SIZE) -> Frame:
    return Frame(np.full((output.height, output.width, 3), value, np.uint8), time.monotonic_ns(), 5, epoch)


@dataclass
class Hosted:
    """A stage that can be reached, and what its clock shows."""

    stage: Stage
    server: ChannelServer
    state: HostState
    seen: CollectSink

    def value(self) -> int:
        """Brightness in the middle of what is shown now; −1 for a slate."""
        frame = self.seen.frames[-1]
        return -1 if frame.sequence == -1 and frame.pixels.std() > 1 else int(frame.pixels[8, 16, 0])

    def stop(self) -> None:
        self.state.remove()
        self.stage.stop()
        self.server.stop()


class Writer(threading.Thread):
    """Shows pictures through a link at an even rate, as a session's output clock does, until it is told to hang."""

    def __init__(self, link: HostLink, output: OutputFormat = SIZE, value: int = EDITED) -> None:
        super().__init__(daemon=True)
        self.hang = threading.Event()
        self.stop = threading.Event()
        self._link, self._output, self._value = link, output, value

    def run(self) -> None:
        self._link.begin(self._output)
        while not self.stop.wait(1 / self._output.fps):
            if not self.hang.is_set():
                self._link.show(picture(self._value, 1, self._output), picture(RAW, 0, self._output))
        self._link.end()

    def leave(self) -> None:
        self.stop.set()
        self.join()


@dataclass
class Session:
    """A link with what belongs to it."""

    link: HostLink
    panic: PanicSwitch
    notes: list[UserError] = field(default_factory=list)
    writers: list[Writer] = field(default_factory=list)

    def write(self, output: OutputFormat = SIZE, value: int = EDITED) -> Writer:
        writer = Writer(self.link, output, value)
        self.writers.append(writer)
        writer.start()
        return writer

    def open(self, spec: SinkSpec) -> Wish:
        """Have a sink, and wait for it."""
        wish = self.link.wishes.want(spec)
        deadline = time.monotonic() + 30
        while wish.to_open:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        return wish


@pytest.fixture
def eventually() -> Callable[..., None]:
    def wait(condition: Callable[[], bool], within: float = 30.0) -> None:
        end = time.monotonic() + within
        while not condition():
            assert time.monotonic() < end, "did not happen in time"
            time.sleep(0.002)

    return wait


@pytest.fixture
def hosted() -> Iterator[Hosted]:
    stage = Stage(1, linger_s=30.0)
    token = new_token()
    server = ChannelServer(stage, token)
    state = HostState(1, os.getpid(), server.port, token)
    seen = CollectSink(limit=2000)
    stage._clock.add_sink(seen)
    stage.start()
    server.start()
    state.write()
    made = Hosted(stage, server, state, seen)
    yield made
    made.stop()


@pytest.fixture
def make_session() -> Iterator[Callable[..., Session]]:
    made: list[Session] = []

    def make(**options: object) -> Session:
        panic, notes = PanicSwitch(), []
        session = Session(HostLink(panic, notes.append, **options), panic, notes)  # type: ignore[arg-type]
        made.append(session)
        session.link.start()
        return session

    yield make
    for session in made:
        for writer in session.writers:
            writer.leave()
        assert session.link.close(end=False)
