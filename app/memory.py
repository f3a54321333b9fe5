"""How much memory there is, and a sentence when a picture is too large for it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sanacam.model.errors import UserError


def available_bytes() -> int | None:
    """Main memory that can be taken without swapping, in bytes; None where the system does not say.

    On Linux the limit of the control group (containers) counts too.
    """
    if sys.platform == "win32":
        return _windows_available()
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return _unix_physical()
    kibibytes = next((int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), None)
    free = None if kibibytes is None else kibibytes * 1024
    group = _control_group_free()
    return min((value for value in (free, group) if value is not None), default=None)


def check_picture_memory(width: int, height: int, bytes_per_pixel: int, free: int | None) -> None:
    """Refuse a picture that would not fit, before the machine starts to swap or the card gives up.

    Args:
        width, height: pixels.
        bytes_per_pixel: peak need of the model a pixel of one picture.
        free: bytes that can be taken; None (unknown) lets everything pass.

    Raises:
        UserError: with the need, what there is, and a size that would fit.
    """
    need = width * height * bytes_per_pixel
    if free is None or need <= free:
        return
    scale = (0.8 * free / need) ** 0.5
    fitting = "x".join(str(max(16, int(side * scale) // 16 * 16)) for side in (width, height))
    raise UserError(
        f"A picture of {width}×{height} needs about {_gigabytes(need)} of memory and {_gigabytes(free)} are free.",
        f"Edit it smaller, for example with --size {fitting}.",
    )


@contextmanager
def explained_memory_errors(width: int, height: int) -> Iterator[None]:
    """Turn running out of memory, on either device, into a ``UserError``; everything else passes through."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, MemoryError) or _is_allocation_failure(error):
            message = f"There is not enough memory for a picture of {width}×{height}."
            raise UserError(
                message, "Edit it smaller, for example with --size 640x360, or close other programs."
            ) from error
        raise


def _is_allocation_failure(error: RuntimeError) -> bool:
    # torch.OutOfMemoryError is a RuntimeError; the CPU allocator raises a plain one with this text.
    return type(error).__name__ == "OutOfMemoryError" or "DefaultCPUAllocator" in str(error)


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"


def _unix_physical() -> int | None:
    names = os.sysconf_names
    if "SC_PHYS_PAGES" not in names or "SC_PAGE_SIZE" not in names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _control_group_free(root: Path = Path("/sys/fs/cgroup")) -> int | None:
    for limit_name, used_name in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            limit = (root / limit_name).read_text(encoding="ascii").strip()
            used = (root / used_name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        return None if limit == "max" else max(0, int(limit) - int(used))
    return None


def _windows_available() -> int | None:
    class MemoryStatus(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *(
                (name, ctypes.c_ulonglong)
                for name in (
                    "total",
                    "available",
                    "page_total",
                    "page_free",
                    "virtual_total",
                    "virtual_free",
                    "extended",
                )
            ),
        )

    status = MemoryStatus(length=ctypes.sizeof(MemoryStatus))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the attribute exists on Windows only
    return int(status.available) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
