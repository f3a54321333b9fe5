"""The virtual camera of OBS as a sink: for who works in OBS anyway, or whose OBS holds the camera already.

The pictures reach OBS by the sink ``obs``; this one starts OBS's camera, sees that it runs, and stops it in the end.
"""

from __future__ import annotations

from collections.abc import Callable

from sanacam.app.frames import Frame
from sanacam.app.obs.connection import Event, ObsConnection
from sanacam.app.obs.password import known_password
from sanacam.app.obs.virtual_camera import CameraChoice, ObsCamera, Route, choose_route
from sanacam.app.settings import ObsSettings
from sanacam.model.errors import UserError


class ObsCameraSink:
    """Follows ``sanacam.app.sink.Sink``. The size of the camera is set in OBS.

    Args:
        settings: how to reach OBS.
    """

    name = "virtual camera of OBS"
    exact = False

    def __init__(self, settings: ObsSettings) -> None:
        self._settings = settings
        self._obs: ObsConnection | None = None
        self._camera: ObsCamera | None = None

    @property
    def device(self) -> str | None:
        """The name that other programs show; None while it does not run."""
        return "OBS Virtual Camera" if self._camera is not None else None

    def open(self, width: int, height: int, fps: float) -> None:
        """See ``Sink.open``. Waits until OBS feeds its camera.

        Raises:
            UserError: OBS cannot be reached, has no driver, or did not start its camera.
        """
        self._obs = _connect(self._settings, self._hear)
        camera = ObsCamera(self._obs)
        self._camera = camera
        camera.start()

    def write(self, frame: Frame) -> None:
        """See ``Sink.write``. Takes nothing.

        Raises:
            UserError: OBS has gone, and its camera with it.
        """
        if self._obs is not None and self._obs.gone.is_set():
            raise UserError("OBS has been closed, and its virtual camera with it.", "Start OBS, then the camera again.")

    def close(self) -> None:
        """See ``Sink.close``. A camera that the user has started goes on."""
        obs, camera, self._obs, self._camera = self._obs, self._camera, None, None
        if obs is None:
            return
        try:
            if camera is not None and not obs.gone.is_set() and not camera.stop():
                raise UserError("OBS did not stop its virtual camera.", "Press Stop Virtual Camera in OBS.")
        finally:
            obs.close()

    def _hear(self, event: Event) -> None:
        if self._camera is not None:
            self._camera.hear(event)


def camera_choice(wish: Route, settings: ObsSettings) -> CameraChoice:
    """Which way the picture goes to the virtual camera; asks OBS if that matters and OBS can be asked.

    Raises:
        UserError: through OBS is wished for, but OBS cannot be reached; the reason.
    """
    if wish == "direct":
        return CameraChoice(False)
    try:
        obs = _connect(settings)
    except UserError:
        if wish == "obs":
            raise
        return CameraChoice(False)
    try:
        return choose_route(wish, obs)
    finally:
        obs.close()


def _connect(settings: ObsSettings, on_event: Callable[[Event], None] | None = None) -> ObsConnection:
    # Without a known password it is tried all the same: some OBS ask for none.
    return ObsConnection(settings.port, known_password(settings) or "", on_event=on_event)
