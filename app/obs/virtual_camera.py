"""The virtual camera of OBS itself: another way out, for people who work in OBS anyway.

OBS's camera and a virtual camera of our own on Windows and macOS are the same device, which only one of them can feed.
What OBS's camera shows (programme, scene, source) is set in OBS and cannot be chosen from outside.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Literal

from sanacam.app.obs.connection import NOT_AVAILABLE, Event, ObsConnection, RequestRefusedError
from sanacam.model.errors import UserError

START_S = 8.0
POLL_S = 0.25
ALREADY_RUNNING = 500

Route = Literal["auto", "direct", "obs"]


@dataclass(frozen=True)
class CameraChoice:
    """Which way the picture goes to the virtual camera. ``why``: a sentence for people, empty when they chose it."""

    through_obs: bool
    why: str = ""


def camera_state(obs: ObsConnection) -> bool | None:
    """Whether OBS feeds its virtual camera; None when it has none (no driver)."""
    try:
        return bool(obs.request("GetVirtualCamStatus")["outputActive"])
    except RequestRefusedError as refusal:
        if refusal.code == NOT_AVAILABLE:
            return None
        raise


def choose_route(wish: Route, obs: ObsConnection) -> CameraChoice:
    """The user's wish; with "auto", through OBS when OBS already runs its camera, else direct."""
    if wish == "obs":
        return CameraChoice(True)
    if wish == "auto" and camera_state(obs):
        return CameraChoice(True, "OBS already runs the virtual camera, so the picture goes through OBS.")
    return CameraChoice(False)


class ObsCamera:
    """Starts OBS's camera and stops it again, if it was this object that started it.

    Pass ``hear`` every event of the connection: a reply to ``StartVirtualCam`` only says that OBS has begun to try.
    """

    def __init__(self, obs: ObsConnection) -> None:
        self._obs = obs
        self._changed = threading.Event()
        self._started = False

    def hear(self, event: Event) -> None:
        """An event of OBS; from any thread."""
        if event[0] == "VirtualcamStateChanged":
            self._changed.set()

    def start(self, timeout_s: float = START_S) -> None:
        """Returns once OBS feeds its camera; nothing happens when it does already.

        Raises:
            UserError: no driver, or OBS did not begin in time.
        """
        state = camera_state(self._obs)
        if state:
            return
        if state is None:
            raise _no_driver()
        self._changed.clear()
        try:
            self._obs.request("StartVirtualCam")
        except RequestRefusedError as refusal:
            if refusal.code == NOT_AVAILABLE:
                raise _no_driver() from refusal
            if refusal.code != ALREADY_RUNNING:
                raise UserError(
                    f"OBS did not start its virtual camera: {refusal.comment or refusal.code}.", "Try it in OBS itself."
                ) from refusal
        if not self._reaches(True, timeout_s):
            raise UserError(
                "OBS was asked to start its virtual camera, and it has not started.",
                "Press Start Virtual Camera in OBS and see what it says. On Linux the device may be in use: close the "
                "programs that show it, or reload v4l2loopback. On macOS allow the extension in System Settings.",
            )
        self._started = True

    def stop(self, timeout_s: float = START_S) -> bool:
        """Stop it unless somebody else started it; False when OBS did not in time."""
        if not self._started:
            return True
        self._started = False
        self._changed.clear()
        try:
            self._obs.request("StopVirtualCam")
        except RequestRefusedError:
            # It is stopped already.
            return camera_state(self._obs) is not True
        return self._reaches(False, timeout_s)

    def _reaches(self, state: bool, timeout_s: float) -> bool:
        """Wait for the event, and ask as well: events may have been missed."""
        deadline = time.monotonic() + timeout_s
        while camera_state(self._obs) is not state:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._changed.wait(min(POLL_S, left))
            self._changed.clear()
        return True


def _no_driver() -> UserError:
    return UserError(
        "OBS has no virtual camera on this system.",
        "On Linux install v4l2loopback and restart OBS; on Windows and macOS install OBS again.",
    )
