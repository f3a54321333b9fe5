"""Setting OBS up, looking at it and taking it back: what the command and the window's button do."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from sanacam.app.obs.connection import ObsConnection, RequestRefusedError
from sanacam.app.obs.feeds import feed_for_setup
from sanacam.app.obs.sound import AudioInput, SoundDelay, SoundJournal, audio_inputs
from sanacam.app.obs.source import (
    LUA_KIND,
    Change,
    ObsFeed,
    ensure_source,
    find_source,
    put_into_scene,
    remove_source,
    scene_names,
    scenes_with_source,
)
from sanacam.app.obs.virtual_camera import camera_state
from sanacam.app.obs.visit import NEEDED
from sanacam.app.settings import ObsSettings
from sanacam.app.settings_file import load_settings, save_settings
from sanacam.model.errors import UserError

APPEARS_S = 5.0


@dataclass(frozen=True)
class ObsReport:
    """How OBS stands.

    Attributes:
        obs, websocket: versions.
        source: the kind of the input "Sanacam", None when there is none.
        ours: False when the input of that name is somebody else's.
        scenes: those that show it. all_scenes: those there are.
        camera: whether OBS feeds its virtual camera; None: it has none.
        inputs: what has sound and could be ticked.
        script: whether OBS has loaded the Sanacam script.
    """

    obs: str
    websocket: str
    source: str | None
    ours: bool
    scenes: list[str]
    all_scenes: list[str]
    camera: bool | None
    inputs: list[AudioInput]
    script: bool


@dataclass(frozen=True)
class SetUp:
    """What ``set_up`` did. ``picture``: whether OBS takes it already; None when that cannot be known."""

    change: Change
    scenes: list[str]
    picture: bool | None


def look_at(obs: ObsConnection) -> ObsReport:
    """Ask OBS how it stands.

    Raises:
        UserError: OBS is too old, or goes away meanwhile.
    """
    obs.require(*NEEDED)
    found = find_source(obs)
    return ObsReport(
        obs=obs.version.obs,
        websocket=obs.version.websocket,
        source=found.kind if found else None,
        ours=found is not None and found.ours,
        scenes=scenes_with_source(obs),
        all_scenes=scene_names(obs),
        camera=camera_state(obs),
        inputs=audio_inputs(obs),
        script=LUA_KIND in obs.request("GetInputKindList", unversioned=True)["inputKinds"],
    )


def set_up(obs: ObsConnection, settings: ObsSettings) -> SetUp:
    """Make or mend the source, put it into the scene that ``settings`` name, and remember all that for the programs
    that keep it alive.

    Args:
        settings: ``way`` is "stream" or "script".

    Raises:
        UserError: the reasons of ``ensure_source``, or a ticked input that OBS does not have. Nothing is remembered
            then.
    """
    obs.require(*NEEDED)
    known = {item.name for item in audio_inputs(obs)}
    if unknown := [name for name in settings.sound if name not in known]:
        raise UserError(
            f'OBS has no input with sound called "{unknown[0]}".', f"There are: {', '.join(sorted(known)) or 'none'}."
        )
    try:
        with feed_for_setup(settings.way) as feed:
            change = ensure_source(obs, feed, settings.scene)
            if settings.scene and settings.scene not in scenes_with_source(obs):
                put_into_scene(obs, settings.scene)
            picture = _picture_comes(obs, feed)
    except RequestRefusedError as refusal:
        raise UserError(f"OBS declined: {refusal}.", "Restart OBS; if that does not help, update it.") from refusal
    save_settings(replace(load_settings(), obs=settings))
    return SetUp(change, scenes_with_source(obs), picture)


def take_back(obs: ObsConnection) -> bool:
    """Take the source out of OBS, give the sound back what it had, and no longer keep either; False when there was no
    source of ours.
    """
    settings = load_settings()
    # First, so that a Sanacam that runs does not put it back.
    save_settings(replace(settings, obs=replace(settings.obs, way="off", sound=())))
    SoundDelay((), lambda: None, lambda: 0.0, SoundJournal()).give_back(obs)
    return remove_source(obs)


def _picture_comes(obs: ObsConnection, feed: ObsFeed) -> bool | None:
    deadline = time.monotonic() + APPEARS_S
    while (watched := feed.watched()) is False and time.monotonic() < deadline and not obs.gone.wait(0.1):
        continue
    return watched
