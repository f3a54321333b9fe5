"""What has to be typed for ``sanacam`` on this machine."""

from __future__ import annotations

import re
import shutil
import sys
from functools import cache
from pathlib import Path

NAME = "sanacam"
_COMMAND = re.compile(r"`sanacam(?= [a-z-])")


@cache
def spoken_name() -> str:
    """``sanacam`` where that is a command; ``python start.py`` in the environment that start.py has made for itself,
    which nobody's PATH knows.
    """
    beside = Path(sys.prefix).parent / "start.py"
    if shutil.which(NAME) is not None or Path(sys.prefix).name != ".venv" or not beside.is_file():
        return NAME
    python = next((name for name in ("python", "py", "python3") if shutil.which(name) is not None), "python")
    return f"{python} start.py"


def as_typed(text: str) -> str:
    """A sentence for people in which `sanacam …` can be copied into this machine's terminal."""
    return _COMMAND.sub(f"`{spoken_name()}", text)
