"""Where compiled kernels and their tuned settings stay between two starts: a folder a card, driver and version."""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from pathlib import Path

import torch
import triton


def driver_version() -> int:
    """CUDA version of the installed driver, as 1000 · major + 10 · minor.

    Raises:
        OSError: there is no NVIDIA driver.
    """
    library = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    version = ctypes.c_int()
    if library.cuDriverGetVersion(ctypes.byref(version)) != 0:
        raise OSError("the NVIDIA driver does not tell its version")
    return version.value


def build_key(device: torch.device) -> str:
    """Name of the folder: the card, and a digest of everything that may make another kernel or setting the best."""
    card = torch.cuda.get_device_properties(device)
    parts = (
        card.name, str(torch.cuda.get_device_capability(device)), str(card.multi_processor_count),
        str(driver_version()), torch.__version__, str(torch.version.cuda), triton.__version__,
    )  # fmt: skip
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    name = "".join(letter if letter.isalnum() else "-" for letter in card.name.lower())
    return f"{name}-{digest}"


def use_compile_cache(root: Path, device: torch.device) -> Path:
    """Let Triton keep binaries and tuning results under ``root``; call it before the first kernel is launched. An
    environment that names a folder of its own (``TRITON_CACHE_DIR``) is left alone.

    Returns:
        The folder in use.
    """
    if "TRITON_CACHE_DIR" not in os.environ:
        triton.knobs.cache.dir = str(root / build_key(device))
    return Path(triton.knobs.cache.dir)
