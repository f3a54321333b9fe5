"""Which microphones can be recorded beside the picture."""

from __future__ import annotations

import logging
import sys

log = logging.getLogger(__name__)


def microphones(chosen: str, platform: str = sys.platform) -> list[tuple[str, str]]:
    """(value of ``output.microphone``, title) for each, "none" first; ``chosen`` is always among them.

    Linux records through ALSA, which knows them by other names than the desktop: there it is the default one, which the
    desktop's sound settings choose, or a name given on the command line.
    """
    found = [("", "No microphone")]
    if platform != "win32":
        found.append(("default", "The system's microphone"))
    if platform in ("win32", "darwin"):
        found += [(name, name) for name in _names()]
    if chosen not in dict(found):
        found.append((chosen, chosen))
    return found


def _names() -> list[str]:
    try:
        from PySide6.QtMultimedia import QMediaDevices
    except ImportError as error:
        log.warning("microphones cannot be listed: %s", error)
        return []
    return list(dict.fromkeys(device.description() for device in QMediaDevices.audioInputs()))
