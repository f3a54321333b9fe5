"""Which sinks a session wants in the host, and what became of each."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sanacam.app.host.spec import SinkSpec
from sanacam.model.errors import UserError

LEFTOVER_S = 10.0


@dataclass(eq=False)
class Wish:
    """A sink that somebody wants.

    Attributes:
        asked: what was wanted.
        spec: the same, but a recording gets a new path when its host dies.
        state: what the host said when it opened it; None until then.
        error: why it is not there, or no longer.
        leaving: it is to be closed.
        closed: it has been.
    """

    asked: SinkSpec
    spec: SinkSpec = field(init=False)
    state: dict[str, Any] | None = None
    error: UserError | None = None
    leaving: bool = False
    closed: bool = False

    def __post_init__(self) -> None:
        self.spec = self.asked

    @property
    def to_open(self) -> bool:
        return self.state is None and self.error is None and not self.leaving


class Wishes:
    """All methods may be called from any thread.

    Attributes:
        changed: held while the wishes are read or changed; notified when they have.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._wishes: list[Wish] = []
        self._left: list[SinkSpec] = []
        self._left_until_s = 0.0

    def __iter__(self) -> Iterator[Wish]:
        with self.changed:
            return iter(list(self._wishes))

    def want(self, spec: SinkSpec) -> Wish:
        """Have this sink. When it is there already, or has been left behind, it stays as it is."""
        with self.changed:
            wish = next((w for w in self._wishes if w.spec.key == spec.key and w.error is None and not w.leaving), None)
            if wish is None:
                wish = Wish(spec)
                self._wishes.append(wish)
            self._left = [left for left in self._left if left.key != spec.key]
            self.changed.notify_all()
            return wish

    def release(self, wish: Wish, timeout_s: float) -> bool:
        """Have it no longer. False when it is not closed within ``timeout_s``.

        Raises:
            UserError: it could not be closed properly; it is gone all the same.
        """
        with self.changed:
            if wish.error is not None or wish not in self._wishes:
                self._forget(wish)
                return True
            wish.leaving = True
            self.changed.notify_all()
            self.changed.wait_for(lambda: wish.closed, timeout_s)
            if wish.error is not None:
                raise wish.error
            return wish.closed

    def opened(self, wish: Wish, state: dict[str, Any] | None, error: UserError | None) -> None:
        """The host has answered."""
        with self.changed:
            wish.state, wish.error = state, error
            self.changed.notify_all()

    def closed(self, wish: Wish, error: UserError | None = None) -> None:
        """It is gone."""
        with self.changed:
            wish.closed, wish.error = True, error
            self._forget(wish)

    def failed(self, key: str, error: UserError) -> None:
        """The host has dropped a sink."""
        with self.changed:
            for wish in self._wishes:
                if wish.spec.key == key:
                    wish.error = wish.error or error
            self.changed.notify_all()

    def fail_all(self, error: UserError) -> None:
        with self.changed:
            for wish in self._wishes:
                wish.error = wish.error or error
                wish.closed = wish.closed or wish.leaving
            self.changed.notify_all()

    def close_all(self) -> None:
        """The link ends, and everything with it."""
        with self.changed:
            for wish in list(self._wishes):
                self.closed(wish)

    # After a host has died, and when one with sinks has been found.

    def claimed(self, specs: list[SinkSpec]) -> list[SinkSpec]:
        """A host has been claimed that has these sinks; all others have to be opened. Returns those that nobody wants
        yet: recordings go on until they are released, others wait a while to be wanted again.
        """
        with self.changed:
            for wish in self._wishes:
                wish.state = None
            wanted = {wish.spec.key for wish in self._wishes}
            self._left = [spec for spec in specs if spec.key not in wanted]
            self._left_until_s = time.monotonic() + LEFTOVER_S
            return list(self._left)

    def left_recordings(self) -> list[SinkSpec]:
        """Recordings that go on since a Sanacam that was killed. Who wants one of these takes it over."""
        with self.changed:
            return [spec for spec in self._left if spec.kind == "recording"]

    def take_unwanted(self) -> list[SinkSpec]:
        """What nobody has wanted for long enough to be closed; each once."""
        with self.changed:
            if time.monotonic() < self._left_until_s:
                return []
            unwanted = [spec for spec in self._left if spec.kind != "recording"]
            self._left = [spec for spec in self._left if spec.kind == "recording"]
            return unwanted

    def host_died(self) -> tuple[list[str], list[str]]:
        """Make the wishes ready for another host. A recording goes on in a new file. Returns the names of all sinks,
        and the new paths.
        """
        with self.changed:
            for wish in [w for w in self._wishes if w.leaving]:
                self.closed(wish)
            for wish in self._wishes:
                if wish.spec.kind == "recording" and wish.state is not None:
                    wish.spec = replace(wish.asked, path=str(_next_name(Path(wish.asked.path))), overwrite=False)
            alive = [wish.spec for wish in self._wishes if wish.error is None]
            return [spec.name for spec in alive], [spec.path for spec in alive if spec.kind == "recording"]

    def _forget(self, wish: Wish) -> None:
        """With the lock held."""
        if wish in self._wishes:
            self._wishes.remove(wish)
        self.changed.notify_all()


def _next_name(path: Path) -> Path:
    """``name-2.mp4``, ``name-3.mp4`` …: the first that is free."""
    number = 2
    while (candidate := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    return candidate
