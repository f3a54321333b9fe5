"""The one input named "Sanacam" in OBS: made, mended, fitted, removed.

A feed (see ``ObsFeed``) says what the input must be; this module makes OBS agree. Where the user has put the source,
how it is cropped and what filters it has is left alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from sanacam.app.obs.connection import (
    NOT_FOUND,
    ConnectionLostError,
    ObsConnection,
    RequestRefusedError,
)
from sanacam.model.errors import UserError

INPUT_NAME = "Sanacam"
ALREADY_EXISTS = 601
BUSY_S = 3.0
"""OBS lets go of a removed input a moment later than it says."""

Change = Literal["made", "mended", "unchanged"]


@dataclass(frozen=True)
class SourcePlan:
    """What the input must be: its kind and the settings that matter."""

    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)


class ObsFeed(Protocol):
    """A sink whose pictures OBS shows. Called from the keeper's thread while the sink works in its own."""

    def plan(self) -> SourcePlan:
        """The input that shows this feed, as of now: the port or the size may have changed."""
        ...

    def watched(self) -> bool | None:
        """Whether OBS takes pictures at the moment; None when that cannot be known."""
        ...

    def fed_by_another(self, settings: Mapping[str, Any]) -> bool:
        """Whether an input with these settings shows another Sanacam that is at work now."""
        ...


@dataclass(frozen=True)
class FoundSource:
    """The input as OBS has it. ``ours``: it shows pictures of a Sanacam."""

    kind: str
    settings: Mapping[str, Any]

    @property
    def ours(self) -> bool:
        return self.kind == LUA_KIND or (self.kind == MEDIA_KIND and is_stream_url(str(self.settings.get("input", ""))))


MEDIA_KIND = "ffmpeg_source"
LUA_KIND = "sanacam_ring"


def is_stream_url(address: str) -> bool:
    """Whether the address is one that ``sanacam.app.outputs.obs_stream`` serves."""
    return address.startswith("http://127.0.0.1:") and address.endswith(".bgr0")


def media_plan(url: str, size: tuple[int, int]) -> SourcePlan:
    """A Media Source that shows raw pictures of ``size`` as soon as they come.

    OBS's player waits until the time stamp of each frame is due. At a declared 120 frames a second the stamps always
    lie in the past, so that it never waits; the true rate does not matter. ``buffering_mb`` 0 and no hardware decoding
    keep out what only adds delay. ``restart_on_activate`` would open the stream anew at every change of scene, and
    ``reconnect_delay_sec`` 0 would mean ten seconds.
    """
    options = {
        "video_size": f"{size[0]}x{size[1]}",
        "pixel_format": "bgr0",
        "framerate": "120",
        # A refused connection fails at once, which OBS 29 does not stand: after a few times it stops trying, or
        # crashes. With these FFmpeg tries for a second before it gives up, and OBS goes on trying for ever.
        "reconnect_on_network_error": "1",
        "reconnect_delay_max": "1",
        # A proxy from the environment would see an address that means itself; what is not http:// switches it off.
        "http_proxy": "none",
    }
    return SourcePlan(
        MEDIA_KIND,
        {
            "is_local_file": False,
            "input": url,
            "input_format": "rawvideo",
            "ffmpeg_options": " ".join(f"{name}={value}" for name, value in options.items()),
            "buffering_mb": 0,
            "reconnect_delay_sec": 1,
            "restart_on_activate": False,
            "close_when_inactive": False,
            "clear_on_media_end": False,
            "hw_decode": False,
        },
    )


def find_source(obs: ObsConnection) -> FoundSource | None:
    """The input, None when there is none in this scene collection."""
    try:
        found = obs.request("GetInputSettings", inputName=INPUT_NAME)
    except RequestRefusedError as refusal:
        if refusal.code == NOT_FOUND:
            return None
        raise
    return FoundSource(str(found["inputKind"]), dict(found["inputSettings"]))


def scene_names(obs: ObsConnection) -> list[str]:
    """The scenes, in the order in which OBS shows them."""
    return [str(scene["sceneName"]) for scene in reversed(obs.request("GetSceneList")["scenes"])]


def chosen_scene(obs: ObsConnection, name: str) -> str:
    """``name`` if there is such a scene; without a name the one that is on air.

    Raises:
        UserError: it is not there (any more).
    """
    if not name:
        return str(obs.request("GetCurrentProgramScene")["currentProgramSceneName"])
    names = scene_names(obs)
    if name not in names:
        raise UserError(
            f'OBS has no scene "{name}" (any more).',
            f"Choose another one with `sanacam obs setup --scene NAME`: {', '.join(names)}.",
        )
    return name


def ensure_source(obs: ObsConnection, feed: ObsFeed, scene: str) -> Change:
    """Make or mend the input.

    Args:
        feed: what it shows; it must be ready for OBS to connect.
        scene: where a new one goes; "" is the scene on air. One that is in a scene stays where it is.

    Raises:
        UserError: no such scene; this OBS does not know the kind; the name is taken by something else; another Sanacam
            feeds it.
    """
    plan, found = feed.plan(), find_source(obs)
    if found is None:
        return _make(obs, plan, chosen_scene(obs, scene))
    if not found.ours:
        raise UserError(
            f'OBS already has a source "{INPUT_NAME}" that was not made by Sanacam.',
            "Rename it in OBS, then try again.",
        )
    if found.kind == plan.kind and _agrees(found.settings, plan):
        change: Change = "unchanged"
    elif feed.fed_by_another(found.settings):
        raise UserError("Another Sanacam feeds OBS at the moment.", "Close one of the two.")
    elif found.kind == plan.kind:
        send_settings(obs, plan)
        change = "mended"
    else:
        _replace(obs, plan, scene)
        change = "mended"
    if not _placements(obs):
        put_into_scene(obs, chosen_scene(obs, scene))
    return change


def scenes_with_source(obs: ObsConnection) -> list[str]:
    """The scenes that show the input."""
    return [scene for scene, _ in _placements(obs)]


def send_settings(obs: ObsConnection, plan: SourcePlan) -> None:
    """Give the input its settings; a Media Source opens its stream anew, also when they are the same."""
    obs.request("SetInputSettings", inputName=INPUT_NAME, inputSettings=dict(plan.settings), overlay=True)


def put_into_scene(obs: ObsConnection, scene: str) -> None:
    """See that the input is in the scene, and fit it to the canvas: as large as it goes, aspect kept, centred."""
    try:
        item = obs.request("GetSceneItemId", sceneName=scene, sourceName=INPUT_NAME)["sceneItemId"]
    except RequestRefusedError as refusal:
        if refusal.code != NOT_FOUND:
            raise
        item = obs.request("CreateSceneItem", sceneName=scene, sourceName=INPUT_NAME)["sceneItemId"]
    canvas = obs.request("GetVideoSettings")
    transform = {
        "positionX": 0.0,
        "positionY": 0.0,
        "rotation": 0.0,
        "alignment": 5,  # top left
        "boundsType": "OBS_BOUNDS_SCALE_INNER",
        "boundsAlignment": 0,  # centred
        "boundsWidth": float(canvas["baseWidth"]),
        "boundsHeight": float(canvas["baseHeight"]),
    }
    obs.request("SetSceneItemTransform", sceneName=scene, sceneItemId=item, sceneItemTransform=transform)


def remove_source(obs: ObsConnection) -> bool:
    """Take the input out of OBS, in all scenes; False when there was none. One that is not ours stays."""
    found = find_source(obs)
    if found is None or not found.ours:
        return False
    obs.request("RemoveInput", inputName=INPUT_NAME)
    return True


def _make(obs: ObsConnection, plan: SourcePlan, scene: str) -> Change:
    if plan.kind not in obs.request("GetInputKindList", unversioned=True)["inputKinds"]:
        raise _unknown_kind(plan.kind)
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            obs.request(
                "CreateInput",
                sceneName=scene,
                inputName=INPUT_NAME,
                inputKind=plan.kind,
                inputSettings=dict(plan.settings),
                sceneItemEnabled=True,
            )
            break
        except RequestRefusedError as refusal:
            if refusal.code != ALREADY_EXISTS or time.monotonic() > deadline:
                raise
            found = find_source(obs)
            if found is not None and found.kind == plan.kind and _agrees(found.settings, plan):
                # Somebody else of ours was faster.
                return "unchanged"
            if obs.gone.wait(0.1):
                raise ConnectionLostError("The connection to OBS has ended.", "Start OBS again.") from refusal
    put_into_scene(obs, scene)
    return "made"


def _unknown_kind(kind: str) -> UserError:
    if kind == LUA_KIND:
        return UserError(
            "OBS does not know the Sanacam script yet.",
            "Run `sanacam obs script`: it copies the script and says the two clicks that are left.",
        )
    return UserError(
        "This OBS has no Media Source.", "Install OBS with its FFmpeg plug-in (on Debian the package obs-plugins)."
    )


def _replace(obs: ObsConnection, plan: SourcePlan, scene: str) -> None:
    """Another kind of input at the same places; its filters are lost."""
    places = _placements(obs)
    if plan.kind not in obs.request("GetInputKindList", unversioned=True)["inputKinds"]:
        raise _unknown_kind(plan.kind)
    obs.request("RemoveInput", inputName=INPUT_NAME)
    first = places[0][0] if places else chosen_scene(obs, scene)
    _make(obs, plan, first)
    for name, transform in places:
        put_into_scene(obs, name)
        item = obs.request("GetSceneItemId", sceneName=name, sourceName=INPUT_NAME)["sceneItemId"]
        obs.request("SetSceneItemTransform", sceneName=name, sceneItemId=item, sceneItemTransform=transform)


def _placements(obs: ObsConnection) -> list[tuple[str, dict[str, Any]]]:
    """Each scene that shows the input, with the transform of its first item there."""
    places = []
    for scene in scene_names(obs):
        for item in obs.request("GetSceneItemList", sceneName=scene)["sceneItems"]:
            if item["sourceName"] == INPUT_NAME:
                places.append((scene, _settable(item["sceneItemTransform"])))
                break
    return places


def _settable(transform: Mapping[str, Any]) -> dict[str, Any]:
    """What of a transform can be given back: sizes follow from the source, and bounds of 0 are refused."""
    derived = {"width", "height", "sourceWidth", "sourceHeight"}
    if transform.get("boundsType") == "OBS_BOUNDS_NONE":
        derived |= {"boundsWidth", "boundsHeight"}
    return {name: value for name, value in transform.items() if name not in derived}


def _agrees(settings: Mapping[str, Any], plan: SourcePlan) -> bool:
    """OBS leaves out settings that have their default value."""
    return all(settings.get(name, None if value else value) == value for name, value in plan.settings.items())
