"""Which cameras and windows are our own output, so that none is offered as input: it would show itself for ever."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from sanacam.app.host.state import written_states

# The titles of Sanacam's windows and cameras begin so. OBS calls the windows that show its output projectors.
_OWN_WINDOW = re.compile(r"sanacam\b|(windowed|full-?screen) projector\b", re.IGNORECASE)
_OWN_CAMERA = re.compile(r"sanacam\b", re.IGNORECASE)
# Where there is no driver of ours the direct output goes through this one.
_OBS_CAMERA = re.compile(r"obs[- ]virtual[- ]camera", re.IGNORECASE)


def is_own_window(title: str) -> bool:
    """Whether a window shows Sanacam's own output."""
    return bool(_OWN_WINDOW.match(title))


def is_own_camera(name: str, platform: str = sys.platform) -> bool:
    """Whether a camera is fed by Sanacam. Cameras of other programs are not: people put them in front."""
    if _OWN_CAMERA.match(name):
        return True
    return platform in ("win32", "darwin") and bool(_OBS_CAMERA.match(name))


def own_devices(proc: Path = Path("/proc")) -> set[str]:
    """The video devices of Linux that an output host of this user feeds now, however they are labelled."""
    devices: set[str] = set()
    for state in written_states():
        for link in (proc / str(state.pid) / "fd").glob("*"):
            try:
                target = os.readlink(link)
            except OSError:
                continue  # closed just now
            if target.startswith("/dev/video"):
                devices.add(target)
    return devices
