"""The session's side of the output host: it finds or starts one, keeps it supplied, and starts it again when it dies.

A link outlives sessions. Sessions come and go through it (it is their ``Outlet``), and the sinks in the host stay open
from one to the next. One thread of the link talks to the host about rings and sinks; another one passes the panic key
on over a connection of its own, so that a camera that opens slowly does not keep it waiting.

A host that nobody owns (the Sanacam that did was killed) is taken over with the sinks it has; a recording that goes on
in it goes on. One that another Sanacam owns is left alone, and a new one is started.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

from sanacam.app.clock import OutputFormat
from sanacam.app.frames import Frame
from sanacam.app.host.client import HostClient, HostGoneError, living_hosts, start_host
from sanacam.app.host.outgoing import OutgoingRings, Rings
from sanacam.app.host.panic_relay import PanicRelay
from sanacam.app.host.spec import SinkSpec
from sanacam.app.host.wishes import Wish, Wishes
from sanacam.app.panic import PanicSwitch
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

LINGER_S = 30.0
ANSWER_S = 5.0
OPEN_S = 40.0
PING_S = 1.0
END_S = 20.0
MOST_DEATHS, DEATHS_WITHIN_S = 3, 60.0


class HostLink:
    """Give one to each ``Session`` as ``outlet``, and ``HostedSink`` among its sinks.

    Args:
        panic: the key; presses are passed on to the host, and presses at the host come back.
        note: called from the link's threads with what the user should know: that the host had to be started again, what
            a killed Sanacam has left.
        fps: of the host's output; default that of the pictures, 30 at least.
        linger_s: how long a host stays when this process is gone.

    Attributes:
        wishes: the sinks that are wanted.
    """

    def __init__(
        self,
        panic: PanicSwitch,
        note: Callable[[UserError], None],
        *,
        fps: float | None = None,
        linger_s: float = LINGER_S,
    ) -> None:
        self.wishes = Wishes()
        self._note = note
        self._fps = fps
        self._linger_s = linger_s
        self._mark = secrets.token_hex(8)
        self._relay = PanicRelay(panic, note, self._mark)
        self._outgoing = OutgoingRings(self._wake, self.wishes.fail_all)
        self._changed = self.wishes.changed
        # Guarded by _changed.
        self._client: HostClient | None = None
        self._lost = self._closing = self._end = False
        # Of the thread alone.
        self._told: Rings | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths: list[float] = []
        self._thread = threading.Thread(target=self._run, name="sanacam-host-link", daemon=True)

    def start(self) -> None:
        """Begin to look for a host, or to start one. Returns at once."""
        self._relay.start()
        self._thread.start()

    def close(self, *, end: bool = True, timeout_s: float = END_S + ANSWER_S) -> bool:
        """Let the host go. ``end``: it closes its sinks and ends; else it stays for a while, see ``linger_s``.

        Returns:
            False when that takes longer than ``timeout_s``.
        """
        with self._changed:
            self._closing, self._end = True, end
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def host_pid(self) -> int | None:
        """The host's process; None while there is none."""
        client = self._client
        return client.state.pid if client is not None else None

    def status(self) -> dict[str, Any] | None:
        """What the host says of itself (``Stage.status``); None while there is none. Waits for the answer."""
        client = self._client
        try:
            return client.ask("status", ANSWER_S) if client is not None else None
        except HostGoneError:
            return None

    # Outlet: called by the session's output clock.

    def begin(self, output: OutputFormat) -> None:
        """See ``sanacam.app.clock.Outlet``."""
        self._outgoing.begin(output)

    def show(self, picture: Frame, raw: Frame | None) -> None:
        """See ``sanacam.app.clock.Outlet``."""
        self._outgoing.show(picture, raw)

    def end(self) -> None:
        """See ``sanacam.app.clock.Outlet``."""
        self._outgoing.end()

    # The thread.

    def _run(self) -> None:
        try:
            while not self._closing:
                try:
                    self._live_with(self._connect())
                except UserError as error:
                    self.wishes.fail_all(error)
                    with self._changed:
                        # Who wants a sink again wants another try.
                        self._changed.wait_for(lambda: self._closing or any(w.to_open for w in self.wishes))
                except HostGoneError as error:
                    log.info("an output host ended while it was claimed: %s", error)
        finally:
            self._relay.close()
            self._outgoing.end()
            self.wishes.close_all()

    def _connect(self) -> HostClient:
        """A host of our own: one that has lost its owner, else a new one."""
        for state in living_hosts():
            try:
                client = HostClient(state, self._heard, self._gone)
                if self._claim(client):
                    return client
            except (HostGoneError, UserError) as error:
                log.info("output host %d is passed over: %s", state.instance, error)
        state, self._process = start_host(self._linger_s)
        client = HostClient(state, self._heard, self._gone)
        if not self._claim(client):
            raise UserError("Another Sanacam has taken the output host.", "Start Sanacam again.")
        return client

    def _claim(self, client: HostClient) -> bool:
        """Become the owner; False when there is another one. What is lost while trying is closed."""
        owner = False
        try:
            self._lost, self._told = False, None
            answer = client.ask("claim", ANSWER_S, mark=self._mark, fps=self._fps)
            owner = bool(answer.get("owner"))
            if owner:
                self._relay.connect(client.state, answer.get("panic"))
                self._take_over([SinkSpec.from_json(sink["spec"]) for sink in answer["sinks"]])
        except BaseException:
            owner = False
            raise
        finally:
            if not owner:
                client.close()
        return owner

    def _take_over(self, specs: list[SinkSpec]) -> None:
        for spec in self.wishes.claimed(specs):
            if spec.kind == "recording":
                self._note(UserError(f"The recording {spec.path} has gone on since before.", "End it as usual."))

    def _live_with(self, client: HostClient) -> None:
        self._client = client
        try:
            while not self._closing:
                self._carry_out(client)
            if self._end:
                client.ask("end", ANSWER_S)
        except HostGoneError as error:
            if not self._closing:
                self._mourn(client, error)
        finally:
            self._client = None
            self._relay.disconnect()
            client.close()
            if self._end and self._process is not None:
                self._reap(self._process)

    def _carry_out(self, client: HostClient) -> None:
        """One round of what is wanted; waits at most a second for something to do."""
        with self._changed:
            busy = self._changed.wait_for(self._something_to_do, PING_S)
        if self._lost:
            raise HostGoneError("the connection has ended")
        if self._outgoing.current is not self._told:
            self._tell_rings(client, self._outgoing.current)
        for wish in self.wishes:
            if wish.leaving:
                self._remove(client, wish)
            elif wish.to_open and self._told is not None:
                self._add(client, wish)
        for spec in self.wishes.take_unwanted():
            client.ask("remove", OPEN_S, key=spec.key)
        if not busy:
            # One that hangs shows itself by not answering.
            client.ask("status", ANSWER_S)

    def _something_to_do(self) -> bool:
        rings = self._outgoing.current
        opening = rings is not None and any(wish.to_open for wish in self.wishes)
        leaving = any(wish.leaving for wish in self.wishes)
        return self._closing or self._lost or rings is not self._told or opening or leaving

    def _tell_rings(self, client: HostClient, rings: Rings | None) -> None:
        self._told = rings
        if rings is None:
            client.ask("rest", ANSWER_S)
            return
        try:
            client.ask("follow", ANSWER_S, edited=str(rings[0].path), source=str(rings[1].path))
        except UserError as error:
            # Others may have taken their place meanwhile; the next round tells those.
            if self._outgoing.current is rings:
                self.wishes.fail_all(error)

    def _add(self, client: HostClient, wish: Wish) -> None:
        try:
            self.wishes.opened(wish, client.ask("add", OPEN_S, sink=wish.spec.to_json()), None)
        except UserError as error:
            self.wishes.opened(wish, None, error)

    def _remove(self, client: HostClient, wish: Wish) -> None:
        try:
            client.ask("remove", OPEN_S, key=wish.spec.key)
            self.wishes.closed(wish)
        except UserError as error:
            self.wishes.closed(wish, error)

    def _mourn(self, client: HostClient, error: HostGoneError) -> None:
        """The host has died: see to it that the next one can do better, and say so."""
        log.warning("the output host %d is lost: %s", client.state.instance, error)
        if not client.gone:
            _kill(client.state.pid)
        if self._process is not None:
            self._reap(self._process)
        now = time.monotonic()
        self._deaths = [then for then in self._deaths if now - then < DEATHS_WITHIN_S] + [now]
        names, paths = self.wishes.host_died()
        if len(self._deaths) > MOST_DEATHS:
            self.wishes.fail_all(
                UserError("The output host ends again and again.", "Its log says why; see docs/host.md.")
            )
            return
        what = f" with {', '.join(names)}" if names else ""
        more = f" The recording goes on in {', '.join(paths)}." if paths else ""
        self._note(UserError(f"The output host had ended; it is started again{what}.{more}"))

    def _reap(self, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            log.warning("the output host does not end and is killed")
            process.kill()
            process.wait()
        self._process = None

    # What the host tells; called from the connection's thread.

    def _heard(self, event: dict[str, Any]) -> None:
        match event.get("event"):
            case "sink failed":
                error = UserError(str(event.get("message")), str(event.get("hint")))
                self.wishes.failed(str(event.get("key")), error)
            case "panic":
                self._relay.pressed_there(event.get("mode"), event.get("image"))

    def _gone(self) -> None:
        self._lost = True
        self._wake()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _kill(pid: int) -> None:
    """End a process that hangs."""
    try:
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    except (ProcessLookupError, PermissionError) as error:
        log.info("process %d: %s", pid, error)
