"""Where everything is kept that can be made again: compiled kernels, packed weights, policies in use."""

from __future__ import annotations

import os
from pathlib import Path

CACHE_DIR_VARIABLE = "SANACAM_CACHE_DIR"


def cache_dir() -> Path:
    """The user's folder; ``SANACAM_CACHE_DIR`` overrides it."""
    chosen = os.environ.get(CACHE_DIR_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs  # a benchmark of random weights runs without it

    return Path(platformdirs.user_cache_dir("sanacam", appauthor=False))
