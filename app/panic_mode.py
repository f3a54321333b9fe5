"""What the panic key can show instead of the edited picture. Imports nothing heavy, so the command line stays quick."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, cast, get_args

PanicMode = Literal["raw", "freeze", "black", "image"]
"""``raw``: the newest picture of the source, never an edited one. ``freeze``: what was shown last. ``black``.
``image``: a picture of the user's.
"""

PANIC_MODES: tuple[PanicMode, ...] = get_args(PanicMode)

IN_WORDS: dict[PanicMode, str] = {
    "raw": "the raw picture",
    "freeze": "a still of the last picture",
    "black": "black",
    "image": "your own picture",
}


def panic_choice(mode: str, image: str) -> tuple[PanicMode, Path | None]:
    """The settings ``live.panic`` and ``live.panic_image`` as ``PanicSwitch`` takes them."""
    return cast(PanicMode, mode), Path(os.path.expanduser(image)).absolute() if image else None
