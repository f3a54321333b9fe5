"""A sink in the output host, as a session sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from sanacam.app.frames import Frame
from sanacam.app.host.link import HostLink
from sanacam.app.host.spec import SinkSpec
from sanacam.app.host.wishes import Wish
from sanacam.model.errors import UserError

CLOSE_S = 15.0
SinkNews = Literal["open", "failed", "closed"]


class HostedSink:
    """Follows ``sanacam.app.sink.Sink``. Pictures reach the host through the link, which is the session's outlet; this
    one asks for the sink when the session opens it, and passes its failure on.

    A recording is finished when the session closes it. A camera and OBS stay open, so that the next session of the same
    link goes on where this one has ended; ``retire`` closes them, and so does the end of the link.

    Args:
        link: to the host.
        spec: which sink.
        tell: called in the output thread when it has been opened in the host (again, after a host had to be started
            again), has failed, or is closed; with ``state``. Must return quickly.
    """

    exact = False

    def __init__(
        self,
        link: HostLink,
        spec: SinkSpec,
        tell: Callable[[SinkNews, dict[str, Any]], None] = lambda news, state: None,
    ) -> None:
        self._link = link
        self.spec = spec
        self._tell = tell
        self._told: dict[str, Any] | None = None
        self._wish: Wish | None = None
        self._retired = False

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def state(self) -> dict[str, Any]:
        """What the host said when it opened the sink: ``device``, ``port``, ``path``, ``encoder`` …; {} before."""
        wish = self._wish
        return (wish.state if wish is not None else None) or {}

    @property
    def waiting(self) -> bool:
        """Whether the host has not opened it yet, nor said why it does not; over once it has been closed."""
        wish = self._wish
        return not self._retired and (wish is None or wish.to_open)

    def open(self, width: int, height: int, fps: float) -> None:
        """Ask for it and return at once; what goes wrong is raised by ``write``."""
        self._wish, self._retired = self._link.wishes.want(self.spec), False

    def write(self, frame: Frame) -> None:
        """Nothing but to say what became of the sink. Raises UserError: it could not be opened, or has failed."""
        wish = self._wish
        if wish is None:
            return
        if wish.error is not None:
            self._tell("failed", self.state)
            raise wish.error
        if wish.state is not None and wish.state is not self._told:
            self._told = wish.state
            self._tell("open", wish.state)

    def close(self) -> None:
        """See the class. Raises UserError: the recording could not be finished."""
        if self.spec.kind == "recording" or (self._wish is not None and self._wish.error is not None):
            self.retire()

    def retire(self) -> None:
        """Close it in the host, and wait for that.

        Raises:
            UserError: it could not be closed properly, or it is a recording that never began.
        """
        wish, self._wish, self._retired = self._wish, None, True
        if wish is None:
            return
        closed = self._link.wishes.release(wish, CLOSE_S)
        if wish.error is None:
            self._tell("closed", wish.state or {})
        # One that goes on in another host has another path by now.
        if self.spec.kind == "recording" and wish.state is None and wish.error is None and wish.spec is wish.asked:
            raise UserError(
                f"The {self.name} had not begun yet.", "The output host was still starting; there is no file."
            )
        if not closed:
            raise UserError(f"The {self.name} does not close.", "It is let go when Sanacam ends.")
