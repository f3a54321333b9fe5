"""What a source picker can offer on this machine."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from sanacam.app.outputs.v4l2_loopback import device_capabilities, may_capture

SYSFS = Path("/sys/class/video4linux")
GUESSED_CAMERAS = 2


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """``spec`` for ``open_source``, ``name`` for people."""

    spec: str
    name: str


def list_cameras(sysfs: Path = SYSFS) -> list[SourceChoice]:
    """The cameras, without opening them for pictures.

    On Linux those that the kernel knows, without our own virtual camera. Elsewhere OpenCV cannot list them: the first
    two numbers are offered, and opening says whether there is a camera behind one.
    """
    if not sys.platform.startswith("linux"):
        return [SourceChoice(f"camera:{number}", f"Camera {number}") for number in range(GUESSED_CAMERAS)]
    choices = []
    for entry in sorted(sysfs.glob("video*"), key=lambda entry: int(entry.name.removeprefix("video"))):
        name = (entry / "name").read_text(encoding="utf-8", errors="replace").strip()
        number = entry.name.removeprefix("video")
        if "sanacam" in name.lower() or not may_capture(device_capabilities(f"/dev/{entry.name}")):
            continue
        choices.append(SourceChoice(f"camera:{number}", name or f"Camera {number}"))
    return choices


def list_screens() -> list[SourceChoice]:
    """The screens with their sizes.

    Raises:
        UserError: this session's screens cannot be captured.
    """
    from sanacam.app.capture.screen import screen_sizes

    return [
        SourceChoice(f"screen:{number}", f"Screen {number} ({width}×{height})")
        for number, (width, height) in enumerate(screen_sizes(), start=1)
    ]
