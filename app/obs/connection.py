"""A signed-in connection to the OBS Studio on this machine, in the terms of obs-websocket 5.

Everything that can be wrong with reaching OBS ends in ``UnreachableError`` with a sentence for people; a request that
OBS declines ends in ``RequestRefusedError`` with the protocol's code.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import websocket
from obswebsocket.exceptions import ConnectionFailure

from sanacam.app.obs.client import WRONG_PASSWORD, Client
from sanacam.app.obs.obs_config import read_server_config
from sanacam.model.errors import UserError

log = logging.getLogger(__name__)

DEFAULT_PORT = 4455
ANSWER_S = 5.0
SERVER_SETTINGS = "Tools > WebSocket Server Settings"

NOT_FOUND = 600
NO_SUCH_REQUEST = 204
NOT_AVAILABLE = 604
NOT_READY = 207

Reason = Literal["closed", "switched off", "other port", "not OBS", "password"]
Event = tuple[str, dict[str, Any]]
"""(type, data) as the protocol names them."""


class UnreachableError(UserError):
    """OBS cannot be reached. ``reason`` says why in a word; only "password" is pointless to try again unchanged."""

    def __init__(self, reason: Reason, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.reason = reason


class ConnectionLostError(UserError):
    """OBS was there and is gone, or hangs."""


class RequestRefusedError(Exception):
    """OBS answered a request with an error. ``code``: see RequestStatus in the protocol; ``comment``: OBS's own
    words.
    """

    def __init__(self, request: str, code: int, comment: str) -> None:
        super().__init__(f"{request}: {code} {comment}".rstrip())
        self.request = request
        self.code = code
        self.comment = comment


@dataclass(frozen=True)
class ObsVersion:
    """What ``GetVersion`` says. ``requests``: the names that this OBS knows."""

    obs: str
    websocket: str
    requests: frozenset[str]


class ObsConnection:
    """Signs in at once. Requests may be sent from any thread but the one that ``on_event`` is called in.

    Args:
        port: of obs-websocket on 127.0.0.1.
        password: empty when the server asks for none. Never logged.
        on_event: called with every event of OBS from the receiving thread; must return quickly.

    Raises:
        UnreachableError: see there.
    """

    def __init__(
        self,
        port: int = DEFAULT_PORT,
        password: str = "",
        *,
        timeout_s: float = ANSWER_S,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self.gone = threading.Event()
        self._on_event = on_event
        self._client = Client(port, password, timeout_s, self.gone.set)
        self._client.register(self._pass_on)
        try:
            self._client.connect()
        except (ConnectionFailure, websocket.WebSocketException, OSError, ValueError, LookupError, TypeError) as error:
            raise _unreachable(error, self._client.close_code, port) from error
        try:
            self.version = self._ask_version()
        except BaseException:
            self.close()
            raise

    def request(self, name: str, **data: Any) -> dict[str, Any]:
        """One request of the protocol, answered.

        Raises:
            RequestRefusedError: OBS declines.
            ConnectionLostError: OBS has gone or does not answer.
        """
        try:
            answer = self._client.answer(name, data)
        except TimeoutError as error:
            self.close()
            raise ConnectionLostError("OBS does not answer.", "Look whether it hangs or shows a question.") from error
        except OSError as error:
            raise ConnectionLostError("The connection to OBS has ended.", "Start OBS again.") from error
        status = answer.get("requestStatus", {})
        if not status.get("result"):
            raise RequestRefusedError(name, int(status.get("code", 0)), str(status.get("comment", "")))
        return dict(answer.get("responseData") or {})

    def knows(self, name: str) -> bool:
        """Whether this OBS has the request."""
        return name in self.version.requests

    def require(self, *names: str) -> None:
        """Make sure that this OBS has these requests.

        Raises:
            UserError: it is too old; the first that is missing is named.
        """
        missing = [name for name in names if not self.knows(name)]
        if missing:
            raise UserError(
                f"This OBS ({self.version.obs}, obs-websocket {self.version.websocket}) lacks {missing[0]}.",
                "Update OBS Studio; version 28.0.1 or newer is needed.",
            )

    def close(self) -> None:
        """End the connection; safe to call twice."""
        self._client.disconnect()

    def _ask_version(self) -> ObsVersion:
        values = self.request("GetVersion")
        return ObsVersion(
            str(values.get("obsVersion", "?")),
            str(values.get("obsWebSocketVersion", "?")),
            frozenset(values.get("availableRequests", ())),
        )

    def _pass_on(self, event: Any) -> None:
        if self._on_event is not None:
            self._on_event((str(event.name), dict(event.datain or {})))


def _unreachable(error: Exception, close_code: int | None, port: int) -> UnreachableError:
    """Why it did not work. What OBS has written down about its own server helps to tell closed from switched off."""
    if close_code == WRONG_PASSWORD:
        return UnreachableError(
            "password",
            "OBS refuses the password.",
            f"Copy it from OBS: {SERVER_SETTINGS} > Show Connect Info, then run `sanacam obs setup --ask` again.",
        )
    if not isinstance(error, ConnectionRefusedError):
        return UnreachableError(
            "not OBS",
            f"Something else than OBS 28 or newer answers on port {port}.",
            f"Look up the port in OBS under {SERVER_SETTINGS} and give it with --port; when another program holds it, "
            "choose another one there.",
        )
    config = read_server_config()
    if config is not None and not config.enabled:
        return UnreachableError(
            "switched off",
            "The WebSocket server of OBS is switched off.",
            f"In OBS open {SERVER_SETTINGS}, tick Enable WebSocket server and keep authentication on.",
        )
    if config is not None and config.port != port:
        return UnreachableError(
            "other port",
            f"Nobody answers on port {port}; OBS is set to port {config.port}.",
            f"Start OBS, then use --port {config.port}.",
        )
    return UnreachableError(
        "closed",
        f"OBS is not running: nobody answers on port {port}.",
        f"Start OBS Studio. If it runs, tick Enable WebSocket server under {SERVER_SETTINGS}.",
    )
