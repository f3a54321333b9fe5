"""Sinks as people name them on the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sanacam.app.capture import is_live
from sanacam.app.outputs.extras import find_extra, make_extra
from sanacam.app.settings import ObsSettings, OutputSettings
from sanacam.app.sink import Sink
from sanacam.model.errors import UserError

if TYPE_CHECKING:
    from sanacam.app.host.link import HostLink
    from sanacam.app.obs.virtual_camera import CameraChoice

WINDOW = "window"
HOSTED = ("virtualcam", "obscamera", "obs")
SINK_FORMS = "window, virtualcam, obs, file:PATH, mjpeg, ndi, spout, syphon"


def need_host(names: Sequence[str], *, exact: bool) -> bool:
    """Whether some of these sinks live in the output host (``sanacam.app.host``): what other programs depend on, and
    recordings of what was shown. A recording of a film (``exact``) takes every frame from the session itself.
    """
    return not exact or any(name in HOSTED or find_extra(name.partition(":")[0]) is not None for name in names)


def by_camera_way(names: Sequence[str], output: OutputSettings, obs: ObsSettings) -> tuple[tuple[str, ...], str]:
    """The sinks with the virtual camera as it is wanted: where it goes through OBS, "obs" and "obscamera" take its
    place. Also a sentence for people when that was chosen for them.

    Raises:
        UserError: through OBS is wanted, but OBS has not been set up or cannot be reached.
    """
    if "virtualcam" not in names:
        return tuple(names), ""
    choice = camera_way(output, obs)
    if not choice.through_obs:
        return tuple(names), ""
    others = [name for name in names if name not in ("virtualcam", "obs")]
    return (*others, "obs", "obscamera"), choice.why


def camera_way(output: OutputSettings, obs: ObsSettings) -> CameraChoice:
    """Which way the picture goes to the virtual camera. Raises UserError: see ``by_camera_way``."""
    from sanacam.app.obs.virtual_camera import CameraChoice
    from sanacam.app.outputs.obs_camera import camera_choice

    if obs.way == "off":
        # Who does not use OBS is not asked for its password.
        if output.camera_way == "obs":
            raise UserError("OBS is not set up, so it has no picture for its virtual camera.", "Set OBS up first.")
        return CameraChoice(False)
    way: Any = output.camera_way
    return camera_choice(way, obs)


def check_window_sinks(names: Sequence[str]) -> None:
    """Raises UserError: a name that is no sink, or one that the window has no switch for."""
    for name in names:
        kind, _, rest = name.partition(":")
        if name in (WINDOW, "virtualcam", "obs") or (kind == "file" and rest):
            continue
        if find_extra(kind) is not None:
            raise UserError(f'The window cannot feed "{name}".', "Leave window out of --sink to use it.")
        raise _no_sink(name)


def make_sinks(
    names: Sequence[str],
    *,
    exact: bool,
    overwrite: bool = False,
    link: HostLink | None = None,
    output: OutputSettings | None = None,
    film: Path | None = None,
) -> list[Sink]:
    """One sink for each name, ``window`` left out; nothing is opened yet.

    Args:
        exact: whether a recording takes every edited frame once (a file is played) or what was shown at each tick (a
            live source).
        overwrite: whether a recording may replace a file.
        link: to the output host, where ``need_host`` says that there must be one.
        output: what the user has set for cameras and recordings.
        film: the file that is played, for its sound.

    Raises:
        UserError: an unknown name, the same one twice, or a recording that cannot be written.
    """
    if len(set(names)) != len(names):
        raise UserError("The same sink is named twice.", "Name each one once.")
    output = output or OutputSettings()
    named = [name for name in names if name != WINDOW]
    return [_make_sink(name, exact, overwrite, link, output, film) for name in named]


def _make_sink(
    name: str, exact: bool, overwrite: bool, link: HostLink | None, output: OutputSettings, film: Path | None
) -> Sink:
    kind, _, rest = name.partition(":")
    if name in HOSTED and link is not None:
        from sanacam.app.host.hosted_sink import HostedSink
        from sanacam.app.host.spec import SinkSpec

        fit: Any = output.camera_fit
        specs = {"virtualcam": SinkSpec("virtualcam", fit=fit), "obs": SinkSpec("obs")}
        return HostedSink(link, specs.get(name, SinkSpec("obscamera")))
    if kind == "file" and rest:
        path = Path(os.path.expanduser(rest))
        return make_recording(path, exact=exact, overwrite=overwrite, link=link, output=output, film=film)
    if find_extra(kind) is not None:
        # Made here in any case: what is wrong with it is said before anything starts.
        extra = make_extra(name)
        if link is None:
            return extra
        from sanacam.app.host.hosted_sink import HostedSink
        from sanacam.app.host.spec import SinkSpec

        return HostedSink(link, SinkSpec("extra", path=name))
    raise _no_sink(name)


def _no_sink(name: str) -> UserError:
    return UserError(f'"{name}" is not a sink.', f"Use one or more of: {SINK_FORMS}.")


def film_of(source: str) -> Path | None:
    """The file that a source plays; None for a live one."""
    if not source or is_live(source):
        return None
    kind, _, rest = source.strip().partition(":")
    return Path(os.path.expanduser(rest.strip() if kind.lower() == "file" else source))


def make_recording(
    path: Path,
    *,
    exact: bool,
    overwrite: bool,
    link: HostLink | None,
    output: OutputSettings | None = None,
    film: Path | None = None,
) -> Sink:
    """A recording to ``path``; see ``make_sinks``. One that has gone on in a host since its Sanacam was killed is taken
    over.

    Raises:
        UserError: it cannot be written.
    """
    from sanacam.app.clip_writer import CONTAINERS, check_output

    path, output = path.absolute(), output or OutputSettings()
    codec: Any = output.codec
    if exact or link is None:
        from sanacam.app.outputs.recorder import Recorder

        check_output(path, overwrite, list(CONTAINERS))
        return Recorder(
            path, exact=exact, overwrite=overwrite, codec=codec, microphone=output.microphone, sound_of=film
        )
    from sanacam.app.host.client import abandoned_sinks
    from sanacam.app.host.hosted_sink import HostedSink
    from sanacam.app.host.spec import SinkSpec

    spec = SinkSpec(
        "recording",
        path=str(path),
        overwrite=overwrite,
        codec=codec,
        microphone=output.microphone,
        beside=output.record_source == "yes",
    )
    if spec.key not in abandoned_sinks():
        check_output(path, overwrite, list(CONTAINERS))
    return HostedSink(link, spec)
