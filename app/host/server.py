"""The control channel of a host, its own end: who may speak, and what can be asked.

claim {mark, fps}         become the owner; ok {owner, panic, sinks}. The connection is the owner: when it ends, so
                          does the ownership
follow {edited, source}   show the pictures of these rings
rest {}                   no more pictures for now
add {sink}, remove {key}  sinks; ok is the sink's state
panic {by, mode, image}   mode null: back, "preferred": what the session prefers; ok {shown_after_ms}, null when that
                          took too long, and {panic}: what is on now. Anybody with the
                          token; the owner hears of it, {"event": "panic", …}, unless ``by`` is its mark
prefer {mode, image}      what to show when a press names no mode. The owner
status {}                 anybody with the token
end {}                    close all and end. The owner, or anybody when there is none
"""

from __future__ import annotations

import contextlib
import hmac
import logging
import queue
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sanacam.app.host.channel import Lines, Message
from sanacam.app.host.spec import SinkSpec
from sanacam.app.host.stage import Stage
from sanacam.app.host.state import VERSION
from sanacam.app.loopback import listen_on_loopback
from sanacam.app.panic_mode import PANIC_MODES, PanicMode
from sanacam.app.session_report import in_words
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

HELLO_S = 2.0
CONFIRM_S = 0.5
MOST_CONNECTIONS = 16
_EVENTS_KEPT = 256


class ChannelServer:
    """Lets who has the token control ``stage``."""

    def __init__(self, stage: Stage, token: str) -> None:
        self._stage = stage
        self._token = token
        self._listener = listen_on_loopback(0, 16, "Check the firewall: the output host is told by it what to do.")
        self._listener.settimeout(0.25)
        self._stop_asked = threading.Event()
        self._connections: list[_Connection] = []
        self._thread = threading.Thread(target=self._accept, name="sanacam-host-accept", daemon=True)
        self.port: int = self._listener.getsockname()[1]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the port, break all connections off, join."""
        self._stop_asked.set()
        self._thread.join()
        self._listener.close()
        for connection in self._connections:
            connection.cut_off()
        for connection in self._connections:
            connection.join(2.0)

    def _accept(self) -> None:
        while not self._stop_asked.is_set():
            try:
                channel, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError as error:
                log.warning("the control channel: %s", error)
                self._stop_asked.wait(0.25)
                continue
            self._connections = [one for one in self._connections if one.is_alive()]
            if len(self._connections) >= MOST_CONNECTIONS and not self._make_room():
                channel.close()
                continue
            connection = _Connection(channel, self._stage, self._token)
            self._connections.append(connection)
            connection.start()

    def _make_room(self) -> bool:
        """Cut off the oldest that has not shown the token: strangers must not keep the panic key's call out."""
        stranger = next((one for one in self._connections if not one.known), None)
        if stranger is None:
            return False
        stranger.cut_off()
        stranger.join(0.5)
        self._connections = [one for one in self._connections if one.is_alive()]
        return len(self._connections) < MOST_CONNECTIONS


class _Connection(threading.Thread):
    """One client, and the owner if it has claimed the host. ``known``: it has shown the token."""

    def __init__(self, channel: socket.socket, stage: Stage, token: str) -> None:
        super().__init__(name="sanacam-host-channel", daemon=True)
        self._lines = Lines(channel)
        self.mark = ""
        self.known = False
        self._stage = stage
        self._token = token
        self._outbox: queue.Queue[Message | None] = queue.Queue(_EVENTS_KEPT)
        self._actions: dict[str, Callable[[Message], Any]] = {
            "claim": self._claim,
            "follow": lambda m: stage.follow(self, Path(m["edited"]), Path(m["source"])),
            "rest": lambda m: stage.rest(self),
            "add": lambda m: stage.add(self, SinkSpec.from_json(m["sink"])),
            "remove": lambda m: stage.remove(self, str(m["key"])),
            "panic": self._panic,
            "prefer": lambda m: stage.prefer(_mode(m["mode"]), _path(m.get("image"))),
            "status": lambda m: stage.status(),
            "end": self._end,
        }

    def cut_off(self) -> None:
        self._lines.close()

    def tell(self, event: Message) -> None:
        """See ``Owner.tell``."""
        try:
            self._outbox.put_nowait(event)
        except queue.Full:
            log.warning("the owner does not read; an event is lost: %s", event)

    def run(self) -> None:
        try:
            self._lines.set_timeout(HELLO_S)
            if self._let_in():
                self.known = True
                self._lines.set_timeout(None)
                writer = threading.Thread(target=self._write, name="sanacam-host-events", daemon=True)
                writer.start()
                self._serve()
        except (OSError, ValueError) as error:
            log.info("a client broke off: %s", error)
        finally:
            self._stage.leave(self)
            self._outbox_end()
            self._lines.close()

    def _let_in(self) -> bool:
        hello = self._lines.receive()
        if hello is None:
            return False
        if not hmac.compare_digest(str(hello.get("token", "")).encode(), self._token.encode()):
            return False
        if hello.get("version") != VERSION:
            self._lines.send({"error": {"message": "The output host that runs is of another version.", "hint": ""}})
            return False
        self._lines.send({"ok": {"version": VERSION, "instance": self._stage.instance}})
        return True

    def _serve(self) -> None:
        while (message := self._lines.receive()) is not None:
            self.tell({"id": message.get("id"), **self._answer(message)})

    def _answer(self, message: Message) -> Message:
        action = self._actions.get(str(message.get("do")))
        if action is None:
            return {"error": {"message": f"There is no request {message.get('do')!r}.", "hint": ""}}
        try:
            return {"ok": action(message) or {}}
        except UserError as error:
            return {"error": {"message": error.message, "hint": error.hint}}
        except (KeyError, TypeError, ValueError) as error:
            return {"error": {"message": f"A request cannot be read: {error}.", "hint": ""}}
        except Exception as error:  # a bug must not take the channel down; it is told and kept in the log
            log.exception("%s failed", message.get("do"))
            words, hint = in_words(error, "The output host failed")
            return {"error": {"message": words, "hint": hint}}

    def _write(self) -> None:
        """Answers and events, in a thread of their own: nobody waits for a client that does not read."""
        while (message := self._outbox.get()) is not None:
            try:
                self._lines.send(message)
            except OSError as error:
                log.info("a client takes nothing more: %s", error)
                return

    def _outbox_end(self) -> None:
        # When it is full the writer ends because the socket is closed.
        with contextlib.suppress(queue.Full):
            self._outbox.put_nowait(None)

    def _claim(self, message: Message) -> Message:
        fps, self.mark = message.get("fps"), str(message["mark"])
        if not self._stage.claim(self, None if fps is None else float(fps)):
            return {"owner": False}
        status = self._stage.status()
        return {"owner": True, "panic": status["panic"], "sinks": status["sinks"]}

    def _panic(self, message: Message) -> Message:
        mode = message.get("mode")
        if mode == "preferred":
            mode = self._stage.panic.preferred
        wanted = None if mode is None else _mode(mode)
        order = self._stage.press(str(message.get("by", "")), wanted, _path(message.get("image")))
        return {"panic": order.mode, "shown_after_ms": self._stage.panic.wait_shown(order, CONFIRM_S)}

    def _end(self, message: Message) -> None:
        if not self._stage.claim(self, None):
            raise UserError("Another Sanacam uses this output host.", "End that one first.")
        self._stage.ask_to_end()


def _mode(value: Any) -> PanicMode:
    for mode in PANIC_MODES:
        if mode == value:
            return mode
    raise ValueError(f"no such mode: {value!r}")


def _path(value: Any) -> Path | None:
    return None if value is None else Path(value)
