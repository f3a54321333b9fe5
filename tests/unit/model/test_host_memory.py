"""Freed memory stays with the process, where the C library can be told so."""

from __future__ import annotations

import platform
import resource
import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys, threading
import torch
from sanacam.model.host_memory import keep_freed_memory
if sys.argv[1] == "kept":
    assert keep_freed_memory()
def work():
    for _ in range(3):
        parts = [torch.ones(1 << 20) for _ in range(8)]
        del parts
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def main():
    work()
    before = faults()
    work()
    print(faults() - before)
thread = threading.Thread(target=main)
thread.start()
thread.join()
"""
"""Eight pieces of 4 MB, three times, in a thread as the engine's; prints the page faults once it has begun."""

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told")


def _faults(word: str) -> int:
    done = subprocess.run([sys.executable, "-c", SCRIPT, word], capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout)


def test_freed_memory_is_used_again_without_page_faults() -> None:
    pages = 3 * 8 * (4 << 20) // resource.getpagesize()
    assert _faults("kept") < pages / 100 < _faults("default")
