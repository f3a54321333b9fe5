"""The end of a fragmented mp4 that could not be written to its end: cut back to the last whole fragment."""

from __future__ import annotations

import os
from pathlib import Path

_HEAD_BYTES, _LARGE_HEAD_BYTES = 8, 16


def keep_whole_fragments(path: Path) -> int:
    """Cut off what lies behind the last whole ``mdat`` box, so that every player shows the file to its end. A file
    without one stays as it is. Returns the bytes cut off.

    Boxes: ISO/IEC 14496-12, section 4.2: size (32 bits, 1: 64 bits follow the type), type.

    Raises:
        OSError: the file cannot be read or cut.
    """
    size = path.stat().st_size
    whole = at = 0
    with path.open("rb") as file:
        while at + _HEAD_BYTES <= size:
            file.seek(at)
            head = file.read(_LARGE_HEAD_BYTES)
            length, kind = int.from_bytes(head[:4], "big"), head[4:8]
            if length == 1 and len(head) == _LARGE_HEAD_BYTES:
                length = int.from_bytes(head[8:16], "big")
            if length < _HEAD_BYTES or at + length > size:
                break
            at += length
            if kind == b"mdat":
                whole = at
    if not whole or whole == size:
        return 0
    os.truncate(path, whole)
    return size - whole
