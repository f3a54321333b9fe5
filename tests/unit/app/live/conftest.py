"""Small stand-ins for a camera, a film and a model; they do what the protocols promise and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from sanacam.app.frames import Frame, Pixels
from sanacam.app.session import Session
from sanacam.app.source import SourceEnded, SourceInfo
from sanacam.model.errors import UserError


def picture(value: int, width: int = 32, height: int = 16) -> Pixels:
    return np.full((height, width, 3), value % 256, dtype=np.uint8)


@dataclass
class Film:
    """A file of ``count`` frames; frame i is a picture of value i. ``breaks_at``: reading that frame fails."""

    count: int
    fps: float = 200.0
    breaks_at: int | None = None
    live = False
    _next: int = 0

    def open(self) -> SourceInfo:
        self._next = 0
        return SourceInfo("film", 32, 16, self.fps, live=False, frames=self.count)

    def read(self, timeout_s: float) -> Frame | None:
        if self._next == self.breaks_at:
            raise UserError("The film breaks off.", "Use another one.")
        if self._next >= self.count:
            raise SourceEnded("The film is at its end.")
        media_ns = round(self._next * 1e9 / self.fps)
        frame = Frame(picture(self._next), time.monotonic_ns(), self._next, media_ns=media_ns)
        self._next += 1
        return frame

    def close(self) -> None:
        pass


@dataclass
class Camera:
    """Ticks at ``fps`` until ``unplugged``; each opening takes the next of ``refusals`` if there is one."""

    fps: float = 200.0
    refusals: list[Exception] = field(default_factory=list)
    live = True
    openings: int = 0
    closings: int = 0
    unplugged: threading.Event = field(default_factory=threading.Event)
    _next_s: float = 0.0
    _sequence: int = 0

    def open(self) -> SourceInfo:
        self.openings += 1
        if self.refusals:
            raise self.refusals.pop(0)
        self._next_s, self._sequence = time.monotonic(), 0
        return SourceInfo("camera", 32, 16, self.fps, live=True)

    def read(self, timeout_s: float) -> Frame | None:
        if self.unplugged.wait(max(0.0, self._next_s - time.monotonic())):
            self.unplugged.clear()
            raise SourceEnded("The camera was unplugged.")
        self._next_s = max(self._next_s + 1 / self.fps, time.monotonic())
        self._sequence += 1
        return Frame(picture(self._sequence), time.monotonic_ns(), self._sequence)

    def close(self) -> None:
        self.closings += 1


@dataclass
class Model:
    """Adds 100 to every value. The prompt "refuse" is refused, "crash" makes the next chunk crash.

    ``holds``: frames kept inside until later pushes, as a model with a look-ahead does.
    """

    frames_per_chunk: int = 4
    seconds: float = 0.0
    holds: int = 0
    prompts: list[tuple[str, str]] = field(default_factory=list)
    strengths: list[float] = field(default_factory=list)
    resets: int = 0
    threads: set[str] = field(default_factory=set)
    chunks: list[int] = field(default_factory=list)
    _inside: list[Pixels] = field(default_factory=list)

    def push(self, frames: list[Pixels]) -> list[Pixels]:
        self.threads.add(threading.current_thread().name)
        self.chunks.append(len(frames))
        if self.prompts and self.prompts[-1][0] == "crash":
            raise ValueError("out of tensors")
        time.sleep(self.seconds)
        self._inside += [frame + 100 for frame in frames]
        ready = len(self._inside) - self.holds
        out, self._inside = self._inside[: max(0, ready)], self._inside[max(0, ready) :]
        return out

    def flush(self) -> list[Pixels]:
        out, self._inside = self._inside, []
        return out

    def reset(self) -> None:
        self.resets += 1
        self._inside = []

    def set_prompt(self, text: str, transition: str = "keep") -> None:
        if text == "refuse":
            raise UserError("That prompt cannot be used.", "Write another one.")
        self.prompts.append((text, transition))

    def set_strength(self, strength: float) -> None:
        self.strengths.append(strength)


class Fakes:
    Film = Film
    Camera = Camera
    Model = Model
    picture = staticmethod(picture)


@pytest.fixture
def fakes() -> type[Fakes]:
    return Fakes


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait until a condition holds; fail after ``within`` seconds."""

    def wait(condition: Callable[[], bool], within: float = 30.0) -> None:
        end = time.monotonic() + within
        while not condition():
            assert time.monotonic() < end, "did not happen in time"
            time.sleep(0.002)

    return wait


@pytest.fixture
def make_session() -> Iterator[Callable[..., Session]]:
    """Makes sessions and stops them at the end of the test."""
    made: list[Session] = []

    def make(*args: object, **options: object) -> Session:
        session = Session(*args, **options)  # type: ignore[arg-type]
        made.append(session)
        return session

    yield make
    for session in made:
        assert session.stop(30.0)
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("sanacam-")]
    assert names == []
