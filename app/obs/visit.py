"""One connection's time: what has been set up in OBS during it, and what has become of that."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal

from sanacam.app.obs.connection import ObsConnection, RequestRefusedError
from sanacam.app.obs.source import INPUT_NAME, ObsFeed, SourcePlan, ensure_source, find_source, send_settings
from sanacam.model.errors import UserError

NEEDED = ("GetInputSettings", "SetInputSettings", "CreateInput", "SetSceneItemTransform")
"""Requests without which nothing goes; those of OBS 28."""
EVENTS = frozenset(
    {
        "InputCreated",
        "InputRemoved",
        "InputNameChanged",
        "CurrentSceneCollectionChanging",
        "CurrentSceneCollectionChanged",
    }
)
NUDGE_S = 4.0
"""A stream that OBS does not take for so long: it is nudged, and again after as long."""
TRY_AGAIN_S = 3.0
REMOVED_S = 1.0

State = Literal["off", "showing", "waiting", "trouble"]


@dataclass(frozen=True)
class KeeperStatus:
    """How it stands. "showing": OBS takes pictures (or that cannot be known); "waiting": the source is there but takes
    none; "trouble": ``message`` and ``hint`` say what and what to do.
    """

    state: State
    message: str = ""
    hint: str = ""


def declined(refusal: RequestRefusedError) -> KeeperStatus:
    """A request that OBS should not have refused."""
    return KeeperStatus("trouble", f"OBS declined: {refusal}.", "Restart OBS; if that does not help, update it.")


class Visit:
    """Used from the keeper's thread alone.

    Args:
        scene: where a new source goes; "" is the one on air.
    """

    def __init__(self, obs: ObsConnection, feed: ObsFeed, scene: str) -> None:
        self._obs = obs
        self._feed = feed
        self._scene = scene
        self._applied: SourcePlan | None = None
        self._trouble: KeeperStatus | None = None
        self._collection_changes = False
        self._made_once = False
        self._try_again_s: float | None = None
        self._removed_s: float | None = None
        self._unwatched_s: float | None = None

    def hear(self, name: str, data: dict[str, Any]) -> None:
        """An event of OBS."""
        if name == "CurrentSceneCollectionChanging":
            # The old collection's inputs are reported as removed, one by one.
            self._collection_changes = True
        elif name == "CurrentSceneCollectionChanged":
            self._collection_changes, self._made_once = False, True
            self._set_up()
        elif self._collection_changes:
            return
        elif self._applied is None:
            if name in ("InputCreated", "InputNameChanged") and data.get("inputName") == INPUT_NAME:
                self._set_up()
        elif name == "InputRemoved" and data.get("inputName") == INPUT_NAME:
            # Not believed at once: it can still be found for a moment, or another kind of source takes its place.
            self._removed_s = time.monotonic()
        elif name == "InputNameChanged" and data.get("oldInputName") == INPUT_NAME:
            new = data.get("inputName")
            self._let_be(f'The source "{INPUT_NAME}" is called "{new}" now.', f'Name it "{INPUT_NAME}" again in OBS.')

    def look(self) -> KeeperStatus:
        """Set up or mend what needs it, nudge OBS if it takes no pictures; returns how it stands."""
        now = time.monotonic()
        if self._collection_changes:
            return KeeperStatus("waiting", "OBS changes its scene collection.")
        if self._removed_s is not None:
            if now - self._removed_s < REMOVED_S:
                return KeeperStatus("waiting", "The source was removed.")
            self._after_removal()
        first = self._applied is None and self._trouble is None
        again = self._try_again_s is not None and now >= self._try_again_s
        if first or again or (self._applied is not None and self._feed.plan() != self._applied):
            self._set_up()
        if self._trouble is not None:
            return self._trouble
        if self._feed.watched() is not False:
            self._unwatched_s = None
            return KeeperStatus("showing")
        if self._unwatched_s is None:
            self._unwatched_s = now
        if now - self._unwatched_s >= NUDGE_S and self._applied is not None:
            # It tries by itself once a second, so this is for one that has stopped trying: settings given anew make it
            # begin again, which the media action "restart" does not always. Oftener would only disturb its attempts.
            send_settings(self._obs, self._applied)
            self._unwatched_s = now
        return KeeperStatus("waiting", "OBS does not take the picture yet.", "It is asked again and again.")

    def _after_removal(self) -> None:
        if find_source(self._obs) is None:
            self._let_be(f'The source "{INPUT_NAME}" was taken out of OBS.', "Set OBS up again to get it back.")
        else:
            self._set_up()

    def _set_up(self) -> None:
        """See that the source is right. A missing one is made only once in a visit: after that the user wants it so."""
        self._trouble = self._applied = self._unwatched_s = self._try_again_s = self._removed_s = None
        plan = self._feed.plan()
        try:
            if self._made_once and find_source(self._obs) is None:
                self._let_be(f'This scene collection of OBS has no source "{INPUT_NAME}".', "Set OBS up again for one.")
                return
            ensure_source(self._obs, self._feed, self._scene)
            self._applied, self._made_once = plan, True
        except UserError as error:
            if self._obs.gone.is_set():
                raise
            # The script may be loaded, the scene made, the other Sanacam closed: nobody tells.
            self._trouble = KeeperStatus("trouble", error.message, error.hint)
            self._try_again_s = time.monotonic() + TRY_AGAIN_S

    def _let_be(self, message: str, hint: str) -> None:
        self._applied = self._try_again_s = self._removed_s = None
        self._trouble = KeeperStatus("trouble", message, hint)
