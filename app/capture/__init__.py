"""Sources: camera, screen, window, region, file, test pattern; ``open_source`` makes one from its text form."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sanacam.app.source import Source
from sanacam.model.errors import UserError

if TYPE_CHECKING:
    from sanacam.app.capture.region import Region

SOURCE_FORMS = (
    "camera:NAME, camera:0, screen:1, window:TITLE, region:LEFT,TOP,WIDTH,HEIGHT, file:PATH, "
    "pattern or pattern:640x360@24"
)
LIVE_KINDS = ("camera", "screen", "window", "region", "pattern")
SCREEN_FPS = 30.0
SMALLEST_REGION = 16
_PATTERN = re.compile(r"(?:(\d{1,5})x(\d{1,5}))?(?:@(\d{1,3}(?:\.\d+)?))?")
_REGION = re.compile(r"(-?\d{1,5}),(-?\d{1,5}),(\d{1,5}),(\d{1,5})")


def open_source(spec: str, *, fps: float | None = None, size: tuple[int, int] | None = None) -> Source:
    """Make the source that ``spec`` names. Nothing is opened yet: ``Source.open`` does that, in the thread that reads.

    To be called in the program's main thread: where Qt gives the pictures, it must be made there.

    Args:
        spec: ``camera:NAME``, a part of the name, or ``camera:0`` (on Linux also ``camera:/dev/video2``); ``screen:1``
            (``screen:0`` is all screens together); ``window:TITLE`` or a part of the title; ``region:X,Y,W,H`` in
            pixels of the desktop; ``file:PATH`` or just a path; ``pattern`` or ``pattern:WxH@FPS``. ``camera`` and
            ``screen`` alone mean the first one.
        fps: wished rate of a live source, frames a second; a file keeps its own.
        size: (width, height) wished from a camera or pattern; a file is scaled down to fit in.

    Raises:
        UserError: not a source, or not one on this system.
    """
    kind, colon, rest = spec.strip().partition(":")
    kind, rest = kind.lower(), rest.strip()
    if kind == "camera":
        from sanacam.app.capture.camera import CameraSource

        return CameraSource(rest, size=size, fps=fps)
    if kind == "screen":
        from sanacam.app.capture.desktop import open_screen

        return open_screen(_number(rest or "1"), fps or SCREEN_FPS)
    if kind == "window" and rest:
        from sanacam.app.capture.desktop import open_window

        return open_window(rest, fps or SCREEN_FPS)
    if kind == "region":
        from sanacam.app.capture.desktop import open_region

        return open_region(_region(rest), fps or SCREEN_FPS)
    if kind == "pattern":
        from sanacam.app.capture.pattern import PatternSource

        match = _PATTERN.fullmatch(rest)
        if match is None:
            raise UserError(
                f'"{spec}" is not a test pattern.', "Write pattern, or with size and rate: pattern:640x360@24."
            )
        width, height = (int(match[1]), int(match[2])) if match[1] else (size or (640, 360))
        return PatternSource(width, height, float(match[3]) if match[3] else (fps or 24.0))
    if kind == "file" and rest:
        return _file(Path(rest), size)
    path = Path(spec)
    if spec and (os.path.exists(path) or (not colon and path.suffix)):
        return _file(path, size)
    raise UserError(f'"{spec}" is not a source.', f"Use one of: {SOURCE_FORMS}. `sanacam sources` lists what is here.")


def is_live(spec: str) -> bool:
    """Whether ``spec`` names a source that cannot wait, and not a file."""
    return spec.strip().partition(":")[0].lower() in LIVE_KINDS


def _file(path: Path, size: tuple[int, int] | None) -> Source:
    from sanacam.app.capture.file import FileSource

    return FileSource(Path(os.path.expanduser(path)), box=size)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        raise UserError(f'"{text}" is not a screen number.', "Write for example screen:1.")
    return int(text)


def _region(text: str) -> Region:
    from sanacam.app.capture.region import Region

    match = _REGION.fullmatch(text.replace(" ", ""))
    if match is None:
        raise UserError(f'"{text}" is not a region.', "Write LEFT,TOP,WIDTH,HEIGHT in pixels: region:0,0,1280,720.")
    region = Region(*(int(number) for number in match.groups()))
    if min(region.width, region.height) < SMALLEST_REGION:
        raise UserError(f"The region {region} is too small.", f"Each side takes {SMALLEST_REGION} pixels or more.")
    return region
