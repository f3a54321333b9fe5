"""Sources: camera, screen, file, test pattern; ``open_source`` makes one from its text form."""

from __future__ import annotations

import re
from pathlib import Path

from sanacam.app.source import Source
from sanacam.model.errors import UserError

SOURCE_FORMS = "camera:0, screen:1, file:PATH, pattern or pattern:640x360@24"
_PATTERN = re.compile(r"(?:(\d{1,5})x(\d{1,5}))?(?:@(\d{1,3}(?:\.\d+)?))?")


def open_source(spec: str, *, fps: float | None = None, size: tuple[int, int] | None = None) -> Source:
    """Make the source that ``spec`` names. Nothing is opened yet: ``Source.open`` does that, in the thread that reads.

    Args:
        spec: ``camera:0`` (or ``camera:/dev/video2``), ``screen:1`` (``screen:0`` is all screens together),
            ``file:PATH`` or just a path, ``pattern`` or ``pattern:WxH@FPS``. ``camera`` and ``screen`` alone mean the
            first one.
        fps: wished rate of a live source, frames a second; a file keeps its own.
        size: (width, height) wished from a camera or pattern; a file is scaled down to fit in.

    Raises:
        UserError: not a source.
    """
    kind, colon, rest = spec.strip().partition(":")
    kind = kind.lower()
    if kind == "camera":
        from sanacam.app.capture.camera import CameraSource

        return CameraSource(_index_or_path(rest or "0"), size=size, fps=fps)
    if kind == "screen":
        from sanacam.app.capture.screen import ScreenSource

        return ScreenSource(_number(rest or "1", "screen"), fps=fps or 30.0)
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
    if spec and (path.exists() or (not colon and path.suffix)):
        return _file(path, size)
    raise UserError(f'"{spec}" is not a source.', f"Use one of: {SOURCE_FORMS}.")


def _file(path: Path, size: tuple[int, int] | None) -> Source:
    from sanacam.app.capture.file import FileSource

    return FileSource(path.expanduser(), box=size)


def _index_or_path(text: str) -> int | str:
    return text if text.startswith("/dev/") else _number(text, "camera")


def _number(text: str, what: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        raise UserError(
            f'"{text}" is not a {what} number.', f"Write for example {what}:{0 if what == 'camera' else 1}."
        )
    return int(text)
