"""Sinks as people name them on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sanacam.app.sink import Sink
from sanacam.model.errors import UserError

WINDOW = "window"
SINK_FORMS = "window, virtualcam, file:PATH"


def make_sinks(names: Sequence[str], *, exact: bool, overwrite: bool = False) -> list[Sink]:
    """One sink for each name, ``window`` left out; nothing is opened yet.

    Args:
        exact: whether a recording takes every edited frame once (a file is played) or what was shown at each tick (a
            live source).
        overwrite: whether a recording may replace a file.

    Raises:
        UserError: an unknown name, the same one twice, or a recording that cannot be written.
    """
    if len(set(names)) != len(names):
        raise UserError("The same sink is named twice.", "Name each one once.")
    return [_make_sink(name, exact, overwrite) for name in names if name != WINDOW]


def _make_sink(name: str, exact: bool, overwrite: bool) -> Sink:
    kind, _, rest = name.partition(":")
    if name == "virtualcam":
        from sanacam.app.outputs.virtual_camera import VirtualCameraSink

        return VirtualCameraSink()
    if kind == "file" and rest:
        from sanacam.app.clip_writer import CONTAINERS, check_output
        from sanacam.app.outputs.recorder import Recorder

        path = Path(rest).expanduser()
        check_output(path, overwrite, list(CONTAINERS))
        return Recorder(path, exact=exact, overwrite=overwrite)
    raise UserError(f'"{name}" is not a sink.', f"Use one or more of: {SINK_FORMS}.")
