"""Keeps the C library from handing memory back between two chunks, only to ask for it again.

A chunk on the CPU allocates and frees some 300 MB in pieces of a few MB. By default glibc returns such pieces to the
system when it happens to lie at the heap's end, and the next chunk meets up to 15,000 page faults: 2–15 % of its time
for `mini` at 320×176 (docs/benchmarks.md).
"""

from __future__ import annotations

import ctypes
import platform

# From glibc's malloc.h, which no Python module exports.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_KEPT_BYTES = 1 << 30
_LARGEST_ON_HEAP = 32 << 20
"""The most that glibc allows here."""


def keep_freed_memory() -> bool:
    """Let up to 1 GiB of freed memory stay with this process. True if the C library is glibc and agreed.

    All threads share one heap then, since glibc unmaps the heaps of other threads whatever the threshold.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    wishes = ((_TRIM_THRESHOLD, _KEPT_BYTES), (_MMAP_THRESHOLD, _LARGEST_ON_HEAP), (_ARENA_MAX, 1))
    return all(mallopt(parameter, value) == 1 for parameter, value in wishes)
