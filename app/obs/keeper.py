"""Keeps the source in OBS alive: a thread that connects, mends, nudges, and comes back when OBS does.

What it does not do is fight the user: a source that is taken out or renamed while it watches stays that way until OBS
is set up again, and in another scene collection nothing is made unasked.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import closing

from sanacam.app.obs.connection import NOT_READY, Event, ObsConnection, RequestRefusedError, UnreachableError
from sanacam.app.obs.sound import SoundDelay
from sanacam.app.obs.source import ObsFeed
from sanacam.app.obs.visit import EVENTS, NEEDED, KeeperStatus, Visit, declined
from sanacam.app.settings import ObsSettings
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 3.0
"""Between attempts: on this machine a refused connection costs next to nothing, and OBS should find us at once."""
PASSWORD_PAUSE_S = 15.0
STEP_S = 0.25
LOOK_S = 0.5
OFF = KeeperStatus("off")
NOT_SET_UP = KeeperStatus("off", "OBS is not set up.", "Run `sanacam obs setup`.")


class ObsKeeper:
    """``start`` and ``stop`` may be repeated.

    Args:
        feeds: what the source shows, for each way that the settings may name; ready for OBS before ``start``.
        wishes: the settings as of now; asked twice a second, so that a change takes effect at once. A UserError of it
            is shown.
        password: for these settings, asked when it is not known or has been refused; likewise.
        latency_ms, frame_ms: see ``SoundDelay``.
        on_status: called at every change, from the keeper's thread; must return quickly and not call ``stop``.
    """

    def __init__(
        self,
        feeds: Mapping[str, ObsFeed],
        wishes: Callable[[], ObsSettings],
        password: Callable[[ObsSettings], str],
        *,
        latency_ms: Callable[[], float | None] = lambda: None,
        frame_ms: Callable[[], float] = lambda: 1000 / 30,
        on_status: Callable[[KeeperStatus], None] | None = None,
    ) -> None:
        self._feeds = dict(feeds)
        self._wishes = wishes
        self._password = password
        self._latency_ms = latency_ms
        self._frame_ms = frame_ms
        self._on_status = on_status
        self._status = OFF
        self._secret: str | None = None
        self._thread: threading.Thread | None = None
        self._stop_asked = threading.Event()
        self._wake = threading.Event()
        self._news: deque[Event] = deque(maxlen=64)

    @property
    def status(self) -> KeeperStatus:
        return self._status

    def start(self) -> None:
        """Begin, and return at once."""
        if self._thread is None:
            self._stop_asked.clear()
            self._thread = threading.Thread(target=self._run, name="sanacam-obs-keeper", daemon=True)
            self._thread.start()

    def stop(self, timeout_s: float = 8.0) -> bool:
        """Give the sound back, leave the source where it is, join; False when OBS hangs for longer than
        ``timeout_s``.
        """
        self._stop_asked.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                return False
            self._thread = None
        return True

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stop_asked.is_set():
            began_s = time.monotonic()
            try:
                wishes = self._wishes()
                if wishes.way in self._feeds:
                    self._meet(wishes)
                else:
                    self._say(NOT_SET_UP)
            except UserError as error:
                self._say(KeeperStatus("trouble", error.message, error.hint))
            except RequestRefusedError as refusal:
                self._say(declined(refusal))
            except Exception as error:  # a bug here must not take the output down; it is told and kept in the log
                log.exception("the keeper failed")
                self._say(
                    KeeperStatus("trouble", f"{type(error).__name__}: {error}", "Please report this with the log.")
                )
            lasted = time.monotonic() - began_s > LONGEST_PAUSE_S
            pause_s = FIRST_PAUSE_S if lasted else min(1.5 * pause_s, LONGEST_PAUSE_S)
            self._rest(pause_s)
        self._say(OFF)

    def _meet(self, wishes: ObsSettings) -> None:
        """One connection, or one attempt."""
        try:
            if self._secret is None:
                self._secret = self._password(wishes)
            obs = ObsConnection(wishes.port, self._secret, on_event=self._hear)
        except UserError as error:
            if self._secret is None or (isinstance(error, UnreachableError) and error.reason == "password"):
                # The same again would be refused again, and a keyring might ask the user each time.
                self._secret = None
                self._say(KeeperStatus("trouble", error.message, error.hint))
                self._rest(PASSWORD_PAUSE_S, unless_other_than=wishes)
                return
            raise
        with closing(obs):
            self._attend(obs, wishes)

    def _attend(self, obs: ObsConnection, wishes: ObsSettings) -> None:
        """Until the connection ends, other settings are wished for, or ``stop``."""
        obs.require(*NEEDED)
        self._news.clear()
        visit = Visit(obs, self._feeds[wishes.way], wishes.scene)
        sound = SoundDelay(wishes.sound, self._latency_ms, self._frame_ms)
        try:
            while not self._stop_asked.is_set() and not obs.gone.is_set() and self._wished(wishes):
                try:
                    while self._news:
                        visit.hear(*self._news.popleft())
                    self._say(visit.look())
                    sound.follow(obs)
                except RequestRefusedError as refusal:
                    # So it answers while it changes its scene collection.
                    if refusal.code != NOT_READY:
                        raise
                self._rest(STEP_S)
        finally:
            if not obs.gone.is_set():
                sound.give_back(obs)
        if obs.gone.is_set():
            self._say(KeeperStatus("trouble", "OBS has been closed.", "The source comes back when OBS does."))

    def _wished(self, wishes: ObsSettings) -> bool:
        """Whether these settings still hold."""
        try:
            return self._wishes() == wishes
        except UserError:
            return False

    def _hear(self, event: Event) -> None:
        if event[0] in EVENTS:
            self._news.append(event)
            self._wake.set()

    def _rest(self, seconds: float, unless_other_than: ObsSettings | None = None) -> None:
        """Until something wakes it, at most ``seconds``; less when other settings are wished for."""
        end = time.monotonic() + seconds
        while not self._stop_asked.is_set() and (left := end - time.monotonic()) > 0:
            woken = self._wake.wait(min(left, LOOK_S))
            self._wake.clear()
            if woken or (unless_other_than is not None and not self._wished(unless_other_than)):
                return

    def _say(self, status: KeeperStatus) -> None:
        if status != self._status:
            self._status = status
            log.info("OBS: %s %s %s", status.state, status.message, status.hint)
            if self._on_status is not None:
                self._on_status(status)
