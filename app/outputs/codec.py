"""How a recording is to be encoded. Imports nothing heavy, so that settings can name it."""

from __future__ import annotations

from typing import Literal, get_args

Codec = Literal["auto", "h264", "hevc", "x264"]
"""``auto`` and ``h264``: H.264 by the graphics card if it can; ``hevc`` likewise; ``x264``: H.264 on the processor."""

CODECS: tuple[Codec, ...] = get_args(Codec)
